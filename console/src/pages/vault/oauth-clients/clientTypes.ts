// What the pages about OAuth clients share: types of the API, and what follows from them.
import type { components } from '../../../api/schema';
import { needsPerson } from '../grants';

export type OAuthClient = components['schemas']['OAuthClient'];
/** What a change would come to. */
export type UpdateEffects = components['schemas']['OAuthClientUpdateEffects'];
export type TargetSystem = components['schemas']['TargetSystem'];
export type ServiceProvider = components['schemas']['ServiceProvider'];
export type Authorization = components['schemas']['Authorization'];

export const clientsBase = '/repository/vault/oauth-clients';
export const clientsPath = '/api/v1/oauth-clients';
export const systemsBase = '/repository/vault/target-systems';

/** The address of a client's window. */
export function windowOf(id: string): string {
  return id === 'new' || id === 'import' ? `${clientsBase}/${id}` : `${clientsBase}/${id}/edit`;
}

/** Whether a restore keeps it from renewing anything, until somebody decides. Where nobody gets anything of it, that says more. */
export function isQuarantined(client: Pick<OAuthClient, 'state' | 'quarantined_at'>): boolean {
  return Boolean(client.quarantined_at) && !['disabled', 'draft'].includes(client.state);
}

/** The state as people see it: a living token that ends within a day is Expiring only where nothing renews it. */
/** Whether a new token can be had at any time, because nobody has to sign in for it. */
export function renewsItself(client: OAuthClient): boolean {
  return !needsPerson(client.flow);
}

export function shownState(client: OAuthClient): string {
  if (isQuarantined(client)) return 'quarantined';
  const ends = client.token?.expires_at ? Date.parse(client.token.expires_at) : undefined;
  const renews = renewsItself(client) || client.refresh?.has_refresh_token;
  if (client.state === 'active' && ends !== undefined && !renews && ends - Date.now() < 24 * 3600 * 1000) return 'expiring';
  return client.state;
}

/** Whether clients of this target system can be made and get tokens. */
export function isUsable(system: TargetSystem): boolean {
  return system.oauth_enabled && system.missing.length === 0;
}

/** As the server decides it: nothing is delivered where a certificate or private key proves who asks. */
export function canBeDelivered(system: TargetSystem): boolean {
  const hasKey = system.client_certificates.length > 0 || system.client_keys.length > 0;
  return !hasKey && !/tls_client_auth$|^private_key_jwt$/.test(system.client_authentication);
}
