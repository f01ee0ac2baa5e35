// The fields of the window by JSON pointer: what they are called, and where they are.
import { ApiError } from '../../../api/problem';
import { text } from '../../../app/messages';
import { targetSystems as targetSystemsWords } from '../../../app/messages/targetSystems';
import { parametersOf, type Draft, type ServiceProvider } from './draft';

const words = targetSystemsWords;

const basics: Record<string, string> = {
  '/name': text.common.name, '/project': words.project, '/owner/name': words.ownerName, '/owner/email': words.ownerEmail,
  '/owner': words.owner, '/description': text.common.description, '/tags': words.tags,
};

const network: Record<string, string> = {
  '/trusted_ca_pem': words.trustedCa, '/allowed_addresses': words.allowedAddresses, '/proxy': words.proxy,
  '/proxy_credentials': words.proxyCredentials,
};

const optional: Record<string, string> = { '/callback': words.callback, '/resources': words.resources, '/protected_resource': words.protectedResource, '/keep_alive_days': words.keepAlive, '/verify_every_hours': words.verifyEvery, '/signature_method': words.signatureMethod, '/dpop': words.dpop };

function credentialLabels(): Record<string, string> {
  const labels: Record<string, string> = {};
  for (const index of [0, 1]) {
    labels[`/consumer_secrets/${index}/value`] = index === 0 ? words.consumerSecret : words.secretBefore;
    labels[`/consumer_secrets/${index}/expires_on`] = words.secretExpires;
    labels[`/client_certificates/${index}/certificate`] = words.certificate;
    labels[`/client_certificates/${index}/pkcs12`] = words.certificate;
    labels[`/client_certificates/${index}/id`] = words.certificate;
    labels[`/client_certificates/${index}/private_key`] = words.privateKey;
    labels[`/client_certificates/${index}/password`] = words.privateKeyPassword;
  }
  labels['/client_keys'] = words.signingKey;
  labels['/client_keys/0/private_key'] = words.signingKey;
  labels['/client_keys/0/password'] = words.signingKeyPassword;
  labels['/client_keys/0/kid'] = words.signingKeyId;
  return labels;
}

/** The labels of the fields that are there now, for FormError. */
export function fieldLabels(draft: Draft, provider?: ServiceProvider): Record<string, string> {
  const asked = provider ? parametersOf(provider, draft) : [];
  return {
    ...basics, ...network, ...optional, ...credentialLabels(),
    ...Object.fromEntries(asked.map(({ name, label }) => [`/endpoint_parameters/${name}`, label])),
    '/service_provider': words.provider, '/grant': words.flow, '/client_authentication': words.authentication,
    '/consumer_key': words.consumerKey, '/scopes': words.scopes, '/supported_accounts': words.supportedAccounts,
    '/default_tenant': words.defaultTenant(provider?.tenant?.label ?? 'tenant'),
  };
}

export function isBasic(pointer: string): boolean {
  return pointer in basics;
}

export function isNetwork(pointer: string): boolean {
  return pointer in network;
}

/** Whether it is among *More settings*. */
export function isOptional(pointer: string, provider?: ServiceProvider): boolean {
  if (pointer in optional || pointer === '/client_authentication') return true;
  const name = pointer.replace('/endpoint_parameters/', '');
  const asked = provider?.endpoint_parameters.find((one) => one.name === name);
  return asked !== undefined && !asked.required && asked.default_value === '';
}

// The API's short forms, and what is meant of an OAuth client, as the fields that this form has for them.
const otherNames: Record<string, string> = {
  '/tenant': '/default_tenant', '/issuer': '/endpoint_parameters/issuer', '/token_endpoint': '/endpoint_parameters/token_endpoint',
};

/** The error with the pointer of the field that the form has for it. */
export function withFormField(error: unknown): unknown {
  if (!(error instanceof ApiError) || error.field === undefined) return error;
  const field = otherNames[error.field];
  return field ? new ApiError({ ...error.problem, field }) : error;
}
