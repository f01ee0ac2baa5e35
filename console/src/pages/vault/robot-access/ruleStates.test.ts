import { expect, test } from 'vitest';
import { reasonOf, stateQuery, states, unusedSince, validities, validityQuery } from './ruleStates';

const now = Date.parse('2026-11-26T12:34:56Z');

test('unused is counted in whole days', () => {
  expect(unusedSince(30, now)).toBe('2026-10-27T00:00:00.000Z');
  expect(unusedSince(30, now + 3_600_000)).toBe(unusedSince(30, now));
});

test('each state asks for something else, and what there is not asks for all', () => {
  expect(stateQuery('valid', now)).toEqual({ valid: true });
  expect(stateQuery('invalid', now)).toEqual({ valid: false });
  expect(stateQuery('unused-90', now)).toEqual({ unused_since: '2026-08-28T00:00:00.000Z' });
  expect([stateQuery('unused-1', now), stateQuery(undefined, now)]).toEqual([{}, {}]);
  expect(new Set(states.map(([state]) => JSON.stringify(stateQuery(state, now)))).size).toBe(states.length);
});

test('where only these two are known, unused asks for all', () => {
  expect(validities.map(([state]) => validityQuery(state))).toEqual([{ valid: true }, { valid: false }]);
  expect([validityQuery('unused-90'), validityQuery(undefined)]).toEqual([{}, {}]);
});

test('a reason is said in words, and one of a newer server as it is', () => {
  expect(reasonOf({ invalid_reason: 'restored' })).toContain('backup');
  expect(reasonOf({ invalid_reason: 'secret_edited' })).toContain('secret');
  expect(reasonOf({ invalid_reason: 'moon_phase' })).toBe('moon_phase');
});
