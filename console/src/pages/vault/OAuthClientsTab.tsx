import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useLocation, useRoute, useSearch } from 'wouter';
import { api } from '../../api/client';
import { usePermission } from '../../api/session';
import { text } from '../../app/messages';
import { changeSearch, useSearchValue } from '../../app/url';
import type { Deletable } from '../../components/ConfirmDelete';
import { errorText } from '../../components/FormError';
import { ResourceTable, type BulkAction, type Column, type RowAction } from '../../components/ResourceTable';
import { StatusLabel } from '../../components/StatusLabel';
import { Time } from '../../components/Time';
import { showToast } from '../../components/toastStore';
import { clientsBase, clientsPath, shownState, type OAuthClient } from './clientTypes';

const OAuthClientWindow = lazy(() => import('./OAuthClientWindow'));
const ConfirmDelete = lazy(() => import('../../components/ConfirmDelete'));

const words = text.oauthClients;

function deletable(client: OAuthClient): Deletable {
  return { path: `${clientsPath}/${client.id}`, name: client.label };
}

/** Repository > Vault > OAuth clients. */
export default function OAuthClientsTab() {
  const [, navigate] = useLocation();
  const search = useSearch();
  const project = useSearchValue('project');
  const [isWindow, parameters] = useRoute<{ id: string }>(`${clientsBase}/:id`);
  const [going, setGoing] = useState<Deletable[]>();
  const queries = useQueryClient();
  const mayChange = usePermission('configure');
  const maySignIn = usePermission('retrieve');
  const open = (id: string, more: Record<string, string | undefined> = {}) => {
    const rest = changeSearch(search, { tab: undefined, authorization: undefined, copy: undefined, ...more });
    navigate(`${clientsBase}${id && `/${id}`}${rest && `?${rest}`}`);
  };
  const again = () => queries.invalidateQueries({ queryKey: [clientsPath] });
  const setDisabled = async (client: OAuthClient, disabled: boolean) => {
    try {
      await api.patch('/api/v1/oauth-clients/{id}', { path: { id: client.id }, revision: client.revision, body: { disabled } });
      showToast({ title: disabled ? words.disabled(client.label) : words.enabled(client.label) });
    } catch (failure) {
      showToast({ title: words.notChanged(client.label), body: errorText(failure), variant: 'danger' });
    }
    await again();
  };
  const copyLink = async (client: OAuthClient) => {
    try {
      const made = await api.post('/api/v1/oauth-clients/{id}/authorizations', { path: { id: client.id } });
      await navigator.clipboard.writeText(made.url ?? '');
      showToast({ title: words.linkCopied, body: words.linkCopiedBody });
    } catch (failure) {
      showToast({ title: words.noLink, body: errorText(failure), variant: 'danger' });
    }
  };
  const add = mayChange ? { label: words.add, onClick: () => open('new') } : undefined;

  const columns: Column<OAuthClient>[] = [
    { id: 'label', header: words.label, sort: true, isFixed: true, csv: (row) => row.label,
      cell: (row) => <Button variant="link" isInline onClick={() => open(row.id)}><bdi>{row.label}</bdi></Button> },
    { id: 'project', header: words.project, cell: (row) => row.project_name, csv: (row) => row.project_name },
    { id: 'target_system', header: words.targetSystem, cell: (row) => row.target_system_name, csv: (row) => row.target_system_name },
    { id: 'account', header: words.account, csv: (row) => row.account?.name ?? '',
      cell: (row) => <bdi>{row.account?.name ?? text.common.emptyValue}</bdi> },
    { id: 'state', header: words.state, sort: true, isNoWrap: true, csv: (row) => row.state,
      cell: (row) => <StatusLabel state={shownState(row)} /> },
    { id: 'expires', header: words.expires, isNoWrap: true, csv: (row) => row.token?.expires_at ?? '',
      cell: (row) => <Time value={row.token?.expires_at} /> },
    { id: 'box', header: words.basicEngine, isHiddenByDefault: true, csv: (row) => String(row.allow_basic_engine_robots),
      cell: (row) => (row.allow_basic_engine_robots ? words.allowed : text.common.emptyValue) },
    { id: 'owner', header: words.owner, isHiddenByDefault: true, cell: (row) => row.owner.name, csv: (row) => row.owner.name },
    { id: 'updated_at', header: text.common.changed, sort: true, isNoWrap: true, isHiddenByDefault: true,
      csv: (row) => row.updated_at, cell: (row) => <Time value={row.updated_at} /> },
  ];
  const rowActions = (row: OAuthClient): RowAction[] => [
    { title: mayChange ? text.common.edit : words.look, onClick: () => open(row.id) },
    ...(row.flow === 'authorization_code' && maySignIn
      ? [{ title: words.reconnect, onClick: () => open(row.id, { tab: 'authorize' }) },
        { title: words.copyLink, onClick: () => void copyLink(row) }]
      : []),
    ...(mayChange
      ? [{ title: words.duplicate, onClick: () => open('new', { copy: row.id }) },
        { title: row.state === 'disabled' ? words.enable : words.disable, isDisabled: row.state === 'draft',
          onClick: () => void setDisabled(row, row.state !== 'disabled') },
        { title: text.common.delete, isDanger: true, onClick: () => setGoing([deletable(row)]) }]
      : []),
  ];
  const each = (disabled: boolean) => async (selection: { rows: () => Promise<OAuthClient[]> }) => {
    for (const row of await selection.rows()) {
      if (row.state !== 'draft' && (row.state === 'disabled') !== disabled) await setDisabled(row, disabled);
    }
  };
  const bulkActions: BulkAction<OAuthClient>[] = [
    { label: words.disable, run: each(true) },
    { label: words.enable, run: each(false) },
    { label: text.common.delete, isDanger: true, run: async (selection) => setGoing((await selection.rows()).map(deletable)) },
  ];

  return (
    <>
      <ResourceTable<OAuthClient>
        id="oauth-clients" label={text.vault.oauthClients} path={clientsPath} query={{ project }} columns={columns} hasFilter={false}
        defaultSort="label" rowName={(row) => row.label} add={add} rowActions={rowActions}
        bulkActions={mayChange ? bulkActions : undefined} empty={<NoClient add={add} />}
      />
      <Suspense>
        {isWindow && (
          <OAuthClientWindow key={parameters.id} id={parameters.id} onClose={() => open('')} onSaved={(id, tab) => open(id, { tab })} />
        )}
        {going && <ConfirmDelete items={going} onClose={() => setGoing(undefined)} />}
      </Suspense>
    </>
  );
}

function NoClient({ add }: { add?: { label: string; onClick: () => void } }) {
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
