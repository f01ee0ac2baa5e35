import { FormGroup } from '@patternfly/react-core/dist/esm/components/Form';
import { HelperText, HelperTextItem } from '@patternfly/react-core/dist/esm/components/HelperText';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { useQuery } from '@tanstack/react-query';
import { fetchAll } from '../../../api/client';
import { access as words } from '../../../app/messages/access';
import type { Robot } from './WhoMayRead';
import { pathFits } from './pathPattern';

const shownAtOnce = 5;

/** Which of a project's robots a pattern fits now, before it is granted. */
export function PatternPreview({ project, pattern }: { project: string | undefined; pattern: string }) {
  const robots = useQuery({
    queryKey: ['/api/v1/robots', 'of project', project], enabled: project !== undefined,
    queryFn: ({ signal }) => fetchAll<Robot>('/api/v1/robots', { project, sort: 'path' }, undefined, signal),
  });
  return (
    <FormGroup label={words.preview} role="group">
      <HelperText isLiveRegion><HelperTextItem>{summary(project, robots.data, pattern)}</HelperTextItem></HelperText>
      <Fitting robots={robots.data ?? []} pattern={pattern} />
    </FormGroup>
  );
}

function summary(project: string | undefined, robots: Robot[] | undefined, pattern: string): string {
  if (project === undefined) return words.chooseClient;
  if (!robots) return words.previewAsking;
  const fitting = robots.filter((robot) => pathFits(pattern, robot.path)).length;
  return fitting === 0 ? words.previewNone : words.previewSome(fitting, robots.length);
}

function Fitting({ robots, pattern }: { robots: Robot[]; pattern: string }) {
  const fitting = robots.filter((robot) => pathFits(pattern, robot.path));
  if (fitting.length === 0) return null;
  return (
    <List isPlain>
      {fitting.slice(0, shownAtOnce).map((robot) => <ListItem key={robot.id}>{words.robotAt(robot.name, robot.path)}</ListItem>)}
      {fitting.length > shownAtOnce && <ListItem>{words.previewMore(fitting.length - shownAtOnce)}</ListItem>}
    </List>
  );
}
