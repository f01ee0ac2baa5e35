import { expect, test } from 'vitest';
import {
  callbackAddress, changes, copyOf, creation, draftOf, earliestExpiry, emptyDraft, flowOf, flowsOf, methodsOf, parametersOf, withFlow,
  withProvider, withResource, type Draft, type ServiceProvider, type TargetSystem,
} from './draft';

const parameter = (name: string, required = false) =>
  ({ name, label: name, help: '', format: 'text', allowed: [], default_value: '', required });

const generic: ServiceProvider = {
  id: 'generic', name: 'Generic', origin: 'built_in', documentation: '', grants: ['client_credentials', 'authorization_code'],
  client_authentication: ['client_secret_basic', 'private_key_jwt', 'tls_client_auth'], signature_methods: [], legacy: false, discovery: false, token_endpoint: '{token_endpoint}',
  endpoint_parameters: [parameter('token_endpoint', true), parameter('authorization_endpoint'), parameter('mtls_token_endpoint'),
    parameter('issuer'), parameter('audience')],
  scopes: { defaults: [], required: false, app_only_default_scope: false }, takes_resources: true, dpop: 'supported', tenant: null, sign_in: null,
  jwt_bearer: null, revocation: { endpoint: '{revocation_endpoint}', by_hand: '', page: '' },
  console: { icon: '', create_page: '', create_hint: '', paste: [], usual_scopes: [] }, min_retrieval_interval: 0,
};
const box: ServiceProvider = {
  ...generic, id: 'box', grants: ['client_credentials'], client_authentication: ['client_secret_post'], takes_resources: false, dpop: 'unsupported',
  endpoint_parameters: [parameter('subject', true), parameter('audience')],
};

const accounts: ServiceProvider = {
  ...generic, id: 'accounts', grants: ['jwt_bearer'], client_authentication: [],
  jwt_bearer: { needs_subject: false, takes_scopes: true, with_client_authentication: false },
};

const stored: TargetSystem = {
  id: '01900000-0000-7000-8000-000000000001', name: 'CRM', project: null, project_name: null, oauth_enabled: true, callback: 'own',
  callback_url: null, missing: [], service_provider: 'generic', grant: 'client_credentials', client_authentication: 'provider_default',
  consumer_key: 'robots', consumer_secrets: [{ id: 's', expires_on: '2027-06-30', created_at: '', accepted_at: null }],
  client_keys: [], client_certificates: [], scopes: ['read'], resources: [], protected_resource: '', endpoint_parameters: { token_endpoint: 'https://a/t', audience: 'x' },
  token_endpoint: 'https://a/t', issuer: null, metadata_read_at: null, metadata_failure: '', can_register: false, pending_metadata: null, trusted_ca_pem: '',
  allowed_addresses: [], proxy: '', has_proxy_credentials: false, owner: { name: 'Ada', email: '' }, description: '', tags: [],
  supported_accounts: null, default_tenant: '', keep_alive_days: 0, verify_every_hours: 0, dpop: false, signature_method: '', destination_held: false, provider_pause: null, fault: null, created_at: '', updated_at: '', deleted_at: null, revision: 1,
};
const certificate = {
  id: 'c', subject: 'CN=robots', x5t_s256: '', not_before: '', not_after: '2027-01-01T00:00:00Z', kid: '', key_type: '', created_at: '',
  accepted_at: null,
};

test('a resource and the chosen server begin the form of its target system', () => {
  const issuer: ServiceProvider = { ...generic, id: 'issuer', discovery: true, endpoint_parameters: [parameter('issuer', true), parameter('audience')] };
  const server = {
    issuer: 'https://id.example', grants: ['client_credentials' as const, 'authorization_code' as const], registration: 'by_hand' as const, pkce: true,
    scopes: ['read', 'offline_access'], problem: null, message: null,
  };
  const proposal = { resource: 'https://mcp.example/tools', name: 'Tools', scopes: ['read'], authorization_servers: [server] };
  const draft = withResource({ ...emptyDraft('p'), resources: ['https://other.example'], parameters: { audience: 'x' } }, issuer, proposal, server);
  expect(creation(draft, 'id')).toMatchObject({
    name: 'Tools', service_provider: 'issuer', grant: 'authorization_code', endpoint_parameters: { issuer: 'https://id.example' },
    protected_resource: 'https://mcp.example/tools', scopes: ['read', 'offline_access'], resources: [], callback: 'own', project: 'p',
  });
  expect(withResource(emptyDraft(''), issuer, { ...proposal, name: '' }, server).name).toBe('mcp.example');
  // Another provider has no such resource.
  expect(withProvider(draft, generic).protectedResource).toBe('');
});

test('an untouched form has nothing to send', () => {
  expect(changes(draftOf(stored), stored)).toEqual({});
});

test('only what differs is sent, and null for a parameter that goes', () => {
  const draft = { ...draftOf(stored), description: 'new', parameters: { token_endpoint: 'https://b/t', audience: '' } };
  expect(changes(draft, stored)).toEqual({
    description: 'new', endpoint_parameters: { token_endpoint: 'https://b/t', audience: null },
  });
});

test('secrets go out only where they were entered, the new one first', () => {
  const draft = draftOf(stored);
  expect(changes({ ...draft, secretsAre: 'replaced' }, stored)).toEqual({});
  const secrets = [{ value: 'new', expiresOn: '2028-01-01' }, { value: 'old', expiresOn: '' }];
  expect(changes({ ...draft, secretsAre: 'replaced', secrets }, stored)).toEqual({
    consumer_secrets: [{ value: 'new', expires_on: '2028-01-01' }, { value: 'old', expires_on: null }],
  });
  expect(changes({ ...draft, secretsAre: 'dropped' }, stored)).toEqual({ consumer_secrets: [] });
});

test('a certificate that stays is named by its id beside the next one', () => {
  const system: TargetSystem = { ...stored, client_authentication: 'private_key_jwt', consumer_secrets: [], client_certificates: [certificate] };
  const draft = draftOf(system);
  expect(draft.flow).toBe('client_credentials_certificate');
  expect(changes(draft, system)).toEqual({});
  const next = { certificate: { name: 'n', kind: 'pkcs12' as const, content: 'AA==' }, password: 'p' };
  expect(changes({ ...draft, certificates: [...draft.certificates, next] }, system)).toEqual({
    client_certificates: [{ id: 'c' }, { pkcs12: 'AA==', password: 'p' }],
  });
  expect(changes({ ...draft, certificates: [] }, system)).toEqual({ client_certificates: [] });
});

test('a new one is posted with the id that its callback was shown with', () => {
  const draft = { ...withProvider(emptyDraft('p'), generic), name: 'New' };
  const body = creation(draft, 'the-id');
  expect(body).toMatchObject({ id: 'the-id', name: 'New', project: 'p', service_provider: 'generic', grant: 'client_credentials' });
  expect(body).not.toHaveProperty('consumer_secrets');
  expect(creation({ ...draft, oauthEnabled: false }, 'the-id')).not.toHaveProperty('service_provider');
});

test('the flows and ways are those of the entry', () => {
  expect(flowsOf(generic)).toEqual(['authorization_code', 'client_credentials', 'client_credentials_certificate']);
  expect(flowsOf(box)).toEqual(['client_credentials']);
  expect(methodsOf(generic, 'client_credentials')).toEqual(['provider_default', 'client_secret_basic']);
  expect(methodsOf(generic, 'client_credentials_certificate')).toEqual(['private_key_jwt', 'tls_client_auth']);
  expect(methodsOf({ ...generic, discovery: true }, 'client_credentials_certificate')[0]).toBe('provider_default');
});

test('OAuth 1.0a has a callback and a signature method, and neither goes along to another grant', () => {
  const signing: ServiceProvider = {
    ...generic, id: 'signing', grants: ['oauth1'], client_authentication: [], signature_methods: ['HMAC-SHA1', 'RSA-SHA1'], takes_resources: false,
    dpop: 'unsupported', endpoint_parameters: [parameter('token_endpoint', true), parameter('authorization_endpoint', true)],
  };
  expect(flowsOf(signing)).toEqual(['oauth1']);
  const draft: Draft = { ...withProvider(emptyDraft(''), signing), callback: 'oob', signatureMethod: 'RSA-SHA1' };
  expect(parametersOf(signing, draft).map(({ name }) => name)).toEqual(['token_endpoint', 'authorization_endpoint']);
  expect(creation(draft, 'the-id')).toMatchObject({ grant: 'oauth1', callback: 'oob', signature_method: 'RSA-SHA1' });
  expect(flowOf({ ...stored, grant: 'oauth1' })).toBe('oauth1');
  expect(creation({ ...draft, flow: 'client_credentials' }, 'the-id')).toMatchObject({ callback: 'own', signature_method: '' });
});

test('boxes come and go with the flow', () => {
  const names = (draft: Parameters<typeof parametersOf>[1]) => parametersOf(generic, draft).map(({ name }) => name);
  const draft = withProvider(emptyDraft(''), generic);
  expect(names(draft)).toEqual(['token_endpoint', 'audience']);
  const signIn = withFlow(draft, generic, 'authorization_code');
  expect(names(signIn)).toEqual(['token_endpoint', 'authorization_endpoint', 'issuer', 'audience']);
  expect(parametersOf(generic, signIn)[1]?.required).toBe(true);
  expect(names({ ...withFlow(draft, generic, 'client_credentials_certificate'), authentication: 'tls_client_auth' })).toContain('mtls_token_endpoint');
});

test('a code that is typed in elsewhere has an address of its own and no callback', () => {
  const byCode: ServiceProvider = {
    ...generic, grants: [...generic.grants, 'device_code'],
    endpoint_parameters: [...generic.endpoint_parameters, parameter('device_authorization_endpoint')],
  };
  expect(flowsOf(byCode)).toContain('device_code');
  const draft = withFlow(withProvider(emptyDraft(''), byCode), byCode, 'device_code');
  const shown = parametersOf(byCode, draft);
  expect(shown.map(({ name }) => name)).toEqual(['token_endpoint', 'issuer', 'audience', 'device_authorization_endpoint']);
  expect(shown.find(({ name }) => name === 'device_authorization_endpoint')?.required).toBe(true);
  expect(creation({ ...draft, callback: 'plain', keepAliveDays: '3' }, 'x')).toMatchObject({ grant: 'device_code', callback: 'own', keep_alive_days: 3 });
  expect(flowOf({ ...stored, grant: 'device_code' })).toBe('device_code');
});

test('passwords are the flow of legacy providers, and of none beside them', () => {
  const legacy: ServiceProvider = { ...generic, grants: ['password'], legacy: true };
  expect(flowsOf(legacy)).toEqual(['password']);
  expect(flowsOf(generic)).not.toContain('password');
  const draft = withProvider(emptyDraft(''), legacy);
  expect(creation({ ...draft, callback: 'plain', keepAliveDays: '3' }, 'x')).toMatchObject({ grant: 'password', callback: 'own', keep_alive_days: 3 });
  expect(flowOf({ ...stored, grant: 'password' })).toBe('password');
});

test('another provider keeps what it knows and leaves the rest behind', () => {
  const draft = withProvider({ ...draftOf(stored), flow: 'authorization_code', resources: ['https://a'] }, box);
  expect(draft.flow).toBe('client_credentials');
  expect(draft.parameters).toEqual({ audience: 'x' });
  expect(draft.resources).toEqual([]);
});

test('a key file is sent as it is, and with it what the person says of a key', () => {
  expect(flowsOf(accounts)).toEqual(['jwt_bearer']);
  expect(methodsOf(accounts, 'jwt_bearer')).toEqual(['provider_default']);
  const draft = withProvider(emptyDraft('p'), accounts);
  const file = { name: 'account.json', kind: 'json' as const, content: '{"type":"service_account"}' };
  expect(creation({ ...draft, name: 'Drive', keyFile: file }, 'x')).toMatchObject({
    grant: 'jwt_bearer', client_authentication: 'provider_default', consumer_key: '', client_keys: [{ private_key: file.content }],
  });
  expect(creation({ ...draft, keyFile: { ...file, kind: 'pem', content: 'PEM' }, keyPassword: 'p', keyId: 'k' }, 'x').client_keys)
    .toEqual([{ private_key: 'PEM', password: 'p', kid: 'k' }]);
  const system: TargetSystem = { ...stored, service_provider: 'accounts', grant: 'jwt_bearer', consumer_secrets: [] };
  expect(changes(draftOf(system), system)).toEqual({});
});

test('where the registration decides on scopes, none are sent', () => {
  const decided = { ...accounts, jwt_bearer: { needs_subject: true, takes_scopes: false, with_client_authentication: true } };
  expect(withProvider({ ...emptyDraft('p'), scopes: ['read'] }, decided).scopes).toEqual([]);
  expect(methodsOf({ ...decided, client_authentication: ['client_secret_post'] }, 'jwt_bearer')).toEqual(['provider_default', 'client_secret_post']);
});

test('a copy has everything but the secrets', () => {
  const copy = copyOf(stored, 'CRM 2');
  expect(copy).toMatchObject({ name: 'CRM 2', consumerKey: 'robots', secretsAre: 'replaced', secrets: [{ value: '', expiresOn: '' }] });
});

test('the callback is known before anything is saved', () => {
  expect(callbackAddress('https://s.example/', 'x', 'own')).toBe('https://s.example/OAuthCallback/x');
  expect(callbackAddress('https://s.example', 'x', 'plain')).toBe('https://s.example/OAuthCallback');
  expect(callbackAddress('https://s.example', 'x', 'oob')).toBeUndefined();
});

test('the earliest end counts', () => {
  expect(earliestExpiry(stored)).toBe('2027-06-30');
  expect(earliestExpiry({ ...stored, client_certificates: [certificate] })).toBe('2027-01-01T00:00:00Z');
  expect(earliestExpiry({ ...stored, consumer_secrets: [] })).toBeNull();
  expect(flowOf({ ...stored, grant: 'authorization_code' })).toBe('authorization_code');
});

test('tokens are exchanged where the entry offers it, by an application that proves who it is', () => {
  const exchanging: ServiceProvider = { ...generic, grants: [...generic.grants, 'token_exchange'] };
  expect(flowsOf(generic)).not.toContain('token_exchange');
  expect(flowsOf(exchanging)).toContain('token_exchange');
  const draft = withFlow(withProvider(emptyDraft(''), exchanging), exchanging, 'token_exchange');
  expect(creation({ ...draft, consumerKey: 'app', secrets: [{ value: 'hush', expiresOn: '' }] }, 'x')).toMatchObject({
    grant: 'token_exchange', consumer_secrets: [{ value: 'hush' }] });
});
