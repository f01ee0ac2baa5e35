import { expect, test } from 'vitest';
import { daysTyped, endsSoon, lifetimesUpTo, longestEver } from './lifetime';

test('180 days are offered first, and nothing that the policy does not allow', () => {
  expect(lifetimesUpTo(longestEver)).toEqual([180, 30, 90, 365]);
  expect(lifetimesUpTo(100)).toEqual([30, 90]);
  expect(lifetimesUpTo(7)).toEqual([7]);
});

test('a number of days is a whole one that the server takes', () => {
  expect(daysTyped('1')).toBe(1);
  expect(daysTyped(' 3650 ')).toBe(3650);
  for (const wrong of ['', '0', '3651', '-1', '1.5', '1e3', 'ten', '99999']) expect(daysTyped(wrong)).toBeUndefined();
  expect(daysTyped('90', 90)).toBe(90);
  expect(daysTyped('91', 90)).toBeUndefined();
});

test('what ends within two weeks is said, of keys that work', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(endsSoon({ state: 'active', expires_at: '2026-01-15T00:00:00Z' }, now)).toBe(true);
  expect(endsSoon({ state: 'active', expires_at: '2026-01-15T00:00:01Z' }, now)).toBe(false);
  expect(endsSoon({ state: 'active', expires_at: null }, now)).toBe(false);
  expect(endsSoon({ state: 'revoked', expires_at: '2026-01-02T00:00:00Z' }, now)).toBe(false);
});
