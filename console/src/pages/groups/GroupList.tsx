import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { useState } from 'react';
import { Link, useLocation, useSearch } from 'wouter';
import type { components } from '../../api/schema';
import { usePermission } from '../../api/session';
import { text } from '../../app/messages';
import { groups as words } from '../../app/messages/groups';
import { carry } from '../../app/url';
import { ListPage } from '../../components/ListPage';
import { ResourceTable, type Column, type RowAction } from '../../components/ResourceTable';
import { Time } from '../../components/Time';
import { DeleteGroup } from './DeleteGroup';
import { GroupWindow } from './GroupWindow';

export type Group = components['schemas']['Group'];

export const groupsBase = '/administration/groups';

function rolesOf(group: Group): string {
  return group.roles.map((one) => words.roleIn(one.role.name, one.project?.name)).join('; ');
}

const columns: Column<Group>[] = [
  { id: 'name', header: text.common.name, isFixed: true, csv: (row) => row.name,
    cell: (row) => <Link href={`${groupsBase}/${row.id}`}>{row.name}</Link> },
  { id: 'description', header: text.common.description, csv: (row) => row.description, cell: (row) => row.description || text.common.emptyValue },
  { id: 'roles', header: words.roles, csv: rolesOf, cell: (row) => rolesOf(row) || words.noRole },
  { id: 'members', header: words.members, isNoWrap: true, csv: (row) => String(row.members), cell: (row) => words.memberCount(row.members) },
  { id: 'claim_value', header: words.claim, csv: (row) => row.claim_value, cell: (row) => row.claim_value || text.common.emptyValue },
  { id: 'updated_at', header: text.common.changed, isNoWrap: true, isHiddenByDefault: true, csv: (row) => row.updated_at,
    cell: (row) => <Time value={row.updated_at} /> },
];

export function GroupList({ isAdding = false }: { isAdding?: boolean }) {
  const [, navigate] = useLocation();
  const search = useSearch();
  const [going, setGoing] = useState<Group>();
  const mayChange = usePermission('manage_users', null);
  const to = (address: string) => navigate(carry(address, search));
  const add = mayChange ? { label: words.add, onClick: () => to(`${groupsBase}/new`) } : undefined;
  const rowActions = (row: Group): RowAction[] => [
    { title: words.open, onClick: () => to(`${groupsBase}/${row.id}`) },
    ...(mayChange ? [
      { title: text.common.edit, onClick: () => to(`${groupsBase}/${row.id}/edit`) },
      { title: text.common.delete, isDanger: true, onClick: () => setGoing(row) },
    ] : []),
  ];
  return (
    <ListPage title={words.title} lead={words.lead}>
      <ResourceTable<Group>
        id="groups" label={words.title} path="/api/v1/groups" columns={columns} defaultSort="" rowName={(row) => row.name} add={add}
        rowActions={rowActions} empty={<NoGroup add={add} />}
      />
      {isAdding && <GroupWindow onClose={() => to(groupsBase)} onAdded={(id) => to(`${groupsBase}/${id}`)} />}
      {going && <DeleteGroup group={going} onClose={() => setGoing(undefined)} />}
    </ListPage>
  );
}

function NoGroup({ add }: { add?: { label: string; onClick: () => void } }) {
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
