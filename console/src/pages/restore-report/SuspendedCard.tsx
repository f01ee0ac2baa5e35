import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Card, CardBody, CardFooter, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, fetchAll } from '../../api/client';
import { attentionPath, restoreReportPath, suspensionsPath, type Suspension } from '../../api/safeKeeping';
import { text } from '../../app/messages';
import { restoreReport as words } from '../../app/messages/restoreReport';
import { errorText } from '../../components/FormError';
import { Question } from '../../components/Question';
import { Time } from '../../components/Time';
import { showToast } from '../../components/toastStore';

const pageSize = 50;

/** What the backup has and nothing newer confirms; nobody gets in by it until it is lifted. */
export function SuspendedCard() {
  const [lifting, setLifting] = useState<Suspension[]>();
  const found = useQuery({
    queryKey: [suspensionsPath], queryFn: ({ signal }) => fetchAll<Suspension>(suspensionsPath, {}, undefined, signal),
  });
  const items = found.data ?? [];
  return (
    <Card>
      <CardTitle component="h2">{words.suspended}</CardTitle>
      <CardBody>
        {found.isError && <Alert isInline variant="danger" title={errorText(found.error)} />}
        {found.isPending && <Skeleton screenreaderText={text.common.loading} />}
        {found.data && <Content component="p">{items.length === 0 ? words.noneSuspended : words.suspendedBody}</Content>}
        {items.length > 0 && <SuspensionTable items={items} lift={(one) => setLifting([one])} />}
      </CardBody>
      {items.length > 1 && (
        <CardFooter><Button variant="secondary" isDanger onClick={() => setLifting(items)}>{words.liftAllSuspensions}</Button></CardFooter>
      )}
      {lifting && <LiftQuestion items={lifting} onClose={() => setLifting(undefined)} />}
    </Card>
  );
}

function SuspensionTable({ items, lift }: { items: Suspension[]; lift: (one: Suspension) => void }) {
  const [shown, setShown] = useState(pageSize);
  return (
    <>
      <Table aria-label={words.suspended} variant="compact" gridBreakPoint="grid-md">
        <Thead>
          <Tr>
            <Th>{words.kind}</Th>
            <Th>{words.name}</Th>
            <Th>{words.since}</Th>
            <Th screenReaderText={text.table.actions} />
          </Tr>
        </Thead>
        <Tbody>
          {items.slice(0, shown).map((one) => (
            <Tr key={one.id}>
              <Td dataLabel={words.kind}>{words.kinds[one.kind]}</Td>
              <Td dataLabel={words.name} modifier="breakWord"><bdi>{one.name}</bdi></Td>
              <Td dataLabel={words.since}><Time value={one.suspended_at} /></Td>
              <Td dataLabel={text.table.actions}>
                <Button variant="link" isInline aria-label={words.liftSuspension(one.name)} onClick={() => lift(one)}>{words.lift}</Button>
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
      {items.length > shown && <Button variant="link" onClick={() => setShown(shown + pageSize)}>{words.more(items.length - shown)}</Button>}
    </>
  );
}

/** One, or all of them at once. */
function LiftQuestion({ items, onClose }: { items: Suspension[]; onClose: () => void }) {
  const queries = useQueryClient();
  const [first] = items;
  const only = items.length === 1 ? first : undefined;
  const run = async () => {
    const { lifted } = only ? await api.post('/api/v1/suspensions/{id}/lift', { path: { id: only.id } }) : await api.post('/api/v1/suspensions/lift-all');
    showToast({
      variant: lifted < items.length ? 'warning' : 'success', title: words.liftedSuspensions(lifted),
      body: lifted < items.length ? words.notLifted(items.length - lifted) : undefined,
    });
    const changed = [suspensionsPath, restoreReportPath, attentionPath, '/api/v1/audit-events'];
    await Promise.all(changed.map((path) => queries.invalidateQueries({ queryKey: [path] })));
  };
  return (
    <Question title={only ? words.liftSuspensionTitle(only.name) : words.liftAllSuspensionsTitle(items.length)} action={words.lift} run={run}
      onClose={onClose}>
      <p>{only ? words.liftSuspensionBody : words.liftAllSuspensionsBody}</p>
    </Question>
  );
}
