import { EmptyState, EmptyStateBody } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { usePermission } from '../../api/session';
import { auditLog as words } from '../../app/messages/auditLog';
import { useSearchChange } from '../../app/url';
import { ListPage } from '../../components/ListPage';
import { ChainHead } from './ChainHead';
import { EventFilters } from './EventFilters';
import { EventTable } from './EventTable';
import { filterOf, isFiltered } from './filters';

/** Administration > Audit log: what happened, and the head by which anybody can tell that it was not changed. */
export default function AuditLogPage() {
  const [search, change] = useSearchChange();
  const mayRead = usePermission('read_audit');
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
        <StackItem>
          <EventFilters filter={filter} />
          <EventTable filter={filter} label={words.label} isFiltered={isFiltered(filter)} narrow={(wanted) => change(wanted)} />
        </StackItem>
      </Stack>
    </ListPage>
  );
}
