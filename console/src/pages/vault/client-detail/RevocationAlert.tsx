import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { Time } from '../../../components/Time';
import { client as clientWords } from '../../../app/messages/client';
import { tellsOfRevocation, type OAuthClient } from './health';

const words = clientWords.revocation;

/** What became of the last revocation, where that is not over, and what a person can do at the provider. */
export function RevocationAlert({ client }: { client: OAuthClient }) {
  const revocation = client.revocation;
  if (!revocation || revocation.state === 'confirmed' || !tellsOfRevocation(client, Date.now())) return null;
  const isPending = revocation.state === 'pending';
  return (
    <Alert isInline variant={isPending ? 'info' : 'warning'} title={words[revocation.state]} component="h2">
      <p>{words.asked}: <Time value={revocation.asked_at} /></p>
      {isPending && <p>{words.nextTry}: <Time value={revocation.next_try_at} />. {words.untilThen}</p>}
      {revocation.failure && <p>{revocation.failure.message} ({clientWords.health.cause}: {revocation.failure.cause})</p>}
      {!isPending && <p>{revocation.by_hand === '' ? words.byHand : revocation.by_hand}</p>}
      {revocation.page !== '' && <p><a href={revocation.page} target="_blank" rel="noreferrer">{words.page}</a></p>}
    </Alert>
  );
}
