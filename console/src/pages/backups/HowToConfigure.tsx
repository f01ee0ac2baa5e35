import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Card, CardBody, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { List, ListComponent, ListItem, OrderType } from '@patternfly/react-core/dist/esm/components/List';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { backupLines, backups as words } from '../../app/messages/backups';
import { CopyField } from '../../components/CopyField';

/** Where nothing says where backups go: exactly what to type and write. */
export function HowToConfigure() {
  return (
    <Card>
      <CardTitle component="h2">{words.how}</CardTitle>
      <CardBody>
        <Stack hasGutter>
          <StackItem>
            <Alert isInline variant="danger" component="h3" title={words.unconfigured}>{words.unconfiguredBody}</Alert>
          </StackItem>
          <StackItem>
            <List component={ListComponent.ol} type={OrderType.number}>
              <ListItem>
                <Content component="p">{words.keygen}</Content>
                <CopyField value={backupLines.keygen} label={words.keygenCommand} isLong />
                <Content component="p">{words.keygenBody}</Content>
              </ListItem>
              <ListItem>
                <Content component="p">{words.recipients}</Content>
                <CopyField value={backupLines.recipients} label={words.recipientsFile} isLong />
              </ListItem>
              <ListItem>
                <Content component="p">{words.lines}</Content>
                <CopyField value={backupLines.config} label={words.linesLabel} isLong />
              </ListItem>
            </List>
          </StackItem>
        </Stack>
      </CardBody>
    </Card>
  );
}
