import { EmptyState, EmptyStateBody } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { backupsPath } from '../../api/safeKeeping';
import { usePermission } from '../../api/session';
import { useShortcut } from '../../app/shortcuts';
import { text } from '../../app/messages';
import { backups as words } from '../../app/messages/backups';
import { ListPage } from '../../components/ListPage';
import { PageError } from '../../components/PageError';
import { PageLoading } from '../../components/PageLoading';
import { BackupsCard } from './BackupsCard';
import { HowToConfigure } from './HowToConfigure';
import { HowToRestore } from './HowToRestore';
import { ScheduleCard } from './ScheduleCard';

const refreshMs = 30_000;

/** Administration > Backups: what is there, how it is made, and what to do with it on the bad day. */
export default function BackupsPage() {
  return usePermission('manage_server', null) ? <Shown /> : (
    <ListPage title={words.title} lead={words.lead}>
      <EmptyState titleText={words.forbidden} headingLevel="h2"><EmptyStateBody>{words.forbiddenBody}</EmptyStateBody></EmptyState>
    </ListPage>
  );
}

function Shown() {
  const found = useQuery({
    queryKey: [backupsPath], queryFn: ({ signal }) => api.get(backupsPath, { signal }), refetchInterval: refreshMs,
  });
  useShortcut('r', () => void found.refetch());
  if (found.isError && !found.data) return <PageError title={text.common.pageFailed} error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <PageLoading />;
  const { items, schedule } = found.data;
  return (
    <ListPage title={words.title} lead={words.lead}>
      <Stack hasGutter>
        {schedule.every_hours > 0 ? (
          <>
            <StackItem><ScheduleCard schedule={schedule} /></StackItem>
            <StackItem><BackupsCard items={items} /></StackItem>
          </>
        ) : <StackItem><HowToConfigure /></StackItem>}
        <StackItem><HowToRestore /></StackItem>
      </Stack>
    </ListPage>
  );
}
