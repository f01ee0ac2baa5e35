import { EmptyState, EmptyStateBody } from '@patternfly/react-core/dist/esm/components/EmptyState';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useSession } from '../../api/session';
import { text } from '../../app/messages';
import { permissions as permissionWords } from '../../app/messages/permissions';
import { useSearchValue } from '../../app/url';
import { ListPage } from '../../components/ListPage';
import { ActivityCards } from './ActivityCards';
import { AttentionCards } from './AttentionCards';
import { GuidedPath } from './GuidedPath';
import { PracticeCard } from './PracticeCard';

/** What needs somebody now, what will soon, and what went on; for an empty server the way to the first token. */
export default function StartPage() {
  const project = useSearchValue('project');
  const { permissions } = useSession();
  if (!permissions.includes('view')) return <NothingToSee isNothing={permissions.length === 0} />;
  return (
    <ListPage title={text.start.title}>
      <Stack hasGutter>
        <GuidedPath />
        <PracticeCard />
        <StackItem><AttentionCards project={project} /></StackItem>
        <StackItem><ActivityCards project={project} /></StackItem>
      </Stack>
    </ListPage>
  );
}

/** Somebody new, or who works by API alone: every card would only say that it may not be read. */
function NothingToSee({ isNothing }: { isNothing: boolean }) {
  return (
    <ListPage title={text.start.title}>
      <EmptyState titleText={isNothing ? permissionWords.nobody : text.common.noPermission} headingLevel="h2">
        <EmptyStateBody>{isNothing ? permissionWords.nobodyBody : permissionWords.missing('view')}</EmptyStateBody>
      </EmptyState>
    </ListPage>
  );
}
