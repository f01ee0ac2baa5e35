import { expect, test } from 'vitest';
import type { NotificationTarget } from '../../api/notifications';
import { eventName, eventsText, inputOf, projectsText, recipientText, targetState, testTitle } from './targets';

const target: NotificationTarget = {
  id: 't1', name: 'On call', url: 'https://hooks.example.org/strongroom', events: ['needs_sign_in', 'recovered'], projects: ['p1', 'p2'],
  trusted_ca_pem: '', allowed_addresses: ['10.20.0.0/16'], enabled: true, previous_secret_until: null, delivered_at: null, failing_since: null,
  waiting: 0, dead_letters: 0, created_at: '2026-11-27T00:00:00Z', updated_at: '2026-11-27T00:00:00Z', revision: 3,
};

test('a target takes events, fails, or is turned off, which counts before all else', () => {
  const failing_since = '2026-11-27T00:00:00Z';
  expect(targetState({ enabled: true, failing_since: null })).toBe('takes');
  expect(targetState({ enabled: true, failing_since })).toBe('failing');
  expect(targetState({ enabled: false, failing_since })).toBe('off');
});

test('an event is said in the same words, whether the API or a CloudEvent names it', () => {
  expect(eventName('needs_sign_in')).toBe('Needs sign-in');
  expect(eventName('strongroom.oauth_client.needs_sign_in')).toBe('Needs sign-in');
});

test('an event of a newer server is shown as it is', () => {
  expect(eventName('strongroom.robot.fell_over')).toBe('strongroom.robot.fell_over');
  expect(eventName('toString')).toBe('toString');
});

test('all events are one word, some are listed', () => {
  expect(eventsText(['failing', 'recovered'])).toBe('Renewal fails, Works again');
  expect(eventsText(['scopes_narrowed', 'dying', 'failing', 'recovered', 'needs_sign_in'])).toBe('All');
});

test('no project means all of them, and one that is not seen is not left out', () => {
  const names = new Map([['p1', 'Invoices']]);
  expect(projectsText([], names)).toBe('All');
  expect(projectsText(['p1', 'p2'], names)).toBe('Invoices, Project p2');
});

test('what is put back for a target is all of its settings, and nothing that the server decides', () => {
  expect(inputOf(target)).toEqual({
    name: 'On call', url: 'https://hooks.example.org/strongroom', events: ['needs_sign_in', 'recovered'], projects: ['p1', 'p2'],
    trusted_ca_pem: '', allowed_addresses: ['10.20.0.0/16'], enabled: true,
  });
});

test('a test says whether there was an answer, and which', () => {
  expect(testTitle({ ok: true, status: 204, message: '' })).toContain('was taken: the answer was 204');
  expect(testTitle({ ok: false, status: 410, message: 'Gone' })).toContain('not taken: the answer was 410');
  expect(testTitle({ ok: false, status: null, message: 'refused' })).toContain('there was no answer');
});

test('a mail names its recipient, a webhook its target', () => {
  const names = new Map([['t1', 'On call']]);
  expect(recipientText({ target: null, recipient: 'ann@example.org' }, names)).toContain('ann@example.org');
  expect(recipientText({ target: 't1', recipient: '' }, names)).toBe('On call');
  expect(recipientText({ target: 't2', recipient: '' }, names)).toBe('A target that is gone');
});
