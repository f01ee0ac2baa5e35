import { expect, test } from 'vitest';
import { endingSoon, hasLivingToken, hasTokens, shownState, tellsOfRevocation, type OAuthClient, type TargetSystem } from './health';

const now = Date.parse('2026-11-24T00:00:00Z');

function client(more: Partial<OAuthClient> = {}): OAuthClient {
  return { state: 'active', flow: 'client_credentials', refresh: null, token: null, ...more } as OAuthClient;
}

function system(secrets: (string | null)[]): TargetSystem {
  return {
    consumer_secrets: secrets.map((expires_on) => ({ expires_on })), client_keys: [], client_certificates: [],
  } as unknown as TargetSystem;
}

test('an active client whose only secret ends within a month is expiring', () => {
  expect(shownState(client(), system(['2026-12-10']), now)).toBe('expiring');
  expect(shownState(client(), system(['2027-12-10']), now)).toBe('active');
  expect(shownState(client(), system([null]), now)).toBe('active');
  expect(shownState(client(), undefined, now)).toBe('active');
});

test('a secret that has a successor is no reason to worry', () => {
  expect(endingSoon(client(), system(['2026-12-10', '2028-01-01']), now)).toEqual([]);
  expect(endingSoon(client(), system(['2026-12-10', null]), now)).toEqual([]);
  expect(endingSoon(client(), system(['2026-12-10', '2026-12-20']), now)).toHaveLength(1);
});

test('what the server says of a client that does not work counts more', () => {
  for (const state of ['failing', 'needs_sign_in', 'disabled', 'draft', 'needs_retrieval'] as const) {
    expect(shownState(client({ state }), system(['2026-12-10']), now)).toBe(state);
  }
});

test('a sign-in without a refresh token ends with its access token', () => {
  const refresh = { has_refresh_token: false, issued_at: null, expires_at: null, rotates: null };
  expect(shownState(client({ flow: 'authorization_code', refresh }), undefined, now)).toBe('expiring');
  expect(shownState(client({ flow: 'authorization_code', refresh: { ...refresh, has_refresh_token: true } }), undefined, now)).toBe('active');
});

test('a token without an end lives', () => {
  const token = { token_type: 'Bearer', scope: '', missing_scopes: [], refreshed_at: '2026-11-23T00:00:00Z', is_bound: false, is_former: false };
  expect(hasLivingToken(client({ token: { ...token, expires_at: null } }), now)).toBe(true);
  expect(hasLivingToken(client({ token: { ...token, expires_at: '2026-11-23T23:00:00Z' } }), now)).toBe(false);
  expect(hasLivingToken(client(), now)).toBe(false);
});

const revocation = { state: 'pending', asked_at: '2026-11-23T00:00:00Z', next_try_at: null, failure: null, by_hand: '', page: '' } as const;
const token = { token_type: 'Bearer', scope: '', missing_scopes: [], expires_at: null, refreshed_at: '2026-11-23T12:00:00Z', is_bound: false, is_former: false };

test('people are told of a revocation until it is confirmed, or long over', () => {
  expect(tellsOfRevocation(client(), now)).toBe(false);
  expect(tellsOfRevocation(client({ revocation, token }), now)).toBe(true);
  expect(tellsOfRevocation(client({ revocation: { ...revocation, state: 'confirmed' } }), now)).toBe(false);
  const unsupported = { ...revocation, state: 'not_supported' } as const;
  expect(tellsOfRevocation(client({ revocation: unsupported, token }), now)).toBe(true);
  const later = now + 8 * 24 * 3600 * 1000;
  expect(tellsOfRevocation(client({ revocation: unsupported, token }), later)).toBe(false);
  expect(tellsOfRevocation(client({ revocation: unsupported }), later)).toBe(true);
});

test('there is something to revoke where any token is, here or still at the provider', () => {
  const none = { resource_tokens: [], revocation: null };
  expect(hasTokens(client(none))).toBe(false);
  expect(hasTokens(client({ ...none, token }))).toBe(true);
  expect(hasTokens(client({ ...none, refresh: { has_refresh_token: true, issued_at: null, expires_at: null, rotates: null } }))).toBe(true);
  expect(hasTokens(client({ ...none, resource_tokens: [{ resource: 'https://a', token, failure: null }] }))).toBe(true);
  expect(hasTokens(client({ ...none, revocation }))).toBe(true);
});

test('a client of a restored backup is quarantined, unless nobody gets anything of it anyway', () => {
  const restored = { quarantined_at: '2026-11-23T00:00:00Z' };
  expect(shownState(client(restored as Partial<OAuthClient>), system(['2026-12-10']), now)).toBe('quarantined');
  expect(shownState(client({ state: 'failing', ...restored } as Partial<OAuthClient>), undefined, now)).toBe('quarantined');
  expect(shownState(client({ state: 'disabled', ...restored } as Partial<OAuthClient>), undefined, now)).toBe('disabled');
  expect(shownState(client({ state: 'needs_sign_in', ...restored } as Partial<OAuthClient>), undefined, now)).toBe('quarantined');
  expect(shownState(client({ quarantined_at: null } as Partial<OAuthClient>), undefined, now)).toBe('active');
});
