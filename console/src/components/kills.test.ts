import { expect, test } from 'vitest';
import { killOf, type Kill } from './kills';

function kill(scope: Kill['scope'], subject: string | null, provider = ''): Kill {
  return {
    id: `${scope} ${subject}`, scope, subject, service_provider: provider, name: '', project: null, reason: '', revocation: 'off', killed_by: '',
    killed_at: '', durable: true,
  };
}

test('a thing is stopped by its own kill, or by that of what it belongs to', () => {
  const kills = [kill('project', 'p'), kill('robot', 'r'), kill('service_provider', null, 'generic')];
  expect(killOf(kills, { robot: 'r', project: 'p' })?.scope).toBe('robot');
  expect(killOf(kills, { robot: 'other', project: 'p' })?.scope).toBe('project');
  expect(killOf(kills, { target_system: 's', service_provider: 'generic', project: null })?.scope).toBe('service_provider');
});

test('nothing else stops it', () => {
  const kills = [kill('project', 'p'), kill('robot', 'r'), kill('service_provider', null, 'generic')];
  expect(killOf(kills, { target_system: 'r', service_provider: 'google', project: 'q' })).toBeUndefined();
  expect(killOf(kills, { robot: 'x', project: null })).toBeUndefined();
  expect(killOf(kills, {})).toBeUndefined();
});
