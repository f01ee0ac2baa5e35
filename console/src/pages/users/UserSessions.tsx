import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../../api/client';
import { text } from '../../app/messages';
import { users as words } from '../../app/messages/users';
import { errorText } from '../../components/FormError';
import { Time } from '../../components/Time';
import { showToast } from '../../components/toastStore';

/** The browsers in which a user is signed in; each can be ended by who `mayEnd`. */
export function UserSessions({ user, mayEnd }: { user: string; mayEnd: boolean }) {
  const queries = useQueryClient();
  const queryKey = ['/api/v1/users', user, 'sessions'];
  const list = useQuery({ queryKey, queryFn: ({ signal }) => api.get('/api/v1/users/{id}/sessions', { path: { id: user }, signal }) });
  const end = useMutation({
    mutationFn: (session: string | undefined) => session === undefined
      ? api.delete('/api/v1/users/{id}/sessions', { path: { id: user } })
      : api.delete('/api/v1/users/{id}/sessions/{session}', { path: { id: user, session } }),
    onSuccess: async (_, session) => {
      showToast({ title: session === undefined ? words.endedAllDone : words.endedDone });
      await queries.invalidateQueries({ queryKey });
    },
  });
  const sessions = list.data?.items ?? [];
  const error = end.error ?? list.error;
  return (
    <>
      {error && <Alert isInline isLiveRegion variant="danger" title={errorText(error)} />}
      {list.isPending && <Skeleton screenreaderText={text.common.loading} />}
      {list.data && sessions.length === 0 && <Content component="p">{words.noSession}</Content>}
      {sessions.length > 0 && (
        <Table aria-label={words.sessions} variant="compact" gridBreakPoint="grid-md">
          <Thead>
            <Tr><Th>{words.begun}</Th><Th>{words.ends}</Th>{mayEnd && <Th screenReaderText={text.table.actions} />}</Tr>
          </Thead>
          <Tbody>
            {sessions.map((session, index) => (
              <Tr key={session.id}>
                <Td dataLabel={words.begun}>
                  <Time value={session.created_at} /> {session.is_this_one && <Label isCompact>{words.thisOne}</Label>}
                </Td>
                <Td dataLabel={words.ends}><Time value={session.expires_at} /></Td>
                {mayEnd && (
                  <Td isActionCell>
                    <Button variant="link" isInline isDanger aria-label={words.endSessionOf(index + 1)} isDisabled={end.isPending}
                      onClick={() => end.mutate(session.id)}>
                      {words.endSession}
                    </Button>
                  </Td>
                )}
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
      {mayEnd && sessions.length > 1 && (
        <Button variant="secondary" isDanger isDisabled={end.isPending} onClick={() => end.mutate(undefined)}>{words.endAll}</Button>
      )}
    </>
  );
}
