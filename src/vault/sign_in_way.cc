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
#include "vault/target_system_rules.h"

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

// What one sign-in says, made anew.
struct Saying {
  catalogue::Provider provider;
  SignInFlow flow;
  std::vector<std::string> scopes;
  oauth::State state;
  std::string bound_to;  // of the key that the tokens will be bound to; the code is as well
};

Result<Saying> say(Context& context, const SignInParties& parties,
                   const std::string& redirect_uri) {
  const catalogue::SteadyCatalogue steady(context.catalogue);
  const TargetSystem& system = parties.system;
  STRONGROOM_CHECK(check_can_sign_in(parties));
  STRONGROOM_TRY(catalogue::Provider provider, provider_of(context, system));
  Saying said{.provider = std::move(provider),
              .flow = {},
              .scopes = {},
              .state = oauth::new_state(context.random),
              .bound_to = {}};
  SignInFlow& flow = said.flow;
  flow.redirect_uri = redirect_uri;
  STRONGROOM_TRY(flow.tenant, sign_in_tenant(said.provider, system, parties.client.tenant));
  STRONGROOM_TRY(said.scopes, catalogue::sign_in_scopes(said.provider, system.scopes));
  STRONGROOM_TRY(const auto openid,
                 catalogue::expand_openid(said.provider, system.endpoint_parameters, flow.tenant));
  flow.openid_issuer = openid.issuer;
  flow.jwks_uri = openid.jwks_uri;
  if (system.metadata) {
    flow.issuer = system.metadata->accepted.issuer;
    flow.issuer_promised = system.metadata->accepted.names_issuer_in_answers;
  }
  flow.consumer_key = system.consumer_key;
  flow.destination = destination_digest(context.catalogue, system);
  if (!said.provider.authorization.pkce_unsupported) {
    flow.verifier = oauth::CodeVerifier::generate(context.random);
  }
  if (oauth::asks_for_id_token(said.scopes)) flow.nonce = oauth::new_nonce(context.random);
  if (binds_tokens(said.provider, system)) {
    STRONGROOM_TRY(const oauth::ProvedKey key,
                   dpop_key_of(context, OAuthClientId{parties.client.id}, parties.project()));
    said.bound_to = key->thumbprint();
  }
  return said;
}

// Borrows both.
oauth::AuthorizationRequest request_of(const SignInParties& parties, const Saying& said) {
  const std::string_view hint = said.provider.authorization.login_hint
                                    ? std::string_view(parties.sign_in.expected_account)
                                    : std::string_view();
  return {.provider = said.provider,
          .parameters = parties.system.endpoint_parameters,
          .tenant = said.flow.tenant,
          .consumer_key = parties.system.consumer_key,
          .redirect_uri = said.flow.redirect_uri,
          .scopes = parties.system.scopes,
          .state = said.state,
          .verifier = said.flow.verifier ? &*said.flow.verifier : nullptr,
          .nonce = said.flow.nonce ? &*said.flow.nonce : nullptr,
          .login_hint = hint,
          .prompts = prompts_for(said.provider, said.scopes),
          .dpop_jkt = said.bound_to};
}

bool is_pushed(const SignInParties& parties, const catalogue::Provider& provider) {
  const auto method =
      oauth::authentication_method(provider, to_catalogue(parties.system.client_authentication));
  return oauth::pushes_authorization(provider, method);
}

}  // namespace

Result<FoundWay> find_way(Context& context, const SignInParties& parties,
                          const std::string& redirect_uri) {
  STRONGROOM_TRY(Saying said, say(context, parties, redirect_uri));
  auto address = oauth::authorization_url(request_of(parties, said));
  const std::string state_hash = hash_of(said.state.reveal());
  if (!is_pushed(parties, said.provider)) {
    if (!address) return std::move(address).error();
    return FoundWay{{std::move(said.flow), state_hash, *std::move(address)}, std::nullopt};
  }
  const bool is_required = said.provider.requires_pushed_authorization_requests;
  const auto build = [&](const TargetSystem& /*system*/, const oauth::GrantClient& client) {
    return oauth::build_pushed_authorization(request_of(parties, said), client);
  };
  STRONGROOM_TRY(TokenRequests plan,
                 build_requests_with(context, OAuthClientId{parties.client.id}, build));
  oauth::AuthorizationUrl plain =
      address && !is_required ? *std::move(address) : oauth::AuthorizationUrl("");
  return FoundWay{{std::move(said.flow), state_hash, std::move(plain)},
                  PushedRequest{std::move(plan), is_required}};
}

Result<oauth::AuthorizationUrl> pushed_address(Context& context, const SignInParties& parties,
                                               const std::string& tenant,
                                               const oauth::RequestUri& request_uri) {
  STRONGROOM_TRY(const catalogue::Provider provider, provider_of(context, parties.system));
  const oauth::State unsaid("");  // all of this is in what the reference stands for
  return oauth::pushed_authorization_url({.provider = provider,
                                          .parameters = parties.system.endpoint_parameters,
                                          .tenant = tenant,
                                          .consumer_key = parties.system.consumer_key,
                                          .redirect_uri = {},
                                          .scopes = parties.system.scopes,
                                          .state = unsaid},
                                         request_uri);
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
  const catalogue::SteadyCatalogue steady(context.catalogue);
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
