import { Card, CardBody, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { EmptyState, EmptyStateBody } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useLocation, useRoute, useSearch } from 'wouter';
import { fetchAll } from '../../api/client';
import { targetsPath, type NotificationTarget } from '../../api/notifications';
import { usePermission } from '../../api/session';
import { useShortcut } from '../../app/shortcuts';
import { text } from '../../app/messages';
import { deliveries, notifications as words } from '../../app/messages/notifications';
import { useSearchChange } from '../../app/url';
import { ListPage } from '../../components/ListPage';
import { PageError } from '../../components/PageError';
import { PageLoading } from '../../components/PageLoading';
import { DeliveryTable } from './DeliveryTable';
import { TargetsCard } from './TargetsCard';
import { useReadAgain } from './useTargetActions';

const TargetWindow = lazy(() => import('./TargetWindow'));

const base = '/administration/notifications';
const refreshMs = 30_000;

/** Administration > Notifications: who is told what happens to OAuth clients, and what was not taken yet. */
export default function NotificationsPage() {
  return usePermission('manage_server', null) ? <Shown /> : (
    <ListPage title={words.title} lead={words.lead}>
      <EmptyState titleText={words.forbidden} headingLevel="h2"><EmptyStateBody>{words.forbiddenBody}</EmptyStateBody></EmptyState>
    </ListPage>
  );
}

function Shown() {
  const targets = useQuery({
    queryKey: [targetsPath], refetchInterval: refreshMs,
    queryFn: ({ signal }) => fetchAll<NotificationTarget>(targetsPath, {}, undefined, signal),
  });
  if (targets.isError && !targets.data) return <PageError title={text.common.pageFailed} error={targets.error} retry={() => void targets.refetch()} />;
  return targets.data ? <Loaded targets={targets.data} /> : <PageLoading />;
}

function Loaded({ targets }: { targets: NotificationTarget[] }) {
  const [, navigate] = useLocation();
  const search = useSearch();
  const [, change] = useSearchChange();
  const [isWindow, parameters] = useRoute<{ id: string }>(`${base}/:id`);
  const readAgain = useReadAgain();
  const open = (id: string) => navigate(`${base}${id && `/${id}`}${search && `?${search}`}`);
  // Both tables: these are there after the lower one, so that its own key gives way.
  useShortcut('r', () => void readAgain());
  useShortcut('n', () => open('new'));
  return (
    <ListPage title={words.title} lead={words.lead}>
      <Stack hasGutter>
        <StackItem>
          <TargetsCard targets={targets} open={open} showDead={({ id }) => change({ state: 'dead', target: id, page: undefined })} />
        </StackItem>
        <StackItem>
          <Card>
            <CardTitle component="h2">{deliveries.title}</CardTitle>
            <CardBody>
              <Content component="p">{deliveries.lead}</Content>
              <DeliveryTable targets={targets} />
            </CardBody>
          </Card>
        </StackItem>
      </Stack>
      <Suspense>{isWindow && <TargetWindow key={parameters.id} id={parameters.id} onClose={() => open('')} />}</Suspense>
    </ListPage>
  );
}
