import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { usePermission, usePermissions } from '../../api/session';
import { text } from '../../app/messages';
import { groups as words } from '../../app/messages/groups';
import { Question } from '../../components/Question';
import { showToast } from '../../components/toastStore';
import { GrantRoleWindow } from './GrantRoleWindow';
import type { Group } from './GroupList';

type GroupRole = Group['roles'][number];

/** What a group's members may do, and where. */
export function GroupRoles({ group }: { group: Group }) {
  const [isGranting, setGranting] = useState(false);
  const [going, setGoing] = useState<GroupRole>();
  const queries = useQueryClient();
  const may = usePermissions();
  const maySomewhere = usePermission('manage_users');
  const take = async (one: GroupRole) => {
    await api.delete('/api/v1/groups/{id}/roles/{role}', { path: { id: group.id, role: one.id } });
    showToast({ title: words.taken(one.role.name) });
    await queries.invalidateQueries({ queryKey: ['/api/v1/groups'] });
    await queries.invalidateQueries({ queryKey: ['/api/v1/users'] });
  };
  return (
    <>
      <Content component="p">{group.roles.length > 0 ? words.rolesLead : words.noRoles}</Content>
      {group.roles.length > 0 && (
        <Table aria-label={words.roles} variant="compact" gridBreakPoint="grid-md">
          <Thead><Tr><Th>{words.role}</Th><Th>{words.where}</Th><Th screenReaderText={text.table.actions} /></Tr></Thead>
          <Tbody>
            {group.roles.map((one) => (
              <Tr key={one.id}>
                <Td dataLabel={words.role}>{one.role.name}</Td>
                <Td dataLabel={words.where}>{one.project?.name ?? words.everywhere}</Td>
                <Td isActionCell>
                  {may('manage_users', one.project?.id ?? null) && (
                    <Button variant="link" isInline isDanger aria-label={words.takeOf(words.roleIn(one.role.name, one.project?.name))}
                      onClick={() => setGoing(one)}>
                      {words.take}
                    </Button>
                  )}
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
      {maySomewhere && <Button variant="secondary" onClick={() => setGranting(true)}>{words.grant}</Button>}
      {isGranting && <GrantRoleWindow group={group} onClose={() => setGranting(false)} />}
      {going && (
        <Question title={words.takeTitle(going.role.name)} action={words.take} run={() => take(going)} onClose={() => setGoing(undefined)}>
          <p>{words.takeBody}</p>
        </Question>
      )}
    </>
  );
}
