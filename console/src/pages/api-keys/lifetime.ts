// How long API keys work: pure functions.
import type { ApiKey } from '../../api/apiKeys';

// In days; offered in this order, the first by itself.
const offered = [180, 30, 90, 365];

/** The most that the API takes, in days. */
export const longestEver = 3650;

const day_ms = 24 * 3_600_000;
const soon_days = 14;

/** The lifetimes to choose from where the server's policy allows `longest` days; where all are too long, that itself. */
export function lifetimesUpTo(longest: number): number[] {
  const allowed = offered.filter((days) => days <= longest);
  return allowed.length > 0 ? allowed : [longest];
}

/** A number of days that somebody typed; undefined where it is none, or none that the policy allows. */
export function daysTyped(typed: string, longest = longestEver): number | undefined {
  const days = /^\s*\d{1,4}\s*$/.test(typed) ? Number(typed) : 0;
  return days >= 1 && days <= longest ? days : undefined;
}

/** Whether it still works and will not for long, so that whoever uses it makes another in time. */
export function endsSoon({ state, expires_at: end }: Pick<ApiKey, 'state' | 'expires_at'>, now = Date.now()): boolean {
  return state === 'active' && end !== null && Date.parse(end) - now <= soon_days * day_ms;
}
