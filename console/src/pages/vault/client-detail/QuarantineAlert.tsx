import { Alert, AlertActionLink } from '@patternfly/react-core/dist/esm/components/Alert';
import { Content } from '@patternfly/react-core/dist/esm/components/Content';
import { List, ListItem } from '@patternfly/react-core/dist/esm/components/List';
import { lazy, Suspense, useState } from 'react';
import { usePermission } from '../../../api/session';
import { quarantine as words } from '../../../app/messages/quarantine';
import { Time } from '../../../components/Time';
import { needsPerson } from '../grants';
import { hasLivingToken, type OAuthClient } from './health';

const LiftQuarantine = lazy(() => import('../../../components/LiftQuarantine'));

/** Why a restored client renews nothing, what robots get meanwhile, and the ways out. */
export default function QuarantineAlert({ client }: { client: OAuthClient }) {
  const mayLift = usePermission('configure', client.project);
  const [isAsking, setAsking] = useState(false);
  const signsIn = needsPerson(client.flow);
  return (
    <>
      <Alert isInline variant="warning" title={words.title} component="h2"
        actionLinks={mayLift && <AlertActionLink component="button" onClick={() => setAsking(true)}>{words.lift}</AlertActionLink>}>
        <Content component="p">{words.body}</Content>
        <Content component="p">{hasLivingToken(client, Date.now()) ? words.lives : words.dead} {words.since} <Time value={client.quarantined_at} />.</Content>
        <Content component="p">{words.ways}</Content>
        <List>
          {signsIn && <ListItem>{words.signIn(client.account?.name ?? '')}</ListItem>}
          <ListItem>{mayLift ? words.liftWhen : words.askToLift}</ListItem>
        </List>
      </Alert>
      <Suspense>
        {isAsking && <LiftQuarantine what={{ oauth_client: client.id }} clients={[client]} onClose={() => setAsking(false)} />}
      </Suspense>
    </>
  );
}
