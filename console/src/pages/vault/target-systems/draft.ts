// What the window of a target system holds while somebody edits it, and what of it is sent: pure functions, so that the rules can
// be tested without a browser.
import type { components } from '../../../api/schema';
import { needsPerson } from '../grants';
import type { PickedFile } from './certificateFile';

export type TargetSystem = components['schemas']['TargetSystem'];
export type TargetSystemInput = components['schemas']['TargetSystemInput'];
export type TargetSystemPatch = components['schemas']['TargetSystemPatch'];
export type ServiceProvider = components['schemas']['ServiceProvider'];
export type ClientAuthentication = components['schemas']['ClientAuthentication'];
export type SupportedAccounts = components['schemas']['SupportedAccounts'];
export type Callback = components['schemas']['Callback'];
type EndpointParameter = ServiceProvider['endpoint_parameters'][number];

/** The token grant flow as people choose it: the API's grant, and whether a certificate proves who asks. */
export type Flow = 'authorization_code' | 'device_code' | 'oauth1' | 'client_credentials' | 'client_credentials_certificate' | 'jwt_bearer' | 'token_exchange' | 'password';

export interface SecretDraft {
  value: string;
  /** A date, or ''. */
  expiresOn: string;
}

/** A certificate that stays, by its id, or one that was picked. */
export interface CertificateDraft {
  /** Of a stored one; then nothing else is given. */
  id?: string;
  certificate?: PickedFile;
  key?: PickedFile;
  password: string;
}

export interface Draft {
  name: string;
  /** A project's id; '': all projects. */
  project: string;
  ownerName: string;
  ownerEmail: string;
  description: string;
  tags: string[];
  oauthEnabled: boolean;
  provider: string;
  flow: Flow;
  authentication: ClientAuthentication;
  parameters: Record<string, string>;
  consumerKey: string;
  /** What happens to the consumer secrets that are stored. */
  secretsAre: 'kept' | 'replaced' | 'dropped';
  /** The new ones, in the order of trying. */
  secrets: SecretDraft[];
  certificates: CertificateDraft[];
  /** What signs the assertions of jwt_bearer, if a new one was picked: PEM, or the key file of a service account. */
  keyFile?: PickedFile;
  keyPassword: string;
  /** As the provider knows the key; '': as the file says, or its thumbprint. */
  keyId: string;
  scopes: string[];
  resources: string[];
  supportedAccounts: SupportedAccounts | '';
  defaultTenant: string;
  /** Digits: refresh tokens are used at least once in so many days. '' or '0': they may die of disuse. */
  keepAliveDays: string;
  /** Or '': never. */
  verifyEveryHours: string;
  /** Tokens are bound to a key of each client. */
  dpop: boolean;
  /** Of OAuth 1.0a; '': the first that the provider takes. */
  signatureMethod: string;
  /** The one resource that tokens are for; '': there is none in particular. */
  protectedResource: string;
  callback: Callback;
  trustedCa: string;
  allowedAddresses: string[];
  proxy: string;
  proxyCredentials: string;
}

const secretMethods: ClientAuthentication[] = ['client_secret_basic', 'client_secret_post', 'client_secret_jwt'];
const publicMethod: ClientAuthentication = 'none';
const certificateMethods: ClientAuthentication[] = ['private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth'];

export function emptyDraft(project: string): Draft {
  return {
    name: '', project, ownerName: '', ownerEmail: '', description: '', tags: [], oauthEnabled: true, provider: '',
    flow: 'client_credentials', authentication: 'provider_default', parameters: {}, consumerKey: '', secretsAre: 'replaced',
    secrets: [noSecret()], certificates: [noCertificate()], keyPassword: '', keyId: '', scopes: [], resources: [], supportedAccounts: '', defaultTenant: '',
    keepAliveDays: '', verifyEveryHours: '', dpop: false, signatureMethod: '', protectedResource: '',
    callback: 'own', trustedCa: '', allowedAddresses: [], proxy: '', proxyCredentials: '',
  };
}

export function noSecret(): SecretDraft {
  return { value: '', expiresOn: '' };
}

export function noCertificate(): CertificateDraft {
  return { password: '' };
}

/** Whether the provider sends the browser back, or shows what is typed in. */
export function hasCallback(flow: Flow): boolean {
  return flow === 'authorization_code' || flow === 'oauth1';
}

/** The flow that a stored target system has. One that signs with a client key has no certificate, and needs none. */
export function flowOf(system: TargetSystem): Flow {
  if (system.grant !== 'client_credentials') return system.grant;
  if (system.client_certificates.length > 0) return 'client_credentials_certificate';
  if (system.client_keys.length > 0) return 'client_credentials';
  return certificateMethods.includes(system.client_authentication) ? 'client_credentials_certificate' : 'client_credentials';
}

export function draftOf(system: TargetSystem): Draft {
  return {
    name: system.name, project: system.project ?? '', ownerName: system.owner.name, ownerEmail: system.owner.email,
    description: system.description, tags: system.tags, oauthEnabled: system.oauth_enabled, provider: system.service_provider,
    flow: flowOf(system), authentication: system.client_authentication, parameters: system.endpoint_parameters,
    consumerKey: system.consumer_key, secretsAre: system.consumer_secrets.length > 0 ? 'kept' : 'replaced', secrets: [noSecret()],
    certificates: system.client_certificates.length > 0
      ? system.client_certificates.map(({ id }) => ({ id, password: '' })) : [noCertificate()],
    keyPassword: '', keyId: '',
    scopes: system.scopes, resources: system.resources, supportedAccounts: system.supported_accounts ?? '',
    keepAliveDays: system.keep_alive_days > 0 ? String(system.keep_alive_days) : '', dpop: system.dpop,
    verifyEveryHours: system.verify_every_hours > 0 ? String(system.verify_every_hours) : '',
    signatureMethod: system.signature_method, protectedResource: system.protected_resource,
    defaultTenant: system.default_tenant, callback: system.callback, trustedCa: system.trusted_ca_pem,
    allowedAddresses: system.allowed_addresses, proxy: system.proxy, proxyCredentials: '',
  };
}

/** The draft of a copy: everything but what is secret, which the server gives to nobody. */
export function copyOf(system: TargetSystem, name: string): Draft {
  return { ...draftOf(system), name, secretsAre: 'replaced', secrets: [noSecret()], certificates: [noCertificate()] };
}

/** The flows that an entry of the catalogue offers, in the order of the list. */
export function flowsOf(provider: ServiceProvider): Flow[] {
  const offers = (methods: ClientAuthentication[]) => methods.some((method) => provider.client_authentication.includes(method));
  const flows: Flow[] = [];
  if (provider.grants.includes('authorization_code')) flows.push('authorization_code');
  if (provider.grants.includes('device_code')) flows.push('device_code');
  if (provider.grants.includes('oauth1')) flows.push('oauth1');
  if (provider.grants.includes('client_credentials')) {
    if (offers(secretMethods)) flows.push('client_credentials');
    if (offers(certificateMethods)) flows.push('client_credentials_certificate');
  }
  if (provider.grants.includes('jwt_bearer')) flows.push('jwt_bearer');
  if (provider.grants.includes('token_exchange')) flows.push('token_exchange');
  if (provider.grants.includes('password')) flows.push('password');
  return flows;
}

/** The ways of client authentication that go with a flow there, the usual one first. */
export function methodsOf(provider: ServiceProvider, flow: Flow): ClientAuthentication[] {
  if (flow === 'jwt_bearer' && !signsAndProves(provider)) return ['provider_default'];
  const fitting = flow === 'client_credentials_certificate' ? certificateMethods
    : signsInWithPkce(flow) ? [...secretMethods, publicMethod] : secretMethods;
  const offered = fitting.filter((method) => provider.client_authentication.includes(method));
  // An issuer's own document says what it takes; elsewhere a certificate has to be asked for by name.
  const byItself = flow !== 'client_credentials_certificate' || provider.discovery;
  return byItself ? ['provider_default', ...offered] : offered;
}

/** Whether an application may have no secret at all: people sign in, and codes are bound to whoever asked for them. */
function signsInWithPkce(flow: Flow): boolean {
  return flow === 'authorization_code' || flow === 'device_code';
}

/** Whether an application that signs for whom it acts proves who it is besides, with its secret. */
export function signsAndProves(provider: ServiceProvider): boolean {
  return provider.jwt_bearer?.with_client_authentication ?? false;
}

/** Whether scopes can be asked for with this flow. */
export function takesScopes(provider: ServiceProvider, flow: Flow): boolean {
  return flow !== 'jwt_bearer' || (provider.jwt_bearer?.takes_scopes ?? true);
}

/** What the entry asks for with this flow. Addresses of no use in it are left out, unless they are set. */
export function parametersOf(provider: ServiceProvider, draft: Draft): EndpointParameter[] {
  const signsIn = needsPerson(draft.flow);
  const ways: Record<string, Flow> = { authorization_endpoint: 'authorization_code', device_authorization_endpoint: 'device_code' };
  const mutualTls = draft.flow === 'client_credentials_certificate' && draft.authentication !== 'private_key_jwt';
  const isOfUse = (name: string) => {
    if (name === 'authorization_endpoint' && draft.flow === 'oauth1') return true;
    if (ways[name]) return draft.flow === ways[name];
    if (name === 'jwks_uri') return signsIn;
    if (name === 'issuer' && !provider.discovery) return signsIn;
    return name === 'mtls_token_endpoint' ? mutualTls : true;
  };
  return provider.endpoint_parameters.filter(({ name }) => isOfUse(name) || draft.parameters[name])
    .map((one) => (ways[one.name] === draft.flow ? { ...one, required: true } : one));
}

/** The draft with another flow: the way of proving who asks goes along. */
export function withFlow(draft: Draft, provider: ServiceProvider, flow: Flow): Draft {
  const scopes = takesScopes(provider, flow) ? draft.scopes : [];
  return { ...draft, flow, scopes, authentication: methodsOf(provider, flow)[0] ?? 'provider_default' };
}

export type ResourceProposal = components['schemas']['ResourceProposal'];
export type ProposedServer = ResourceProposal['authorization_servers'][number];

/** The draft as a resource, and the one of its authorization servers that somebody chose, make it. */
export function withResource(draft: Draft, provider: ServiceProvider, { resource, name }: ResourceProposal, server: ProposedServer): Draft {
  const flows = flowsOf(provider);
  const flow = flows.find((one) => server.grants.some((grant) => grant === one)) ?? draft.flow;
  const begun = withFlow(withProvider(draft, provider), provider, flow);
  return {
    ...begun, name: name || new URL(resource).host, parameters: { issuer: server.issuer }, scopes: server.scopes, resources: [],
    protectedResource: resource, callback: 'own',
  };
}

/** Whether it can be chosen; of an issuer it is known when its metadata was read. */
export function mayBindTokens(provider: ServiceProvider): boolean {
  return provider.dpop === 'supported' || provider.discovery;
}

/** The draft with another provider; what its entry does not know is left behind. */
export function withProvider(draft: Draft, provider: ServiceProvider): Draft {
  const flows = flowsOf(provider);
  const flow = flows.includes(draft.flow) ? draft.flow : flows[0] ?? 'client_credentials';
  const names = provider.endpoint_parameters.map(({ name }) => name);
  const parameters = Object.fromEntries(Object.entries(draft.parameters).filter(([name]) => names.includes(name)));
  const scopes = !takesScopes(provider, flow) ? [] : draft.scopes.length > 0 ? draft.scopes : provider.scopes.defaults;
  return withFlow({
    ...draft, provider: provider.id, parameters, scopes,
    resources: provider.takes_resources ? draft.resources : [],
    dpop: mayBindTokens(provider) && draft.dpop,
    protectedResource: provider.discovery ? draft.protectedResource : '',
    supportedAccounts: provider.tenant ? draft.supportedAccounts || (provider.tenant.supported_accounts[0] ?? '') : '',
    defaultTenant: provider.tenant ? draft.defaultTenant : '',
  }, provider, flow);
}

function secretsOf(draft: Draft): TargetSystemInput['consumer_secrets'] {
  if (draft.secretsAre === 'kept') return undefined;
  if (draft.secretsAre === 'dropped') return [];
  const given = draft.secrets.filter(({ value }) => value !== '');
  if (given.length === 0) return undefined;
  return given.map(({ value, expiresOn }) => ({ value, expires_on: expiresOn || null }));
}

/** The certificates that are sent, in their order: those that something was picked for, and those that stay. */
export function sentCertificates(draft: Draft): CertificateDraft[] {
  return draft.certificates.filter(({ id, certificate, key }) => id ?? certificate ?? key);
}

function certificateInput({ id, certificate, key, password }: CertificateDraft): components['schemas']['ClientCertificateInput'] {
  if (id) return { id };
  const given = password ? { password } : {};
  if (certificate?.kind === 'pkcs12') return { pkcs12: certificate.content, ...given };
  return { ...(certificate && { certificate: certificate.content }), ...(key && { private_key: key.content }), ...given };
}

function certificatesOf(draft: Draft, stored?: TargetSystem): TargetSystemInput['client_certificates'] {
  const sent = sentCertificates(draft);
  const kept = sent.every(({ id }) => id) ? sent.map(({ id }) => id) : undefined;
  const before = stored?.client_certificates.map(({ id }) => id) ?? [];
  if (kept && kept.join() === before.join()) return undefined;
  return sent.map(certificateInput);
}

function keysOf({ keyFile, keyPassword, keyId }: Draft): TargetSystemInput['client_keys'] {
  if (!keyFile) return undefined;
  return [{ private_key: keyFile.content, ...(keyPassword && { password: keyPassword }), ...(keyId && { kid: keyId }) }];
}

function credentialsOf(draft: Draft, stored?: TargetSystem): Pick<TargetSystemInput, 'consumer_secrets' | 'client_keys' | 'client_certificates'> {
  if (draft.flow === 'jwt_bearer') return { client_keys: keysOf(draft), consumer_secrets: secretsOf(draft) };
  return draft.flow === 'client_credentials_certificate'
    ? { client_certificates: certificatesOf(draft, stored) } : { consumer_secrets: secretsOf(draft) };
}

function oauthMembers(draft: Draft, stored?: TargetSystem): Partial<TargetSystemInput> {
  return {
    service_provider: draft.provider,
    grant: draft.flow === 'client_credentials_certificate' ? 'client_credentials' : draft.flow,
    client_authentication: draft.authentication,
    consumer_key: draft.consumerKey,
    ...credentialsOf(draft, stored),
    scopes: draft.scopes,
    resources: draft.flow === 'jwt_bearer' ? [] : draft.resources,
    protected_resource: draft.protectedResource,
    endpoint_parameters: draft.parameters,
    supported_accounts: draft.supportedAccounts || null,
    default_tenant: draft.defaultTenant,
    signature_method: draft.flow === 'oauth1' ? draft.signatureMethod : '',
    keep_alive_days: needsPerson(draft.flow) && draft.flow !== 'oauth1' ? Number(draft.keepAliveDays) : 0,
    verify_every_hours: Number(draft.verifyEveryHours),
    dpop: draft.dpop,
    callback: hasCallback(draft.flow) ? draft.callback : 'own',
    trusted_ca_pem: draft.trustedCa,
    allowed_addresses: draft.allowedAddresses,
    proxy: draft.proxy,
    ...(draft.proxyCredentials && { proxy_credentials: draft.proxyCredentials }),
  };
}

function members(draft: Draft, stored?: TargetSystem): TargetSystemInput {
  return {
    name: draft.name, owner: { name: draft.ownerName, email: draft.ownerEmail }, description: draft.description, tags: draft.tags,
    oauth_enabled: draft.oauthEnabled, ...(draft.oauthEnabled && oauthMembers(draft, stored)),
  };
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}

/** What is posted for a new target system; `id` was shown in its callback before anything was saved. */
export function creation(draft: Draft, id: string): TargetSystemInput {
  return withoutUndefined({ ...members(draft), id, project: draft.project || null });
}

/** What is sent to change `stored` into the draft: only what differs, and null for what goes. */
export function changes(draft: Draft, stored: TargetSystem): TargetSystemPatch {
  const before = members(draftOf(stored), stored) as Record<string, unknown>;
  const wanted = Object.entries(withoutUndefined(members(draft, stored)))
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]));
  const change = Object.fromEntries(wanted) as unknown as TargetSystemPatch;
  if (change.endpoint_parameters) change.endpoint_parameters = parameterChanges(draft.parameters, stored.endpoint_parameters);
  return change;
}

function parameterChanges(now: Record<string, string>, before: Record<string, string>): Record<string, string | null> {
  const change: Record<string, string | null> = {};
  for (const name of Object.keys(before)) if (!now[name]) change[name] = null;
  for (const [name, value] of Object.entries(now)) if (value && value !== before[name]) change[name] = value;
  return change;
}

/** Whether the provider can be asked for more than it was: a form with nothing to say need not be sent. */
export function isChanged(draft: Draft, stored: TargetSystem | undefined, begun: Draft): boolean {
  return stored ? Object.keys(changes(draft, stored)).length > 0 : JSON.stringify(draft) !== JSON.stringify(begun);
}

/** The address that the provider sends people back to, as the server will make it; undefined: nobody is sent back. */
export function callbackAddress(publicUrl: string, id: string, callback: Callback): string | undefined {
  const base = `${publicUrl.replace(/\/+$/, '')}/OAuthCallback`;
  if (callback === 'own') return `${base}/${id}`;
  return callback === 'plain' ? base : undefined;
}

/** The earliest day or time on which something that proves who asks runs out; null: none is known. */
export function earliestExpiry(system: Pick<TargetSystem, 'consumer_secrets' | 'client_keys' | 'client_certificates'>): string | null {
  const times = [
    ...system.consumer_secrets.map(({ expires_on }) => expires_on), ...system.client_keys.map(({ expires_on }) => expires_on),
    ...system.client_certificates.map(({ not_after }) => not_after),
  ].filter((time) => time !== null);
  return times.sort()[0] ?? null;
}
