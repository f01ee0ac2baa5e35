import { expect, test } from 'vitest';
import { countByHour, firstHour, hourMs } from './hours';

const now = Date.parse('2026-11-26T10:20:00Z');

test('the hour that it is now is the last of them', () => {
  expect(new Date(firstHour(now)).toISOString()).toBe('2026-11-25T11:00:00.000Z');
});

test('events fall into their hours, and what lies outside into none', () => {
  const counts = countByHour(['2026-11-25T10:59:59Z', '2026-11-25T11:00:00Z', '2026-11-26T10:00:00Z', '2026-11-26T10:19:00Z',
    '2026-11-26T11:00:00Z', 'nonsense'], firstHour(now));
  expect(counts[0]).toBe(1);
  expect(counts[23]).toBe(2);
  expect(counts.reduce((sum, n) => sum + n, 0)).toBe(3);
  expect(firstHour(now) + 23 * hourMs).toBeLessThan(now);
});
