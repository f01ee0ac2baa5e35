import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Card, CardBody, CardFooter, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import { usePermissions } from '../../api/session';
import { text } from '../../app/messages';
import { restoreReport as words } from '../../app/messages/restoreReport';
import { errorText } from '../../components/FormError';
import type { LiftQuarantineProps } from '../../components/LiftQuarantine';
import { Time } from '../../components/Time';
import { clientsBase, type OAuthClient } from '../vault/oauth-clients/clientTypes';
import { byTargetSystem, useQuarantined, type QuarantinedOf } from './quarantined';

const LiftQuarantine = lazy(() => import('../../components/LiftQuarantine'));

/** So many of a target system are listed; the buttons mean all of them. */
const mostShown = 50;

type Lifting = Omit<LiftQuarantineProps, 'onClose'>;

/** Clients that renew nothing until somebody decides: one, all of a target system, or all. */
export function QuarantinedCard({ areThereAny }: { areThereAny: boolean }) {
  const found = useQuarantined(areThereAny);
  const may = usePermissions();
  const [lifting, setLifting] = useState<Lifting>();
  const clients = found.data ?? [];
  const mine = clients.filter((client) => may('configure', client.project));
  return (
    <Card>
      <CardTitle component="h2">{words.quarantined}</CardTitle>
      <CardBody>
        {found.isError && <Alert isInline variant="danger" title={errorText(found.error)} />}
        {found.isLoading && <Skeleton screenreaderText={text.common.loading} />}
        {(found.data || !areThereAny) && <Content component="p">{clients.length === 0 ? words.noneQuarantined : words.quarantinedBody}</Content>}
        {byTargetSystem(clients).map((of) => <OfSystem key={of.system} of={of} may={may} lift={setLifting} />)}
      </CardBody>
      {mine.length > 1 && mine.length === clients.length && (
        <CardFooter>
          <Button variant="secondary" isDanger onClick={() => setLifting({ what: { all: true }, clients })}>{words.liftAll}</Button>
        </CardFooter>
      )}
      <Suspense>{lifting && <LiftQuarantine {...lifting} onClose={() => setLifting(undefined)} />}</Suspense>
    </Card>
  );
}

interface OfSystemProps {
  of: QuarantinedOf;
  may: ReturnType<typeof usePermissions>;
  lift: (lifting: Lifting) => void;
}

function OfSystem({ of, may, lift }: OfSystemProps) {
  const mine = of.clients.filter((client) => may('configure', client.project));
  return (
    <>
      <Flex>
        <FlexItem><Title headingLevel="h3" size="md"><bdi>{of.name}</bdi></Title></FlexItem>
        {of.clients.length > mostShown && <FlexItem>{words.shownOf(mostShown, of.clients.length)}</FlexItem>}
        {mine.length > 1 && mine.length === of.clients.length && (
          <FlexItem>
            <Button variant="link" isInline onClick={() => lift({ what: { target_system: of.system }, clients: of.clients })}>
              {words.liftSystem(of.name)}
            </Button>
          </FlexItem>
        )}
      </Flex>
      <Table aria-label={of.name} variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            <Th>{words.client}</Th>
            <Th>{words.account}</Th>
            <Th>{words.token}</Th>
            <Th screenReaderText={text.table.actions} />
          </Tr>
        </Thead>
        <Tbody>
          {of.clients.slice(0, mostShown).map((client) => (
            <ClientRow key={client.id} client={client}
              lift={may('configure', client.project) ? () => lift({ what: { oauth_client: client.id }, clients: [client] }) : undefined} />
          ))}
        </Tbody>
      </Table>
    </>
  );
}

function ClientRow({ client, lift }: { client: OAuthClient; lift?: () => void }) {
  return (
    <Tr>
      <Td dataLabel={words.client} modifier="breakWord"><Link href={`${clientsBase}/${client.id}`}><bdi>{client.label}</bdi></Link></Td>
      <Td dataLabel={words.account} modifier="breakWord"><bdi>{client.account?.name ?? text.common.emptyValue}</bdi></Td>
      <Td dataLabel={words.token}><Time value={client.token?.expires_at} absent={words.noToken} /></Td>
      <Td dataLabel={text.table.actions}>
        {lift && <Button variant="link" isInline aria-label={words.liftOne(client.label)} onClick={lift}>{words.lift}</Button>}
      </Td>
    </Tr>
  );
}
