import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { ExpandableSection } from '@patternfly/react-core/dist/esm/components/ExpandableSection';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client';
import { number, text } from '../../app/messages';
import { auditTrail as words } from '../../app/messages/auditTrail';
import { CopyField } from '../../components/CopyField';
import { Facts, type Fact } from '../../components/Facts';
import { errorText } from '../../components/FormError';
import { Time } from '../../components/Time';
import { verifyCommand, type Sink, type TrailState } from './trail';

/** What stands for the whole trail: its head, its signed checkpoints, and where else its events go. */
export default function TrailPanel() {
  const [isOpen, setOpen] = useState(false);
  const trail = useQuery({
    queryKey: ['/api/v1/audit-trail'], enabled: isOpen, refetchInterval: 30_000,
    queryFn: ({ signal }) => api.get('/api/v1/audit-trail', { signal }),
  });
  return (
    <ExpandableSection toggleText={words.title} isExpanded={isOpen} onToggle={(_, next) => setOpen(next)} isIndented>
      {trail.isError && <Alert isInline variant="danger" title={errorText(trail.error)} />}
      {isOpen && trail.isPending && <Skeleton screenreaderText={text.common.loading} />}
      {trail.data && <Trail trail={trail.data} />}
    </ExpandableSection>
  );
}

function Trail({ trail }: { trail: TrailState }) {
  return (
    <Stack hasGutter>
      <StackItem>
        <Content component="p">{words.lead}</Content>
        <Facts label={words.title} facts={factsOf(trail)} />
      </StackItem>
      <StackItem>
        <Title headingLevel="h2" size="md">{words.verify}</Title>
        <Content component="p">{words.publicKeyHint}</Content>
        <CopyField value={trail.checkpoints.public_key} label={words.publicKey} isCode />
        <Content component="p">{words.verifyLead}</Content>
        <CopyField value={verifyCommand(trail)} label={words.verifyCommand} isCode />
      </StackItem>
      <StackItem>
        <Title headingLevel="h2" size="md">{words.sinks}</Title>
        {trail.sinks.length === 0 ? <Content component="p">{words.sinksNone}</Content> : <Sinks sinks={trail.sinks} />}
      </StackItem>
    </Stack>
  );
}

function factsOf({ events, first_sequence: first, last_sequence: last, keep_days: days, checkpoints }: TrailState): Fact[] {
  return [
    [words.events, events === 0 ? words.none : words.range(first, last)],
    [words.kept, days === 0 ? words.keptAlways : words.keptDays(days)],
    [words.checkpoints, checkpoints.count === 0 ? words.checkpointsNone
      : <>{words.checkpointsSince(checkpoints.count)} <Time value={checkpoints.last_at} /></>],
    [words.server, checkpoints.server],
  ];
}

function Sinks({ sinks }: { sinks: Sink[] }) {
  return (
    <Table aria-label={words.sinks} variant="compact" gridBreakPoint="grid-lg">
      <Thead>
        <Tr>
          <Th>{words.sink}</Th>
          <Th>{words.sinkState}</Th>
          <Th>{words.sinkQueued}</Th>
          <Th>{words.sinkSent}</Th>
          <Th>{words.sinkDropped}</Th>
          <Th>{words.sinkLast}</Th>
        </Tr>
      </Thead>
      <Tbody>
        {sinks.map((sink) => (
          <Tr key={sink.name}>
            <Td dataLabel={words.sink} modifier="breakWord">
              {sink.name} ({words.sinkKinds[sink.kind] ?? sink.kind}, {words.sinkFormats[sink.format] ?? sink.format})
            </Td>
            <Td dataLabel={words.sinkState}><SinkState sink={sink} /></Td>
            <Td dataLabel={words.sinkQueued}>{number(sink.queued)}</Td>
            <Td dataLabel={words.sinkSent}>{number(sink.sent)}</Td>
            <Td dataLabel={words.sinkDropped}>
              {sink.dropped === 0 ? number(0) : <Label variant="outline" status="danger">{number(sink.dropped)}</Label>}
            </Td>
            <Td dataLabel={words.sinkLast}><Time value={sink.last_sent_at} absent={words.neverSent} /></Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}

function SinkState({ sink }: { sink: Sink }) {
  if (sink.failing_since === null) return <Label variant="outline" status="success">{words.sinkWorks}</Label>;
  return (
    <>
      <Label variant="outline" status="danger">{words.sinkFails}</Label>{' '}
      {words.sinkSince} <Time value={sink.failing_since} />
      {sink.problem && <div>{sink.problem}</div>}
    </>
  );
}
