import { EmptyState, EmptyStateBody } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import { keysPath } from '../../api/safeKeeping';
import { usePermission } from '../../api/session';
import { useShortcut } from '../../app/shortcuts';
import { text } from '../../app/messages';
import { keys as words } from '../../app/messages/keys';
import { ListPage } from '../../components/ListPage';
import { PageError } from '../../components/PageError';
import { PageLoading } from '../../components/PageLoading';
import { DataKeysCard } from './DataKeysCard';
import { RootKeyCard } from './RootKeyCard';

const refreshMs = 30_000;
/** While a rotation runs somebody may be watching it. */
const rotatingMs = 2_000;

/** Administration > Keys: where they are, what losing them means, and how they are replaced. */
export default function KeysPage() {
  return usePermission('manage_server', null) ? <Shown /> : (
    <ListPage title={words.title} lead={words.lead}>
      <EmptyState titleText={words.forbidden} headingLevel="h2"><EmptyStateBody>{words.forbiddenBody}</EmptyStateBody></EmptyState>
    </ListPage>
  );
}

function Shown() {
  const keys = useQuery({
    queryKey: [keysPath], queryFn: ({ signal }) => api.get(keysPath, { signal }),
    refetchInterval: ({ state }) => (state.data && state.data.rotations.length > 0 ? rotatingMs : refreshMs),
  });
  useShortcut('r', () => void keys.refetch());
  if (keys.isError && !keys.data) return <PageError title={text.common.pageFailed} error={keys.error} retry={() => void keys.refetch()} />;
  if (!keys.data) return <PageLoading />;
  return (
    <ListPage title={words.title} lead={words.lead}>
      <Stack hasGutter>
        <StackItem><RootKeyCard root={keys.data.root} /></StackItem>
        <StackItem><DataKeysCard keys={keys.data} /></StackItem>
      </Stack>
    </ListPage>
  );
}
