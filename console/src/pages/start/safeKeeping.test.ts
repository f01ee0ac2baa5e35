import { expect, test } from 'vitest';
import type { AttentionItem } from '../../api/safeKeeping';
import { attentionEntry } from './safeKeeping';

function item(kind: string, more: Partial<AttentionItem> = {}): AttentionItem {
  return { kind, since: null, count: 1, subject: null, ...more };
}

test('every kind says who must do what, and where', () => {
  const kinds = ['canary_touched', 'recovery_file_missing', 'backup_failed', 'backup_missing', 'restore_to_review', 'clients_quarantined', 'sink_failing', 'target_system_at_fault', 'clients_dying', 'notifications_given_up'];
  for (const kind of kinds) {
    const said = attentionEntry(item(kind));
    expect(said.title, kind).not.toBe('');
    expect(said.todo, kind).not.toContain('does not know');
    expect(said.path, kind).toMatch(/^\/(administration|repository)\//);
  }
});

test('a touched canary leads to its history, and is named', () => {
  const said = attentionEntry(item('canary_touched', { subject: { id: 'c1', name: 'bait' } }));
  expect(said.path).toBe('/repository/vault/oauth-clients/c1?tab=history');
  expect(said.title).toContain('bait');
});

test('a target system at fault leads to its page, and is named', () => {
  const said = attentionEntry(item('target_system_at_fault', { subject: { id: 's1', name: 'CRM' } }));
  expect(said.path).toBe('/repository/vault/target-systems/s1');
  expect(said.title).toContain('CRM');
});

test('how many clients are quarantined is said', () => {
  expect(attentionEntry(item('clients_quarantined', { count: 3 })).title).toContain('3 OAuth clients are');
  expect(attentionEntry(item('clients_quarantined')).title).toContain('1 OAuth client is');
});

test('how many notifications were given up is said, and where they are tried again', () => {
  expect(attentionEntry(item('notifications_given_up'))).toMatchObject({ title: '1 notification was given up', path: '/administration/notifications' });
  expect(attentionEntry(item('notifications_given_up', { count: 3 })).title).toBe('3 notifications were given up');
});

test('what a newer server has to say is not left out', () => {
  expect(attentionEntry(item('something_new'))).toMatchObject({ mark: 'something_new', isBad: true });
});
