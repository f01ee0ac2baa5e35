import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Card, CardBody, CardTitle } from '@patternfly/react-core/dist/esm/components/Card';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import type { Keys } from '../../api/safeKeeping';
import { keyCommands, keys as words } from '../../app/messages/keys';
import { CopyField } from '../../components/CopyField';
import { Facts } from '../../components/Facts';
import { Time } from '../../components/Time';
import { recoveryState } from './keyFacts';

type Root = Keys['root'];

/** Where the root key is, and what people must know before they lose it. */
export function RootKeyCard({ root }: { root: Root }) {
  return (
    <Card>
      <CardTitle component="h2">{words.root}</CardTitle>
      <CardBody>
        <Stack hasGutter>
          <StackItem><Recovery root={root} /></StackItem>
          {root.source === 'development_file' && (
            <StackItem>
              <Alert isInline variant="warning" component="h3" title={words.development}>{words.developmentBody}</Alert>
            </StackItem>
          )}
          {root.rotation_unfinished && (
            <StackItem>
              <Alert isInline variant="warning" component="h3" title={words.unfinished}>{words.unfinishedBody}</Alert>
            </StackItem>
          )}
          <StackItem>
            <Facts label={words.rootFacts} facts={[
              [words.source, words.sources[root.source] ?? root.source],
              [words.id, root.id],
              [words.rotatedAt, <Time value={root.rotated_at} absent={words.notRotated} />],
              [words.exportedAt, <Time value={root.recovery_exported_at} absent={words.notExported} />],
            ]} />
          </StackItem>
          <StackItem>
            <Title headingLevel="h3" size="md">{words.lossTitle}</Title>
            <List>{words.loss.map((line) => <ListItem key={line}>{line}</ListItem>)}</List>
          </StackItem>
          <StackItem>
            <Title headingLevel="h3" size="md">{words.rotateRoot}</Title>
            <Content component="p">{words.rotateRootBody}</Content>
            <CopyField value={`${keyCommands.makeRoot}\n${keyCommands.rotateRoot}`} label={words.rotateRootCommand} isLong />
          </StackItem>
        </Stack>
      </CardBody>
    </Card>
  );
}

/** Whether a loss could be made good, and what to type so that it can. */
function Recovery({ root }: { root: Root }) {
  const state = recoveryState(root);
  if (state === 'there') {
    return (
      <Alert isInline variant="success" component="h3" title={words.recovery.there}>
        <Content component="p">{words.recovery.thereBody}</Content>
        <CopyField value={keyCommands.checkRecovery} label={words.checkCommand} isLong />
      </Alert>
    );
  }
  return (
    <Alert isInline variant="danger" component="h3" title={words.recovery[state]}>
      <Content component="p">{words.recovery[`${state}Body`]}</Content>
      <Content component="p">{words.exportHow}</Content>
      <CopyField value={keyCommands.exportRecovery} label={words.exportCommand} isLong />
      <Content component="p">{words.exportAfter}</Content>
    </Alert>
  );
}
