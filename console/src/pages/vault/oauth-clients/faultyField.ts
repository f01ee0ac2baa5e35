// Where in the console the cause of a failure is mended: the API names causes, windows have fields.
import type { OAuthClient } from './clientTypes';

/** A field of the target system's window, or of the client's own, by its JSON pointer. */
export interface FaultyField {
  of: 'target_system' | 'client';
  pointer: string;
}

const credentials = '/consumer_secrets/0/value';
const tokenEndpoint = '/endpoint_parameters/token_endpoint';

// Of causes, and of the problems that stop a request before it is made. Where a certificate or key stands in for the secret,
// the window knows.
const ofSystem: Record<string, string> = {
  invalid_client: credentials, secret_wrong: credentials, secret_expired: credentials, certificate_expired: credentials,
  certificate_not_registered: credentials, assertion_refused: credentials, tls_client_certificate: credentials,
  application_not_found: '/consumer_key', unauthorized_client: '/grant', unsupported_grant_type: '/grant',
  invalid_scope: '/scopes', invalid_request: '/scopes', access_denied: '/scopes', unusable_token_type: '/scopes',
  invalid_target: '/endpoint_parameters/audience', endpoint_not_found: tokenEndpoint, redirected: tokenEndpoint,
  invalid_settings: tokenEndpoint, malformed_answer: tokenEndpoint, oversized: tokenEndpoint, name_unresolved: tokenEndpoint,
  unusable_metadata: '/endpoint_parameters/issuer', tls: tokenEndpoint, tls_name_mismatch: tokenEndpoint,
  tls_untrusted: '/trusted_ca_pem', address_policy: '/allowed_addresses', proxy: '/proxy', proxy_refused: '/proxy',
  proxy_authentication: '/proxy_credentials', tenant_not_found: '/default_tenant',
  destination_held: '/destination_held', target_system_incomplete: '/missing', oauth_disabled: '/oauth_enabled',
  no_service_provider: '/service_provider',
};
const ofClient = new Set(['tenant_missing', 'single_tenant_application', 'account_not_in_tenant']);

/** Where somebody mends `cause`; undefined: not in the console. A tenant is mended where it was entered. */
export function faultyField(cause: string | undefined, client: Pick<OAuthClient, 'tenant'>): FaultyField | undefined {
  if (cause === undefined) return undefined;
  if (ofClient.has(cause) || (cause === 'tenant_not_found' && client.tenant !== '')) return { of: 'client', pointer: '/tenant' };
  const pointer = ofSystem[cause];
  return pointer === undefined ? undefined : { of: 'target_system', pointer };
}
