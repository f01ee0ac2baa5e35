import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../api/client';
import type { components } from '../../api/schema';
import { text } from '../../app/messages';
import { groups as words } from '../../app/messages/groups';
import { errorText } from '../../components/FormError';
import { ResourcePicker } from '../../components/ResourcePicker';
import { TablePages } from '../../components/TableToolbar';
import { showToast } from '../../components/toastStore';
import type { Group } from './GroupList';

type Member = components['schemas']['GroupMemberPage']['items'][number];
type User = components['schemas']['User'];

/** Who is in a group, page by page: it may be everybody of a large organisation. */
export function GroupMembers({ group, mayChange }: { group: Group; mayChange: boolean }) {
  const [{ page, pageSize }, setPages] = useState({ page: 1, pageSize: 20 });
  const [adding, setAdding] = useState<User>();
  const queries = useQueryClient();
  const list = useQuery({
    queryKey: ['/api/v1/groups', group.id, 'members', page, pageSize], placeholderData: keepPreviousData,
    queryFn: ({ signal }) => api.get('/api/v1/groups/{id}/members', { path: { id: group.id }, query: { page, page_size: pageSize }, signal }),
  });
  const change = useMutation({
    mutationFn: ({ user, isIn }: { user: { id: string; name: string }; isIn: boolean }) => {
      const path = { id: group.id, user: user.id };
      return isIn ? api.put('/api/v1/groups/{id}/members/{user}', { path }) : api.delete('/api/v1/groups/{id}/members/{user}', { path });
    },
    onSuccess: async (_, { user, isIn }) => {
      showToast({ title: isIn ? words.memberAdded(user.name) : words.memberRemoved(user.name) });
      setAdding(undefined);
      await queries.invalidateQueries({ queryKey: ['/api/v1/groups'] });
      await queries.invalidateQueries({ queryKey: ['/api/v1/users'] });
    },
  });
  const total = list.data?.total ?? 0;
  const members = list.data?.items ?? [];
  const error = change.error ?? list.error;
  return (
    <>
      <Content component="p">{list.data && total > 0 ? words.membersLead(total) : list.data && words.noMember}</Content>
      {error && <Alert isInline isLiveRegion variant="danger" title={errorText(error)} />}
      {mayChange && (
        <Flex>
          <FlexItem>
            <ResourcePicker<User> label={words.member} path="/api/v1/users" rowName={(row) => row.name} rowDetail={(row) => row.full_name}
              value={adding} onChange={setAdding} />
          </FlexItem>
          <FlexItem>
            <Button variant="secondary" isDisabled={!adding || change.isPending}
              onClick={() => { if (adding) change.mutate({ user: adding, isIn: true }); }}>
              {words.addMember}
            </Button>
          </FlexItem>
        </Flex>
      )}
      {list.isPending && <Skeleton screenreaderText={text.common.loading} />}
      {members.length > 0 && (
        <MemberTable members={members} remove={mayChange ? (user) => change.mutate({ user, isIn: false }) : undefined} isBusy={change.isPending} />
      )}
      {total > 20 && (
        <TablePages variant="bottom" total={total} state={{ page, pageSize, filter: '', sort: '', columns: [] }}
          set={(wanted) => setPages({ page: wanted.page ?? 1, pageSize: wanted.pageSize ?? pageSize })} />
      )}
    </>
  );
}

interface MemberTableProps {
  members: Member[];
  remove?: (user: Member['user']) => void;
  isBusy: boolean;
}

function MemberTable({ members, remove, isBusy }: MemberTableProps) {
  return (
    <Table aria-label={words.members} variant="compact" gridBreakPoint="grid-md">
      <Thead><Tr><Th>{words.member}</Th><Th>{words.why}</Th>{remove && <Th screenReaderText={text.table.actions} />}</Tr></Thead>
      <Tbody>
        {members.map((one) => (
          <Tr key={one.user.id}>
            <Td dataLabel={words.member}><Link href={`/administration/users/${one.user.id}`}><bdi>{one.user.name}</bdi></Link></Td>
            <Td dataLabel={words.why}>{one.local ? (one.by_single_sign_on ? words.byBoth : words.byPeople) : words.bySignOn}</Td>
            {remove && (
              <Td isActionCell>
                <Button variant="link" isInline isDanger isDisabled={isBusy} aria-label={words.removeMemberOf(one.user.name)}
                  onClick={() => remove(one.user)}>
                  {words.removeMember}
                </Button>
              </Td>
            )}
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
