import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { ToolbarItem } from '@patternfly/react-core/dist/esm/components/Toolbar';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearch } from 'wouter';
import { apiKeysPath, type ApiKey } from '../../api/apiKeys';
import { api } from '../../api/client';
import { usePermission } from '../../api/session';
import { text } from '../../app/messages';
import { apiKeys as words } from '../../app/messages/apiKeys';
import { changeSearch, useSearchChange, useSearchValue } from '../../app/url';
import { LinkButton } from '../../components/LinkButton';
import { ListPage } from '../../components/ListPage';
import { ResourceTable, type Column, type RowAction } from '../../components/ResourceTable';
import { Time } from '../../components/Time';
import { KeyState, LastUse, mayText, stateName, useWhere } from './keyCells';
import { RevokeKey } from './RevokeKey';

const base = '/administration/api-keys';

/** Administration > API keys: those of everybody. */
export default function ApiKeysPage() {
  const mayManage = usePermission('manage_api_keys');
  return (
    <ListPage title={words.title} lead={words.lead}>
      {mayManage ? <KeyList /> : (
        <EmptyState titleText={words.forbidden} headingLevel="h2">
          <EmptyStateBody>{words.forbiddenBody}</EmptyStateBody>
          <EmptyStateFooter>
            <EmptyStateActions><LinkButton href="/account/api-keys">{words.toOwn}</LinkButton></EmptyStateActions>
          </EmptyStateFooter>
        </EmptyState>
      )}
    </ListPage>
  );
}

function KeyList() {
  const user = useSearchValue('user');
  const [going, setGoing] = useState<ApiKey>();
  const columns = useColumns();
  const rowActions = (row: ApiKey): RowAction[] => [
    { title: words.revoke, isDanger: true, isDisabled: row.state !== 'active', onClick: () => setGoing(row) },
  ];
  return (
    <>
      <ResourceTable<ApiKey>
        id="api-keys" label={words.title} path={apiKeysPath} query={{ user }} filters={['user']} columns={columns} defaultSort=""
        rowName={(row) => row.name} rowActions={rowActions} toolbar={user && <OnlyOf user={user} />}
        empty={<EmptyState titleText={words.empty} headingLevel="h2"><EmptyStateBody>{words.emptyBody}</EmptyStateBody></EmptyState>}
      />
      {going && <RevokeKey apiKey={going} onClose={() => setGoing(undefined)} />}
    </>
  );
}

/** Says that these are the keys of one person, and shows those of everybody again. */
function OnlyOf({ user }: { user: string }) {
  const [, change] = useSearchChange();
  const maySee = usePermission('manage_users');
  const found = useQuery({
    queryKey: ['/api/v1/users', user], enabled: maySee, queryFn: ({ signal }) => api.get('/api/v1/users/{id}', { path: { id: user }, signal }),
  });
  return (
    <ToolbarItem>
      <Label onClose={() => change({ user: undefined, page: undefined })} closeBtnAriaLabel={words.allPeople}>
        {found.data ? words.onlyOf(found.data.name) : words.onlyOfOne}
      </Label>
    </ToolbarItem>
  );
}

function useColumns(): Column<ApiKey>[] {
  const search = useSearch();
  const where = useWhere();
  const ofUser = (row: ApiKey) => `${base}?${changeSearch(search, { user: row.user, page: undefined })}`;
  return [
    { id: 'name', header: text.common.name, isFixed: true, sort: true, csv: (row) => row.name, cell: (row) => <bdi>{row.name}</bdi> },
    { id: 'user_name', header: words.user, csv: (row) => row.user_name, cell: (row) => <Link href={ofUser(row)}><bdi>{row.user_name}</bdi></Link> },
    { id: 'state', header: words.state, isNoWrap: true, csv: stateName, cell: (row) => <KeyState apiKey={row} /> },
    { id: 'permissions', header: words.may, csv: mayText, cell: mayText },
    { id: 'projects', header: words.where, isHiddenByDefault: true, csv: where, cell: where },
    { id: 'last_used_at', header: words.lastUsed, csv: (row) => row.last_used_at ?? '', cell: (row) => <LastUse apiKey={row} /> },
    { id: 'expires_at', header: words.expires, sort: true, csv: (row) => row.expires_at ?? '',
      cell: (row) => <Time value={row.expires_at} absent={words.never} /> },
    { id: 'created_at', header: text.common.created, sort: true, isHiddenByDefault: true, isNoWrap: true, csv: (row) => row.created_at,
      cell: (row) => <Time value={row.created_at} /> },
  ];
}
