// oidc-provider with tokens that are bound to keys (RFC 9449), over TLS on 127.0.0.1, and a resource
// that wants a proof with each request.
//
//   node dpop_provider.mjs --certificate FILE --key FILE
//
// Prints one line of JSON when it is ready, and runs until SIGTERM: {"ready":true,"issuer",
// "token_endpoint","api","clients":[{"client_id","client_secret"}]}. Of the clients "bound" gets bound
// tokens only, and "jwt" as well, as JWTs; "bearer" gets what it asks for.
// POST /reg               registers a client (RFC 7591); everybody's password is anything
// GET  /api               200 {"client_id","sub"} for a living bound token with a proof of its key for
//                         this request; any method does
// POST /_test/nonces      {"token":bool,"api":bool}: who wants nonces from now on
// GET  /_test/seen        {"token":[{"grant_type","status","error","jti","jkt","nonce","iat"}],
//                         "authorize":[{"dpop_jkt"}]}: what was asked
import https from 'node:https';
import fs from 'node:fs';
import { createHash, randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Provider } from 'oidc-provider';
import { EmbeddedJWK, calculateJwkThumbprint, decodeJwt, decodeProtectedHeader, exportJWK, generateKeyPair, jwtVerify } from 'jose';

const { values: args } = parseArgs({ options: { certificate: { type: 'string' }, key: { type: 'string' } } });

const RESOURCE = 'urn:test:bound';
const clients = ['bound', 'jwt', 'bearer'].map((client_id) => (
  { client_id, client_secret: `the-${client_id}-secret-0123456789abcdef` }));
const wants = { token: false, api: false };
const seen = { token: [], authorize: [] };
const used = new Set();  // ids of proofs that the resource has seen
let nonce = randomBytes(12).toString('base64url');  // of the resource
let provider;

const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
const signingJwk = { ...(await exportJWK(privateKey)), kid: 'bound', alg: 'RS256', use: 'sig' };

const configuration = {
  clients: clients.map((client) => ({ ...client, token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['client_credentials'], redirect_uris: [], response_types: [], scope: 'api:read',
    dpop_bound_access_tokens: client.client_id !== 'bearer' })),
  scopes: ['openid', 'offline_access', 'email', 'api:read'],
  claims: { openid: ['sub'], email: ['email'] },
  conformIdTokenClaims: false,
  jwks: { keys: [signingJwk] },
  cookies: { keys: ['bound'] },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@example.test` }) }),
  ttl: { AccessToken: 600, ClientCredentials: 600, RefreshToken: 86400, Grant: 86400, Session: 3600,
    Interaction: 600, IdToken: 600, AuthorizationCode: 60 },
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    registration: { enabled: true, initialAccessToken: false },
    revocation: { enabled: true },
    pushedAuthorizationRequests: { enabled: false },  // so that what the browser carries can be looked at
    dPoP: { enabled: true, nonceSecret: Buffer.alloc(32, 7), requireNonce: () => wants.token },
    resourceIndicators: {
      enabled: true,
      defaultResource: (ctx, client) => (client.clientId === 'jwt' ? RESOURCE : undefined),
      useGrantedResource: () => true,
      getResourceServerInfo: (ctx, resource) => ({ scope: 'api:read', audience: resource,
        accessTokenTTL: 600, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } }),
    },
  },
};

function answer(response, status, body, headers = {}) {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

async function bodyOf(request) {
  let text = '';
  for await (const part of request) text += part;
  return JSON.parse(text || '{}');
}

// Whose token it is, and the key that it is bound to.
async function holderOf(token) {
  if (token.split('.').length === 3) {
    const { payload } = await jwtVerify(token, publicKey, { issuer: provider.issuer, audience: RESOURCE });
    return { client_id: payload.client_id, sub: payload.sub, jkt: payload.cnf?.jkt };
  }
  const found = await provider.AccessToken.find(token) ?? await provider.ClientCredentials.find(token);
  return found && !found.isExpired && { client_id: found.clientId, sub: found.accountId, jkt: found.jkt };
}

// What is wrong with a proof for this request; undefined: nothing (RFC 9449 section 4.3).
async function fault(request, token, holder) {
  const { payload, protectedHeader } = await jwtVerify(request.headers.dpop, EmbeddedJWK, { typ: 'dpop+jwt', algorithms: ['ES256'] });
  if ('d' in protectedHeader.jwk) return 'a private key';
  if (await calculateJwkThumbprint(protectedHeader.jwk) !== holder.jkt) return 'another key';
  if (payload.htm !== request.method) return 'another method';
  const asked = new URL(request.url, provider.issuer);
  if (payload.htu !== asked.origin + asked.pathname) return 'another address';
  if (payload.ath !== createHash('sha256').update(token).digest('base64url')) return 'another token';
  if (Math.abs(payload.iat - Date.now() / 1000) > 60) return 'another time';
  if (used.has(payload.jti)) return 'used before';
  if (wants.api && payload.nonce !== nonce) return 'nonce';
  used.add(payload.jti);
  return undefined;
}

async function api(request, response) {
  const refuse = (error, headers) => answer(response, 401, { error }, { 'WWW-Authenticate': `DPoP error="${error}"`, ...headers });
  const [, token] = /^DPoP (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
  const holder = token && await holderOf(token).catch(() => undefined);
  if (!holder?.jkt || !request.headers.dpop) return refuse('invalid_token');
  const wrong = await fault(request, token, holder).catch((error) => error.message);
  if (wrong === 'nonce') return refuse('use_dpop_nonce', { 'DPoP-Nonce': nonce });
  if (wrong) return answer(response, 401, { error: 'invalid_dpop_proof', wrong });
  return answer(response, 200, { client_id: holder.client_id, sub: holder.sub ?? null });
}

async function note(ctx) {
  if (ctx.path === '/auth' && ctx.method === 'GET') seen.authorize.push({ dpop_jkt: ctx.query.dpop_jkt ?? null });
  if (ctx.path !== '/token') return;
  const proof = ctx.get('DPoP');
  const { jti, nonce: shown = null, iat } = proof ? decodeJwt(proof) : {};
  seen.token.push({ grant_type: ctx.oidc?.body?.grant_type ?? null, status: ctx.status, error: ctx.body?.error ?? null,
    jti: jti ?? null, nonce: shown, iat: iat ?? null,
    jkt: proof ? await calculateJwkThumbprint(decodeProtectedHeader(proof).jwk) : null });
}

const tls = { key: fs.readFileSync(args.key), cert: fs.readFileSync(args.certificate) };
const server = https.createServer(tls, async (request, response) => {
  if (request.url.split('?')[0] === '/api') return api(request, response);
  if (request.url === '/_test/seen') return answer(response, 200, seen);
  if (request.url === '/_test/nonces') {
    Object.assign(wants, await bodyOf(request));
    nonce = randomBytes(12).toString('base64url');
    return answer(response, 200, {});
  }
  return provider.callback()(request, response);
});

server.listen(0, '127.0.0.1', () => {
  const issuer = `https://127.0.0.1:${server.address().port}`;
  provider = new Provider(issuer, configuration);
  provider.use(async (ctx, next) => {
    await next();
    await note(ctx);
  });
  console.log(JSON.stringify({ ready: true, issuer, token_endpoint: `${issuer}/token`, api: `${issuer}/api`, clients }));
});
process.on('SIGTERM', () => process.exit(0));
