import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { lazy, Suspense, useState } from 'react';
import { Link, useLocation, useRoute, useSearch } from 'wouter';
import { usePermission, usePermissions } from '../../api/session';
import { text } from '../../app/messages';
import { oauthClients as words } from '../../app/messages/oauthClients';
import { carry, changeSearch, useSearchValue } from '../../app/url';
import { allowedOf } from '../../components/allowedOf';
import type { Deletable } from '../../components/ConfirmDelete';
import { deletedColumns, isDeletedIn, useRestoreActions } from '../../components/deleted';
import { ResourceTable, type BulkAction, type Column, type RowAction, type Selection } from '../../components/ResourceTable';
import { StatusLabel } from '../../components/StatusLabel';
import { Time } from '../../components/Time';
import { hasLink, needsPerson } from './grants';
import { canBecome, useClientActions } from './oauth-clients/clientActions';
import { clientsBase, clientsPath, isQuarantined, shownState, windowOf, type OAuthClient } from './oauth-clients/clientTypes';
import { deletable } from './oauth-clients/deletable';
import { StateFilter, stateIn } from './oauth-clients/StateFilter';

const OAuthClientWindow = lazy(() => import('./oauth-clients/OAuthClientWindow'));
const ConfirmDelete = lazy(() => import('../../components/ConfirmDelete'));
const KillWindow = lazy(() => import('../../components/KillWindow'));
const ChangeMany = lazy(() => import('./oauth-clients/ChangeMany'));
const ImportTokensWindow = lazy(() => import('./oauth-clients/ImportTokensWindow'));
const ImportWindow = lazy(() => import('./import/ImportWindow'));
const NoClient = lazy(() => import('./oauth-clients/NoClient'));
const SystemFilter = lazy(() => import('./oauth-clients/SystemFilter'));
const BasicEngineFilter = lazy(() => import('./oauth-clients/BasicEngineFilter'));
const Takers = lazy(() => import('./oauth-clients/Takers'));
const LiftQuarantine = lazy(() => import('../../components/LiftQuarantine'));
const LinkWindow = lazy(() => import('./oauth-clients/LinkWindow'));

// What the window keeps in the address; the list's own parameters stay under it.
const ofWindow = {
  tab: undefined, authorization: undefined, copy: undefined, target_system: undefined, resume: undefined, step: undefined, made: undefined,
  granted: undefined,
};

/** A draft has no page of its own yet: its window goes on where somebody stopped. */
function isFinished(client: OAuthClient): boolean {
  return client.state !== 'draft';
}

/** Opens a window over the list: 'new', 'import', an id, or '' for the list alone. */
type Open = (id: string, more?: Record<string, string | undefined>) => void;

/** Which window is open: 'new', 'import', a client's id, or none. */
function useOpenWindow(): string | undefined {
  const [isEdit, edit] = useRoute<{ id: string }>(`${clientsBase}/:id/edit`);
  const [isOne, one] = useRoute<{ id: string }>(`${clientsBase}/:id`);
  return isEdit ? edit.id : isOne ? one.id : undefined;
}

/** Repository > Vault > OAuth clients. */
export default function OAuthClientsTab() {
  const [, navigate] = useLocation();
  const search = useSearch();
  const project = useSearchValue('project');
  const system = useSearchValue('system');
  const shown = useOpenWindow();
  const [going, setGoing] = useState<Deletable[]>();
  const [changing, setChanging] = useState<{ clients: OAuthClient[]; disabled: boolean }>();
  const [receiving, setReceiving] = useState<OAuthClient>();
  const actions = useClientActions();
  const isDeleted = isDeletedIn(search);
  const ofBasicEngine = useSearchValue('basic_engine') === 'true';
  const restoring = useRestoreActions(deletable);
  const [stopping, setStopping] = useState<OAuthClient>();
  const [lifting, setLifting] = useState<OAuthClient>();
  const may = usePermissions();
  const mayChange = usePermission('configure', project);
  const mayDisable = usePermission('disable', project) || mayChange;
  const open: Open = (id, more = {}) => {
    const rest = changeSearch(search, { ...ofWindow, ...more });
    navigate(`${id === '' ? clientsBase : windowOf(id)}${rest && `?${rest}`}`);
  };
  const pageOf = (row: OAuthClient) => carry(`${clientsBase}/${row.id}`, search, ['project', 'filter']);
  const add = mayChange ? { label: words.add, onClick: () => open('new') } : undefined;

  const bringIn = mayChange ? { label: words.importFile, onClick: () => open('import') } : undefined;

  const isMine = (row: OAuthClient) => may('configure', row.project);
  const maySignIn = (row: OAuthClient) => may('retrieve', row.project);
  const canDisable = (row: OAuthClient) => isMine(row) || may('disable', row.project);
  const openPage = (row: OAuthClient): RowAction => ({ title: words.open, onClick: () => navigate(pageOf(row)) });
  const rowActions = (row: OAuthClient): RowAction[] => [
    ...(isFinished(row) ? [openPage(row)] : []),
    ...(isMine(row) ? [{ title: text.common.edit, onClick: () => open(row.id) }] : []),
    ...(needsPerson(row.flow) && maySignIn(row)
      ? [{ title: words.reconnect, onClick: () => open(row.id, { tab: 'authorize' }) },
        ...(hasLink(row.flow) ? [{ title: words.copyLink, onClick: () => void actions.copyLink(row) }] : [])]
      : []),
    ...(needsPerson(row.flow) && isMine(row) ? [{ title: words.importTokens, onClick: () => setReceiving(row) }] : []),
    ...(mayChange ? [{ title: words.duplicate, onClick: () => open('new', { copy: row.id }) }] : []),
    ...(isMine(row) && isQuarantined(row) ? [{ title: words.liftQuarantine, onClick: () => setLifting(row) }] : []),
    ...(canDisable(row)
      ? [{ title: row.state === 'disabled' ? words.enable : words.disable, isDisabled: row.state === 'draft',
        onClick: () => void actions.setDisabled(row, canBecome(row, true)) }]
      : []),
    ...(may('kill', row.project) && row.killed_by === null ? [{ title: text.common.stop, isDanger: true, onClick: () => setStopping(row) }] : []),
    ...(isMine(row) ? [{ title: text.common.delete, isDanger: true, onClick: () => setGoing([deletable(row)]) }] : []),
  ];
  const many = (label: string, disabled: boolean): BulkAction<OAuthClient> => ({
    label, run: async (selection) => {
      const clients = await allowedOf(selection, canDisable);
      if (clients.length > 0) setChanging({ clients, disabled });
    },
  });
  // The Basic Engine box is not among them, and never will be: it is decided client by client.
  const bulkActions: BulkAction<OAuthClient>[] = [
    many(words.disable, true),
    many(words.enable, false),
    ...(mayChange ? [{ label: text.common.delete, isDanger: true, run: async (selection: Selection<OAuthClient>) => {
      const clients = await allowedOf(selection, isMine);
      if (clients.length > 0) setGoing(clients.map(deletable));
    } }] : []),
  ];

  // Those that were deleted can be looked at and brought back, and nothing else.
  const shownAs = isDeleted
    ? { id: 'deleted-oauth-clients', columns: columnsOfDeleted(pageOf),
        rowActions: (row: OAuthClient) => [openPage(row), ...(isMine(row) ? restoring.row(row) : [])], bulk: restoring.bulk }
    : { id: ofBasicEngine ? 'basic-engine-clients' : 'oauth-clients',
        columns: columnsOf({ open, pageOf, copyLink: (row) => void actions.copyLink(row), maySignIn, ofBasicEngine,
          lift: (row) => (isMine(row) ? () => setLifting(row) : undefined) }), rowActions, bulk: bulkActions };

  return (
    <>
      <ResourceTable<OAuthClient>
        id={shownAs.id} label={text.vault.oauthClients} path={clientsPath}
        query={{ project, target_system: system, state: stateIn(search), deleted: isDeleted || undefined,
          basic_engine: ofBasicEngine || undefined }}
        filters={['state', 'system', 'basic_engine']} columns={shownAs.columns} hasFilter={false}
        toolbar={<><StateFilter search={search} /><Suspense><BasicEngineFilter isOn={ofBasicEngine} /></Suspense>{system && <Suspense><SystemFilter id={system} /></Suspense>}</>}
        upload={bringIn} defaultSort="label" rowName={(row) => row.label} add={add} rowActions={shownAs.rowActions}
        bulkActions={mayChange || (mayDisable && !isDeleted) ? shownAs.bulk : undefined}
        empty={<Suspense><NoClient add={add} bringIn={bringIn} project={project} /></Suspense>}
      />
      <Suspense>
        {shown === 'import' && mayChange && (
          <ImportWindow onClose={() => open('')}
            onShow={(to) => open('', { project: project && to.project, system: to.system, state: undefined, filter: undefined, page: undefined })} />
        )}
        {shown !== undefined && shown !== 'import' && (
          <OAuthClientWindow key={shown} id={shown} onClose={() => open('')} onSaved={(id, tab) => open(id, { tab })} />
        )}
        {going && <ConfirmDelete items={going} onClose={() => setGoing(undefined)} />}
        {stopping && (
          <KillWindow scope="oauth_client" subject={stopping.id} name={stopping.label} place={stopping.project} onClose={() => setStopping(undefined)} />
        )}
        {lifting && <LiftQuarantine what={{ oauth_client: lifting.id }} clients={[lifting]} onClose={() => setLifting(undefined)} />}
        {changing && <ChangeMany {...changing} onClose={() => setChanging(undefined)} />}
        {receiving && <ImportTokensWindow client={receiving} onClose={() => setReceiving(undefined)} />}
        {actions.shown && <LinkWindow link={actions.shown} onClose={actions.hideLink} />}
      </Suspense>
    </>
  );
}

function columnsOfDeleted(pageOf: (row: OAuthClient) => string): Column<OAuthClient>[] {
  return [
    { id: 'label', header: words.label, sort: true, isFixed: true, csv: (row) => row.label,
      cell: (row) => <Link href={pageOf(row)}><bdi>{row.label}</bdi></Link> },
    ...ofPlace,
    { id: 'state', header: words.state, csv: () => text.status.deleted, cell: () => <StatusLabel state="deleted" /> },
    ...deletedColumns,
  ];
}

// Where a client belongs.
const ofPlace: Column<OAuthClient>[] = [
  { id: 'project', header: words.project, csv: (row) => row.project_name, cell: (row) => <bdi>{row.project_name}</bdi> },
  { id: 'target_system', header: words.targetSystem, csv: (row) => row.target_system_name,
    cell: (row) => <bdi>{row.target_system_name}</bdi> },
];

/** What the cells of a row lead to. */
interface RowLinks {
  open: Open;
  pageOf: (row: OAuthClient) => string;
  copyLink: (row: OAuthClient) => void;
  maySignIn: (row: OAuthClient) => boolean;
  ofBasicEngine: boolean;
  /** Undefined where the person may not. */
  lift: (row: OAuthClient) => (() => void) | undefined;
}

function columnsOf({ open, pageOf, copyLink, maySignIn, ofBasicEngine, lift }: RowLinks): Column<OAuthClient>[] {
  return [
    { id: 'label', header: words.label, sort: true, isFixed: true, csv: (row) => row.label,
      cell: (row) => (
        <>
          {isFinished(row) ? <Link href={pageOf(row)}><bdi>{row.label}</bdi></Link>
            : <Button variant="link" isInline onClick={() => open(row.id)}><bdi>{row.label}</bdi></Button>}
          {row.is_canary && <>{' '}<Label isCompact variant="outline" color="purple">{words.canary}</Label></>}
        </>
      ) },
    ...ofPlace,
    { id: 'account', header: words.account, csv: (row) => row.account?.name ?? '',
      cell: (row) => <bdi>{row.account?.name ?? text.common.emptyValue}</bdi> },
    { id: 'state', header: words.state, sort: true, csv: (row) => row.state,
      cell: (row) => (
        <Health client={row} maySignIn={maySignIn(row)} reconnect={() => open(row.id, { tab: 'authorize' })} copyLink={() => copyLink(row)}
          lift={lift(row)} />
      ) },
    { id: 'expires', header: words.expires, csv: (row) => row.token?.expires_at ?? '',
      cell: (row) => <Time value={row.token?.expires_at} /> },
    { id: 'box', header: words.basicEngine, isHiddenByDefault: true, csv: (row) => String(row.allow_basic_engine_robots),
      cell: (row) => (row.allow_basic_engine_robots ? words.allowed : text.common.emptyValue) },
    { id: 'takers', header: words.takers, isHiddenByDefault: !ofBasicEngine,
      csv: (row) => row.basic_engine_inputs.map((one) => one.robot_path ? `${one.robot_path}/${one.robot_name}` : one.robot_name).join(', '),
      cell: (row) => <Suspense><Takers client={row} /></Suspense> },
    { id: 'owner', header: words.owner, isHiddenByDefault: true, csv: (row) => row.owner.name,
      cell: (row) => <bdi>{row.owner.name || text.common.emptyValue}</bdi> },
    { id: 'updated_at', header: words.updated, sort: true, isNoWrap: true, isHiddenByDefault: true, csv: (row) => row.updated_at,
      cell: (row) => <Time value={row.updated_at} /> },
    { id: 'created_at', header: text.common.created, sort: true, isNoWrap: true, isHiddenByDefault: true,
      csv: (row) => row.created_at, cell: (row) => <Time value={row.created_at} /> },
  ];
}

interface HealthProps {
  client: OAuthClient;
  maySignIn: boolean;
  reconnect: () => void;
  copyLink: () => void;
  lift: (() => void) | undefined;
}

/** The state, and the way out of it where there is one. */
function Health({ client, maySignIn, reconnect, copyLink, lift }: HealthProps) {
  // Whatever else it is: nobody gets anything of it.
  const label = client.killed_by === null ? <StatusLabel state={shownState(client)} /> : <StatusLabel state="stopped" />;
  if (client.killed_by === null && isQuarantined(client) && lift) {
    return <>{label}{' '}<Button variant="link" size="sm" onClick={lift} aria-label={words.liftQuarantineOf(client.label)}>{words.liftQuarantine}</Button></>;
  }
  if (client.state !== 'needs_sign_in' || !maySignIn) return label;
  return (
    <>
      {label}{' '}
      <Button variant="link" size="sm" onClick={reconnect} aria-label={words.reconnectOne(client.label)}>{words.reconnect}</Button>{' '}
      {hasLink(client.flow) && (
        <Button variant="link" size="sm" onClick={copyLink} aria-label={words.copyLinkOf(client.label)}>{words.copyLink}</Button>
      )}
    </>
  );
}
