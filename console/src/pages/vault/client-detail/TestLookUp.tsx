import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Button } from '@patternfly/react-core/dist/esm/components/Button';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { Title } from '@patternfly/react-core/dist/esm/components/Title';
import { Flex, FlexItem } from '@patternfly/react-core/dist/esm/layouts/Flex';
import { Stack, StackItem } from '@patternfly/react-core/dist/esm/layouts/Stack';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../../api/client';
import type { components } from '../../../api/schema';
import { usePermission } from '../../../api/session';
import { text } from '../../../app/messages';
import { access as accessWords } from '../../../app/messages/access';
import { client as words } from '../../../app/messages/client';
import { errorText } from '../../../components/FormError';
import { ResourcePicker } from '../../../components/ResourcePicker';
import { GrantAccessWindow } from '../robot-access/GrantAccessWindow';
import type { Robot } from '../robot-access/WhoMayRead';
import type { OAuthClient } from './health';

type Outlook = components['schemas']['LookUpOutlook'];

/** Asks what a robot's look-up of this client would come to now. The token stays where it is. */
export function TestLookUp({ client }: { client: OAuthClient }) {
  const [robot, setRobot] = useState<Robot>();
  const [isGranting, setGranting] = useState(false);
  const test = useMutation({
    mutationFn: (asking: Robot) =>
      api.post('/api/v1/oauth-clients/{id}/test-look-up', { path: { id: client.id }, body: { robot: asking.id } }),
  });
  const mayGrant = usePermission('grant_access', client.project);
  const choose = (next: Robot | undefined) => {
    setRobot(next);
    test.reset();
  };
  return (
    <Stack hasGutter>
      <StackItem>
        <Title headingLevel="h2">{words.test}</Title>
        <Content component="p">{words.testLead}</Content>
      </StackItem>
      <StackItem>
        <Flex>
          <FlexItem grow={{ default: 'grow' }}>
            <ResourcePicker<Robot> label={words.testRobot} path="/api/v1/robots" query={{ project: client.project }}
              rowName={(row) => accessWords.robotAt(row.name, row.path)} value={robot} onChange={choose} />
          </FlexItem>
          <FlexItem>
            <Button variant="secondary" isDisabled={!robot} isLoading={test.isPending} spinnerAriaLabel={text.common.loading}
              onClick={() => { if (robot) test.mutate(robot); }}>
              {words.testRun}
            </Button>
          </FlexItem>
        </Flex>
      </StackItem>
      {test.isError && (
        <StackItem><Alert isInline isLiveRegion variant="danger" title={words.testFailed}>{errorText(test.error)}</Alert></StackItem>
      )}
      {test.data && <StackItem><Verdict outlook={test.data} client={client.id} grant={mayGrant ? () => setGranting(true) : undefined} /></StackItem>}
      {isGranting && (
        <GrantAccessWindow client={client} robot={robot} onClose={() => {
          setGranting(false);
          if (robot) test.mutate(robot);
        }} />
      )}
    </Stack>
  );
}

function Verdict({ outlook, client, grant }: { outlook: Outlook; client: string; grant?: () => void }) {
  return (
    <Alert isInline isLiveRegion variant={outlook.allowed ? 'success' : 'warning'} title={outlook.allowed ? words.testAllowed : words.testDenied}
      actionLinks={outlook.reason === 'no_access' && grant && (
        <Button variant="link" isInline onClick={grant}>{accessWords.grant}</Button>
      )}>
      {outlook.reason === 'access_invalid' && <p><Link href={`/repository/vault/oauth-clients/${client}?tab=access&state=invalid`}>{words.testInvalid}</Link></p>}
      <p>{outlook.message}</p>
      {outlook.allowed && (
        <p>{outlook.seconds_left === null ? words.testLeftUnknown : words.testLeft(outlook.seconds_left)}</p>
      )}
      {outlook.scopes.length > 0 && <p>{words.testScopes(outlook.scopes.join(' '))}</p>}
    </Alert>
  );
}
