// oidc-provider behind a front that has the shape of Microsoft's identity platform: its addresses,
// its certificates, its errors. The clouds' own names lead here through a forward proxy, so that the
// catalogue's own entry is what is tested.
//
//   node microsoft_front.mjs --certificate FILE --key FILE
//
// Prints one line of JSON when it is ready, and runs until SIGTERM:
//   {"ready":true,"origin","proxy","hosts","tenants","resource","people":{domain:tenant}}
// POST /{tenant}/oauth2/v2.0/token  as Microsoft's; oidc-provider checks client and assertion
// POST /_test/applications          {"client_id","certificates":[PEM],"secrets":[{"value","expired"}]}
// GET /_test/requests               what was asked: [{"host","tenant","header","scope","client_id"}]
// People sign in as microsoft_people.mjs says; browsers that take the clouds' names for the origin get there.
// GET /api                          200 {"client_id","scope"} for a living token
import http from 'node:http';
import https from 'node:https';
import fs from 'node:fs';
import net from 'node:net';
import { X509Certificate, createHash, randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Provider } from 'oidc-provider';
import { decodeProtectedHeader } from 'jose';
import { People } from './microsoft_people.mjs';

const { values: args } = parseArgs({ options: {
  certificate: { type: 'string' }, key: { type: 'string' },
} });

const HOSTS = ['login.microsoftonline.com', 'login.microsoftonline.us', 'login.partner.microsoftonline.cn'];
const TENANTS = ['5e6f7a8b-0000-4000-8000-000000000001', 'contoso.onmicrosoft.com'];
const RESOURCE = 'https://graph.microsoft.com';
const TOKEN_PATH = '/oauth2/v2.0/token';
const TTL = 3599;

const applications = new Map();
const requests = [];

// What oidc-provider knows of an application: its secret that lives, or the keys of its certificates.
function metadata({ client_id, certificates = [], secrets = [] }) {
  const client = { client_id, grant_types: ['client_credentials'], redirect_uris: [],
    response_types: [], scope: `${RESOURCE}/.default` };
  const keys = certificates.map((pem) => ({
    ...new X509Certificate(pem).publicKey.export({ format: 'jwk' }), use: 'sig' }));
  if (keys.length > 0) {
    return { ...client, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys } };
  }
  return { ...client, token_endpoint_auth_method: 'client_secret_post',
    client_secret: secrets.find((secret) => !secret.expired)?.value ?? randomUUID() };
}

const stored = new Map();
class Adapter {
  constructor(model) { this.model = model; }
  async find(id) {
    if (this.model !== 'Client') return stored.get(`${this.model}:${id}`);
    return applications.has(id) ? metadata(applications.get(id)) : undefined;
  }
  async upsert(id, payload) { stored.set(`${this.model}:${id}`, payload); }
  async destroy(id) { stored.delete(`${this.model}:${id}`); }
}

const provider = new Provider(`https://${HOSTS[0]}`, {
  adapter: Adapter,
  routes: { token: TOKEN_PATH },
  scopes: [`${RESOURCE}/.default`],
  clientAuthMethods: ['client_secret_post', 'client_secret_basic', 'private_key_jwt'],
  enabledJWA: { clientAuthSigningAlgValues: ['PS256', 'RS256'] },
  cookies: { keys: ['test'] },
  ttl: { ClientCredentials: TTL },
  features: { devInteractions: { enabled: false }, clientCredentials: { enabled: true } },
});

// An error as Microsoft writes it.
function refusal(status, error, code, words) {
  const trace = randomUUID();
  const correlation = randomUUID();
  const timestamp = new Date().toISOString().replace('T', ' ').replace(/\.\d+/, '');
  return { status, body: { error,
    error_description: `AADSTS${code}: ${words} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`,
    error_codes: [code], timestamp, trace_id: trace, correlation_id: correlation,
    error_uri: `https://${HOSTS[0]}/error?code=${code}` } };
}

// Tenants that people are of, by their domain.
const people = new People({ host: HOSTS[0], applications, refusal,
  tenants: { [TENANTS[0]]: 'contoso.example', '5e6f7a8b-0000-4000-8000-000000000002': 'fabrikam.example' } });

const thumbprint = (pem, digest) => createHash(digest).update(new X509Certificate(pem).raw).digest('base64url');

// Which of the application's certificates the header of an assertion names.
function namedCertificate(application, header) {
  return (application.certificates ?? []).find((pem) => (header['x5t#S256']
    ? header['x5t#S256'] === thumbprint(pem, 'sha256') : header.x5t === thumbprint(pem, 'sha1')));
}

function headerOf(assertion) {
  try {
    return decodeProtectedHeader(assertion);
  } catch {
    return {};
  }
}

// What Microsoft looks at before who it is counts.
function refusedBefore({ client_id: id, scope = '', client_assertion: assertion }) {
  const application = applications.get(id);
  if (!application) {
    return refusal(400, 'unauthorized_client', 700016,
      `Application with identifier '${id}' was not found in the directory 'Contoso'.`);
  }
  if (!scope.endsWith('/.default')) {
    return refusal(400, 'invalid_scope', 1002012, `The provided value for scope ${scope} is not valid. `
      + 'Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).');
  }
  if (scope.split(' ').length > 1) {
    return refusal(400, 'invalid_scope', 70011, `The provided value for the input parameter 'scope' is not valid. ${scope}`);
  }
  if (scope !== `${RESOURCE}/.default`) {
    return refusal(400, 'invalid_resource', 500011, `The resource principal named ${scope.slice(0, -9)} was not found in the tenant.`);
  }
  if (!assertion || namedCertificate(application, headerOf(assertion))) return undefined;
  return refusal(401, 'invalid_client', 700027, 'The certificate with identifier used to sign the client assertion is not registered on application. '
    + '[Reason - The key was not found.]');
}

// What oidc-provider said, in Microsoft's words.
function refusedAfter({ client_id: id, client_secret: secret, client_assertion: assertion }, said) {
  if (said.error === 'invalid_client' && assertion) {
    return refusal(401, 'invalid_client', 700027, `The client assertion failed signature validation. [${said.error_description}]`);
  }
  if (said.error === 'invalid_client') {
    const expired = (applications.get(id).secrets ?? []).some((one) => one.expired && one.value === secret);
    return expired
      ? refusal(401, 'invalid_client', 7000222, `The provided client secret keys for app '${id}' are expired.`)
      : refusal(401, 'invalid_client', 7000215, 'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.');
  }
  return refusal(400, said.error, 900144, `${said.error_description}.`);
}

function answer(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(body));
}

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

// Runs around oidc-provider's own handling, which has the last word on who it is.
provider.use(async (ctx, next) => {
  const form = ctx.req.body;
  await next();
  const said = ctx.body;
  const refused = said?.error && refusedAfter(form, said);
  if (refused) {
    ctx.status = refused.status;
    ctx.body = refused.body;
  } else if (said?.access_token) {
    ctx.body = { token_type: 'Bearer', expires_in: said.expires_in, ext_expires_in: said.expires_in,
      access_token: said.access_token };
  }
});

async function token(request, response, tenant) {
  const form = Object.fromEntries(new URLSearchParams(await bodyOf(request)));
  requests.push({ host: request.headers.host, tenant, client_id: form.client_id, scope: form.scope,
    header: form.client_assertion ? headerOf(form.client_assertion) : null });
  if (form.grant_type !== 'client_credentials') {
    const said = await people.token(form);
    return answer(response, said.status, said.body);
  }
  if (!TENANTS.includes(tenant)) {
    const refused = refusal(400, 'invalid_request', 90002, `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.`);
    return answer(response, refused.status, refused.body);
  }
  const refused = refusedBefore(form);
  if (refused) return answer(response, refused.status, refused.body);
  // oidc-provider is mounted below the tenant, so its own token endpoint is the one that was called.
  request.originalUrl = request.url;
  request.url = TOKEN_PATH;
  request.body = form;
  return provider.callback()(request, response);
}

async function api(request, response) {
  const [, value] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
  const found = value && await provider.ClientCredentials.find(value);
  if (!found) return answer(response, 401, { error: 'invalid_token' });
  return answer(response, 200, { client_id: found.clientId, scope: found.scope });
}

async function signIn(request, response, tenant, query) {
  if (request.method === 'GET') return people.authorize(response, tenant, query);
  return people.signIn(response, tenant, query, Object.fromEntries(new URLSearchParams(await bodyOf(request))));
}

async function handle(request, response) {
  const { pathname, searchParams } = new URL(request.url, `https://${HOSTS[0]}`);
  const [, of, what] = /^\/([^/]+)\/(oauth2\/v2\.0\/authorize|discovery\/v2\.0\/keys)$/.exec(pathname) ?? [];
  if (what?.endsWith('authorize')) return signIn(request, response, of, searchParams);
  if (what) return answer(response, 200, people.keys());
  const [, tenant] = /^\/([^/]+)\/oauth2\/v2\.0\/token$/.exec(request.url) ?? [];
  if (tenant && request.method === 'POST') return token(request, response, tenant);
  if (request.url === '/api') return api(request, response);
  if (request.url === '/_test/requests') return answer(response, 200, requests);
  if (request.url !== '/_test/applications') return answer(response, 404, { error: 'not_found' });
  const application = JSON.parse(await bodyOf(request));
  applications.set(application.client_id, application);
  return answer(response, 201, {});
}

const server = https.createServer(
  { key: fs.readFileSync(args.key), cert: fs.readFileSync(args.certificate) },
  (request, response) => handle(request, response).catch((error) => {
    console.error(error);
    answer(response, 500, { error: 'server_error' });
  }),
);

// The forward proxy at which the clouds' names mean this server.
const proxy = http.createServer((request, response) => response.writeHead(405).end());
proxy.on('connect', (request, client, head) => {
  client.on('error', () => client.destroy());
  if (!HOSTS.some((host) => request.url === `${host}:443`)) {
    client.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n');
    return;
  }
  const upstream = net.connect(server.address().port, '127.0.0.1', () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    upstream.write(head);
    upstream.pipe(client);
    client.pipe(upstream);
  });
  upstream.on('error', () => client.destroy());
});

server.listen(0, '127.0.0.1', () => proxy.listen(0, '127.0.0.1', () => {
  console.log(JSON.stringify({ ready: true, origin: `https://127.0.0.1:${server.address().port}`,
    proxy: `http://127.0.0.1:${proxy.address().port}`, hosts: HOSTS, tenants: TENANTS, resource: RESOURCE,
    people: Object.fromEntries(Object.entries(people.tenants).map(([id, domain]) => [domain, id])) }));
}));
process.on('SIGTERM', () => process.exit(0));
