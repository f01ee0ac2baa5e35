import { expect, test } from 'vitest';
import { fewCodesLeft, hasPassword, hasSecondFactor } from './signInWays';

test('who comes by single sign-on alone has no password to change', () => {
  expect(hasPassword({ step_up_ways: ['single_sign_on'] })).toBe(false);
  expect(hasPassword({ step_up_ways: [] })).toBe(false);
  expect(hasPassword({ step_up_ways: ['password'] })).toBe(true);
  expect(hasPassword({ step_up_ways: ['password', 'code'] })).toBe(true);
});

test('a second factor that nobody has confirmed is none', () => {
  expect(hasSecondFactor({ second_factor: null })).toBe(false);
  expect(hasSecondFactor({ second_factor: { is_confirmed: false, recovery_codes_left: 0 } })).toBe(false);
  expect(hasSecondFactor({ second_factor: { is_confirmed: true, recovery_codes_left: 10 } })).toBe(true);
});

test('that recovery codes run out is said while there are some', () => {
  expect(fewCodesLeft({ second_factor: { is_confirmed: true, recovery_codes_left: 4 } })).toBeUndefined();
  expect(fewCodesLeft({ second_factor: { is_confirmed: true, recovery_codes_left: 3 } })).toBe(3);
  expect(fewCodesLeft({ second_factor: { is_confirmed: true, recovery_codes_left: 0 } })).toBe(0);
  expect(fewCodesLeft({ second_factor: null })).toBeUndefined();
});
