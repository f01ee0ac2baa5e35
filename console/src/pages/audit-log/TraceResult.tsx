import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Flex } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import { request } from '../../api/client';
import { usePermission } from '../../api/session';
import { text } from '../../app/messages';
import { auditTrail as words } from '../../app/messages/auditTrail';
import { Time } from '../../components/Time';
import { actionName } from './events';
import { namedOnce, type HandOut, type Named, type Trace } from './trail';

const KillWindow = lazy(() => import('../../components/KillWindow'));

/** Who got the token, and what can be stopped at once because of it. */
export function TraceResult({ trace }: { trace: Trace }) {
  const { hand_outs: handOuts } = trace;
  if (!trace.found) return <Alert isInline isLiveRegion variant="info" component="h2" title={words.traceUnknown}>{words.traceUnknownBody}</Alert>;
  const clients = namedOnce(handOuts.map((one) => one.oauth_client));
  const robots = namedOnce(handOuts.map((one) => one.robot));
  const wasHandedOut = handOuts.length > 0;
  return (
    <Stack hasGutter>
      <StackItem>
        <Alert isInline isLiveRegion variant={wasHandedOut ? 'danger' : 'warning'} component="h2"
          title={wasHandedOut ? words.traceFound(handOuts.length) : words.traceNever}>
          <p>{wasHandedOut ? words.traceFoundBody : words.traceNeverBody}</p>
          {trace.retrieved_at && <p>{words.traceRetrieved}: <Time value={trace.retrieved_at} /></p>}
        </Alert>
      </StackItem>
      {wasHandedOut && <StackItem><HandOuts handOuts={handOuts} /></StackItem>}
      {trace.more && <StackItem>{words.traceMore}</StackItem>}
      <StackItem>
        <Flex>
          {clients.map((one) => <StopButton key={one.id} scope="oauth_client" of={one} />)}
          {robots.map((one) => <StopButton key={one.id} scope="robot" of={one} />)}
        </Flex>
      </StackItem>
    </Stack>
  );
}

function HandOuts({ handOuts }: { handOuts: HandOut[] }) {
  return (
    <Table aria-label={words.traceHandOuts} variant="compact" gridBreakPoint="grid-lg">
      <Thead>
        <Tr>
          <Th>{words.traceWhen}</Th>
          <Th>{words.traceClient}</Th>
          <Th>{words.traceRobot}</Th>
          <Th>{words.traceWhere}</Th>
          <Th>{words.traceHow}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {handOuts.map((one) => (
          <Tr key={`${one.request_id} ${one.at}`}>
            <Td dataLabel={words.traceWhen}><Time value={one.at} /></Td>
            <Td dataLabel={words.traceClient} modifier="breakWord">
              {one.secret ? <LinkTo base="/repository/vault/secrets" of={one.secret} /> : <LinkTo base="/repository/vault/oauth-clients" of={one.oauth_client} />}
            </Td>
            <Td dataLabel={words.traceRobot} modifier="breakWord">
              {one.user ? <LinkTo base="/administration/users" of={one.user} /> : <LinkTo base="/repository/robots" of={one.robot} />}
            </Td>
            <Td dataLabel={words.traceWhere} modifier="breakWord">{one.peer}</Td>
            <Td dataLabel={words.traceHow} modifier="breakWord">{actionName(one.action)} ({words.traceRequest} {one.request_id})</Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

function LinkTo({ base, of }: { base: string; of: Named | null }) {
  if (!of) return text.common.emptyValue;
  return of.name === '' ? words.traceGone : <Link href={`${base}/${of.id}`}><bdi>{of.name}</bdi></Link>;
}

const paths = { oauth_client: '/api/v1/oauth-clients', robot: '/api/v1/robots' };

/** Stops one of them; nothing where it is gone, or stopped, or the person may not. */
function StopButton({ scope, of }: { scope: keyof typeof paths; of: Named }) {
  const [isOpen, setOpen] = useState(false);
  const found = useQuery({
    queryKey: [paths[scope], of.id], retry: false,
    queryFn: ({ signal }) => request<{ project: string; killed_by?: string | null }>('GET', `${paths[scope]}/${of.id}`, { signal }),
  });
  const place = found.data?.project;
  const mayStop = usePermission('kill', place);
  if (place === undefined || !mayStop || (found.data?.killed_by ?? null) !== null) return null;
  return (
    <>
      <Button variant="danger" onClick={() => setOpen(true)}>
        {scope === 'robot' ? words.stopRobot(of.name) : words.stopClient(of.name)}
      </Button>
      {isOpen && (
        <Suspense><KillWindow scope={scope} subject={of.id} name={of.name} place={place} onClose={() => setOpen(false)} /></Suspense>
      )}
    </>
  );
}
