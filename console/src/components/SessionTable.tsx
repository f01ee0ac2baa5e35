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
import { request } from '../api/client';
import { isProblem } from '../api/problem';
import type { components } from '../api/schema';
import { text } from '../app/messages';
import { sessions as words } from '../app/messages/sessions';
import { errorText } from './FormError';
import { inTurn } from './inTurn';
import { Time } from './Time';
import { showToast } from './toastStore';

type Sessions = components['schemas']['SessionList'];

export interface SessionTableProps {
  /** Where the API has them; each lies below it. */
  path: string;
  mayEnd: boolean;
  /** They are those of whoever looks: the one that is looked at from stays. */
  isOwn?: boolean;
}

/** The browsers in which somebody is signed in; each can be ended, or all of them. */
export function SessionTable({ path, mayEnd, isOwn = false }: SessionTableProps) {
  const queries = useQueryClient();
  const queryKey = isOwn ? [path] : ['/api/v1/users', path];
  const list = useQuery({ queryKey, queryFn: ({ signal }) => request<Sessions>('GET', path, { signal }) });
  const endOne = (session: string) => request<void>('DELETE', `${path}/${session}`).catch((error: unknown) => {
    // Over already, which is what was wanted.
    if (!isProblem(error, 'not_found')) throw error;
  });
  const end = useMutation({
    mutationFn: async (session: string | undefined) => {
      if (session !== undefined) return endOne(session);
      if (!isOwn) return request<void>('DELETE', path);
      await inTurn(others.map((one) => one.id), endOne);
    },
    onSuccess: (_, session) => {
      showToast({ title: session !== undefined ? words.endedDone : isOwn ? words.endedOthersDone : words.endedAllDone });
    },
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
  const sessions = list.data?.items ?? [];
  const others = sessions.filter((session) => !session.is_this_one);
  const error = end.error ?? list.error;
  return (
    <>
      {error && <Alert isInline isLiveRegion variant="danger" title={errorText(error)} />}
      {list.isPending && <Skeleton screenreaderText={text.common.loading} />}
      {list.data && sessions.length === 0 && <Content component="p">{words.none}</Content>}
      {sessions.length > 0 && (
        <Table aria-label={words.title} variant="compact" gridBreakPoint="grid-md">
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
                    {!(isOwn && session.is_this_one) && (
                      <Button variant="link" isInline isDanger aria-label={words.endOf(index + 1)} isDisabled={end.isPending}
                        onClick={() => end.mutate(session.id)}>
                        {words.end}
                      </Button>
                    )}
                  </Td>
                )}
              </Tr>
            ))}
          </Tbody>
        </Table>
      )}
      {mayEnd && (isOwn ? others.length > 0 : sessions.length > 1) && (
        <Button variant="secondary" isDanger isDisabled={end.isPending} onClick={() => end.mutate(undefined)}>
          {isOwn ? words.endOthers : words.endAll}
        </Button>
      )}
    </>
  );
}
