import { expect, test } from 'vitest';
import { emptyDraft, isNumberOfUses, isSpent, restrictionLines, restrictionsOf } from './restrictions';

test('what was not entered is not sent', () => {
  expect(restrictionsOf(emptyDraft())).toEqual({});
  expect(restrictionsOf({ ...emptyDraft(), maxUses: ' 5 ', days: ['mon'] })).toEqual({ max_uses: 5 });
});

test('times are sent with their zone, clients by their ids', () => {
  const draft = { ...emptyDraft(), isTimed: true, days: ['fri' as const], zone: 'Europe/Berlin', clients: [{ id: '1', label: 'one' }] };
  expect(restrictionsOf(draft)).toEqual({
    times: { days: ['fri'], from: '08:00', to: '18:00', zone: 'Europe/Berlin' }, oauth_clients: ['1'],
  });
});

test('a number of uses is whole and positive, or nothing', () => {
  expect(['', ' 7', '1000000000'].every(isNumberOfUses)).toBe(true);
  expect(['0', '-1', '1.5', 'many'].some(isNumberOfUses)).toBe(false);
});

test('limits are told in words, with what is left of the uses', () => {
  expect(restrictionLines({}, 3)).toEqual([]);
  expect(restrictionLines({
    addresses: ['10.0.0.0/8'], times: { days: ['mon', 'tue'], from: '08:00', to: '18:00', zone: 'UTC' }, max_uses: 5, oauth_clients: ['a', 'b'],
  }, 3)).toEqual(['From 10.0.0.0/8', 'Mon, Tue, 08:00–18:00 UTC', '2 of 5 uses left', 'Only 2 clients']);
  expect(restrictionLines({ max_uses: 1 }, 1)).toEqual(['All 1 use spent']);
});

test('spent is what has no use left', () => {
  expect(isSpent({ max_uses: 2 }, 2)).toBe(true);
  expect(isSpent({ max_uses: 2 }, 1)).toBe(false);
  expect(isSpent({}, 9)).toBe(false);
});
