import { expect, test } from 'vitest';
import type { AuditEntry } from '../audit-log/events';
import { countDenials } from './denials';

function denied(actor_id: string, subject_id: string | undefined, reason: string, at: string): AuditEntry {
  return { sequence: 1, hash: '', event: { id: '', at, action: 'lookup.denied', outcome: 'denied', actor_id, subject_id, reason, subject_name: 'L' } };
}

test('wrong names are told apart, and said', () => {
  const wrong = (asked_label: string): AuditEntry => {
    const { event, ...entry } = denied('r', undefined, 'unknown_client', '2026-11-24T01:00:00Z');
    return { ...entry, event: { ...event, asked_project: 'Finance', asked_target_system: 'CRM', asked_label } };
  };
  const counted = countDenials([wrong('nihgtly'), wrong('weekly'), wrong('nihgtly')]);
  expect(counted.map(({ asked, times }) => [asked.join(' / '), times])).toEqual([
    ['Finance / CRM / nihgtly', 2], ['Finance / CRM / weekly', 1],
  ]);
});

test('the same question of the same robot counts once, with its newest time', () => {
  const counted = countDenials([
    denied('r', 'c', 'no_access', '2026-11-24T02:00:00Z'),
    denied('r', undefined, 'unknown_client', '2026-11-24T01:30:00Z'),
    denied('r', 'c', 'no_access', '2026-11-24T01:00:00Z'),
    denied('s', 'c', 'no_access', '2026-11-24T00:00:00Z'),
  ]);
  expect(counted.map(({ robot, client, reason, times }) => [robot, client, reason, times])).toEqual([
    ['r', 'c', 'no_access', 2], ['r', undefined, 'unknown_client', 1], ['s', 'c', 'no_access', 1],
  ]);
  expect(counted[0]?.last).toBe('2026-11-24T02:00:00Z');
});
