import { expect, test } from 'vitest';
import type { NotificationTarget } from '../../api/notifications';
import { bodyOf, draftOf, isComplete, withEvent } from './draft';
import { inputOf } from './targets';

const target: NotificationTarget = {
  id: 't1', name: 'On call', url: 'https://hooks.example.org/strongroom', events: ['needs_sign_in', 'failing'], projects: ['p1', 'p2'],
  trusted_ca_pem: 'PEM', allowed_addresses: ['10.20.0.0/16', '10.30.0.1/32'], enabled: false, previous_secret_until: null, delivered_at: null,
  failing_since: null, waiting: 0, dead_letters: 0, created_at: '2026-11-27T00:00:00Z', updated_at: '2026-11-27T00:00:00Z', revision: 3,
};

test('a target that nobody touches is put back as it was, also with projects that the person does not see', () => {
  expect(bodyOf(draftOf(target, new Map([['p1', 'Invoices']])))).toEqual(inputOf(target));
  expect(bodyOf(draftOf({ ...target, projects: [] }))).toEqual({ ...inputOf(target), projects: [] });
});

test('a new target is told what people have to act on, everywhere, and is turned on', () => {
  const body = bodyOf({ ...draftOf(), name: 'Chat', url: ' https://chat.example/hook ' });
  expect(body).toEqual({
    name: 'Chat', url: 'https://chat.example/hook', events: ['needs_sign_in', 'recovered', 'failing', 'dying'], projects: [], trusted_ca_pem: '',
    allowed_addresses: [], enabled: true,
  });
});

test('an event that is ticked and unticked is no change', () => {
  const { events } = draftOf(target);
  expect(withEvent(withEvent(events, 'dying', true), 'dying', false)).toEqual(events);
  expect(withEvent(withEvent(events, 'needs_sign_in', false), 'needs_sign_in', true)).toEqual(events);
  expect(withEvent(events, 'recovered', true)).toEqual(['needs_sign_in', 'recovered', 'failing']);
});

test('name, address and an event are needed, and a project where only some are wanted', () => {
  const whole = draftOf(target);
  expect(isComplete(whole)).toBe(true);
  expect(isComplete({ ...whole, projects: undefined })).toBe(true);
  expect(isComplete({ ...whole, name: ' ' })).toBe(false);
  expect(isComplete({ ...whole, url: '' })).toBe(false);
  expect(isComplete({ ...whole, events: [] })).toBe(false);
  expect(isComplete({ ...whole, projects: [] })).toBe(false);
});
