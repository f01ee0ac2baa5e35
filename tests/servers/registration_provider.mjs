// oidc-provider at which clients register by themselves, over TLS on 127.0.0.1: RFC 7591 with an initial access token,
// RFC 7592 with a registration access token that is another one after each change, and client id metadata documents.
// Everybody's password is anything.
//
//   node registration_provider.mjs --certificate FILE --key FILE [--port N] [--trust FILE]
//
// --trust: PEM of the CA of servers whose documents are read. Without it no document is a client's id.
// Prints one line of JSON when it is ready, and runs until SIGTERM: {"ready":true,"issuer","initial_access_token","origin"}
// GET  /api                 200 {"sub","client_id","method"} for a living access token
// GET  /_test/seen          {"registrations":[...],"documents":[...]}: what came to the registration endpoint, with the path,
//                           the method, the body and whether a token came along; and which documents were read
// POST /_test/answer        {"members","status","location"}: what is said differently from now on to whoever registers; {}: nothing
// POST /_test/clients       {"client_id"}: {"known"}: whether there is such a client
import https from 'node:https';
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { Provider } from 'oidc-provider';

const { values: args } = parseArgs({ options: {
  certificate: { type: 'string' }, key: { type: 'string' }, port: { type: 'string', default: '0' }, trust: { type: 'string' },
} });
const INITIAL = 'initial-access-token-of-the-tests';
const seen = { registrations: [], documents: [] };
let differently = {};
let provider;

// The documents of servers on this machine, which oidc-provider would not read: as strict about redirects as its own.
function read(url) {
  seen.documents.push(String(url));
  return new Promise((resolve, reject) => {
    https.get(url, { ca: fs.readFileSync(args.trust) }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () => resolve(new Response(Buffer.concat(parts), { status: answer.statusCode,
        headers: { 'content-type': answer.headers['content-type'], 'cache-control': answer.headers['cache-control'] ?? '' } })));
    }).on('error', reject);
  });
}

const configuration = {
  scopes: ['openid', 'offline_access', 'email', 'api:read'],
  claims: { openid: ['sub'], email: ['email'] },
  conformIdTokenClaims: false,
  cookies: { keys: ['people'] },
  pkce: { required: () => true },
  clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@example.test` }) }),
  ...(args.trust ? { fetch: read } : {}),
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    registration: { enabled: true, initialAccessToken: INITIAL },
    registrationManagement: { enabled: true, rotateRegistrationAccessToken: true },
    ...(args.trust ? { clientIdMetadataDocument: { enabled: true, ack: 'draft-02' } } : {}),
  },
};

function answer(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function bodyOf(request) {
  let text = '';
  for await (const part of request) text += part;
  return JSON.parse(text || '{}');
}

async function api(request, response) {
  const [, token] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
  const found = token && (await provider.AccessToken.find(token) ?? await provider.ClientCredentials.find(token));
  if (!found || found.isExpired) return answer(response, 401, { error: 'invalid_token' });
  const client = await provider.Client.find(found.clientId).catch(() => undefined);
  return answer(response, 200, { sub: found.accountId ?? null, client_id: found.clientId,
    method: client?.tokenEndpointAuthMethod ?? null });
}

const tls = { key: fs.readFileSync(args.key), cert: fs.readFileSync(args.certificate) };
const server = https.createServer(tls, async (request, response) => {
  if (request.url === '/api') return api(request, response);
  if (request.url === '/_test/seen') return answer(response, 200, seen);
  if (request.url === '/_test/answer') {
    differently = await bodyOf(request);
    return answer(response, 200, {});
  }
  if (request.url === '/_test/clients') {
    const { client_id: id } = await bodyOf(request);
    return answer(response, 200, { known: Boolean(await provider.Client.find(id)) });
  }
  return provider.callback()(request, response);
});

// What came to the registration endpoint, and what is said there differently.
async function watch(ctx, next) {
  if (!ctx.path.startsWith('/reg')) return next();
  const one = { method: ctx.method, path: ctx.path, has_token: Boolean(ctx.get('authorization')) };
  seen.registrations.push(one);
  if (ctx.method === 'POST' && differently.status) {
    ctx.status = differently.status;
    if (differently.location) ctx.set('Location', differently.location);
    ctx.body = differently.members ?? {};
    return undefined;
  }
  await next();
  one.body = ctx.oidc?.body ?? null;
  one.status = ctx.status;
  if (ctx.method === 'POST' && ctx.status === 201) Object.assign(ctx.body, differently.members ?? {});
  return undefined;
}

server.listen(Number(args.port), '127.0.0.1', () => {
  const issuer = `https://127.0.0.1:${server.address().port}`;
  provider = new Provider(issuer, configuration);
  provider.use(watch);
  console.log(JSON.stringify({ ready: true, issuer, origin: issuer, initial_access_token: INITIAL }));
});
process.on('SIGTERM', () => process.exit(0));
