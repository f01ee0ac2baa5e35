#include "vault/token_request_builder.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "catalogue/settings.h"
#include "oauth/authorization_code.h"
#include "oauth/client_credentials.h"
#include "oauth/dpop_proof.h"
#include "oauth/failure_causes.h"
#include "oauth/refresh.h"
#include "oauth/token_exchange.h"
#include "vault/bearer_requests.h"
#include "vault/client_settings.h"
#include "vault/credential_requests.h"
#include "vault/destination.h"
#include "vault/dpop_keys.h"
#include "vault/granted_tokens.h"
#include "vault/lookup_index.h"
#include "vault/target_system_rules.h"
#include "vault/usable_credentials.h"

namespace strongroom::vault {
namespace {

// What all requests for one client are made with.
struct Prepared {
  ClientSettings settings;
  catalogue::Provider provider;
  TokenRequests plan;
  std::vector<storage::ConsumerSecretRow> proofs = {};  // besides a signed grant, where needed
};

// By one and the same entry from the question whether it is held to the address.
Result<Prepared> prepare(Context& context, const TokenKey& key) {
  const catalogue::SteadyCatalogue steady(context.catalogue);
  STRONGROOM_TRY(ClientSettings settings, read_client_settings(context, key));
  STRONGROOM_CHECK(check_usable(settings));
  // Asked last of all who may stop it, and right before the request is made.
  if (context.index.find(key.client).killed_by) return stopped_by_a_kill();
  STRONGROOM_CHECK(check_listed(settings.system, key.resource));
  STRONGROOM_TRY(catalogue::Provider provider, provider_of(context, settings.system));
  std::vector<storage::ConsumerSecretRow> proofs;
  if (needs_proof_besides(provider, settings.system)) {
    proofs = settings.secrets;
    STRONGROOM_CHECK(keep_proofs(provider, settings.system, context.clock.now(), proofs));
  }
  STRONGROOM_CHECK(keep_usable(provider, settings.system, context.clock.now(), settings.secrets));
  Prepared made{.settings = std::move(settings),
                .provider = std::move(provider),
                .plan = {},
                .proofs = std::move(proofs)};
  const ClientSettings& stored = made.settings;
  made.plan.project = ProjectId{stored.client.project_id};
  made.plan.settings = {stored.client.stamps.revision, stored.system_row.stamps.revision};
  made.plan.token_generation = stored.token_generation;
  const catalogue::ProviderPtr entry = context.catalogue.find(made.provider.id);
  if (entry != nullptr && entry->discovery) made.plan.discovered = stored.system.id;
  made.plan.target_system = stored.system.id;
  made.plan.has_own_tenant =
      !stored.client.tenant.empty() && stored.client.tenant != stored.system.default_tenant;
  made.plan.service_provider = made.provider.id;
  made.plan.destination = destination_digest(context.catalogue, stored.system);
  if (binds_tokens(made.provider, stored.system)) {
    STRONGROOM_TRY(made.plan.key, dpop_key_of(context, key.client, made.plan.project));
  }
  made.plan.credentials = put_remembered_first(made.settings.secrets, context.clock.now());
  return made;
}

// One request for each credential.
Result<TokenRequests> plan_with(Context& context, Prepared made, std::string_view tenant,
                                const GrantBuilder& build) {
  const RequestParts parts{context, made.settings.system_row, made.settings.system, made.provider,
                           tenant};
  for (const storage::ConsumerSecretRow& credential : made.settings.secrets) {
    STRONGROOM_TRY(oauth::TokenRequest request, build_with_credential(parts, credential, build));
    // The proof itself is made when it is sent; that there will be one may be seen.
    if (made.plan.key) request.summary.parameters.push_back({std::string(oauth::kDpopHeader), ""});
    made.plan.requests.push_back(std::move(request));
  }
  return std::move(made.plan);
}

// Each key is used as often as there are proofs.
std::vector<UsedCredential> each_times(const std::vector<UsedCredential>& credentials,
                                       std::size_t times) {
  std::vector<UsedCredential> all;
  all.reserve(credentials.size() * times);
  for (const UsedCredential& one : credentials) all.insert(all.end(), times, one);
  return all;
}

// For the subject of the client, and for no other.
Result<TokenRequests> bearer_requests(Context& context, Prepared made, std::string_view tenant) {
  const RequestParts parts{context, made.settings.system_row, made.settings.system, made.provider,
                           tenant};
  STRONGROOM_TRY(made.plan.requests,
                 build_bearer_requests(parts, made.settings.client.subject,
                                       {.keys = made.settings.secrets, .proofs = made.proofs}));
  made.plan.credentials =
      each_times(made.plan.credentials, std::max<std::size_t>(made.proofs.size(), 1));
  made.plan.grant_is_signed = true;
  return std::move(made.plan);
}

// With the token of the subject that whoever configured the client has chosen.
Result<TokenRequests> exchange_requests(Context& context, const TokenKey& key, Prepared made,
                                        std::string_view tenant) {
  if (!made.provider.token_exchange) {
    return Error{Code::kConflict,
                 "The service provider's entry does not say any more how tokens are exchanged.",
                 {},
                 "no_service_provider"};
  }
  STRONGROOM_TRY(SubjectToken subject, open_subject_token(context, made.settings.client));
  const catalogue::ExchangeRules rules = *made.provider.token_exchange;
  const std::vector<std::string> scopes = made.settings.system.scopes;
  made.plan.subject = std::move(subject.grant);
  return plan_with(context, std::move(made), tenant, [&](const oauth::GrantClient& client) {
    return oauth::build_token_exchange_request({.client = client,
                                                .rules = rules,
                                                .subject_token = subject.token,
                                                .scopes = scopes,
                                                .resource = key.resource});
  });
}

std::vector<std::string> split(std::string_view scopes) {
  std::vector<std::string> all;
  while (!scopes.empty()) {
    const std::string_view scope = scopes.substr(0, scopes.find(' '));
    scopes.remove_prefix(std::min(scope.size() + 1, scopes.size()));
    if (!scope.empty()) all.emplace_back(scope);
  }
  return all;
}

// What a refresh token is for: as the answer to the sign-in said, or, where nobody knows, as it is
// asked for.
std::vector<std::string> granted_scopes(const ClientSettings& settings) {
  std::vector<std::string> granted =
      settings.refresh ? split(settings.refresh->scope) : std::vector<std::string>();
  return granted.empty() ? settings.system.scopes : granted;
}

// The refresh token, opened here and nowhere else, for today's destination only.
Result<UsedRefreshToken> open_for_use(Context& context, const Prepared& made) {
  const ClientSettings& settings = made.settings;
  if (!settings.refresh) return needs_sign_in(settings.client.failure_cause);
  if (settings.refresh->destination != made.plan.destination) {
    return Error{Code::kConflict,
                 "The target system's destination was changed since somebody signed in for this "
                 "client. Have the new destination approved, or have them sign in again.",
                 {},
                 "destination_held"};
  }
  STRONGROOM_TRY(oauth::RefreshToken token,
                 open_refresh_token(context.sealer, settings.client.project_id, *settings.refresh));
  return UsedRefreshToken{
      .token = std::move(token),
      .row = *settings.refresh,
      .reuse_window = made.provider.authorization.refresh_reuse_window,
      .reuse_endangers_more = made.provider.authorization.refresh_reuse_endangers_more,
      .access_token_lives = settings.lives_until.value_or(WallTime::min()) > context.clock.now()};
}

Result<TokenRequests> refresh_requests(Context& context, const TokenKey& key, Prepared made) {
  STRONGROOM_TRY(UsedRefreshToken used, open_for_use(context, made));
  STRONGROOM_TRY(const std::string tenant,
                 tenant_for_person(made.settings, made.provider, std::string_view()));
  const std::vector<std::string> granted = granted_scopes(made.settings);
  const GrantBuilder build = [&](const oauth::GrantClient& client) {
    return oauth::build_refresh_request({.client = client,
                                         .refresh_token = used.token,
                                         .granted = granted,
                                         .resource = key.resource});
  };
  STRONGROOM_TRY(TokenRequests plan, plan_with(context, std::move(made), tenant, build));
  plan.refresh = std::move(used);
  return plan;
}

}  // namespace

Result<TokenRequests> build_token_requests(Context& context, const TokenKey& key) {
  STRONGROOM_TRY(Prepared made, prepare(context, key));
  if (needs_person(made.settings.system.grant)) {
    return refresh_requests(context, key, std::move(made));
  }
  STRONGROOM_TRY(
      const std::string tenant,
      catalogue::choose_tenant(made.provider, to_catalogue(made.settings.system.grant),
                               made.settings.client.tenant, made.settings.system.default_tenant));
  if (made.settings.system.grant == GrantFlow::kJwtBearer) {
    return bearer_requests(context, std::move(made), tenant);
  }
  if (made.settings.system.grant == GrantFlow::kTokenExchange) {
    return exchange_requests(context, key, std::move(made), tenant);
  }
  const std::vector<std::string> scopes = made.settings.system.scopes;
  return plan_with(context, std::move(made), tenant, [&](const oauth::GrantClient& client) {
    return oauth::build_client_credentials_request(
        {.client = client, .scopes = scopes, .resource = key.resource});
  });
}

Result<TokenRequests> build_code_requests(Context& context, OAuthClientId id,
                                          const CodeGrant& grant) {
  STRONGROOM_TRY(Prepared made, prepare(context, {id}));
  STRONGROOM_TRY(const std::string tenant,
                 tenant_for_person(made.settings, made.provider, grant.tenant));
  const std::vector<std::string> scopes = made.settings.system.scopes;
  return plan_with(context, std::move(made), tenant, [&](const oauth::GrantClient& client) {
    return oauth::build_code_request({.client = client,
                                      .code = grant.code,
                                      .redirect_uri = grant.redirect_uri,
                                      .verifier = grant.verifier,
                                      .scopes = scopes});
  });
}

Result<TokenRequests> build_requests_with(Context& context, OAuthClientId id,
                                          const SystemGrantBuilder& build) {
  STRONGROOM_TRY(Prepared made, prepare(context, {id}));
  STRONGROOM_TRY(const std::string tenant,
                 tenant_for_person(made.settings, made.provider, std::string_view()));
  const TargetSystem system = made.settings.system;
  return plan_with(context, std::move(made), tenant,
                   [&](const oauth::GrantClient& client) { return build(system, client); });
}

Result<TokenRequests> build_device_requests(Context& context, OAuthClientId id,
                                            std::string_view tenant) {
  STRONGROOM_TRY(Prepared made, prepare(context, {id}));
  const std::vector<std::string> scopes = made.settings.system.scopes;
  return plan_with(context, std::move(made), tenant, [&](const oauth::GrantClient& client) {
    return oauth::build_device_authorization_request(client, scopes);
  });
}

Result<TokenRequests> build_device_polls(Context& context, OAuthClientId id,
                                         const oauth::DeviceCode& code, std::string_view tenant) {
  STRONGROOM_TRY(Prepared made, prepare(context, {id}));
  const std::vector<std::string> scopes = made.settings.system.scopes;
  return plan_with(context, std::move(made), tenant, [&](const oauth::GrantClient& client) {
    return oauth::build_device_token_request(client, code, scopes);
  });
}

Result<TokenRequests> build_password_requests(Context& context, OAuthClientId id,
                                              std::string_view username,
                                              const oauth::AccountPassword& password,
                                              std::string_view tenant) {
  STRONGROOM_TRY(Prepared made, prepare(context, {id}));
  const std::vector<std::string> scopes = made.settings.system.scopes;
  return plan_with(context, std::move(made), tenant, [&](const oauth::GrantClient& client) {
    return oauth::build_password_request(
        {.client = client, .username = username, .password = password, .scopes = scopes});
  });
}

Result<oauth::Expectation> refresh_expectation(Context& context, const TokenKey& key) {
  STRONGROOM_TRY(const ClientSettings settings, read_client_settings(context, key));
  STRONGROOM_TRY(const catalogue::Provider provider, provider_of(context, settings.system));
  return oauth::refresh_expectation(provider, granted_scopes(settings), key.resource);
}

Result<oauth::Expectation> code_expectation(Context& context, OAuthClientId id) {
  STRONGROOM_TRY(const ClientSettings settings, read_client_settings(context, {id}));
  STRONGROOM_TRY(const catalogue::Provider provider, provider_of(context, settings.system));
  return oauth::code_expectation(provider, settings.system.scopes);
}

Error needs_sign_in(std::string_view cause) {
  Error error{Code::kNeedsConsent,
              "There is no token, and only a person can get one: the account's owner has to sign "
              "in at the service provider.",
              {},
              "needs_sign_in"};
  const oauth::CauseFacts* const facts = oauth::find_cause(cause);
  if (facts != nullptr) {
    error = std::move(error).with("cause", VisibleName{std::string(facts->name.view())});
  }
  return std::move(error)
      .with("who_must_act",
            VisibleName{std::string(oauth::to_text(oauth::WhoMustAct::kAccountOwner))})
      .with("where", VisibleName{"OAuth client: sign in again."});
}

}  // namespace strongroom::vault
