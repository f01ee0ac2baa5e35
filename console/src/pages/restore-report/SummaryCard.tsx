import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Card, CardBody, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import type { RestoreReport } from '../../api/safeKeeping';
import { number } from '../../app/messages';
import { restoreReport as words } from '../../app/messages/restoreReport';
import { Facts } from '../../components/Facts';
import { Time } from '../../components/Time';

function counted(counts: RestoreReport['suspended']): string {
  return words.counts(counts.users, counts.api_keys, counts.robot_keys, counts.robot_access, counts.robot_inputs, counts.others);
}

/** When, from what, and what was odd about it. */
export function SummaryCard({ report }: { report: RestoreReport }) {
  return (
    <Card>
      <CardTitle component="h2">{words.summary}</CardTitle>
      <CardBody>
        <Facts label={words.summary} facts={[
          [words.restoredAt, <Time value={report.restored_at} />],
          [words.backupOf, <Time value={report.backup_created_at} />],
          [words.madeBy, report.made_by],
          [words.confirmed, words.confirmedBy[report.confirmed_by]],
          [words.notRevived, counted(report.not_revived)],
          [words.keptTokens, number(report.kept_refresh_tokens)],
          [words.ended, words.endedWhat(report.sessions_ended, report.authorizations_ended)],
          ...(report.kept ? [[words.kept, words.keptIn(report.kept)] as const] : []),
        ]} />
        <Content component="p">{words.between}</Content>
        {report.warnings.length > 0 && (
          <Alert isInline variant="warning" component="h3" title={words.warnings}>
            <List>{report.warnings.map((warning) => <ListItem key={warning}>{warning}</ListItem>)}</List>
          </Alert>
        )}
      </CardBody>
    </Card>
  );
}
