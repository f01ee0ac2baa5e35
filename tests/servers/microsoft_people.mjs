// People at the front of microsoft_front.mjs: their accounts and directories, the pages on which they
// choose one and consent, codes, refresh tokens, ID tokens, and what is refused, in Microsoft's words.
// The pages have no script. Everybody's password is that they say who they are.
//
// What is refused is said where Microsoft says it: an application or a redirect URI that it does not
// know, and a personal account where work accounts are asked for, on a page of its own; the rest goes
// back to the application. Descriptions have markup in them.
import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';
import { SignJWT, exportJWK, exportSPKI, generateKeyPair } from 'jose';

export const PERSONAL = '9188040d-6c67-4c5b-b112-36a304b66dad';
const CONTOSO = '5e6f7a8b-0000-4000-8000-000000000001';
const FABRIKAM = '5e6f7a8b-0000-4000-8000-000000000002';
export const DIRECTORIES = { [CONTOSO]: 'contoso.onmicrosoft.com', [FABRIKAM]: 'fabrikam.onmicrosoft.com' };
const SHARED = ['common', 'organizations', 'consumers'];
const ACCOUNTS = [
  { name: 'ann@contoso.example', tid: CONTOSO, oid: 'a0000000-0000-4000-8000-000000000001' },
  { name: 'ben@contoso.example', tid: CONTOSO, oid: 'a0000000-0000-4000-8000-000000000002' },
  { name: 'fay@fabrikam.example', tid: FABRIKAM, oid: 'a0000000-0000-4000-8000-000000000003' },
  { name: 'pat@outlook.example', tid: PERSONAL, oid: '00000000-0000-0000-a000-000000000004' },
];
const OPENID_SCOPES = ['openid', 'offline_access', 'profile', 'email'];
export const CANARY = 'canary-words-of-the-provider';
const MARKUP = `<script>alert("${CANARY}")</script><a href="javascript:alert(1)">${CANARY}</a>`;

const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const sha256 = (text) => createHash('sha256').update(text).digest();
const now = () => Math.floor(Date.now() / 1000);
const half = (text) => sha256(text).subarray(0, 16).toString('base64url');
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function trace() {
  return ` Trace ID: ${randomUUID()} Correlation ID: ${randomUUID()} Timestamp: ${new Date().toISOString()}`;
}

// The application or its redirect URI is not known, so nothing goes back.
class OnPage extends Error {}

// Goes back to the application; "error" is Microsoft's choice of a code for the number.
class Refused extends Error {
  constructor(error, code, words, more = {}) {
    super(`AADSTS${code}: ${words} ${MARKUP}${trace()}`);
    Object.assign(this, { error, code, more });
  }
}

async function newKey(kid) {
  const pair = await generateKeyPair('RS256', { extractable: true });
  const { kty, n, e } = await exportJWK(pair.publicKey);
  return { kid, ...pair, jwk: { kty, use: 'sig', kid, n, e } };
}

export class People {
  // `applications`: client_id -> what /_test/applications was told; `hosts`: the clouds' names.
  constructor(applications, hosts) {
    Object.assign(this, { applications, hosts, fault: '', keyReads: 0, ttl: 3599, asked: [], exchanges: [],
      waiting: new Map(), codes: new Map(), refreshTokens: new Map(), accessTokens: new Map(),
      consents: new Set() });
  }

  async start() {
    this.signing = await newKey('first');
    this.published = [this.signing.jwk];
    return this;
  }

  about() {
    return { accounts: ACCOUNTS, directories: DIRECTORIES, personal: PERSONAL, canary: CANARY };
  }

  // ---- The authorization endpoint and its pages.

  // {location} or {page}; `path` is the tenant's place in the address.
  authorize(tenant, query) {
    const asked = Object.fromEntries(new URLSearchParams(query));
    this.asked.push({ tenant, ...asked });
    return this.answering(asked, () => {
      const application = this.known(asked);
      this.checkRequest(tenant, application, asked);
      const id = randomUUID();
      this.waiting.set(id, { tenant, asked });
      return { page: this.chooser(tenant, id, asked.login_hint) };
    });
  }

  // A form of one of the pages: {step, request, account} or {step, request, consent}.
  submit(form) {
    const request = this.waiting.get(form.request);
    if (!request) return { page: page('Sorry', '<p>We were not able to sign you in: this took too long.</p>'), status: 400 };
    return this.answering(request.asked, () => (form.step === 'account'
      ? this.chosen(form, request) : this.consented(form, request)));
  }

  answering(asked, work) {
    try {
      return work();
    } catch (error) {
      if (error instanceof OnPage) return { page: page('Sorry, but we’re having trouble signing you in.', `<p>${error.message}</p>`), status: 400 };
      if (!(error instanceof Refused)) throw error;
      return { location: back(asked, { error: error.error, ...error.more, error_description: error.message,
        error_uri: `https://${this.hosts[0]}/error?code=${error.code}` }) };
    }
  }

  known({ client_id: id, redirect_uri: callback }) {
    const application = this.applications.get(id);
    if (!application) {
      throw new OnPage(`AADSTS700016: Application with identifier '${escaped(id)}' was not found in the directory. ${MARKUP}`);
    }
    if (!application.redirect_uris?.includes(callback)) {
      throw new OnPage(`AADSTS50011: The redirect URI '${escaped(callback)}' does not match those of the application. ${MARKUP}`);
    }
    return application;
  }

  checkRequest(tenant, application, asked) {
    const id = asked.client_id;
    const directory = directoryOf(tenant);
    if (!SHARED.includes(tenant) && !directory) {
      throw new OnPage(`AADSTS90002: Tenant '${escaped(tenant)}' not found. ${MARKUP}`);
    }
    if (asked.response_type !== 'code') {
      throw new Refused('unsupported_response_type', 700054, `response_type '${asked.response_type}' is not enabled for the application.`);
    }
    if (asked.code_challenge && asked.code_challenge_method !== 'S256') {
      throw new Refused('invalid_request', 50147, 'Invalid size or method of Code_Challenge parameter.');
    }
    if (!asked.scope) throw new Refused('invalid_request', 900144, "The request body must contain the following parameter: 'scope'.");
    if (application.accounts === 'this_directory_only' && SHARED.includes(tenant)) {
      throw new Refused('invalid_request', 50194, `Application '${id}' is not configured as a multi-tenant application. `
        + `Usage of the /${tenant} endpoint is not supported for such applications created after '10/15/2018'.`);
    }
    if (application.accounts === 'this_directory_only' && directory !== application.home) {
      throw new Refused('unauthorized_client', 700016, `Application with identifier '${id}' was not found in the directory '${tenant}'. `
        + 'This can happen if the application has not been installed by the administrator of the tenant.');
    }
  }

  chooser(tenant, request, hint = '', note = '') {
    return page('Pick an account', `${note && `<p>${note}</p>`}
<form method="post" action="/${tenant}/login"><input type="hidden" name="step" value="account">
<input type="hidden" name="request" value="${request}"><label>Account <input name="account" value="${escaped(hint)}"></label>
<button>Next</button></form>`);
  }

  chosen(form, request) {
    const { tenant, asked } = request;
    const again = (note) => ({ page: this.chooser(tenant, form.request, '', note) });
    const account = ACCOUNTS.find(({ name }) => name === form.account);
    if (!account) return again('That account does not exist.');
    const application = this.known(asked);
    const personal = account.tid === PERSONAL;
    // The switch "personal_lets_in" is a provider that forgets to look.
    if (personal && tenant === 'organizations' && this.fault !== 'personal_lets_in') {
      return again('You can’t sign in here with a personal account. Use your work or school account instead.');
    }
    if (personal && tenant === 'common' && application.accounts !== 'with_personal_accounts') {
      return again('You can’t sign in here with a personal account. Use your work or school account instead.');
    }
    const directory = directoryOf(tenant);
    if (directory && directory !== account.tid) {
      throw new Refused('access_denied', 50020, `User account '${account.name}' from identity provider '${account.tid}' `
        + `does not exist in tenant '${tenant}' and cannot access the application '${asked.client_id}' in that tenant.`);
    }
    request.account = account;
    if (application.admin_consent) {
      return { page: page('Need admin approval', `<p>The application needs permission that only an admin can grant.</p>
<form method="post" action="/${tenant}/consent"><input type="hidden" name="step" value="consent">
<input type="hidden" name="request" value="${form.request}"><input type="hidden" name="consent" value="admin">
<button>Return to the application without granting consent</button></form>`) };
    }
    if (this.consents.has(`${asked.client_id} ${account.oid}`)) return this.granted(form.request, request);
    return { page: page('Permissions requested', `<p>${escaped(asked.scope)}</p>
<form method="post" action="/${tenant}/consent"><input type="hidden" name="step" value="consent">
<input type="hidden" name="request" value="${form.request}"><input type="hidden" name="consent" value="accept">
<button>Accept</button></form>`) };
  }

  consented(form, request) {
    if (form.consent === 'admin') {
      throw new Refused('access_denied', 90094, 'The grant requires admin permission.');
    }
    if (form.consent !== 'accept') {
      throw new Refused('access_denied', 65004, 'User declined to consent to access the app.', { error_subcode: 'cancel' });
    }
    this.consents.add(`${request.asked.client_id} ${request.account.oid}`);
    return this.granted(form.request, request);
  }

  granted(id, { tenant, asked, account }) {
    this.waiting.delete(id);
    const code = `1.${randomBytes(32).toString('base64url')}`;
    this.codes.set(code, { tenant, asked, account, until: now() + 600 });
    return { location: back(asked, { code, session_state: randomUUID() }) };
  }

  // ---- The token endpoint.

  // {status, body}, or {refused: [status, error, code, words]}
  async token(host, tenant, form, id, secret) {
    this.exchanges.push({ tenant, grant_type: form.grant_type, scope: form.scope ?? '' });
    const application = this.applications.get(id);
    const not = (error, code, words, status = 400) => ({ refused: [status, error, code, `${words} ${MARKUP}`] });
    if (!application) {
      return not('unauthorized_client', 700016, `Application with identifier '${id}' was not found in the directory 'Contoso'.`);
    }
    if (!(application.secrets ?? []).some((one) => !one.expired && one.value === secret)) {
      return not('invalid_client', 7000215, 'Invalid client secret provided.', 401);
    }
    const stated = application.token_refusal;
    if (stated) return not(stated.error, stated.code, 'What the test wants to be refused.');
    return form.grant_type === 'refresh_token' ? this.refresh(host, tenant, form, id, not)
      : this.redeem(host, tenant, form, id, not);
  }

  async redeem(host, tenant, form, id, not) {
    const grant = this.codes.get(form.code);
    if (!grant || grant.asked.client_id !== id || grant.until <= now()) {
      return not('invalid_grant', 70008, 'The provided authorization code is unknown or has expired.');
    }
    if (grant.used) return not('invalid_grant', 54005, 'OAuth2 Authorization code was already redeemed.');
    grant.used = true;
    if (form.redirect_uri !== grant.asked.redirect_uri || tenant !== grant.tenant) {
      return not('invalid_grant', 500112, 'The reply address does not match that of the authorization request.');
    }
    const challenge = grant.asked.code_challenge;
    if (challenge && sha256(form.code_verifier ?? '').toString('base64url') !== challenge) {
      return not('invalid_grant', 501481, 'The Code_Verifier does not match the code_challenge supplied in the authorization request.');
    }
    return this.tokens(host, id, grant.account, grant.asked.scope, grant.asked.nonce, form.code);
  }

  // Old refresh tokens stay valid, as they do there.
  async refresh(host, tenant, form, id, not) {
    const grant = this.refreshTokens.get(form.refresh_token);
    if (!grant || grant.id !== id) return not('invalid_grant', 9002313, 'The refresh token is malformed or not valid.');
    const directory = directoryOf(tenant);
    if (directory && directory !== grant.account.tid) {
      return not('invalid_grant', 50020, `User account '${grant.account.name}' does not exist in tenant '${tenant}'.`);
    }
    return this.tokens(host, id, grant.account, form.scope ?? grant.scope);
  }

  async tokens(host, id, account, scope, nonce, code) {
    const wanted = scope.split(' ');
    const access = randomBytes(48).toString('base64url');
    this.accessTokens.set(access, { client_id: id, oid: account.oid, tid: account.tid, scope, until: now() + this.ttl });
    const body = { token_type: 'Bearer', expires_in: this.ttl, ext_expires_in: this.ttl, access_token: access,
      scope: wanted.filter((one) => !OPENID_SCOPES.includes(one)).join(' ') };
    if (wanted.includes('offline_access')) {
      body.refresh_token = `1.${randomBytes(48).toString('base64url')}`;
      this.refreshTokens.set(body.refresh_token, { id, account, scope });
    }
    if (wanted.includes('openid')) body.id_token = await this.idToken(host, id, account, nonce, access, code);
    if (this.fault === 'none_at_all') delete body.id_token;
    return { status: 200, body };
  }

  // ---- ID tokens, and what can be wrong with them.

  async idToken(host, id, account, nonce, access, code) {
    const cloud = this.hosts.includes(host) ? host : this.hosts[0];
    const issuer = (tid) => `https://${cloud}/${tid}/v2.0`;
    const at = now();
    const claims = { aud: id, iss: issuer(account.tid), iat: at, nbf: at, exp: at + 3600, aio: randomBytes(8).toString('base64url'),
      name: account.name.split('@')[0], oid: account.oid, preferred_username: account.name,
      sub: sha256(`${account.oid} ${id}`).toString('base64url'), tid: account.tid, ver: '2.0',
      at_hash: half(access), ...(nonce && { nonce }), ...(code && { c_hash: half(code) }) };
    const wrong = {
      other_tenant: () => ({ tid: FABRIKAM, iss: issuer(FABRIKAM) }),
      other_issuer: () => ({ iss: issuer(FABRIKAM) }),
      other_audience: () => ({ aud: randomUUID() }),
      many_audiences: () => ({ aud: [id, randomUUID()] }),
      wrong_nonce: () => ({ nonce: randomBytes(32).toString('base64url') }),
      no_nonce: () => ({ nonce: undefined }),
      expired: () => ({ iat: at - 7200, nbf: at - 7200, exp: at - 3600 }),
      from_the_future: () => ({ iat: at + 3600, nbf: at + 3600, exp: at + 7200 }),
      no_subject: () => ({ sub: undefined }),
      no_tenant: () => ({ tid: undefined }),
      wrong_at_hash: () => ({ at_hash: half('another') }),
      wrong_c_hash: () => ({ c_hash: half('another') }),
    }[this.fault]?.();
    return this.sign({ ...claims, ...wrong });
  }

  async sign(claims) {
    const { kid } = this.signing;
    if (this.fault === 'alg_none') return `${part({ typ: 'JWT', alg: 'none' })}.${part(claims)}.`;
    if (this.fault === 'hs256') {
      const signed = `${part({ typ: 'JWT', alg: 'HS256', kid })}.${part(claims)}`;
      const key = await exportSPKI(this.signing.publicKey);
      return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
    }
    let { signing } = this;
    if (this.fault === 'unknown_kid') signing = await newKey('nobody-publishes-it');
    if (this.fault === 'wrong_key') signing = { ...(await newKey(kid)), kid };
    return new SignJWT(claims).setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: signing.kid }).sign(signing.privateKey);
  }

  keys() {
    this.keyReads += 1;
    return { keys: this.published };
  }

  // POST /_test/id_token {"fault"}: "rotated" signs with a new key from now on, which is published.
  async setFault(fault) {
    this.fault = fault;
    if (fault !== 'rotated') return;
    this.signing = await newKey(`key-${this.published.length + 1}`);
    this.published = [...this.published, this.signing.jwk];
  }

  holder(value) {
    const found = this.accessTokens.get(value);
    return found && found.until > now() ? found : undefined;
  }
}

function directoryOf(tenant) {
  if (tenant in DIRECTORIES || tenant === PERSONAL) return tenant;
  if (tenant === 'consumers') return PERSONAL;
  return Object.keys(DIRECTORIES).find((id) => DIRECTORIES[id] === tenant);
}

function back({ redirect_uri: callback, state }, values) {
  const address = new URL(callback);
  for (const [name, value] of Object.entries(values)) address.searchParams.set(name, value);
  if (state) address.searchParams.set('state', state);
  return address.href;
}

function page(title, body) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${body}</html>`;
}
