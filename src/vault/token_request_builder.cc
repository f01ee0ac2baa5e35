#include "vault/token_request_builder.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>

#include "catalogue/settings.h"
#include "oauth/client_credentials.h"
#include "oauth/token_endpoint.h"
#include "storage/oauth_client_rows.h"
#include "storage/resource_token_rows.h"
#include "storage/target_system_rows.h"
#include "vault/client_certificates.h"
#include "vault/client_keys.h"
#include "vault/consumer_secrets.h"
#include "vault/issuer_metadata.h"
#include "vault/issuer_reading.h"
#include "vault/outgoing_request.h"
#include "vault/row_mac.h"
#include "vault/stored.h"
#include "vault/target_system_record.h"
#include "vault/target_system_rules.h"
#include "vault/usable_credentials.h"

namespace strongroom::vault {
namespace {

// What is stored about one client, as of one moment.
struct Stored {
  storage::OAuthClientRow client;
  storage::TargetSystemRow system_row;
  TargetSystem system;
  std::vector<storage::ConsumerSecretRow> secrets;
  std::int64_t token_generation = 0;  // of the token that is wanted anew
};

Result<Stored> read_stored(Context& context, storage::Snapshot& snapshot, const TokenKey& key) {
  Stored stored;
  const Uuid& id = key.client.uuid;
  STRONGROOM_TRY(stored.client, living(storage::find_oauth_client(snapshot, id)));
  stored.token_generation = stored.client.token_generation;
  if (!key.resource.empty()) {
    STRONGROOM_TRY(stored.token_generation,
                   storage::resource_token_generation(snapshot, id, key.resource));
  }
  STRONGROOM_CHECK(check_mac(context.sealer, stored.client));
  STRONGROOM_TRY(stored.system_row,
                 living(storage::find_target_system(snapshot, stored.client.target_system_id)));
  // No client is ever given a target system of another project: its row was written by others.
  if (stored.system_row.project_id.value_or(stored.client.project_id) != stored.client.project_id) {
    return Error{Code::kCorrupt, "A stored row was changed by somebody else.",
                 "target system of another project: oauth_clients " + id.text()};
  }
  STRONGROOM_TRY(stored.system, read_target_system(context, snapshot, stored.system_row));
  STRONGROOM_TRY(stored.secrets, storage::consumer_secrets_of(snapshot, stored.system_row.id));
  return stored;
}

Status check_listed(const TargetSystem& system, std::string_view resource) {
  if (resource.empty() || std::ranges::find(system.resources, resource) != system.resources.end()) {
    return {};
  }
  return Error{Code::kInvalidArgument,
               "The target system does not list this resource among those that may be asked for.",
               {},
               "unknown_resource"}
      .at("resource");
}

Status check_usable(const Stored& stored) {
  if (stored.client.state == to_text(OAuthClientState::kDisabled)) {
    return Error{
        Code::kConflict, "This OAuth client is disabled; enable it first.", {}, "client_disabled"};
  }
  if (stored.system.destination_held) {
    return Error{Code::kConflict,
                 "The target system's destination was changed since its secrets were entered. "
                 "Enter the secrets again, or have the new destination approved.",
                 {},
                 "destination_held"};
  }
  return {};
}

// The parts of every request of one target system; what differs is the credential.
struct Parts {
  Context& context;
  const storage::TargetSystemRow& row;
  const TargetSystem& system;
  const catalogue::Provider& provider;
  const std::string& tenant;
  std::string_view resource = {};
};

// Whom an assertion is made out to: the issuer whose metadata was read and accepted.
std::string_view issuer_in_use(const TargetSystem& system) {
  return system.metadata ? std::string_view(system.metadata->accepted.issuer) : std::string_view();
}

std::optional<std::span<const std::string>> algorithms_in_use(const TargetSystem& system) {
  if (!system.metadata || !system.metadata->accepted.auth_algorithms) return std::nullopt;
  return std::span<const std::string>(*system.metadata->accepted.auth_algorithms);
}

// One of these three.
struct Credential {
  const oauth::ConsumerSecret* secret = nullptr;
  const oauth::AssertionKey* key = nullptr;
  const crypto::KeyAndCertificate* certificate = nullptr;
};

Result<oauth::TokenRequest> build_with(const Parts& parts, const Credential& credential) {
  STRONGROOM_TRY(oauth::TokenRequest request,
                 oauth::build_client_credentials_request(
                     {.client = {.provider = parts.provider,
                                 .parameters = parts.system.endpoint_parameters,
                                 .tenant = parts.tenant,
                                 .consumer_key = parts.system.consumer_key,
                                 .consumer_secret = credential.secret,
                                 .key = credential.key,
                                 .certificate = credential.certificate,
                                 .authentication = to_catalogue(parts.system.client_authentication),
                                 .random = parts.context.random,
                                 .now = parts.context.clock.now(),
                                 .issuer = issuer_in_use(parts.system),
                                 .server_algorithms = algorithms_in_use(parts.system)},
                      .scopes = parts.system.scopes,
                      .resource = parts.resource}));
  STRONGROOM_CHECK(restrict_request(parts.context, parts.row, parts.system, request));
  return request;
}

// It was judged when it was entered, and may have been entered for another method; and what the row
// shows of its dates is not sealed.
Status check_certificate(const Parts& parts, const crypto::KeyAndCertificate& pair, bool for_tls) {
  const auto use = for_tls ? crypto::CertificateUse::kTlsClient : crypto::CertificateUse::kSigning;
  const Status usable = pair.certificate.check(pair.key, use, parts.context.clock.now());
  if (usable) return {};
  Error error = usable.error();
  error.code = Code::kConflict;
  return std::move(error).at("/client_certificates");
}

// A provider knows the key by its certificate, where its entry says so, and by its id otherwise.
Result<oauth::TokenRequest> build_with_certificate(const Parts& parts,
                                                   const storage::ConsumerSecretRow& credential) {
  STRONGROOM_TRY(
      const crypto::KeyAndCertificate pair,
      open_client_certificate(parts.context.sealer, parts.row, credential, parts.context.tokens));
  const auto method = oauth::authentication_method(
      parts.provider, to_catalogue(parts.system.client_authentication));
  const bool for_tls = catalogue::is_mutual_tls(method);
  STRONGROOM_CHECK(check_certificate(parts, pair, for_tls));
  if (for_tls) return build_with(parts, {.certificate = &pair});
  const std::string x5t = pair.certificate.x5t();
  const std::string x5t_s256 = pair.certificate.x5t_s256();
  const std::string_view kid =
      wants_certificate(parts.provider) ? std::string_view() : std::string_view(credential.key_id);
  const oauth::AssertionKey assertion_key{
      .key = pair.key, .kid = kid, .x5t = x5t, .x5t_s256 = x5t_s256};
  return build_with(parts, {.key = &assertion_key});
}

// Credentials and where they may go are settled here and nowhere else.
Result<oauth::TokenRequest> build_one(const Parts& parts,
                                      const storage::ConsumerSecretRow& credential) {
  const crypto::Sealer& sealer = parts.context.sealer;
  if (credential.kind == storage::kKeyKind) {
    STRONGROOM_TRY(const crypto::PrivateKey key,
                   open_client_key(sealer, parts.row, credential, parts.context.tokens));
    const oauth::AssertionKey assertion_key{
        .key = key, .kid = credential.key_id, .x5t = {}, .x5t_s256 = {}};
    return build_with(parts, {.key = &assertion_key});
  }
  if (credential.kind == storage::kCertificateKind) {
    return build_with_certificate(parts, credential);
  }
  STRONGROOM_TRY(const oauth::ConsumerSecret secret,
                 open_consumer_secret(sealer, parts.row, credential));
  return build_with(parts, {.secret = &secret});
}

struct StoredSystem {
  storage::TargetSystemRow row;
  TargetSystem system;
  std::vector<storage::ConsumerSecretRow> secrets;
};

Result<StoredSystem> read_system(Context& context, TargetSystemId id) {
  return storage::read<StoredSystem>(
      context.store, [&](storage::Snapshot& snapshot) -> Result<StoredSystem> {
        StoredSystem stored;
        STRONGROOM_TRY(stored.row, living(storage::find_target_system(snapshot, id.uuid)));
        STRONGROOM_TRY(stored.system, read_target_system(context, snapshot, stored.row));
        STRONGROOM_TRY(stored.secrets, storage::consumer_secrets_of(snapshot, id.uuid));
        return stored;
      });
}

// Asks the endpoint for nothing: no secret goes out, and every answer shows that the way is good.
Result<oauth::TokenRequest> build_empty_request(Context& context, const StoredSystem& stored,
                                                const catalogue::Provider& provider,
                                                const std::string& tenant) {
  oauth::TokenRequest request;
  const auto method =
      oauth::authentication_method(provider, to_catalogue(stored.system.client_authentication));
  STRONGROOM_TRY(
      request.message.url,
      oauth::token_endpoint_text(provider, method, stored.system.endpoint_parameters, tenant));
  request.message.method = "GET";
  STRONGROOM_CHECK(restrict_request(context, stored.row, stored.system, request));
  return request;
}

LiteralText what_is_missing(Context& context, const catalogue::Provider* provider,
                            StoredSystem& stored) {
  if (stored.system.destination_held) {
    return "Not asked for a token: the secrets were entered for another destination. Enter them "
           "again, or have this one approved.";
  }
  if (provider == nullptr) return "The target system's service provider left the catalogue.";
  const Status usable = keep_usable(*provider, stored.system, context.clock.now(), stored.secrets);
  if (usable) return "";
  const std::string_view problem = usable.error().problem.view();
  if (problem == kCertificateExpired.view()) {
    return "Not asked for a token: no client certificate is valid now.";
  }
  if (problem == "no_client_certificate") {
    return "Not asked for a token: there is no client certificate yet.";
  }
  if (problem == "no_client_key") return "Not asked for a token: there is no client key yet.";
  return "Not asked for a token: there is no consumer secret yet.";
}

// What is asked of the endpoint: a token for each credential that may be tried, or nothing.
Status add_requests(Context& context, const StoredSystem& stored,
                    const catalogue::Provider& provider, EndpointPlan& plan) {
  const auto tenant =
      catalogue::choose_tenant(provider, catalogue::Grant::kClientCredentials,
                               stored.system.default_tenant, stored.system.default_tenant);
  const std::size_t tries = plan.has_secret ? stored.secrets.size() : 1;
  LiteralText why = tenant ? LiteralText("") : tenant.error().message;
  for (std::size_t i = 0; tenant && i < tries; ++i) {
    const Parts parts{context, stored.row, stored.system, provider, *tenant};
    auto request = plan.has_secret ? build_one(parts, stored.secrets[i])
                                   : build_empty_request(context, stored, provider, *tenant);
    if (!request && request.error().code != Code::kInvalidArgument) return request.error();
    if (!request) {
      why = request.error().message;
      break;
    }
    plan.requests.push_back(*std::move(request));
  }
  if (plan.requests.empty()) plan.what_is_missing = why;
  return {};
}

}  // namespace

Result<TokenRequests> build_token_requests(Context& context, const TokenKey& key) {
  STRONGROOM_TRY(Stored stored,
                 storage::read<Stored>(context.store, [&](storage::Snapshot& snapshot) {
                   return read_stored(context, snapshot, key);
                 }));
  STRONGROOM_CHECK(check_usable(stored));
  STRONGROOM_CHECK(check_listed(stored.system, key.resource));
  const catalogue::Provider* const entry = context.catalogue.find(stored.system.service_provider);
  if (entry == nullptr) {
    return Error{Code::kConflict, "The target system's service provider left the catalogue.",
                 stored.system.service_provider, "no_service_provider"};
  }
  STRONGROOM_TRY(const catalogue::Provider provider, complete_provider(*entry, stored.system));
  STRONGROOM_CHECK(keep_usable(provider, stored.system, context.clock.now(), stored.secrets));
  STRONGROOM_TRY(const std::string tenant,
                 catalogue::choose_tenant(provider, catalogue::Grant::kClientCredentials,
                                          stored.client.tenant, stored.system.default_tenant));
  TokenRequests made{.project = ProjectId{stored.client.project_id},
                     .settings = {stored.client.stamps.revision, stored.system_row.stamps.revision},
                     .token_generation = stored.token_generation,
                     .requests = {},
                     .discovered = {}};
  if (entry->discovery) made.discovered = stored.system.id;
  made.target_system = stored.system.id;
  made.service_provider = entry->id;
  made.credentials = put_remembered_first(stored.secrets, context.clock.now());
  const Parts parts{context, stored.system_row, stored.system, provider, tenant, key.resource};
  for (const storage::ConsumerSecretRow& credential : stored.secrets) {
    STRONGROOM_TRY(oauth::TokenRequest request, build_one(parts, credential));
    made.requests.push_back(std::move(request));
  }
  return made;
}

Result<EndpointPlan> plan_endpoint_check(Context& context, TargetSystemId id) {
  STRONGROOM_TRY(StoredSystem stored, read_system(context, id));
  const catalogue::Provider* const entry = context.catalogue.find(stored.system.service_provider);
  const auto provider = entry == nullptr ? Result<catalogue::Provider>(Error{Code::kConflict, ""})
                                         : complete_provider(*entry, stored.system);
  EndpointPlan plan;
  plan.what_is_missing = what_is_missing(context, provider ? &*provider : nullptr, stored);
  plan.has_secret = plan.what_is_missing.view().empty();
  if (entry == nullptr) {
    plan.what_is_missing = "The target system's service provider left the catalogue.";
  } else if (!provider) {
    plan.what_is_missing = provider.error().message;
  } else {
    STRONGROOM_CHECK(add_requests(context, stored, *provider, plan));
  }
  if (entry != nullptr && entry->discovery) {
    plan.issuer = issuer_of(stored.system);
    STRONGROOM_TRY(plan.issuer_requests, issuer_requests(context, stored.row, stored.system));
  }
  plan.system = std::move(stored.system);
  return plan;
}

}  // namespace strongroom::vault
