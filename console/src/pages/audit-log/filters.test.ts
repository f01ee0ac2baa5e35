import { expect, test } from 'vitest';
import { filterOf, isFiltered, toLocal, toUtc } from './filters';

test('the address says what to look for', () => {
  const filter = filterOf('action=lookup.denied&project=p&columns=x&q=10.0.0.7');
  expect(filter.q).toBe('10.0.0.7');
  expect(filter.action).toBe('lookup.denied');
  expect(filter.project).toBe('p');
  expect(isFiltered(filter)).toBe(true);
  expect(isFiltered(filterOf('page=2'))).toBe(false);
});

test('a time goes to UTC and back', () => {
  expect(toLocal(toUtc('2026-11-24T09:30'))).toBe('2026-11-24T09:30');
  expect(toUtc('')).toBeUndefined();
  expect(toUtc('soon')).toBeUndefined();
  expect(toLocal('soon')).toBe('');
  expect(toLocal(undefined)).toBe('');
});
