import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { targetSystems as targetSystemsWords } from '../../../app/messages/targetSystems';
import { Time } from '../../../components/Time';

const soon_ms = 30 * 24 * 3_600_000;

/** What time has to say of something that ends then. */
export function expiryStatus(time: string, now = Date.now()): 'danger' | 'warning' | undefined {
  const left = Date.parse(time) - now;
  return left <= 0 ? 'danger' : left <= soon_ms ? 'warning' : undefined;
}

/** A day or time of expiry; marked within its last thirty days, and after. */
export function ExpiryLabel({ time }: { time: string }) {
  const status = expiryStatus(time);
  if (!status) return <Time value={time} />;
  return (
    <Label status={status} variant="outline">
      {status === 'danger' && `${targetSystemsWords.isExpired}: `}<Time value={time} />
    </Label>
  );
}
