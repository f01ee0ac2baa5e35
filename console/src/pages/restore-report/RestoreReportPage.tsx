import { EmptyState, EmptyStateActions, EmptyStateBody, EmptyStateFooter } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { isProblem } from '../../api/problem';
import { restoreReportPath } from '../../api/safeKeeping';
import { usePermission } from '../../api/session';
import { useShortcut } from '../../app/shortcuts';
import { text } from '../../app/messages';
import { restoreReport as words } from '../../app/messages/restoreReport';
import { LinkButton } from '../../components/LinkButton';
import { ListPage } from '../../components/ListPage';
import { PageError } from '../../components/PageError';
import { PageLoading } from '../../components/PageLoading';
import { BoxesCard } from './BoxesCard';
import { QuarantinedCard } from './QuarantinedCard';
import { SummaryCard } from './SummaryCard';
import { SuspendedCard } from './SuspendedCard';

/** Administration > Restore report: what the last restore left for people to decide. */
export default function RestoreReportPage() {
  return usePermission('manage_server', null) ? <Shown /> : (
    <ListPage title={words.title} lead={words.lead}>
      <EmptyState titleText={words.forbidden} headingLevel="h2"><EmptyStateBody>{words.forbiddenBody}</EmptyStateBody></EmptyState>
    </ListPage>
  );
}

function Shown() {
  const report = useQuery({
    queryKey: [restoreReportPath],
    queryFn: async ({ signal }) => {
      try {
        return await api.get(restoreReportPath, { signal });
      } catch (error) {
        if (isProblem(error, 'not_found')) return null;
        throw error;
      }
    },
  });
  useShortcut('r', () => void report.refetch());
  if (report.isError) return <PageError title={text.common.pageFailed} error={report.error} retry={() => void report.refetch()} />;
  if (report.data === undefined) return <PageLoading />;
  return (
    <ListPage title={words.title} lead={words.lead}>
      {report.data ? (
        <Stack hasGutter>
          <StackItem><SummaryCard report={report.data} /></StackItem>
          <StackItem><QuarantinedCard areThereAny={report.data.quarantined > 0} /></StackItem>
          <StackItem><SuspendedCard /></StackItem>
          <StackItem><BoxesCard clients={report.data.basic_engine_clients} /></StackItem>
        </Stack>
      ) : (
        <EmptyState titleText={words.none} headingLevel="h2">
          <EmptyStateBody>{words.noneBody}</EmptyStateBody>
          <EmptyStateFooter>
            <EmptyStateActions><LinkButton variant="link" href="/administration/backups">{words.how}</LinkButton></EmptyStateActions>
          </EmptyStateFooter>
        </EmptyState>
      )}
    </ListPage>
  );
}
