import { retrieve as words } from '../../../app/messages/retrieve';


/** How long a token lives, in the largest unit that says it well: times are RFC 3339. */
export function lifetimeOf(from: string, until: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(until) - Date.parse(from)) / 1000));
  if (seconds < 120) return words.seconds(seconds);
  if (seconds < 2 * 3600) return words.minutes(Math.round(seconds / 60));
  if (seconds < 2 * 86400) return words.hours(Math.round(seconds / 3600));
  return words.days(Math.round(seconds / 86400));
}
