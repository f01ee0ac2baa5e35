import { Card, CardBody, CardFooter, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { List, ListComponent, ListItem, OrderType } from '@patternfly/react-core/dist/esm/components/List';
import { Link } from 'wouter';
import { backupLines, backups as words } from '../../app/messages/backups';
import { CopyField } from '../../components/CopyField';

/** What to do on the bad day. It is done on the host: whoever breaks into the console must not be able to put an old state in place. */
export function HowToRestore() {
  return (
    <Card>
      <CardTitle component="h2">{words.restore}</CardTitle>
      <CardBody>
        <Content component="p">{words.restoreLead}</Content>
        <List component={ListComponent.ol} type={OrderType.number}>
          {words.restoreSteps.map((step) => (
            <ListItem key={step.label}>
              <Content component="p">{step.what}</Content>
              <CopyField value={step.command} label={step.label} isLong />
            </ListItem>
          ))}
        </List>
        <Content component="p">{words.restoreAfter}</Content>
        <Content component="p">{words.check}</Content>
        <CopyField value={backupLines.drill} label={words.checkCommand} isLong />
        <Content component="p">{words.docs}</Content>
      </CardBody>
      <CardFooter><Link href="/administration/restore-report">{words.report}</Link></CardFooter>
    </Card>
  );
}
