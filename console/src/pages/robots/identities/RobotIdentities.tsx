import { ActionList, ActionListGroup, ActionListItem } from '@patternfly/react-core/dist/esm/components/ActionList';
import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { Tooltip } from '@patternfly/react-core/dist/esm/components/Tooltip';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { api } from '../../../api/client';
import { usePermission } from '../../../api/session';
import { text } from '../../../app/messages';
import { restrictions as limitWords } from '../../../app/messages/restrictions';
import { robotIdentities as words } from '../../../app/messages/robotIdentities';
import { robots as robotWords } from '../../../app/messages/robots';
import { errorText } from '../../../components/FormError';
import { Question } from '../../../components/Question';
import { showToast } from '../../../components/toastStore';
import { LastUse, Limits } from '../Limits';
import { isSpent } from '../restrictions';
import { KeyState } from '../RobotKeys';
import type { Robot } from '../RobotList';
import { identityLines, type RobotIdentity } from './identity';

const TokenWindow = lazy(() => import('./TokenWindow'));
const CertificateWindow = lazy(() => import('./CertificateWindow'));

const mostLive = 10;
type Open = 'token' | 'certificate';

/** A robot's ways in without a key: added, and revoked for good. */
export function RobotIdentities({ robot }: { robot: Robot }) {
  const [open, setOpen] = useState<Open>();
  const [going, setGoing] = useState<RobotIdentity>();
  const queries = useQueryClient();
  const mayManage = usePermission('manage_robot_keys', robot.project);
  const identities = useQuery({
    queryKey: ['/api/v1/robots', robot.id, 'identities'],
    queryFn: ({ signal }) => api.get('/api/v1/robots/{id}/identities', { path: { id: robot.id }, query: { page_size: 1000 }, signal }),
  });
  const revoke = async (identity: RobotIdentity) => {
    await api.delete('/api/v1/robots/{id}/identities/{identity_id}', { path: { id: robot.id, identity_id: identity.id } });
    showToast({ title: words.revoked });
    await queries.invalidateQueries({ queryKey: ['/api/v1/robots'] });
  };
  const all = identities.data?.items ?? [];
  const isFull = all.filter((one) => one.revoked_at === null).length >= mostLive;
  const close = () => setOpen(undefined);
  return (
    <>
      {identities.isError && <Alert isInline variant="danger" title={errorText(identities.error)} />}
      {identities.isPending && <Skeleton screenreaderText={text.common.loading} />}
      {identities.data && all.length === 0 && <Content component="p">{words.none}</Content>}
      {all.length > 0 && <IdentityTable identities={all} revoke={mayManage ? setGoing : undefined} />}
      {mayManage && identities.data && <Add isFull={isFull} open={setOpen} />}
      <Suspense>
        {open === 'token' && <TokenWindow robot={robot} onClose={close} />}
        {open === 'certificate' && <CertificateWindow robot={robot} onClose={close} />}
      </Suspense>
      {going && (
        <Question title={words.revokeTitle} action={words.revoke} run={() => revoke(going)} onClose={() => setGoing(undefined)}>
          <p>{words.revokeBody}</p>
          <List>{identityLines(going.identity).map((line) => <ListItem key={line}>{line}</ListItem>)}</List>
        </Question>
      )}
    </>
  );
}

function Add({ isFull, open }: { isFull: boolean; open: (what: Open) => void }) {
  const button = (what: Open, label: string) => {
    const one = <Button variant="secondary" isAriaDisabled={isFull} onClick={() => open(what)}>{label}</Button>;
    return <ActionListItem>{isFull ? <Tooltip content={words.full}>{one}</Tooltip> : one}</ActionListItem>;
  };
  return (
    <ActionList>
      <ActionListGroup>
        {button('token', words.addToken)}
        {button('certificate', words.addCertificate)}
      </ActionListGroup>
    </ActionList>
  );
}

interface TableProps {
  identities: RobotIdentity[];
  revoke?: (identity: RobotIdentity) => void;
}

function IdentityTable({ identities, revoke }: TableProps) {
  return (
    <Table aria-label={words.title} variant="compact" gridBreakPoint="grid-md">
      <Thead>
        <Tr>
          <Th>{words.how}</Th>
          <Th>{words.who}</Th>
          <Th>{robotWords.keyState}</Th>
          <Th>{limitWords.title}</Th>
          <Th modifier="nowrap">{robotWords.lastUsed}</Th>
          {revoke && <Th screenReaderText={text.table.actions} />}
        </Tr>
      </Thead>
      <Tbody>
        {[...identities].reverse().map((one) => (
          <Tr key={one.id}>
            <Td dataLabel={words.how}>{words.kinds[one.identity.kind]}</Td>
            <Td dataLabel={words.who} modifier="breakWord">
              <List isPlain>{identityLines(one.identity).map((line) => <ListItem key={line}>{line}</ListItem>)}</List>
            </Td>
            <Td dataLabel={robotWords.keyState}><KeyState isSpent={isSpent(one.restrictions, one.uses)} revokedAt={one.revoked_at} /></Td>
            <Td dataLabel={limitWords.title}><Limits restrictions={one.restrictions} uses={one.uses} /></Td>
            <Td dataLabel={robotWords.lastUsed}><LastUse at={one.last_used_at} from={one.last_used_from} /></Td>
            {revoke && (
              <Td isActionCell>
                {one.revoked_at === null && (
                  <Button variant="link" isInline isDanger aria-label={words.revokeOf(identityLines(one.identity).join(', '))} onClick={() => revoke(one)}>
                    {words.revoke}
                  </Button>
                )}
              </Td>
            )}
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
