// A remote MCP server of the protocol's own SDK, and the oidc-provider that its tokens come from,
// both over TLS on 127.0.0.1: protected resource metadata (RFC 9728), resource indicators (RFC 8707),
// registration (RFC 7591). Everybody's password is anything.
//
//   node mcp_server.mjs --certificate FILE --key FILE
//
// Prints one line of JSON when it is ready, and runs until SIGTERM:
//   {"ready":true,"origin","issuer","resource","plain_issuer"}
// POST {resource}           MCP over streamable HTTP, for tokens that were issued for it; its tool "whoami" says whose
//                           they are
// GET {origin}/_test/asked  what came to the provider: [{"path","grant_type","resource":[...]}]
// plain_issuer is one that does not list PKCE with S256.
import https from 'node:https';
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import express from 'express';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { getOAuthProtectedResourceMetadataUrl, mcpAuthMetadataRouter } from '@modelcontextprotocol/sdk/server/auth/router.js';
import { InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { Provider } from 'oidc-provider';

const { values: args } = parseArgs({ options: { certificate: { type: 'string' }, key: { type: 'string' } } });
const tls = { key: fs.readFileSync(args.key), cert: fs.readFileSync(args.certificate) };
const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
const asked = [];

function listen(handler) {
  const server = https.createServer(tls, (request, response) => handler(request, response));
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`https://127.0.0.1:${server.address().port}`));
  });
}

function answer(response, body) {
  response.writeHead(200, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}

const list = (value) => [value ?? []].flat();
let provider;
const issuer = await listen((request, response) => {
  const url = new URL(request.url, issuer);
  if (url.pathname === '/_test/asked') return answer(response, asked);
  if (url.pathname === '/auth') asked.push({ path: '/auth', grant_type: null, resource: url.searchParams.getAll('resource') });
  return provider.callback()(request, response);
});
provider = new Provider(issuer, {
  scopes: ['openid', 'offline_access', 'tools:use', 'tools:list'],
  claims: { openid: ['sub'] },
  jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'mcp', alg: 'RS256', use: 'sig' }] },
  cookies: { keys: ['mcp'] },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  ttl: { RefreshToken: 86400, Grant: 86400, Session: 3600, Interaction: 600, AuthorizationCode: 60, IdToken: 600 },
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    registration: { enabled: true, initialAccessToken: false },
    pushedAuthorizationRequests: { enabled: false },  // the browser carries what is asked for
    resourceIndicators: {
      enabled: true,
      defaultResource: () => undefined,
      useGrantedResource: () => false,
      getResourceServerInfo: (ctx, resource) => ({ scope: 'tools:use tools:list', audience: resource, accessTokenTTL: 600,
        accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } }),
    },
  },
});
provider.use(async (ctx, next) => {
  await next();
  if (ctx.path !== '/token') return;
  asked.push({ path: '/token', grant_type: ctx.oidc?.body?.grant_type ?? null, resource: list(ctx.oidc?.body?.resource) });
});

// Tokens for this resource alone (RFC 9068 section 4).
let resource;
const verifier = {
  async verifyAccessToken(token) {
    const verified = await jwtVerify(token, publicKey, { issuer, audience: resource.href }).catch(() => undefined);
    if (!verified) throw new InvalidTokenError('not a token of this resource');
    const { payload } = verified;
    return { token, clientId: payload.client_id, scopes: payload.scope.split(' '), expiresAt: payload.exp, resource,
      extra: { sub: payload.sub } };
  },
};

async function speak(request, response) {
  const server = new McpServer({ name: 'tools', version: '1.0.0' });
  server.registerTool('whoami', { description: 'whose token it is' }, ({ authInfo }) => ({
    content: [{ type: 'text', text: JSON.stringify({ sub: authInfo.extra.sub, client_id: authInfo.clientId, scopes: authInfo.scopes }) }],
  }));
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
  response.on('close', () => server.close());
  await server.connect(transport);
  await transport.handleRequest(request, response, request.body);
}

const app = express();
const origin = await listen(app);
resource = new URL(`${origin}/mcp`);
app.use(mcpAuthMetadataRouter({ oauthMetadata: { issuer, authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`,
  response_types_supported: ['code'] }, resourceServerUrl: resource, scopesSupported: ['tools:use', 'tools:list'], resourceName: 'Tools for tests' }));
app.use('/mcp', requireBearerAuth({ verifier, requiredScopes: ['tools:use'],
  resourceMetadataUrl: getOAuthProtectedResourceMetadataUrl(resource), expectedResource: resource }), express.json(), speak);

// What oidc-provider says, but for PKCE.
let plainIssuer;
plainIssuer = await listen((request, response) => answer(response, { issuer: plainIssuer, authorization_endpoint: `${plainIssuer}/auth`,
  token_endpoint: `${plainIssuer}/token`, jwks_uri: `${plainIssuer}/jwks`, response_types_supported: ['code'] }));
console.log(JSON.stringify({ ready: true, origin: issuer, issuer, resource: resource.href, plain_issuer: plainIssuer }));
process.on('SIGTERM', () => process.exit(0));
