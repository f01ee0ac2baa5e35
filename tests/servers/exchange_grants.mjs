// Two grants for oidc-provider, which has neither: token exchange (RFC 8693) and what Microsoft calls
// on-behalf-of. The token is one that this provider gave to somebody else.
//
//   register(provider, seen)   `seen` gets the form of each request, without the client's secret
import { errors } from 'oidc-provider';

export const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
export const ON_BEHALF_OF = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

// The living access token of this text: of a person, or of a client for itself.
async function subjectOf(provider, text) {
  const found = text && (await provider.AccessToken.find(text) ?? await provider.ClientCredentials.find(text));
  return found && !found.isExpired ? found : undefined;
}

async function issue(ctx, provider, subject) {
  const { client, params } = ctx.oidc;
  const scope = params.scope || subject.scope;
  const token = subject.accountId
    ? new provider.AccessToken({ client, accountId: subject.accountId, grantId: subject.grantId, scope, gty: 'token_exchange' })
    : new provider.ClientCredentials({ client, scope });
  return { access_token: await token.save(), expires_in: token.expiration, scope, token_type: token.tokenType };
}

export function register(provider, seen) {
  const note = (ctx) => {
    const { client_secret, ...form } = ctx.oidc.body;
    seen.push({ client_id: ctx.oidc.client.clientId, form });
  };
  provider.registerGrantType(EXCHANGE, async (ctx) => {
    note(ctx);
    const { params } = ctx.oidc;
    // RFC 8693 section 2.1: the type is required, and an actor's too where there is one.
    if (params.subject_token_type !== ACCESS_TOKEN) throw new errors.InvalidRequest('unknown subject_token_type');
    if (params.actor_token) throw new errors.InvalidRequest('nobody is an actor here');
    const wanted = params.requested_token_type ?? ACCESS_TOKEN;
    if (wanted !== ACCESS_TOKEN) throw new errors.InvalidRequest('unknown requested_token_type');
    const subject = await subjectOf(provider, params.subject_token);
    // Section 2.2.2
    if (!subject) throw new errors.InvalidRequest('the subject token is not valid');
    ctx.body = { ...await issue(ctx, provider, subject), issued_token_type: ACCESS_TOKEN };
  }, ['subject_token', 'subject_token_type', 'actor_token', 'actor_token_type', 'requested_token_type', 'scope', 'audience', 'resource']);

  provider.registerGrantType(ON_BEHALF_OF, async (ctx) => {
    note(ctx);
    const { params } = ctx.oidc;
    if (params.requested_token_use !== 'on_behalf_of') throw new errors.InvalidRequest('unknown requested_token_use');
    const subject = await subjectOf(provider, params.assertion);
    if (!subject) throw new errors.InvalidGrant('the assertion is not valid');
    ctx.body = await issue(ctx, provider, subject);
  }, ['assertion', 'requested_token_use', 'scope']);
}
