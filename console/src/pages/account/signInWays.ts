// How somebody signs in, from what their session says: pure functions.
import type { Session } from '../../api/session';

/** Whether they have a password here; who comes by single sign-on alone has none. */
export function hasPassword({ step_up_ways: ways = ['password'] }: Pick<Session, 'step_up_ways'>): boolean {
  return ways.some((way) => way !== 'single_sign_on');
}

/** Whether a code is asked for beside it. One that was begun and never confirmed does not count. */
export function hasSecondFactor({ second_factor: factor }: Pick<Session, 'second_factor'>): boolean {
  return factor?.is_confirmed ?? false;
}

const few = 3;

/** How many recovery codes are left, where they are so few that the person should make new ones. */
export function fewCodesLeft({ second_factor: factor }: Pick<Session, 'second_factor'>): number | undefined {
  return factor?.is_confirmed && factor.recovery_codes_left <= few ? factor.recovery_codes_left : undefined;
}
