// The window opened for one field: whoever comes from a failure finds what they have to mend, ready to be mended.
import { changes, noCertificate, type Draft, type TargetSystem } from './draft';

const credentials = '/consumer_secrets/';
const endpoint = '/endpoint_parameters/';
const mostCertificates = 2;

function isOfCredentials(field: string): boolean {
  return field === '/destination_held' || field.startsWith(credentials);
}

/** The draft as that person finds it: a stored secret stands to be replaced, and a certificate to have another beside it. */
export function openedFor(draft: Draft, field: string | undefined): Draft {
  if (field === undefined || !isOfCredentials(field)) return draft;
  if (draft.flow !== 'client_credentials_certificate') return { ...draft, secretsAre: 'replaced' };
  if (draft.certificates.length >= mostCertificates) return draft;
  return { ...draft, certificates: [...draft.certificates.filter(({ id }) => id), noCertificate()] };
}

/** What proves who asks, with this flow. */
function credentialPointers(draft: Draft, stored?: TargetSystem): string[] {
  if (draft.flow === 'client_credentials_certificate') return ['/client_certificates/0/certificate', '/client_certificates'];
  if (draft.flow === 'jwt_bearer') return ['/client_keys/0/private_key', '/consumer_key'];
  return (stored?.client_keys.length ?? 0) > 0 ? ['/consumer_key'] : ['/consumer_secrets/0/value'];
}

/**
 * The form's fields that `field` may stand for, the best first; `known` are those that there are. `/destination_held` and
 * `/missing` are no fields: what holds its destination, and the first thing that it lacks.
 */
export function wantedPointers(field: string, draft: Draft, stored: TargetSystem | undefined, known: readonly string[]): string[] {
  if (field === '/missing') {
    const first = stored?.missing[0] ?? '';
    return first === 'consumer_key' || first === 'service_provider' ? [`/${first}`] : credentialPointers(draft, stored);
  }
  if (field === '/destination_held') return [field, ...credentialPointers(draft, stored)];
  if (field.startsWith(credentials)) return credentialPointers(draft, stored);
  if (known.includes(field)) return [field, '/service_provider'];
  const anotherEndpoint = field.startsWith(endpoint) ? known.find((one) => one.startsWith(endpoint)) : undefined;
  return [...(anotherEndpoint ? [anotherEndpoint] : []), '/service_provider', '/oauth_enabled'];
}

const destination = ['service_provider', 'endpoint_parameters', 'default_tenant', 'trusted_ca_pem', 'allowed_addresses', 'proxy', 'proxy_credentials'];

/** Whether saving holds its destination: stored secrets were entered for another one, and are not entered again with it. */
export function holdsSecrets(draft: Draft, stored: TargetSystem): boolean {
  const change = changes(draft, stored);
  const has = stored.consumer_secrets.length + stored.client_keys.length + stored.client_certificates.length;
  if (has === 0 || 'consumer_secrets' in change || 'client_keys' in change || 'client_certificates' in change) return false;
  return destination.some((name) => name in change);
}

/** Whether saving makes tokens stale: they belong to the settings that they were requested with. */
export function dropsTokens(draft: Draft, stored: TargetSystem): boolean {
  const change = changes(draft, stored);
  return ['service_provider', 'grant', 'client_authentication', 'consumer_key', 'scopes', 'endpoint_parameters', 'default_tenant']
    .some((name) => name in change);
}
