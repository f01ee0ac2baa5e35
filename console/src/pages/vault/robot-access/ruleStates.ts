// States of rules as the address has them, and as the API is asked for them: pure, so that they can be tested.
import type { QueryValues } from '../../../api/client';
import { ruleStates as words } from '../../../app/messages/ruleStates';

const day_ms = 24 * 3600 * 1000;

/** How long a rule may not have been used, to choose from. */
export const unusedDays = [30, 90, 180, 365] as const;

/** As the address has them, and in words. */
export const validities: readonly (readonly [string, string])[] = [['valid', words.valid], ['invalid', words.invalid]];
export const states: readonly (readonly [string, string])[] = [
  ...validities,
  ...unusedDays.map((days) => [`unused-${days}`, words.unusedFor(days)] as const),
];

/** The beginning of the day (UTC) so many days before `now`: the same for a whole day, so that a list is not read anew each moment. */
export function unusedSince(days: number, now: number): string {
  return new Date(Math.floor(now / day_ms - days) * day_ms).toISOString();
}

/** What a list is asked for that knows these two alone. */
export function validityQuery(state: string | undefined): QueryValues {
  return state === 'valid' || state === 'invalid' ? { valid: state === 'valid' } : {};
}

/** What the list is asked for; a state that there is not counts as none. */
export function stateQuery(state: string | undefined, now: number): QueryValues {
  if (state === 'valid' || state === 'invalid') return validityQuery(state);
  const days = unusedDays.find((one) => state === `unused-${one}`);
  return days === undefined ? {} : { unused_since: unusedSince(days, now) };
}

/** What rules of access to clients and to secrets have in common. */
export interface RuleValidity { id: string; valid: boolean; invalid_reason: string }

/** Why it lets nobody in, in words; a reason of a newer server as it is. Empty: it counts. */
export function reasonOf(rule: Pick<RuleValidity, 'invalid_reason'>): string {
  return words.reasons[rule.invalid_reason] ?? rule.invalid_reason;
}
