// oidc-provider with people who sign in, over TLS on 127.0.0.1: authorization code with PKCE, codes
// for other devices (RFC 8628), ID tokens, refresh tokens that rotate, and consent. Everybody's password is anything.
// Tokens are exchanged as exchange_grants.mjs has it.
//
//   node sign_in_provider.mjs --certificate FILE --key FILE [--port N] [--clients FILE] [--pushed taken|required]
//
// --pushed: it takes pushed authorization requests (RFC 9126), or no others.
// --clients is for practising (./dev serve --practice): clients as RFC 7591 writes them, which may also
// use client credentials; nobody else can register then, and nothing below /_test is there.
// Prints one line of JSON when it is ready, and runs until SIGTERM: {"ready":true,"issuer",
// "authorization_endpoint","token_endpoint","jwks_uri","origin","shows_code"}
// POST /reg                 registers a client (RFC 7591), with the redirect URIs of the test
// GET  /shows_code           a page with the code on it, for clients that have no address: it is what they
//                            register, and what the redirect URI "oob" means
// GET  /api                 200 {"sub","client_id","scope","expires_in"} for a living access token
// GET  /_test/pushed        {"pushed","referred","plain"}: requests that were pushed, and authorization requests with a reference and without
// POST /_test/pushed        {"status"}: what pushing is answered with from now on; 0: as it should be
// GET  /_test/counts        what the token endpoint has seen: {"total","by_grant":{...},"families_burnt"}: the last are grants
//                           that ended because a refresh token was used again
// GET  /_test/exchanges      exchanges of tokens that were asked for: [{"client_id","form"}], without secrets of clients
// POST /_test/revoke        {"login"}: all that this account granted is over
// POST /_test/token_ttl     {"seconds"}: of access tokens from now on
// POST /_test/claims        {"login","claims"}: what ID tokens say of this account besides, with the scope profile;
//                           null leaves one out
// POST /_test/id_token      {"fault"}: what is wrong with ID tokens from now on (FAULTS); "" nothing
import https from 'node:https';
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { Provider } from 'oidc-provider';
import { register } from './exchange_grants.mjs';
import { SignJWT, decodeJwt, exportJWK, generateKeyPair } from 'jose';

const { values: args } = parseArgs({ options: {
  certificate: { type: 'string' }, key: { type: 'string' }, port: { type: 'string', default: '0' },
  clients: { type: 'string' }, pushed: { type: 'string' },
} });
const clients = args.clients ? JSON.parse(fs.readFileSync(args.clients, 'utf8')) : [];
const isPractice = Boolean(args.clients);

const { privateKey } = await generateKeyPair('RS256', { extractable: true });
const signingJwk = { ...(await exportJWK(privateKey)), kid: 'people', alg: 'RS256', use: 'sig' };
let accessTokenTtl = 600;
const counts = { total: 0, by_grant: {}, families_burnt: 0 };
const seen = { pushed: 0, referred: 0, plain: 0 };
const exchanges = [];
let pushedStatus = 0;
const grants = new Map();  // login -> ids of grants
const claimsOf = new Map();  // login -> what is said of it besides
let fault = '';
let provider;

// What can be wrong with an ID token: its claims, and the key and algorithm that it is signed with.
const others = { foreign: await generateKeyPair('RS256'), rotated: await generateKeyPair('RS256') };
const now = () => Math.floor(Date.now() / 1000);
const FAULTS = {
  audience: (claims) => ({ ...claims, aud: 'another' }),
  audiences: (claims) => ({ ...claims, aud: [claims.aud, 'another'] }),
  nonce: (claims) => ({ ...claims, nonce: 'x'.repeat(43) }),
  no_nonce: ({ nonce, ...claims }) => claims,
  issuer: (claims) => ({ ...claims, iss: 'https://evil.example' }),
  yesterday: (claims) => ({ ...claims, iat: now() - 86400, exp: now() - 86400 + 600 }),
  tomorrow: (claims) => ({ ...claims, iat: now() + 86400, exp: now() + 86400 + 600 }),
  no_subject: ({ sub, ...claims }) => claims,
  // No faults: what it leaves out is told where one asks for it, or wrongly, or not.
  bare: ({ groups, preferred_username, ...claims }) => claims,
  bare_of_another: ({ groups, ...claims }) => claims,
  bare_of_nobody: ({ groups, ...claims }) => claims,
  no_auth_time: ({ auth_time, ...claims }) => claims,
  old_auth_time: (claims) => ({ ...claims, auth_time: now() - 3600 }),
};

async function faulty(token) {
  const claims = (FAULTS[fault] ?? ((same) => same))(decodeJwt(token));
  if (fault === 'none') {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'none' })}.${part(claims)}.`;
  }
  // A key id that the set has not, one that it has but for another key, and one that it has from now on.
  const kid = { foreign_kid: 'nobody', foreign: 'people', rotated: 'rotated' }[fault] ?? 'people';
  const key = { foreign_kid: others.foreign, foreign: others.foreign, rotated: others.rotated }[fault]?.privateKey ?? privateKey;
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid }).sign(key);
}

async function keySet(response) {
  const { d, p, q, dp, dq, qi, ...published } = signingJwk;
  const next = { ...(await exportJWK(others.rotated.publicKey)), kid: 'rotated', alg: 'RS256', use: 'sig' };
  return answer(response, 200, { keys: [published, next] });
}

const configuration = {
  clients,
  scopes: ['openid', 'offline_access', 'email', 'profile', 'api:read', 'api:write'],
  claims: { openid: ['sub'], email: ['email'], profile: ['preferred_username', 'name', 'groups'] },
  conformIdTokenClaims: false,
  jwks: { keys: [signingJwk] },
  cookies: { keys: ['people'] },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  // Whoever types in a code was shown what it is for: there is no prompt in that request.
  issueRefreshToken: (ctx, client, code) => client.grantTypeAllowed('refresh_token') &&
    (code.kind === 'DeviceCode' || code.scopes.has('offline_access')),
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.test`, preferred_username: `${id}@example.test`,
      ...claimsOf.get(id) }),
  }),
  ttl: { AccessToken: () => accessTokenTtl, RefreshToken: 86400, Grant: 86400, Session: 3600,
    Interaction: 600, IdToken: 600, AuthorizationCode: 60,
    ClientCredentials: () => accessTokenTtl },
  features: {
    devInteractions: { enabled: true },
    deviceFlow: { enabled: true },
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    pushedAuthorizationRequests: { enabled: Boolean(args.pushed),
      requirePushedAuthorizationRequests: args.pushed === 'required' },
    registration: { enabled: !isPractice, initialAccessToken: false },
  },
};

function answer(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function api(request, response) {
  const [, token] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
  const found = token && (await provider.AccessToken.find(token) ?? await provider.ClientCredentials.find(token));
  if (!found || found.isExpired) return answer(response, 401, { error: 'invalid_token' });
  return answer(response, 200, { sub: found.accountId, client_id: found.clientId, scope: found.scope,
    expires_in: found.exp - Math.floor(Date.now() / 1000) });
}

async function bodyOf(request) {
  let text = '';
  for await (const part of request) text += part;
  return JSON.parse(text || '{}');
}

async function revoke(login) {
  for (const id of grants.get(login) ?? []) {
    const grant = await provider.Grant.find(id);
    await provider.AccessToken.revokeByGrantId(id);
    await provider.RefreshToken.revokeByGrantId(id);
    await provider.AuthorizationCode.revokeByGrantId(id);
    await grant?.destroy();
  }
  grants.delete(login);
}

// The page of a provider that sends nobody back.
function showCode(response, { searchParams: query }) {
  const escaped = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
  const [title, shown] = query.has('code') ? ['Your code', query.get('code')] : ['No code', query.get('error') ?? ''];
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Referrer-Policy': 'no-referrer' });
  response.end(`<!doctype html><html lang="en"><title>${title}</title><h1>${title}</h1><code>${escaped(shown)}</code></html>`);
}

// "oob" is no URL, which oidc-provider would want of a redirect URI.
async function translateOutOfBand(request, url, shows) {
  const named = new URLSearchParams(url.search);
  if (url.pathname === '/auth' && named.get('redirect_uri') === 'oob') {
    named.set('redirect_uri', shows);
    request.url = `/auth?${named}`;
  }
  if (url.pathname !== '/token' || request.method !== 'POST') return;
  let text = '';
  for await (const part of request) text += part;
  const form = new URLSearchParams(text);
  if (form.get('redirect_uri') === 'oob') form.set('redirect_uri', shows);
  request.body = Object.fromEntries(form);
}

const tls = { key: fs.readFileSync(args.key), cert: fs.readFileSync(args.certificate) };
const server = https.createServer(tls, async (request, response) => {
  const url = new URL(request.url, `https://127.0.0.1:${server.address().port}`);
  if (url.pathname === '/shows_code') return showCode(response, url);
  if (request.url === '/api') return api(request, response);
  if (isPractice) return provider.callback()(request, response);
  if (request.url === '/_test/counts') return answer(response, 200, counts);
  if (request.url === '/_test/exchanges') return answer(response, 200, exchanges);
  if (request.url === '/_test/revoke') {
    await revoke((await bodyOf(request)).login);
    return answer(response, 200, {});
  }
  if (request.url === '/_test/token_ttl') {
    accessTokenTtl = (await bodyOf(request)).seconds;
    return answer(response, 200, {});
  }
  if (request.url === '/_test/claims') {
    const { login, claims } = await bodyOf(request);
    claimsOf.set(login, claims);
    return answer(response, 200, {});
  }
  if (request.url === '/_test/id_token') {
    fault = (await bodyOf(request)).fault;
    return answer(response, 200, {});
  }
  if (request.url === '/_test/pushed') {
    if (request.method === 'POST') pushedStatus = (await bodyOf(request)).status;
    return answer(response, 200, seen);
  }
  if (url.pathname === '/request') {
    seen.pushed += 1;
    if (pushedStatus) return answer(response, pushedStatus, {});
  }
  if (url.pathname === '/auth') seen[url.searchParams.has('request_uri') ? 'referred' : 'plain'] += 1;
  if (url.pathname === '/jwks' && fault === 'rotated') return keySet(response);
  await translateOutOfBand(request, url, `${url.origin}/shows_code`);
  return provider.callback()(request, response);
});

server.listen(Number(args.port), '127.0.0.1', () => {
  const issuer = `https://127.0.0.1:${server.address().port}`;
  provider = new Provider(issuer, configuration);
  register(provider, exchanges);
  provider.on('grant.revoked', () => { counts.families_burnt += 1; });
  provider.on('grant.saved', (grant) => {
    const of = grants.get(grant.accountId) ?? new Set();
    grants.set(grant.accountId, of.add(grant.jti));
  });
  provider.use(async (ctx, next) => {
    await next();
    if (ctx.path === '/me' && fault === 'bare_of_another') ctx.body.sub = 'somebody-else';
    if (ctx.path === '/me' && fault === 'bare_of_nobody') ctx.status = 503;
    if (ctx.path !== '/token') return;
    if (fault && ctx.body?.id_token) ctx.body.id_token = await faulty(ctx.body.id_token);
    const grant = ctx.oidc?.body?.grant_type ?? '(none)';
    counts.total += 1;
    counts.by_grant[grant] = (counts.by_grant[grant] ?? 0) + 1;
  });
  console.log(JSON.stringify({ ready: true, issuer, authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/jwks`, origin: issuer,
    shows_code: `${issuer}/shows_code` }));
});
process.on('SIGTERM', () => process.exit(0));
