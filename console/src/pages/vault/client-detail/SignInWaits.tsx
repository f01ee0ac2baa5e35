import { Alert, AlertActionLink } from '@patternfly/react-core/dist/esm/components/Alert';
import { useLocation } from 'wouter';
import { client as clientWords } from '../../../app/messages/client';
import type { OAuthClient } from './health';
import { useSignIns } from './signIns';

const words = clientWords.health;

/** Says that somebody signed in for this client, and that the account has to be confirmed. */
export function SignInWaits({ client }: { client: OAuthClient }) {
  const [, navigate] = useLocation();
  const waiting = useSignIns(client);
  const one = waiting.data?.items.find((each) => each.state === 'confirmation_needed');
  if (!one) return null;
  return (
    <Alert isInline isLiveRegion variant="warning" component="h2" title={words.signInWaits(one.account?.name ?? '')}
      actionLinks={(
        <AlertActionLink onClick={() => navigate(`/repository/vault/oauth-clients/${client.id}/edit?tab=authorize&authorization=${one.id}`)}>
          {words.signInDecide}
        </AlertActionLink>
      )}>
      {words.signInWaitsMore}
    </Alert>
  );
}
