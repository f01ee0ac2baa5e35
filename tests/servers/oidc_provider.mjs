// The oidc-provider authorization server over TLS on 127.0.0.1, for tests and the demo.
//
//   node oidc_provider.mjs --certificate FILE --key FILE --client-ca FILE [--port N]
//
// Three ports: the issuer's, which asks for no certificate; "mtls", which asks for one and leaves it to
// the provider to judge; "strict", which lets nobody in whose certificate is not of --client-ca.
//
// Prints one line of JSON when it is ready, and runs until SIGTERM:
//   {"ready":true,"issuer","token_endpoint","api","counters","mtls_token_endpoint",
//   "strict_token_endpoint","path_issuer","clients":[{"client_id",...}]}
// path_issuer is a second one below /op, with the same clients and none of the rest.
// GET /api          a protected resource: 200 {"client_id","scope","expires_in"} for a living token
// GET /_test/counts what the token endpoint has seen: {"total","by_client":{"id":n}}
// GET /_test/connections what each token or revocation request over mutual TLS came with:
//                   [{"x5t_s256","resumed","path","client_id","has_secret"}]
// POST /reg         registers a client (RFC 7591), such as one with a JWK set for private_key_jwt
import https from 'node:https';
import fs from 'node:fs';
import { createHash } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Provider } from 'oidc-provider';
import { exportJWK, generateKeyPair, importJWK, jwtVerify } from 'jose';

const { values: args } = parseArgs({ options: {
  certificate: { type: 'string' }, key: { type: 'string' }, 'client-ca': { type: 'string' }, port: { type: 'string', default: '0' },
} });

const SHORT_TTL = 4;
const LONG_TTL = 600;
const RESOURCE = 'urn:test:invoices';

// What the tests may use. `ttl` and `jwt` are ours; the rest is the client's registration.
const clients = [
  { client_id: 'basic', client_secret: 'the-basic-secret-0123456789abcdef', method: 'client_secret_basic' },
  { client_id: 'post', client_secret: 'the-post-secret-0123456789abcdefg', method: 'client_secret_post' },
  { client_id: 'jwt', client_secret: 'the-jwt-secret-0123456789abcdefgh', method: 'client_secret_basic', jwt: true },
  { client_id: 'short', client_secret: 'the-short-secret-0123456789abcdef', method: 'client_secret_basic', ttl: SHORT_TTL },
  { client_id: 'secret-jwt', client_secret: 'the-secret-jwt-0123456789abcdefg', method: 'client_secret_jwt' },
  // Every character here needs encoding before it goes into a Basic header (RFC 6749 appendix B).
  { client_id: 'odd id:+%&=/?#', client_secret: 'odd secret:+%&=/?#~!"<>\\ 0123456789', method: 'client_secret_basic' },
  { client_id: 'odd post:+%&=/?#', client_secret: 'odd secret:+%&=/?#~!"<>\\ 0123456789', method: 'client_secret_post' },
];
const ttlOf = new Map(clients.map((c) => [c.client_id, c.ttl ?? LONG_TTL]));
const wantsJwt = new Set(clients.filter((c) => c.jwt).map((c) => c.client_id));

const signing = await generateKeyPair('RS256', { extractable: true });
const signingJwk = { ...(await exportJWK(signing.privateKey)), kid: 'test', alg: 'RS256', use: 'sig' };
const verificationKey = await importJWK(await exportJWK(signing.publicKey), 'RS256');

// The subject as RFC 4514 writes it: the last part first.
const subjectOf = (certificate) => certificate.subject.split('\n').reverse().join(',');

function configuration(alias) {
  return {
    clients: clients.map(({ client_id, client_secret, method }) => ({
      client_id, client_secret, token_endpoint_auth_method: method,
      grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
      scope: 'api:read api:write',
    })),
    scopes: ['api:read', 'api:write'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt',
      'tls_client_auth', 'self_signed_tls_client_auth'],
    discovery: { mtls_endpoint_aliases: { token_endpoint: alias, revocation_endpoint: `${alias}/revocation` } },
    enabledJWA: { clientAuthSigningAlgValues: ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA'] },
    jwks: { keys: [signingJwk] },
    cookies: { keys: ['test'] },
    ttl: { ClientCredentials: (ctx, token, client) => ttlOf.get(client.clientId) ?? LONG_TTL },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
      mTLS: {
        enabled: true, certificateBoundAccessTokens: true, selfSignedTlsClientAuth: true,
        tlsClientAuth: true,
        getCertificate: (ctx) => ctx.socket.getPeerX509Certificate?.(),
        certificateAuthorized: (ctx) => ctx.socket.authorized,
        certificateSubjectMatches: (ctx, property, expected) => {
          const certificate = ctx.socket.getPeerX509Certificate();
          return property === 'tls_client_auth_subject_dn' && subjectOf(certificate) === expected;
        },
      },
      registration: { enabled: true, initialAccessToken: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx, client) => (wantsJwt.has(client.clientId) ? RESOURCE : undefined),
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx, resource, client) => ({
          scope: 'api:read api:write', audience: resource,
          accessTokenTTL: ttlOf.get(client.clientId) ?? LONG_TTL,
          accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  };
}

const counts = { total: 0, by_client: {} };
let provider;
let below;  // the second issuer

function answer(response, status, body, headers = {}) {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(text);
}

// The claims of a living access token, opaque or JWT; undefined for anything else.
async function claimsOf(token) {
  if (token.split('.').length === 3) {
    const { payload } = await jwtVerify(token, verificationKey,
      { issuer: provider.issuer, audience: RESOURCE });
    return payload;
  }
  const found = await provider.ClientCredentials.find(token);
  return found && { client_id: found.clientId, scope: found.scope, exp: found.exp };
}

async function api(request, response) {
  const [, token] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
  const claims = token && await claimsOf(token).catch(() => undefined);
  if (!claims) {
    answer(response, 401, { error: 'invalid_token' }, { 'WWW-Authenticate': 'Bearer error="invalid_token"' });
    return;
  }
  answer(response, 200, { client_id: claims.client_id, scope: claims.scope,
    expires_in: claims.exp - Math.floor(Date.now() / 1000) });
}

function count(ctx) {
  counts.total += 1;
  const id = ctx.oidc?.client?.clientId ?? '(not authenticated)';
  counts.by_client[id] = (counts.by_client[id] ?? 0) + 1;
}

const connections = [];

function note(ctx) {
  const certificate = ctx.socket.getPeerX509Certificate?.();
  connections.push({
    x5t_s256: certificate ? createHash('sha256').update(certificate.raw).digest('base64url') : null,
    resumed: ctx.socket.isSessionReused(),
    path: ctx.path,
    client_id: ctx.oidc?.body?.client_id ?? null,
    has_secret: Boolean(ctx.oidc?.body?.client_secret || ctx.headers.authorization),
  });
}

const tls = { key: fs.readFileSync(args.key), cert: fs.readFileSync(args.certificate) };
const asking = { ...tls, ca: fs.readFileSync(args['client-ca']), requestCert: true };
const serve = (request, response) => {
  if (request.url === '/api') api(request, response);
  else if (request.url === '/_test/counts') answer(response, 200, counts);
  else if (request.url === '/_test/connections') answer(response, 200, connections);
  else if (request.url.startsWith('/op/')) {
    request.originalUrl = request.url;
    request.url = request.url.slice('/op'.length);
    below.callback()(request, response);
  }
  else provider.callback()(request, response);
};
const server = https.createServer(tls, serve);
const mtls = https.createServer({ ...asking, rejectUnauthorized: false }, serve);
const strict = https.createServer({ ...asking, rejectUnauthorized: true }, serve);
const listening = (one, port) => new Promise((resolve) => {
  one.listen(port, '127.0.0.1', () => resolve(`https://127.0.0.1:${one.address().port}`));
});

Promise.all([listening(server, Number(args.port)), listening(mtls, 0), listening(strict, 0)]).then(([issuer, atMtls, atStrict]) => {
  provider = new Provider(issuer, configuration(`${atMtls}/token`));
  below = new Provider(`${issuer}/op`, configuration(`${atMtls}/op/token`));
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.path === '/token') count(ctx);
    else if (ctx.path !== '/token/revocation') return;
    if (ctx.socket.localPort !== server.address().port) note(ctx);
  });
  console.log(JSON.stringify({ ready: true, issuer, token_endpoint: `${issuer}/token`, api: `${issuer}/api`,
    counters: `${issuer}/_test/counts`, path_issuer: `${issuer}/op`,
    mtls_token_endpoint: `${atMtls}/token`, strict_token_endpoint: `${atStrict}/token`,
    clients: clients.map((c) => ({ ...c, ttl: c.ttl ?? LONG_TTL, jwt: c.jwt ?? false })) }));
});
process.on('SIGTERM', () => process.exit(0));
