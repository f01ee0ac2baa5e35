import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { CodeBlock, CodeBlockCode } from '@patternfly/react-core/dist/esm/components/CodeBlock';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { EmptyState, EmptyStateBody } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import { ActionsColumn } from '@patternfly/react-table/dist/esm/components/Table/ActionsColumn';
import { ExpandableRowContent } from '@patternfly/react-table/dist/esm/components/Table/ExpandableRowContent';
import { Table } from '@patternfly/react-table/dist/esm/components/Table/Table';
import { Tbody } from '@patternfly/react-table/dist/esm/components/Table/Tbody';
import { Td } from '@patternfly/react-table/dist/esm/components/Table/Td';
import { Th } from '@patternfly/react-table/dist/esm/components/Table/Th';
import { Thead } from '@patternfly/react-table/dist/esm/components/Table/Thead';
import { Tr } from '@patternfly/react-table/dist/esm/components/Table/Tr';
import { useState } from 'react';
import type { QueryValues } from '../../api/client';
import { text } from '../../app/messages';
import { auditLog as words } from '../../app/messages/auditLog';
import { errorText } from '../../components/FormError';
import { Breakable } from '../../components/Breakable';
import { Time } from '../../components/Time';
import { actionName, subjectName, useActorNames, useEvents, type ActorName, type AuditEntry, type AuditEvent } from './events';

const pageSize = 50;

export interface EventTableProps {
  /** Query parameters of the API. */
  filter: QueryValues;
  label: string;
  isFiltered?: boolean;
  /** Narrows the filter to whoever, or whatever, an event is about; left out: not offered. */
  narrow?: (change: { actor_id?: string; subject_id?: string }) => void;
}

/** Audit events, newest first; each opens to its JSON and its link in the chain. */
export function EventTable({ filter, label, isFiltered = false, narrow }: EventTableProps) {
  const events = useEvents(filter, pageSize);
  const entries = events.data?.pages.flatMap((page) => page.items) ?? [];
  const total = events.data?.pages[0]?.total ?? 0;
  const actorName = useActorNames(entries.map((entry) => entry.event));
  if (events.isError && !events.data) return <Alert isInline variant="danger" title={errorText(events.error)} />;
  if (events.isPending) return <Skeleton screenreaderText={text.common.loading} />;
  if (entries.length === 0) {
    return (
      <EmptyState titleText={isFiltered ? words.nothing : words.empty} headingLevel="h2">
        {isFiltered && <EmptyStateBody>{words.nothingBody}</EmptyStateBody>}
      </EmptyState>
    );
  }
  return (
    <>
      <Table aria-label={label} variant="compact" gridBreakPoint="grid-lg">
        <Thead>
          <Tr>
            <Th screenReaderText={words.details} />
            <Th width={15}>{words.when}</Th>
            <Th width={20}>{words.action}</Th>
            <Th>{words.outcome}</Th>
            <Th width={20}>{words.actor}</Th>
            <Th width={20}>{words.subject}</Th>
            <Th width={15}>{words.reason}</Th>
            {narrow && <Th screenReaderText={text.table.actions} />}
          </Tr>
        </Thead>
        {entries.map((entry, index) => (
          <EventRow key={entry.sequence} entry={entry} index={index} actorName={actorName} narrow={narrow} />
        ))}
      </Table>
      <Content component="p">{words.shown(entries.length, total)}</Content>
      {events.hasNextPage && (
        <Button variant="secondary" isLoading={events.isFetchingNextPage} spinnerAriaLabel={text.common.loading}
          onClick={() => void events.fetchNextPage()}>
          {words.older}
        </Button>
      )}
    </>
  );
}

interface EventRowProps extends Pick<EventTableProps, 'narrow'> {
  entry: AuditEntry;
  index: number;
  actorName: ActorName;
}

function EventRow({ entry, index, actorName, narrow }: EventRowProps) {
  const [isExpanded, setExpanded] = useState(false);
  const { event } = entry;
  return (
    <Tbody isExpanded={isExpanded}>
      <Tr>
        <Td expand={{
          rowIndex: index, isExpanded, onToggle: () => setExpanded(!isExpanded), expandId: `event-${entry.sequence}-`,
        }} aria-label={words.expand(actionName(event.action), event.at)} />
        <Td dataLabel={words.when}><Time value={event.at} /></Td>
        <Td dataLabel={words.action}>{actionName(event.action)}</Td>
        <Td dataLabel={words.outcome} modifier="nowrap"><Outcome outcome={event.outcome} /></Td>
        <Td dataLabel={words.actor} modifier="breakWord"><Breakable value={actorName(event)} /></Td>
        <Td dataLabel={words.subject} modifier="breakWord"><Breakable value={subjectName(event) || text.common.emptyValue} /></Td>
        <Td dataLabel={words.reason} modifier="breakWord">{event.reason?.replaceAll('_', ' ') ?? text.common.emptyValue}</Td>
        {narrow && <Td isActionCell><Narrow event={event} narrow={narrow} /></Td>}
      </Tr>
      {isExpanded && (
        <Tr isExpanded>
          <Td colSpan={narrow ? 8 : 7}>
            <ExpandableRowContent>
              <CodeBlock>
                <CodeBlockCode tabIndex={0} role="region" aria-label={words.event}>{JSON.stringify(entry, null, 2)}</CodeBlockCode>
              </CodeBlock>
            </ExpandableRowContent>
          </Td>
        </Tr>
      )}
    </Tbody>
  );
}

function Narrow({ event, narrow }: { event: AuditEvent; narrow: NonNullable<EventTableProps['narrow']> }) {
  const items = [
    ...(event.actor_id ? [{ title: words.onlyActor, onClick: () => narrow({ actor_id: event.actor_id }) }] : []),
    ...(event.subject_id ? [{ title: words.onlySubject, onClick: () => narrow({ subject_id: event.subject_id }) }] : []),
  ];
  if (items.length === 0) return null;
  return (
    <ActionsColumn items={items} rowData={{}} popperProps={{ position: 'right' }}
      aria-label={text.table.actionsFor(`${actionName(event.action)}, ${event.at}`)} />
  );
}

function Outcome({ outcome }: { outcome: string }) {
  const status = outcome === 'success' ? undefined : outcome === 'denied' ? 'warning' : 'danger';
  const name = words.outcomes[outcome] ?? outcome;
  return status ? <Label isCompact variant="outline" status={status}>{name}</Label> : <>{name}</>;
}
