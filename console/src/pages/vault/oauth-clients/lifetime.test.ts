import { expect, test } from 'vitest';
import { lifetimeOf } from './lifetime';

test('a lifetime is said in a unit that fits it', () => {
  const from = '2026-11-24T00:00:00Z';
  const after = (seconds: number) => new Date(Date.parse(from) + seconds * 1000).toISOString();
  expect(lifetimeOf(from, after(45))).toBe('45 seconds');
  expect(lifetimeOf(from, after(599.6))).toBe('10 minutes');
  expect(lifetimeOf(from, after(3599))).toBe('60 minutes');
  expect(lifetimeOf(from, after(86400))).toBe('24 hours');
  expect(lifetimeOf(from, after(90 * 86400))).toBe('90 days');
  expect(lifetimeOf(from, after(-5))).toBe('0 seconds');
});
