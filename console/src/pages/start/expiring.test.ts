import { expect, test } from 'vitest';
import { expiringSoon } from './expiring';
import type { OAuthClient, TargetSystem } from './vaultFacts';

const now = Date.parse('2026-11-26T00:00:00Z');
const system = (name: string, dates: (string | null)[]) => ({
  id: name, name, consumer_secrets: dates.map((expires_on) => ({ expires_on })), client_keys: [], client_certificates: [],
}) as unknown as TargetSystem;
const client = (label: string, expires_at: string | null) =>
  ({ id: label, label, refresh: { has_refresh_token: true, expires_at } }) as unknown as OAuthClient;

test('thirty days count, the nearest first, and what ran out stays in view', () => {
  const found = expiringSoon([system('later', ['2026-12-27']), system('soon', ['2026-12-26', null]), system('over', ['2026-11-01'])],
    [client('mail', '2026-12-01T00:00:00Z'), client('unknown', null)], now);
  expect(found.map(({ name, what }) => [name, what])).toEqual([['over', 'secret'], ['mail', 'refreshToken'], ['soon', 'secret']]);
});
