import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { lazy, Suspense, useState } from 'react';
import { useLocation, useRoute, useSearch } from 'wouter';
import { usePermission, usePermissions } from '../../api/session';
import { text } from '../../app/messages';
import { targetSystems } from '../../app/messages/targetSystems';
import { changeSearch, useSearchValue } from '../../app/url';
import { allowedOf } from '../../components/allowedOf';
import type { Deletable } from '../../components/ConfirmDelete';
import { deletedColumns, DeletedFilter, isDeletedIn, useRestoreActions } from '../../components/deleted';
import { useKills, type Belonging } from '../../components/kills';
import { ResourceTable, type BulkAction, type Column, type RowAction } from '../../components/ResourceTable';
import { StatusLabel } from '../../components/StatusLabel';
import { Time } from '../../components/Time';
import { earliestExpiry, flowOf, type ServiceProvider, type TargetSystem } from './target-systems/draft';
import { ExpiryLabel } from './target-systems/ExpiryLabel';
import { useServiceProviders } from './target-systems/serviceProviders';

// Windows are read when the first one opens.
const ConfirmDelete = lazy(() => import('../../components/ConfirmDelete'));
const KillWindow = lazy(() => import('../../components/KillWindow'));
const ConnectionTestWindow = lazy(async () => ({ default: (await import('./target-systems/ConnectionTestWindow')).ConnectionTestWindow }));
const TargetSystemWindow = lazy(async () => ({ default: (await import('./target-systems/TargetSystemWindow')).TargetSystemWindow }));

const base = '/repository/vault/target-systems';
const path = '/api/v1/target-systems';
const words = targetSystems;

function deletable(system: TargetSystem): Deletable {
  return { path: `${path}/${system.id}`, name: system.name };
}

/** What keeps its clients from getting tokens, in words; empty: nothing. */
function obstacles(system: TargetSystem): string[] {
  if (!system.oauth_enabled) return [words.isOff];
  return system.missing.map((what) => words.missing[what] ?? what);
}

/** Repository > Vault > Target systems. */
export default function TargetSystemsTab() {
  const [, navigate] = useLocation();
  const search = useSearch();
  const project = useSearchValue('project');
  const [isWindow, parameters] = useRoute<{ id: string; what?: string }>(`${base}/:id/:what?`);
  const [going, setGoing] = useState<Deletable[]>();
  const [stopping, setStopping] = useState<TargetSystem>();
  const may = usePermissions();
  const mayChange = usePermission('configure', project);
  const stops = useKills();
  const providers = useServiceProviders();
  const isDeleted = isDeletedIn(search);
  const restoring = useRestoreActions(deletable);
  // The list stays as it is under a window: filter, page and order go along.
  const open = (below: string, more: Record<string, string | undefined> = {}) => {
    const rest = changeSearch(search, { tab: undefined, from: undefined, provider: undefined, return_to: undefined, field: undefined, by: undefined, ...more });
    navigate(`${base}${below && `/${below}`}${rest && `?${rest}`}`);
  };
  const close = () => open('');
  const add = mayChange ? { label: words.add, onClick: () => open('new') } : undefined;
  const fromAddress = mayChange && !isDeleted && (
    <Button variant="secondary" onClick={() => open('new', { by: 'address' })}>{words.addFromAddress}</Button>
  );
  const isMine = (row: TargetSystem) => may('configure', row.project);
  const rowActions = (row: TargetSystem): RowAction[] => [
    ...(isMine(row) ? [{ title: text.common.edit, onClick: () => open(`${row.id}/edit`) }, { title: words.test, onClick: () => open(`${row.id}/test`) }] : []),
    ...(mayChange ? [{ title: words.duplicate, onClick: () => open('new', { from: row.id }) }] : []),
    ...(may('kill', row.project) && stops({ target_system: row.id })?.scope !== 'target_system'
      ? [{ title: text.common.stop, isDanger: true, onClick: () => setStopping(row) }] : []),
    ...(isMine(row) ? [{ title: text.common.delete, isDanger: true, onClick: () => setGoing([deletable(row)]) }] : []),
  ];
  const bulkActions: BulkAction<TargetSystem>[] = [
    { label: text.common.delete, isDanger: true, run: async (selection) => {
      const mine = await allowedOf(selection, isMine);
      if (mine.length > 0) setGoing(mine.map(deletable));
    } },
  ];
  const all = columns(providers.data ?? [], (row, tab) => open(`${row.id}/edit`, { tab }), (row) => stops(belongingOf(row)) !== undefined);
  // Those that were deleted have no window: they can be brought back, and nothing else.
  const shownAs = isDeleted
    ? { id: 'deleted-target-systems', columns: [nameOnly, ...all.slice(1, 4), ...deletedColumns], rowActions: (row: TargetSystem) => (isMine(row) ? restoring.row(row) : []),
        bulk: restoring.bulk }
    : { id: 'target-systems', columns: all, rowActions, bulk: bulkActions };
  return (
    <>
      <ResourceTable<TargetSystem>
        id={shownAs.id} label={text.vault.targetSystems} path={path} query={{ project, deleted: isDeleted || undefined }} filters={['state']}
        hasFilter={false} toolbar={<><DeletedFilter search={search} />{fromAddress}</>} columns={shownAs.columns} rowName={(row) => row.name} add={add}
        rowActions={shownAs.rowActions} bulkActions={mayChange ? shownAs.bulk : undefined}
        empty={<NoTargetSystem add={add} />}
      />
      <Suspense>
        {isWindow && parameters.what === 'test' && (
          <ConnectionTestWindow key={parameters.id} id={parameters.id} onClose={close} onEdit={(field) => open(`${parameters.id}/edit`, { tab: 'oauth', field })} />
        )}
        {isWindow && parameters.what !== 'test' && <TargetSystemWindow key={parameters.id} id={parameters.id} onClose={close} />}
        {stopping && (
          <KillWindow scope="target_system" subject={stopping.id} name={stopping.name} place={stopping.project} onClose={() => setStopping(undefined)} />
        )}
        {going && <ConfirmDelete items={going} onClose={() => setGoing(undefined)} />}
      </Suspense>
    </>
  );
}

const nameOnly: Column<TargetSystem> = {
  id: 'name', header: text.common.name, sort: true, isFixed: true, csv: (row) => row.name, cell: (row) => row.name,
};

/** The target system, and what stops it with it. */
function belongingOf(row: TargetSystem): Belonging {
  return { target_system: row.id, service_provider: row.service_provider, project: row.project };
}

function columns(
  providers: ServiceProvider[], open: (row: TargetSystem, tab?: string) => void, isStopped: (row: TargetSystem) => boolean,
): Column<TargetSystem>[] {
  const providerName = (id: string) => providers.find((one) => one.id === id)?.name ?? id;
  const flow = (row: TargetSystem) => (row.oauth_enabled && row.service_provider ? words.flows[flowOf(row)] : '');
  return [
    { id: 'name', header: text.common.name, sort: true, isFixed: true, csv: (row) => row.name,
      cell: (row) => (
        <><Button variant="link" isInline onClick={() => open(row)}>{row.name}</Button> {isStopped(row) && <StatusLabel state="stopped" />}</>
      ) },
    { id: 'project', header: words.project, csv: (row) => row.project_name ?? words.allProjects,
      cell: (row) => row.project_name ?? words.allProjects },
    { id: 'service_provider', header: words.columnProvider, sort: true, csv: (row) => providerName(row.service_provider),
      cell: (row) => providerName(row.service_provider) },
    { id: 'flow', header: words.columnFlow, csv: flow, cell: flow },
    { id: 'expiry', header: words.columnExpiry, csv: (row) => earliestExpiry(row) ?? '', cell: (row) => <Expiry row={row} /> },
    { id: 'ready', header: words.columnReady, csv: (row) => obstacles(row).join('; ') || words.isReady,
      cell: (row) => <Ready row={row} open={() => open(row, 'oauth')} /> },
    { id: 'held', header: words.columnHeld, isHiddenByDefault: true, csv: held, cell: (row) => held(row) || text.common.emptyValue },
    { id: 'owner', header: words.owner, isHiddenByDefault: true, csv: owner, cell: owner },
    { id: 'tags', header: words.tags, isHiddenByDefault: true, csv: (row) => row.tags.join(' '), cell: (row) => row.tags.join(', ') },
    { id: 'endpoint', header: words.columnEndpoint, isHiddenByDefault: true, csv: (row) => row.token_endpoint, cell: (row) => row.token_endpoint },
    { id: 'updated_at', header: text.common.changed, sort: true, isNoWrap: true, isHiddenByDefault: true, csv: (row) => row.updated_at,
      cell: (row) => <Time value={row.updated_at} /> },
    { id: 'created_at', header: text.common.created, sort: true, isNoWrap: true, isHiddenByDefault: true, csv: (row) => row.created_at,
      cell: (row) => <Time value={row.created_at} /> },
  ];
}

function owner(row: TargetSystem): string {
  return [row.owner.name, row.owner.email].filter(Boolean).join(', ');
}

function held(row: TargetSystem): string {
  return row.destination_held ? words.isHeld : row.pending_metadata ? words.isPending : '';
}

function Expiry({ row }: { row: TargetSystem }) {
  const time = earliestExpiry(row);
  return time ? <ExpiryLabel time={time} /> : text.common.emptyValue;
}

/** Whether its clients get tokens; what is in the way leads to where it is mended. */
function Ready({ row, open }: { row: TargetSystem; open: () => void }) {
  if (!row.oauth_enabled) return <Label variant="outline">{words.isOff}</Label>;
  const [first, ...more] = [held(row), ...obstacles(row)].filter((one) => one !== '');
  if (!first) return <Label variant="outline" status="success">{words.isReady}</Label>;
  return <Label variant="outline" status="warning" onClick={open}>{more.length > 0 ? `${first} +${more.length}` : first}</Label>;
}

function NoTargetSystem({ add }: { add?: { label: string; onClick: () => void } }) {
  return (
    <EmptyState titleText={words.empty} headingLevel="h2">
      <EmptyStateBody>{words.emptyBody}</EmptyStateBody>
      {add && (
        <EmptyStateFooter>
          <EmptyStateActions><Button onClick={add.onClick}>{add.label}</Button></EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  );
}
