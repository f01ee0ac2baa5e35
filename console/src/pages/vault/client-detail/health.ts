// What state an OAuth client is in for people: what the server says, and what is about to end.
import type { components } from '../../../api/schema';
import { isQuarantined } from '../oauth-clients/clientTypes';
import { needsPerson } from '../grants';

export type OAuthClient = components['schemas']['OAuthClient'];
export type TargetSystem = components['schemas']['TargetSystem'];

/** Something that ends by itself. */
export interface Clock {
  kind: 'access_token' | 'refresh_token' | 'consumer_secret' | 'client_key' | 'client_certificate' | 'draft';
  /** Which one, where there are two: a key's id, a certificate's subject. */
  name: string;
  /** RFC 3339 or a date; null: nobody knows. */
  ends: string | null;
}

/** How early people are told that something is about to end: time enough to ask a provider for a new secret. */
export const soon_ms = 30 * 24 * 3600 * 1000;

/** Everything that is known to end and would stop this client, but for its access token, which renews itself. */
export function clocksOf(client: OAuthClient, system: TargetSystem | undefined): Clock[] {
  const clocks: Clock[] = [];
  if (client.refresh?.has_refresh_token) clocks.push({ kind: 'refresh_token', name: '', ends: client.refresh.expires_at });
  for (const secret of system?.consumer_secrets ?? []) clocks.push({ kind: 'consumer_secret', name: '', ends: secret.expires_on });
  for (const key of system?.client_keys ?? []) clocks.push({ kind: 'client_key', name: key.kid, ends: key.expires_on });
  for (const one of system?.client_certificates ?? []) clocks.push({ kind: 'client_certificate', name: one.subject, ends: one.not_after });
  return clocks;
}

/** Whether it ends within `within` milliseconds of `now`, or has ended. */
export function endsSoon(ends: string | null, now: number, within = soon_ms): boolean {
  return ends !== null && new Date(ends).getTime() - now < within;
}

/** What ends soon and is not replaced already: of two secrets, keys or certificates the one that lasts longer counts. */
export function endingSoon(client: OAuthClient, system: TargetSystem | undefined, now: number): Clock[] {
  const lasting = new Map<Clock['kind'], Clock>();
  for (const clock of clocksOf(client, system)) {
    const other = lasting.get(clock.kind);
    const lasts = (one: Clock) => (one.ends === null ? Infinity : new Date(one.ends).getTime());
    if (!other || lasts(clock) > lasts(other)) lasting.set(clock.kind, clock);
  }
  return [...lasting.values()].filter((clock) => endsSoon(clock.ends, now));
}

/** Whether a token is there that robots get. */
export function hasLivingToken(client: OAuthClient, now: number): boolean {
  if (!client.token) return false;
  return client.token.expires_at === null || new Date(client.token.expires_at).getTime() > now;
}

/** Whether there is anything to revoke: here, or still at the provider. */
export function hasTokens(client: OAuthClient): boolean {
  return client.token !== null || client.refresh?.has_refresh_token === true || client.revocation?.state === 'pending'
    || client.resource_tokens.some((one) => one.token !== null);
}

/** How long people are told of tokens that the provider did not end, once new ones are there. */
const told_ms = 7 * 24 * 3600 * 1000;

/** Whether people have to know what became of the last revocation. */
export function tellsOfRevocation(client: OAuthClient, now: number): boolean {
  const revocation = client.revocation;
  if (!revocation || revocation.state === 'confirmed') return false;
  return revocation.state === 'pending' || client.token === null || now - new Date(revocation.asked_at).getTime() < told_ms;
}

/** The state as StatusLabel shows it: the server's, Quarantined after a restore, or Expiring where a person should act soon. */
export function shownState(client: OAuthClient, system: TargetSystem | undefined, now: number): string {
  if (isQuarantined(client)) return 'quarantined';
  if (client.state !== 'active') return client.state;
  if (endingSoon(client, system, now).length > 0) return 'expiring';
  // Nobody renews it: when the access token is over, somebody has to sign in.
  return needsPerson(client.flow) && client.refresh?.has_refresh_token === false ? 'expiring' : 'active';
}
