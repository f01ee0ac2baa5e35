import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { text } from '../../app/messages';
import { useSearchValue } from '../../app/url';
import { ListPage } from '../../components/ListPage';
import { ActivityCards } from './ActivityCards';
import { AttentionCards } from './AttentionCards';
import { GuidedPath } from './GuidedPath';
import { PracticeCard } from './PracticeCard';

/** What needs somebody now, what will soon, and what went on; for an empty server the way to the first token. */
export default function StartPage() {
  const project = useSearchValue('project');
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
