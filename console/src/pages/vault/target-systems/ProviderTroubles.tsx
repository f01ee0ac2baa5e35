import { Alert } from '@patternfly/react-core/dist/esm/components/Alert';
import { client as clientWords } from '../../../app/messages/client';
import { targetSystems as words } from '../../../app/messages/targetSystems';
import { Time } from '../../../components/Time';
import type { TargetSystem } from './draft';

/** Why its clients get no new tokens at the moment, beside what its settings say. */
export function ProviderTroubles({ system }: { system: TargetSystem }) {
  const { fault, provider_pause: pause } = system;
  const who = clientWords.health.who;
  return (
    <>
      {fault && (
        <Alert isInline variant="danger" title={words.fault}>
          <p>{fault.message} ({words.cause}: {fault.cause}. {words.faultSince}: <Time value={fault.since} />)</p>
          <p>{clientWords.health.whoActs(who[fault.who_must_act] ?? fault.who_must_act)} {fault.where}</p>
          <p>{words.faultBody}</p>
        </Alert>
      )}
      {pause && (
        <Alert isInline variant="warning" title={words.pausing}>
          <p>{words.pausingBody} {words.cause}: {pause.cause}. {words.pausingUntil}: <Time value={pause.until} /></p>
        </Alert>
      )}
    </>
  );
}
