import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { lazy, Suspense, useState } from 'react';
import { Link, useLocation, useRoute, useSearch } from 'wouter';
import { usePermission, usePermissions } from '../../api/session';
import { text } from '../../app/messages';
import { secrets as words } from '../../app/messages/secrets';
import { carry, changeSearch, useSearchValue } from '../../app/url';
import { allowedOf } from '../../components/allowedOf';
import type { Deletable } from '../../components/ConfirmDelete';
import { deletedColumns, deletedState, isDeletedIn, useRestoreActions } from '../../components/deleted';
import { ResourceTable, type BulkAction, type Column, type RowAction } from '../../components/ResourceTable';
import { StateSelect } from '../../components/StateSelect';
import { StatusLabel } from '../../components/StatusLabel';
import { Time } from '../../components/Time';
import { dayAfter, deletable, expiryOf, kinds, secretsBase, secretsPath, windowOf, type Secret } from './secrets/secretTypes';
import { ExpiryLabel } from './target-systems/ExpiryLabel';

const SecretWindow = lazy(() => import('./secrets/SecretWindow'));
const ConfirmDelete = lazy(() => import('../../components/ConfirmDelete'));
const SystemFilter = lazy(() => import('./oauth-clients/SystemFilter'));

const soon_days = 30;
const states = [['expiring', words.expiring], [deletedState, text.deleted.state]] as const;

/** Repository > Vault > Secrets. */
export default function SecretsTab() {
  const [, navigate] = useLocation();
  const search = useSearch();
  const project = useSearchValue('project');
  const system = useSearchValue('system');
  const kind = useSearchValue('kind');
  const state = useSearchValue('state');
  const shown = useOpenWindow();
  const [going, setGoing] = useState<Deletable[]>();
  const may = usePermissions();
  const mayChange = usePermission('configure', project);
  const isDeleted = isDeletedIn(search);
  const restoring = useRestoreActions(deletable);
  const open = (id: string) => {
    const rest = changeSearch(search, { target_system: undefined });
    navigate(`${id === '' ? secretsBase : windowOf(id)}${rest && `?${rest}`}`);
  };
  const pageOf = (row: Secret) => carry(`${secretsBase}/${row.id}`, search, ['project', 'filter']);
  const add = mayChange ? { label: words.add, onClick: () => open('new') } : undefined;
  const isMine = (row: Secret) => may('configure', row.project);
  const openPage = (row: Secret): RowAction => ({ title: words.open, onClick: () => navigate(pageOf(row)) });
  const rowActions = (row: Secret): RowAction[] => [
    openPage(row),
    ...(isMine(row) ? [
      { title: text.common.edit, onClick: () => open(row.id) },
      { title: text.common.delete, isDanger: true, onClick: () => setGoing([deletable(row)]) },
    ] : []),
  ];
  const bulkActions: BulkAction<Secret>[] = [
    { label: text.common.delete, isDanger: true, run: async (selection) => {
      const mine = await allowedOf(selection, isMine);
      if (mine.length > 0) setGoing(mine.map(deletable));
    } },
  ];
  const all = columnsOf(pageOf);
  // Those that were deleted can be looked at and brought back, and nothing else.
  const shownAs = isDeleted
    ? { id: 'deleted-secrets', columns: [...all.slice(0, 4), ...deletedColumns], bulk: restoring.bulk,
        rowActions: (row: Secret) => [openPage(row), ...(isMine(row) ? restoring.row(row) : [])] }
    : { id: 'secrets', columns: all, bulk: bulkActions, rowActions };
  return (
    <>
      <ResourceTable<Secret>
        id={shownAs.id} label={text.vault.secrets} path={secretsPath} columns={shownAs.columns} defaultSort="label" hasFilter={false}
        query={{
          project, target_system: system, kind: kinds.find((one) => one === kind), deleted: isDeleted || undefined,
          expires_before: state === 'expiring' ? dayAfter(soon_days) : undefined,
        }}
        filters={['state', 'kind', 'system']} rowName={(row) => row.label} add={add} rowActions={shownAs.rowActions}
        bulkActions={mayChange ? shownAs.bulk : undefined} empty={<NoSecret add={add} />}
        toolbar={(
          <>
            <StateSelect name="kind" label={words.kind} chosen={kinds.find((one) => one === kind)} any={words.anyKind}
              states={kinds.map((one) => [one, words.kinds[one]])} />
            <StateSelect chosen={states.find(([one]) => one === state)?.[0]} any={words.anyState} states={states} />
            {system && <Suspense><SystemFilter id={system} /></Suspense>}
          </>
        )}
      />
      <Suspense>
        {shown !== undefined && <SecretWindow key={shown} id={shown} onClose={() => open('')} onShow={(row) => navigate(pageOf(row))} />}
        {going && <ConfirmDelete items={going} onClose={() => setGoing(undefined)} />}
      </Suspense>
    </>
  );
}

/** Which window is open: 'new', a secret's id, or none. */
function useOpenWindow(): string | undefined {
  const [isNew] = useRoute(`${secretsBase}/new`);
  const [isEdit, edit] = useRoute<{ id: string }>(`${secretsBase}/:id/edit`);
  return isNew ? 'new' : isEdit ? edit.id : undefined;
}

function columnsOf(pageOf: (row: Secret) => string): Column<Secret>[] {
  return [
    { id: 'label', header: words.label, sort: true, isFixed: true, csv: (row) => row.label,
      cell: (row) => (
        <><Link href={pageOf(row)}><bdi>{row.label}</bdi></Link> {row.killed_by !== null && <StatusLabel state="stopped" />}</>
      ) },
    { id: 'project', header: words.project, csv: (row) => row.project_name, cell: (row) => <bdi>{row.project_name}</bdi> },
    { id: 'target_system', header: words.targetSystem, csv: (row) => row.target_system_name, cell: (row) => <bdi>{row.target_system_name}</bdi> },
    { id: 'kind', header: words.kind, sort: true, csv: (row) => words.kinds[row.kind], cell: (row) => words.kinds[row.kind] },
    { id: 'user_name', header: words.userName, csv: (row) => row.user_name, cell: (row) => <bdi>{row.user_name || text.common.emptyValue}</bdi> },
    { id: 'expires_on', header: words.expires, sort: true, isNoWrap: true, csv: (row) => expiryOf(row) ?? '', cell: (row) => <Expiry row={row} /> },
    { id: 'values', header: words.values, csv: (row) => String(row.values.length),
      cell: (row) => (row.values.length > 1 ? <Label variant="outline" status="info">{words.twoValues}</Label> : words.oneValue) },
    { id: 'owner', header: words.owner, isHiddenByDefault: true, csv: (row) => row.owner.name,
      cell: (row) => <bdi>{row.owner.name || text.common.emptyValue}</bdi> },
    { id: 'updated_at', header: text.common.changed, sort: true, isNoWrap: true, isHiddenByDefault: true, csv: (row) => row.updated_at,
      cell: (row) => <Time value={row.updated_at} /> },
    { id: 'created_at', header: text.common.created, sort: true, isNoWrap: true, isHiddenByDefault: true, csv: (row) => row.created_at,
      cell: (row) => <Time value={row.created_at} /> },
  ];
}

function Expiry({ row }: { row: Secret }) {
  const day = expiryOf(row);
  return day ? <ExpiryLabel time={day} /> : text.common.emptyValue;
}

function NoSecret({ add }: { add?: { label: string; onClick: () => void } }) {
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
