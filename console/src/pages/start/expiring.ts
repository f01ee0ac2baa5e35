// What runs out soon, of everything that has a date: a pure function.
import type { OAuthClient, TargetSystem } from './vaultFacts';

export interface Expiring {
  /** Of the target system, or of the OAuth client whose refresh token it is. */
  id: string;
  name: string;
  what: 'secret' | 'clientKey' | 'certificate' | 'refreshToken';
  time: string;
}

const soon_ms = 30 * 24 * 3_600_000;

/** What ran out or will within thirty days, the nearest first. */
export function expiringSoon(systems: readonly TargetSystem[], clients: readonly OAuthClient[], now = Date.now()): Expiring[] {
  const all = [...systems.flatMap(ofSystem), ...clients.flatMap(ofClient)];
  return all.filter(({ time }) => Date.parse(time) - now <= soon_ms).sort((a, b) => Date.parse(a.time) - Date.parse(b.time));
}

function ofSystem({ id, name, consumer_secrets, client_keys, client_certificates }: TargetSystem): Expiring[] {
  const dated = (what: Expiring['what'], time: string | null): Expiring[] => (time ? [{ id, name, what, time }] : []);
  return [
    ...consumer_secrets.flatMap((one) => dated('secret', one.expires_on)), ...client_keys.flatMap((one) => dated('clientKey', one.expires_on)),
    ...client_certificates.flatMap((one) => dated('certificate', one.not_after)),
  ];
}

function ofClient({ id, label, refresh }: OAuthClient): Expiring[] {
  return refresh?.has_refresh_token && refresh.expires_at ? [{ id, name: label, what: 'refreshToken', time: refresh.expires_at }] : [];
}
