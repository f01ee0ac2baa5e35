import { ActionList, ActionListGroup, ActionListItem } from '@patternfly/react-core/dist/esm/components/ActionList';
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
import { lazy, Suspense, useState, type ReactElement } from 'react';
import { api } from '../../api/client';
import type { components } from '../../api/schema';
import { usePermission } from '../../api/session';
import { text } from '../../app/messages';
import { restrictions as limitWords } from '../../app/messages/restrictions';
import { robots as words } from '../../app/messages/robots';
import { errorText } from '../../components/FormError';
import { Question } from '../../components/Question';
import { ShownOnce } from '../../components/ShownOnce';
import { Time } from '../../components/Time';
import { showToast } from '../../components/toastStore';
import { LastUse, Limits } from './Limits';
import { isSpent } from './restrictions';
import type { Robot } from './RobotList';

const CreateKeyWindow = lazy(() => import('./CreateKeyWindow'));

type RobotKey = components['schemas']['RobotKey'];

const mostLive = 2;

/** A robot's keys: made and shown once, at most two that live, revoked for good. */
export function RobotKeys({ robot }: { robot: Robot }) {
  const [fresh, setFresh] = useState<string>();
  const [isLimiting, setLimiting] = useState(false);
  const [going, setGoing] = useState<RobotKey>();
  const queries = useQueryClient();
  const mayManage = usePermission('manage_robot_keys', robot.project);
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
      {live.length === mostLive && <Replacing keys={live} />}
      {all.length > 0 && <KeyTable keys={all} revoke={mayManage ? setGoing : undefined} />}
      {mayManage && keys.data && (
        <CreateKey isFull={live.length >= mostLive} isBusy={create.isPending} onClick={() => create.mutate()} limit={() => setLimiting(true)} />
      )}
      <Suspense>
        {isLimiting && (
          <CreateKeyWindow robot={robot} onClose={() => setLimiting(false)}
            onMade={(key) => {
              setLimiting(false);
              setFresh(key);
              void changed();
            }} />
        )}
      </Suspense>
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

interface CreateKeyProps {
  isFull: boolean;
  isBusy: boolean;
  onClick: () => void;
  limit: () => void;
}

function CreateKey({ isFull, isBusy, onClick, limit }: CreateKeyProps) {
  const why = (button: ReactElement) => (isFull ? <Tooltip content={words.twoLive}>{button}</Tooltip> : button);
  return (
    <ActionList>
      <ActionListGroup>
        <ActionListItem>
          {why(
            <Button variant="secondary" isAriaDisabled={isFull} isLoading={isBusy} spinnerAriaLabel={text.common.loading}
              onClick={() => { if (!isBusy) onClick(); }}>
              {words.createKey}
            </Button>,
          )}
        </ActionListItem>
        <ActionListItem>{why(<Button variant="secondary" isAriaDisabled={isFull} onClick={limit}>{words.createLimited}</Button>)}</ActionListItem>
      </ActionListGroup>
    </ActionList>
  );
}

/** Where two keys live one is being replaced: says how far that has come. Keys are oldest first. */
function Replacing({ keys: [older, newer] }: { keys: RobotKey[] }) {
  if (!older || !newer) return null;
  if (newer.last_used_at === null) return <Alert isInline variant="info" component="h3" title={words.newerUnused}>{words.newerUnusedBody}</Alert>;
  const isOlderInUse = older.last_used_at !== null && older.last_used_at > newer.last_used_at;
  return (
    <Alert isInline variant={isOlderInUse ? 'info' : 'success'} component="h3" title={isOlderInUse ? words.bothInUse : words.newerInUse}>
      {isOlderInUse ? words.bothInUseBody : words.newerInUseBody}
    </Alert>
  );
}

function KeyTable({ keys, revoke }: { keys: RobotKey[]; revoke?: (key: RobotKey) => void }) {
  return (
    <Table aria-label={words.keys} variant="compact" gridBreakPoint="grid-md">
      <Thead>
        <Tr>
          <Th>{words.keyId}</Th>
          <Th>{words.keyState}</Th>
          <Th>{limitWords.title}</Th>
          <Th>{text.common.created}</Th>
          <Th modifier="nowrap">{words.lastUsed}</Th>
          {revoke && <Th screenReaderText={text.table.actions} />}
        </Tr>
      </Thead>
      <Tbody>
        {[...keys].reverse().map((key) => (
          <Tr key={key.id}>
            <Td dataLabel={words.keyId} modifier="breakWord">{key.id}</Td>
            <Td dataLabel={words.keyState} modifier="nowrap"><KeyState isSpent={isSpent(key.restrictions, key.uses)} revokedAt={key.revoked_at} /></Td>
            <Td dataLabel={limitWords.title}><Limits restrictions={key.restrictions} uses={key.uses} /></Td>
            <Td dataLabel={text.common.created}><Time value={key.created_at} /></Td>
            <Td dataLabel={words.lastUsed}><LastUse at={key.last_used_at} from={key.last_used_from} /></Td>
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

/** Whether a key or an identity lets anybody in. */
export function KeyState({ isSpent: spent, revokedAt }: { isSpent: boolean; revokedAt: string | null }) {
  if (revokedAt !== null) return <>{words.keyRevoked} <Time value={revokedAt} /></>;
  if (spent) return <Label variant="outline" status="warning">{words.keySpent}</Label>;
  return <Label variant="outline" status="success">{words.keyLives}</Label>;
}
