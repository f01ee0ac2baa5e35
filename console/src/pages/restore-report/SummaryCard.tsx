import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Card, CardBody, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import type { RestoreReport } from '../../api/safeKeeping';
import { restoreReport as words } from '../../app/messages/restoreReport';
import { Facts } from '../../components/Facts';
import { Time } from '../../components/Time';

/** When, from what, and what was odd about it. */
export function SummaryCard({ report }: { report: RestoreReport }) {
  return (
    <Card>
      <CardTitle component="h2">{words.summary}</CardTitle>
      <CardBody>
        <Facts label={words.summary} facts={[
          [words.restoredAt, <Time value={report.restored_at} />], [words.backupOf, <Time value={report.backup_created_at} />],
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
