import { expect, test } from 'vitest';
import { dayAfter, expiryOf, isNext, valuesOf, windowOf, type Secret, type SecretValue } from './secretTypes';

const value = (id: string, at: string, isCurrent: boolean): SecretValue => ({ id, created_at: at, expires_on: isCurrent ? '2027-01-31' : null, is_current: isCurrent });
const secretOf = (...values: SecretValue[]) => ({ values }) as Secret;

test('of two values one is current, and the other is the next or the one of before', () => {
  const old = value('a', '2026-11-01T00:00:00Z', true);
  const fresh = value('b', '2026-11-02T00:00:00Z', false);
  const { current, other } = valuesOf(secretOf(fresh, old));
  expect([current?.id, other?.id]).toEqual(['a', 'b']);
  expect(isNext(fresh, old)).toBe(true);
  expect(isNext(old, fresh)).toBe(false);
  expect(valuesOf(secretOf(old)).other).toBeUndefined();
});

test('what expires is what robots get', () => {
  expect(expiryOf(secretOf(value('b', '2026-11-02T00:00:00Z', false), value('a', '2026-11-01T00:00:00Z', true)))).toBe('2027-01-31');
  expect(expiryOf(secretOf(value('b', '2026-11-02T00:00:00Z', false)))).toBeUndefined();
});

test('a day is the same all day long', () => {
  expect(dayAfter(30, Date.parse('2026-11-26T00:00:00Z'))).toBe('2026-12-26');
  expect(dayAfter(30, Date.parse('2026-11-26T23:59:59Z'))).toBe('2026-12-26');
});

test('windows have addresses', () => {
  expect(windowOf('new')).toBe('/repository/vault/secrets/new');
  expect(windowOf('x')).toBe('/repository/vault/secrets/x/edit');
});
