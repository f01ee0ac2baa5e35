// People who sign in at microsoft_front.mjs: authorization code with PKCE, ID tokens of the account's
// own tenant, refresh tokens that rotate. Everybody's password is anything.
//
// GET, POST /{tenant}/oauth2/v2.0/authorize   the sign-in page, and back to the application
// POST      /{tenant}/oauth2/v2.0/token       authorization_code and refresh_token
// GET       /{tenant}/discovery/v2.0/keys
// An account is of the tenant whose domain its name ends in. An application has {"accounts": "one"}
// where it takes those of its own tenant alone, the first.
import { createHash, randomBytes } from 'node:crypto';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';

const SHARED = ['common', 'organizations'];
const ACCESS_TTL = 3599;

const { privateKey, publicKey } = await generateKeyPair('RS256');
const key = { ...(await exportJWK(publicKey)), kid: 'people', alg: 'RS256', use: 'sig' };
const digest = (text) => createHash('sha256').update(text).digest();
const token = (kind) => `${kind}.${randomBytes(32).toString('base64url')}`;
const escaped = (text) => String(text).replace(/[&<>"]/g, (one) => `&#${one.codePointAt(0)};`);

function page(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
  response.end(`<!doctype html><html lang="en"><title>Sign in to your account</title><h1>Sign in</h1>${body}`);
}

export class People {
  // `tenants`: {id: domain}. `refusal(status, error, number, words)` writes an error as Microsoft does.
  constructor({ host, tenants, applications, refusal }) {
    Object.assign(this, { host, tenants, applications, refusal });
    this.codes = new Map();
    this.refreshTokens = new Map();
  }

  // Why nobody gets as far as signing in, as it stands on Microsoft's own page.
  refused(tenant, application, id) {
    if (!application) return `AADSTS700016: Application with identifier '${id}' was not found in the directory.`;
    if (application.accounts === 'one' && SHARED.includes(tenant)) {
      return `AADSTS50194: Application '${id}' is not configured as a multi-tenant application.`;
    }
    return undefined;
  }

  authorize(response, tenant, query) {
    const wrong = this.refused(tenant, this.applications.get(query.get('client_id')), query.get('client_id'));
    if (wrong) return page(response, 400, `<p>${escaped(wrong)}</p>`);
    return page(response, 200, `<form method="post" action="?${escaped(query)}">`
      + `<label>Account <input name="login" value="${escaped(query.get('login_hint') ?? '')}"></label>`
      + '<label>Password <input name="password" type="password"></label><button type="submit">Sign in</button></form>');
  }

  signIn(response, tenant, query, { login = '' }) {
    const home = Object.keys(this.tenants).find((id) => login.endsWith(`@${this.tenants[id]}`));
    const isWanted = SHARED.includes(tenant) || tenant === home || tenant === this.tenants[home];
    if (!home || !isWanted) {
      return page(response, 400, `<p>AADSTS50020: User account '${escaped(login)}' does not exist in tenant '${escaped(tenant)}'.</p>`);
    }
    const code = token('code');
    this.codes.set(code, { account: { login, tenant: home }, nonce: query.get('nonce'), client: query.get('client_id'),
      redirect: query.get('redirect_uri'), challenge: query.get('code_challenge'), scope: query.get('scope') });
    const back = new URL(query.get('redirect_uri'));
    back.searchParams.set('code', code);
    back.searchParams.set('state', query.get('state'));
    response.writeHead(302, { Location: back.href });
    return response.end();
  }

  // The answer of the token endpoint: {status, body}.
  async token(form) {
    const application = this.applications.get(form.client_id);
    if (!application) return this.refusal(400, 'unauthorized_client', 700016, 'Application was not found in the directory.');
    if (!(application.secrets ?? []).some((one) => one.value === form.client_secret && !one.expired)) {
      return this.refusal(401, 'invalid_client', 7000215, 'Invalid client secret provided.');
    }
    const granted = form.grant_type === 'refresh_token' ? this.refreshed(form) : this.redeemed(form);
    if (!granted) return this.refusal(400, 'invalid_grant', 70000, 'The provided value for the grant is not valid.');
    const refreshToken = token('refresh');
    this.refreshTokens.set(refreshToken, granted);
    return { status: 200, body: { token_type: 'Bearer', scope: granted.scope, expires_in: ACCESS_TTL, access_token: token('access'),
      refresh_token: refreshToken, id_token: await this.idToken(granted) } };
  }

  redeemed({ code, code_verifier: verifier = '', redirect_uri: redirect, client_id: client }) {
    const kept = this.codes.get(code);
    this.codes.delete(code);
    const fits = kept && kept.client === client && kept.redirect === redirect
      && digest(verifier).toString('base64url') === kept.challenge;
    return fits ? kept : undefined;
  }

  refreshed({ refresh_token: value, client_id: client }) {
    const kept = this.refreshTokens.get(value);
    this.refreshTokens.delete(value);
    return kept?.client === client ? { ...kept, nonce: null } : undefined;
  }

  idToken({ account: { login, tenant }, nonce, client }) {
    return new SignJWT({ tid: tenant, preferred_username: login, ver: '2.0', ...(nonce ? { nonce } : {}) })
      .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'JWT' })
      .setIssuer(`https://${this.host}/${tenant}/v2.0`).setAudience(client).setIssuedAt().setExpirationTime('1h')
      .setSubject(digest(`${client} ${login}`).toString('base64url')).sign(privateKey);
  }

  keys() {
    return { keys: [key] };
  }
}
