import { expect, test } from 'vitest';
import { ageInDays, recoveryState } from './keyFacts';

const root = { rotated_at: null, recovery_exported_at: null };

test('a root key without a recovery file can be lost', () => {
  expect(recoveryState(root)).toBe('missing');
});

test('a recovery file of the root key before does not count', () => {
  expect(recoveryState({ ...root, rotated_at: '2026-11-26T10:00:00Z' })).toBe('outdated');
  const exported = { ...root, recovery_exported_at: '2026-11-26T10:00:00Z' };
  expect(recoveryState(exported)).toBe('there');
  expect(recoveryState({ ...exported, rotated_at: '2026-11-26T10:00:01Z' })).toBe('outdated');
  expect(recoveryState({ ...exported, rotated_at: '2026-11-26T09:59:59Z' })).toBe('there');
});

test('an age is in whole days and never below none', () => {
  const now = Date.parse('2026-11-26T10:00:00Z');
  expect(ageInDays('2026-11-25T10:00:00Z', now)).toBe(1);
  expect(ageInDays('2026-11-25T10:00:01Z', now)).toBe(0);
  expect(ageInDays('2026-11-26T10:05:00Z', now)).toBe(0);
});
