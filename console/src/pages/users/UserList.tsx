import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import type { components } from '../../api/schema';
import { usePermission } from '../../api/session';
import { text } from '../../app/messages';
import { users as words } from '../../app/messages/users';
import { carry } from '../../app/url';
import { ListPage } from '../../components/ListPage';
import { ResourceTable, type Column, type RowAction } from '../../components/ResourceTable';
import { Time } from '../../components/Time';
import { UserQuestion, type UserQuestionKind } from './UserQuestion';
import { UserWindow } from './UserWindow';

export type User = components['schemas']['User'] & { has_second_factor?: boolean };

export const usersBase = '/administration/users';

const columns: Column<User>[] = [
  { id: 'name', header: text.common.name, isFixed: true, csv: (row) => row.name,
    cell: (row) => <Link href={`${usersBase}/${row.id}`}><bdi>{row.name}</bdi></Link> },
  { id: 'full_name', header: words.fullName, csv: (row) => row.full_name, cell: (row) => row.full_name || text.common.emptyValue },
  { id: 'email', header: words.email, csv: (row) => row.email, cell: (row) => row.email || text.common.emptyValue },
  { id: 'groups', header: words.groups, csv: (row) => row.groups.map((group) => group.name).join(', '),
    cell: (row) => row.groups.map((group) => group.name).join(', ') || words.noGroup },
  { id: 'state', header: words.state, isNoWrap: true, csv: stateOf, cell: (row) => <UserState user={row} /> },
  { id: 'created_at', header: text.common.created, isNoWrap: true, isHiddenByDefault: true, csv: (row) => row.created_at,
    cell: (row) => <Time value={row.created_at} /> },
];

function stateOf(user: User): string {
  return user.disabled ? words.disabled : words.active;
}

/** Whether they can sign in. */
export function UserState({ user }: { user: User }) {
  return <Label variant="outline" status={user.disabled ? undefined : 'success'}>{stateOf(user)}</Label>;
}

export function UserList({ isAdding = false }: { isAdding?: boolean }) {
  const [, navigate] = useLocation();
  const search = useSearch();
  const [asked, setAsked] = useState<{ user: User; what: UserQuestionKind }>();
  const mayChange = usePermission('manage_users', null);
  const to = (address: string) => navigate(carry(address, search));
  const add = mayChange ? { label: words.add, onClick: () => to(`${usersBase}/new`) } : undefined;
  const rowActions = (row: User): RowAction[] => [
    { title: words.open, onClick: () => to(`${usersBase}/${row.id}`) },
    ...(mayChange ? [
      { title: text.common.edit, onClick: () => to(`${usersBase}/${row.id}/edit`) },
      { title: words.reset, onClick: () => setAsked({ user: row, what: 'reset' }) },
      { title: row.disabled ? words.enable : words.disable, onClick: () => setAsked({ user: row, what: row.disabled ? 'enable' : 'disable' }) },
      { title: text.common.delete, isDanger: true, onClick: () => setAsked({ user: row, what: 'delete' }) },
    ] : []),
  ];
  return (
    <ListPage title={words.title} lead={words.lead}>
      <ResourceTable<User>
        id="users" label={words.title} path="/api/v1/users" columns={columns} defaultSort="" rowName={(row) => row.name} add={add}
        rowActions={rowActions} empty={<NoUser add={add} />}
      />
      {isAdding && <UserWindow onClose={() => to(usersBase)} onAdded={(id) => to(`${usersBase}/${id}`)} />}
      {asked && <UserQuestion key={asked.user.id} {...asked} onClose={() => setAsked(undefined)} />}
    </ListPage>
  );
}

function NoUser({ add }: { add?: { label: string; onClick: () => void } }) {
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
