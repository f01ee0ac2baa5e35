import { Label } from '@patternfly/react-core/dist/esm/components/Label';
import { text } from '../../../app/messages';
import { targetSystems } from '../../../app/messages/targetSystems';

const soon_ms = 30 * 24 * 3_600_000;
const isDay = /^\d{4}-\d\d-\d\d$/;
// A day is the same day everywhere; a time is of the person's zone.
const ofDay = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
const ofTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

/** What time has to say of something that ends then. */
export function expiryStatus(time: string, now = Date.now()): 'danger' | 'warning' | undefined {
  const left = Date.parse(time) - now;
  return left <= 0 ? 'danger' : left <= soon_ms ? 'warning' : undefined;
}

/** The day on which something expires, the time on hover; marked within its last thirty days, and after. */
export function ExpiryLabel({ time }: { time: string }) {
  const status = expiryStatus(time);
  const date = new Date(time);
  const hover = isDay.test(time) ? undefined : text.time.utc(date.toISOString().slice(0, 19).replace('T', ' '));
  const day = <time dateTime={time} title={hover}>{(isDay.test(time) ? ofDay : ofTime).format(date)}</time>;
  if (!status) return day;
  return <Label status={status} variant="outline">{status === 'danger' && `${targetSystems.isExpired}: `}{day}</Label>;
}
