#include "vault/sign_in_way.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "catalogue/settings.h"
#include "oauth/authorization_request.h"
#include "oauth/dpop_proof.h"
#include "oauth/flow_secrets.h"
#include "oauth/oauth1_request.h"
#include "vault/destination.h"
#include "vault/dpop_keys.h"

namespace strongroom::vault {
namespace {

bool asks_for(const std::vector<std::string>& scopes, std::string_view scope) {
  return std::ranges::find(scopes, scope) != scopes.end();
}

bool allows(const catalogue::AuthorizationRules& rules, catalogue::Prompt prompt) {
  return std::ranges::find(rules.prompts, prompt) != rules.prompts.end();
}

// Nobody is ever signed in silently with whatever account a browser has. Offline access
// that only these settings ask for needs consent (OpenID Connect Core section 11).
std::vector<catalogue::Prompt> prompts_for(const catalogue::Provider& provider,
                                           const std::vector<std::string>& scopes) {
  using catalogue::Prompt;
  const catalogue::AuthorizationRules& rules = provider.authorization;
  std::vector<Prompt> prompts;
  if (allows(rules, Prompt::kSelectAccount)) {
    prompts.push_back(Prompt::kSelectAccount);
  } else if (allows(rules, Prompt::kLogin)) {
    prompts.push_back(Prompt::kLogin);
  }
  const bool own_wish =
      asks_for(scopes, "offline_access") && !asks_for(rules.scopes, "offline_access");
  if (own_wish && allows(rules, Prompt::kConsent)) prompts.push_back(Prompt::kConsent);
  return prompts;
}

}  // namespace

Result<SignInWay> find_way(Context& context, const SignInParties& parties,
                           const std::string& redirect_uri) {
  const TargetSystem& system = parties.system;
  STRONGROOM_CHECK(check_can_sign_in(parties));
  STRONGROOM_TRY(const catalogue::Provider provider, provider_of(context, system));
  SignInFlow flow;
  flow.redirect_uri = redirect_uri;
  STRONGROOM_TRY(flow.tenant, sign_in_tenant(provider, system, parties.client.tenant));
  STRONGROOM_TRY(const auto scopes, catalogue::sign_in_scopes(provider, system.scopes));
  STRONGROOM_TRY(const auto openid,
                 catalogue::expand_openid(provider, system.endpoint_parameters, flow.tenant));
  flow.openid_issuer = openid.issuer;
  flow.jwks_uri = openid.jwks_uri;
  if (system.metadata) {
    flow.issuer = system.metadata->accepted.issuer;
    flow.issuer_promised = system.metadata->accepted.names_issuer_in_answers;
  }
  flow.consumer_key = system.consumer_key;
  flow.destination = destination_digest(context.catalogue, system);
  if (!provider.authorization.pkce_unsupported) {
    flow.verifier = oauth::CodeVerifier::generate(context.random);
  }
  if (oauth::asks_for_id_token(scopes)) flow.nonce = oauth::new_nonce(context.random);
  std::string bound_to;  // of the key that the tokens will be bound to; the code is as well
  if (binds_tokens(provider, system)) {
    STRONGROOM_TRY(const oauth::ProvedKey key,
                   dpop_key_of(context, OAuthClientId{parties.client.id}, parties.project()));
    bound_to = key->thumbprint();
  }
  oauth::State state = oauth::new_state(context.random);
  const std::string_view hint =
      provider.authorization.login_hint ? parties.sign_in.expected_account : std::string_view();
  STRONGROOM_TRY(oauth::AuthorizationUrl address,
                 oauth::authorization_url({.provider = provider,
                                           .parameters = system.endpoint_parameters,
                                           .tenant = flow.tenant,
                                           .consumer_key = system.consumer_key,
                                           .redirect_uri = redirect_uri,
                                           .scopes = system.scopes,
                                           .state = state,
                                           .verifier = flow.verifier ? &*flow.verifier : nullptr,
                                           .nonce = flow.nonce ? &*flow.nonce : nullptr,
                                           .login_hint = hint,
                                           .prompts = prompts_for(provider, scopes),
                                           .dpop_jkt = bound_to}));
  return SignInWay{std::move(flow), hash_of(state.reveal()), std::move(address)};
}

// A state of ours is never taken for a provider's token, nor the other way round.
std::string signed_state_hash(const oauth::Oauth1Token& temporary) {
  std::string text = "oauth_token ";
  text.append(temporary.reveal());
  std::string hash = hash_of(text);
  wipe(text);
  return hash;
}

Result<SignInWay> find_signed_way(Context& context, const SignInParties& parties,
                                  const std::string& redirect_uri,
                                  oauth::Oauth1Credentials temporary) {
  const TargetSystem& system = parties.system;
  STRONGROOM_TRY(const catalogue::Provider provider, provider_of(context, system));
  SignInFlow flow;
  flow.redirect_uri = redirect_uri;
  STRONGROOM_TRY(flow.tenant, sign_in_tenant(provider, system, parties.client.tenant));
  flow.consumer_key = system.consumer_key;
  flow.destination = destination_digest(context.catalogue, system);
  const oauth::Oauth1Client client{.provider = provider,
                                   .parameters = system.endpoint_parameters,
                                   .tenant = flow.tenant,
                                   .consumer_key = system.consumer_key,
                                   .random = context.random,
                                   .now = context.clock.now()};
  STRONGROOM_TRY(oauth::AuthorizationUrl address,
                 oauth::oauth1_authorization_url(client, temporary.token, system.scopes));
  std::string state_hash = signed_state_hash(temporary.token);
  flow.temporary = std::move(temporary);
  return SignInWay{std::move(flow), std::move(state_hash), std::move(address)};
}

}  // namespace strongroom::vault
