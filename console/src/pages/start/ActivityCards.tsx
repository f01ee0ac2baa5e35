import { Card, CardBody, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Skeleton } from '@patternfly/react-core/dist/esm/components/Skeleton';
import {
  DescriptionList, DescriptionListDescription, DescriptionListGroup, DescriptionListTerm,
} from '@patternfly/react-core/dist/esm/components/DescriptionList';
import { Gallery } from '@patternfly/react-core/dist/esm/layouts/Gallery';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { usePermission } from '../../api/session';
import { number, text } from '../../app/messages';
import { start } from '../../app/messages/start';
import { errorText } from '../../components/FormError';
import { HourChart } from './HourChart';
import { useActivity, type Activity } from './vaultFacts';

const words = start;

/** Look-ups and retrievals of the last day, for whoever may read the audit trail. */
export function ActivityCards({ project }: { project: string | undefined }) {
  const mayRead = usePermission('read_audit');
  const activity = useActivity(project, mayRead);
  if (!mayRead) return null;
  const by = activity.data?.by;
  const first = activity.data?.first ?? 0;
  return (
    <Stack hasGutter>
      <StackItem><Title headingLevel="h2">{words.activity}</Title></StackItem>
      <StackItem>
      {activity.isError && <Content component="p">{words.failed}: {errorText(activity.error)}</Content>}
      {!by && !activity.isError && <Skeleton height="8rem" screenreaderText={text.common.loading} />}
      {by && (
        <Gallery hasGutter minWidths={{ default: '320px' }}>
          <ActivityCard title={words.lookUps} first={first} goodLabel={words.handedOut} good={by['token.handed_out']}
            badLabel={words.denied} bad={by['lookup.denied']} />
          <ActivityCard title={words.retrievals} first={first} goodLabel={words.retrieved} good={by['tokens.retrieved']}
            badLabel={words.retrievalFailed} bad={by['retrieval.failed']} />
        </Gallery>
      )}
      </StackItem>
    </Stack>
  );
}

interface ActivityCardProps {
  title: string;
  first: number;
  goodLabel: string;
  good: Activity;
  badLabel: string;
  bad: Activity;
}

function ActivityCard({ title, first, goodLabel, good, badLabel, bad }: ActivityCardProps) {
  const totals: [string, number][] = [[goodLabel, good.total], [badLabel, bad.total]];
  return (
    <Card isCompact>
      <CardTitle component="h3">{title}</CardTitle>
      <CardBody>
        <DescriptionList isCompact columnModifier={{ default: '2Col' }}>
          {totals.map(([label, n]) => (
            <DescriptionListGroup key={label}>
              <DescriptionListTerm>{label}</DescriptionListTerm>
              <DescriptionListDescription>{number(n)}</DescriptionListDescription>
            </DescriptionListGroup>
          ))}
        </DescriptionList>
      </CardBody>
      <CardBody>
        {good.total + bad.total === 0 ? <Content component="small">{words.nothingYet}</Content> : good.hours && bad.hours
          ? <HourChart label={title} first={first} goodLabel={goodLabel} good={good.hours} badLabel={badLabel} bad={bad.hours} />
          : <Content component="small">{words.noHours}</Content>}
      </CardBody>
    </Card>
  );
}
