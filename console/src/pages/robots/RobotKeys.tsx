import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { Tooltip } from '@patternfly/react-core/dist/esm/components/Tooltip';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import type { components } from '../../api/schema';
import { usePermission } from '../../api/session';
import { text } from '../../app/messages';
import { robots as words } from '../../app/messages/robots';
import { errorText } from '../../components/FormError';
import { Question } from '../../components/Question';
import { ShownOnce } from '../../components/ShownOnce';
import { Time } from '../../components/Time';
import { showToast } from '../../components/toastStore';
import type { Robot } from './RobotList';

type RobotKey = components['schemas']['RobotKey'];

const mostLive = 2;

/** A robot's keys: made and shown once, at most two that live, revoked for good. */
export function RobotKeys({ robot }: { robot: Robot }) {
  const [fresh, setFresh] = useState<string>();
  const [going, setGoing] = useState<RobotKey>();
  const queries = useQueryClient();
  const mayManage = usePermission('manage_robot_keys');
  const keys = useQuery({
    queryKey: ['/api/v1/robots', robot.id, 'keys'],
    queryFn: ({ signal }) => api.get('/api/v1/robots/{id}/keys', { path: { id: robot.id }, query: { page_size: 1000 }, signal }),
  });
  const changed = () => queries.invalidateQueries({ queryKey: ['/api/v1/robots'] });
  const create = useMutation({
    mutationFn: () => api.post('/api/v1/robots/{id}/keys', { path: { id: robot.id } }),
    onSuccess: async (made) => {
      setFresh(made.key);
      await changed();
    },
  });
  const revoke = async (key: RobotKey) => {
    await api.delete('/api/v1/robots/{id}/keys/{key_id}', { path: { id: robot.id, key_id: key.id } });
    showToast({ title: words.keyRevokedDone });
    await changed();
  };
  const all = keys.data?.items ?? [];
  const live = all.filter((key) => key.revoked_at === null);
  return (
    <>
      {create.isError && <Alert isInline isLiveRegion variant="danger" title={errorText(create.error)} />}
      {keys.isError && <Alert isInline variant="danger" title={errorText(keys.error)} />}
      {keys.isPending && <Skeleton screenreaderText={text.common.loading} />}
      {keys.data && all.length === 0 && <Content component="p">{words.noKeyYet}</Content>}
      {all.length > 0 && <KeyTable robot={robot} keys={all} revoke={mayManage ? setGoing : undefined} />}
      {mayManage && keys.data && (
        <CreateKey isFull={live.length >= mostLive} isBusy={create.isPending} onClick={() => create.mutate()} />
      )}
      {fresh && (
        <ShownOnce title={words.newKeyTitle} value={fresh} label={words.newKeyLabel} done={words.stored}
          onClose={() => {
            setFresh(undefined);
            // The value does not stay behind in this page.
            create.reset();
          }}>
          {words.newKeyBody}
        </ShownOnce>
      )}
      {going && (
        <Question title={words.revokeKeyTitle} action={words.revokeKey} run={() => revoke(going)} onClose={() => setGoing(undefined)}>
          <p>{words.revokeKeyBody}</p>
          {live.length === 1 && <p>{words.revokeLastKey}</p>}
        </Question>
      )}
    </>
  );
}

function CreateKey({ isFull, isBusy, onClick }: { isFull: boolean; isBusy: boolean; onClick: () => void }) {
  const button = (
    <Button variant="secondary" isAriaDisabled={isFull} isLoading={isBusy} spinnerAriaLabel={text.common.loading}
      onClick={() => { if (!isBusy) onClick(); }}>
      {words.createKey}
    </Button>
  );
  return isFull ? <Tooltip content={words.twoLive}>{button}</Tooltip> : button;
}

interface KeyTableProps {
  robot: Robot;
  keys: RobotKey[];
  revoke?: (key: RobotKey) => void;
}

function KeyTable({ robot, keys, revoke }: KeyTableProps) {
  const used = useLastUses(robot);
  return (
    <Table aria-label={words.keys} variant="compact" gridBreakPoint="grid-md">
      <Thead>
        <Tr>
          <Th>{words.keyId}</Th>
          <Th>{words.keyState}</Th>
          <Th>{text.common.created}</Th>
          <Th modifier="nowrap" info={{ tooltip: words.lastUsedHelp, ariaLabel: text.common.moreAbout(words.lastUsed) }}>{words.lastUsed}</Th>
          {revoke && <Th screenReaderText={text.table.actions} />}
        </Tr>
      </Thead>
      <Tbody>
        {[...keys].reverse().map((key) => (
          <Tr key={key.id}>
            <Td dataLabel={words.keyId} modifier="breakWord">{key.id}</Td>
            <Td dataLabel={words.keyState} modifier="nowrap"><KeyState key={key.id} revokedAt={key.revoked_at} /></Td>
            <Td dataLabel={text.common.created} modifier="nowrap"><Time value={key.created_at} /></Td>
            <Td dataLabel={words.lastUsed} modifier="nowrap">{used(key.id)}</Td>
            {revoke && (
              <Td isActionCell>
                {key.revoked_at === null && (
                  <Button variant="link" isInline isDanger aria-label={words.revokeKeyOf(key.id)} onClick={() => revoke(key)}>{words.revokeKey}</Button>
                )}
              </Td>
            )}
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

function KeyState({ revokedAt }: { revokedAt: string | null }) {
  if (revokedAt === null) return <Label variant="outline" status="success">{words.keyLives}</Label>;
  return <>{words.keyRevoked} <Time value={revokedAt} /></>;
}

/** When tokens were last handed out to each key; the trail knows, and not everybody may read it. */
function useLastUses(robot: Robot) {
  const mayRead = usePermission('read_audit');
  const events = useQuery({
    queryKey: ['/api/v1/audit-events', 'last uses', robot.id], enabled: mayRead,
    queryFn: ({ signal }) =>
      api.get('/api/v1/audit-events', { query: { action: 'token.handed_out', actor_id: robot.id, page_size: 1000 }, signal }),
  });
  return (key: string) => {
    if (!mayRead || events.isError) return words.lastUsedUnknown;
    if (!events.data) return <Skeleton screenreaderText={text.common.loading} />;
    const newest = events.data.items.find((item) => 'key_id' in item.event && item.event.key_id === key);
    if (newest) return <Time value={newest.event.at} />;
    return events.data.next_before === null ? words.lastUsedNever : words.lastUsedUnknown;
  };
}
