import { text } from '../app/messages';

const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

const localDate = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });

/** The day of a point in time, for a sentence; in the zone and writing of the person who reads. */
export function shortDate(value: string): string {
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? value : localDate.format(time);
}

/** In a narrow column a line ends before the time of day and nowhere else. */
function inTwoParts(written: string): string {
  return written.replace(/ (?=.* )/g, '\u00a0');
}

/**
 * A point in time, in the zone and writing of the person who reads; UTC when the pointer rests on it.
 * `value` is RFC 3339, as the API says it; null and undefined are shown as `absent`.
 */
export function Time({ value, absent = text.common.emptyValue }: { value: string | null | undefined; absent?: string }) {
  if (!value) return <>{absent}</>;
  const time = new Date(value);
  if (Number.isNaN(time.getTime())) return <>{value}</>;
  const utc = time.toISOString().slice(0, 19).replace('T', ' ');
  return (
    <time dateTime={value} title={text.time.utc(utc)}>
      {inTwoParts(local.format(time))}
    </time>
  );
}
