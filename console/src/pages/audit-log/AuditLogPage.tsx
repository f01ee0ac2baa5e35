import { EmptyState, EmptyStateBody } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { lazy, Suspense, useState } from 'react';
import { usePermission } from '../../api/session';
import { auditLog as words } from '../../app/messages/auditLog';
import { auditTrail as trailWords } from '../../app/messages/auditTrail';
import { useSearchChange } from '../../app/url';
import { ListPage } from '../../components/ListPage';
import { ChainHead } from './ChainHead';
import { EventFilters } from './EventFilters';
import { EventTable } from './EventTable';
import { filterOf, isFiltered } from './filters';

const TrailPanel = lazy(() => import('./TrailPanel'));
const TraceWindow = lazy(() => import('./TraceWindow'));

/** Administration > Audit log: what happened, and the head by which anybody can tell that it was not changed. */
export default function AuditLogPage() {
  const [search, change] = useSearchChange();
  const mayRead = usePermission('read_audit');
  // What is of the trail as a whole is for whoever may read all of it.
  const mayReadAll = usePermission('read_audit', null);
  const [isTracing, setTracing] = useState(false);
  if (!mayRead) {
    return (
      <ListPage title={words.title}>
        <EmptyState titleText={words.forbidden} headingLevel="h2"><EmptyStateBody>{words.forbiddenBody}</EmptyStateBody></EmptyState>
      </ListPage>
    );
  }
  const filter = filterOf(search);
  return (
    <ListPage title={words.title} lead={words.lead}>
      <Stack hasGutter>
        <StackItem><ChainHead /></StackItem>
        {mayReadAll && <StackItem><Suspense><TrailPanel /></Suspense></StackItem>}
        {mayReadAll && <StackItem><Button variant="secondary" onClick={() => setTracing(true)}>{trailWords.trace}</Button></StackItem>}
        <StackItem>
          <EventFilters filter={filter} />
          <EventTable filter={filter} label={words.label} isFiltered={isFiltered(filter)} narrow={(wanted) => change(wanted)} />
        </StackItem>
      </Stack>
      {isTracing && <Suspense><TraceWindow onClose={() => setTracing(false)} /></Suspense>}
    </ListPage>
  );
}
