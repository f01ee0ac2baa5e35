#include "vault/token_request_builder.h"

#include <utility>

#include "catalogue/settings.h"
#include "oauth/client_credentials.h"
#include "oauth/outgoing_policy.h"
#include "storage/oauth_client_rows.h"
#include "storage/target_system_rows.h"
#include "vault/client_keys.h"
#include "vault/consumer_secrets.h"
#include "vault/row_mac.h"
#include "vault/stored.h"
#include "vault/target_system_record.h"
#include "vault/target_system_rules.h"

namespace strongroom::vault {
namespace {

// What is stored about one client, as of one moment.
struct Stored {
  storage::OAuthClientRow client;
  storage::TargetSystemRow system_row;
  TargetSystem system;
  std::vector<storage::ConsumerSecretRow> secrets;
};

Result<Stored> read_stored(Context& context, storage::Snapshot& snapshot, OAuthClientId id) {
  Stored stored;
  STRONGROOM_TRY(stored.client, living(storage::find_oauth_client(snapshot, id.uuid)));
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

// The parts of every request of one client; what differs is the credential.
struct Parts {
  Context& context;
  const Stored& stored;
  const catalogue::Provider& provider;
  const std::string& tenant;
};

Result<oauth::TokenRequest> build_with(const Parts& parts, const oauth::ConsumerSecret* secret,
                                       const oauth::AssertionKey* key) {
  const TargetSystem& system = parts.stored.system;
  STRONGROOM_TRY(oauth::TokenRequest request,
                 oauth::build_client_credentials_request(
                     {.provider = parts.provider,
                      .parameters = system.endpoint_parameters,
                      .tenant = parts.tenant,
                      .consumer_key = system.consumer_key,
                      .consumer_secret = secret,
                      .key = key,
                      .authentication = to_catalogue(system.client_authentication),
                      .scopes = system.scopes,
                      .random = parts.context.random,
                      .now = parts.context.clock.now()}));
  STRONGROOM_CHECK(
      oauth::restrict_destination(request, system.trusted_ca_pem, system.allowed_addresses));
  return request;
}

// Credentials and where they may go are settled here and nowhere else.
Result<oauth::TokenRequest> build_one(const Parts& parts, const storage::ConsumerSecretRow& row) {
  const crypto::Sealer& sealer = parts.context.sealer;
  if (row.kind == storage::kKeyKind) {
    STRONGROOM_TRY(const crypto::PrivateKey key,
                   open_client_key(sealer, parts.stored.system_row, row));
    const oauth::AssertionKey assertion_key{
        .key = key, .kid = row.key_id, .x5t = {}, .x5t_s256 = {}};
    return build_with(parts, nullptr, &assertion_key);
  }
  STRONGROOM_TRY(const oauth::ConsumerSecret secret,
                 open_consumer_secret(sealer, parts.stored.system_row, row));
  return build_with(parts, &secret, nullptr);
}

// Only what the chosen method proves with.
Status keep_usable_credentials(const catalogue::Provider& provider, Stored& stored) {
  const bool by_key =
      oauth::authentication_method(provider, to_catalogue(stored.system.client_authentication)) ==
      catalogue::ClientAuthentication::kPrivateKeyJwt;
  const std::string_view kind = by_key ? storage::kKeyKind : storage::kSecretKind;
  std::erase_if(stored.secrets, [&](const auto& row) { return row.kind != kind; });
  if (!stored.secrets.empty()) return {};
  if (by_key) {
    return Error{Code::kConflict, "The target system has no client key yet.", {}, "no_client_key"};
  }
  return Error{
      Code::kConflict, "The target system has no consumer secret yet.", {}, "no_consumer_secret"};
}

}  // namespace

Result<TokenRequests> build_token_requests(Context& context, OAuthClientId id) {
  STRONGROOM_TRY(Stored stored,
                 storage::read<Stored>(context.store, [&](storage::Snapshot& snapshot) {
                   return read_stored(context, snapshot, id);
                 }));
  STRONGROOM_CHECK(check_usable(stored));
  const catalogue::Provider* const provider =
      context.catalogue.find(stored.system.service_provider);
  if (provider == nullptr) {
    return Error{Code::kConflict, "The target system's service provider left the catalogue.",
                 stored.system.service_provider, "no_service_provider"};
  }
  STRONGROOM_CHECK(keep_usable_credentials(*provider, stored));
  STRONGROOM_TRY(const std::string tenant,
                 catalogue::choose_tenant(*provider, catalogue::Grant::kClientCredentials,
                                          stored.client.tenant, stored.system.default_tenant));
  TokenRequests made{.client = id,
                     .project = ProjectId{stored.client.project_id},
                     .settings = {stored.client.stamps.revision, stored.system_row.stamps.revision},
                     .token_generation = stored.client.token_generation,
                     .requests = {}};
  const Parts parts{context, stored, *provider, tenant};
  for (const storage::ConsumerSecretRow& row : stored.secrets) {
    STRONGROOM_TRY(oauth::TokenRequest request, build_one(parts, row));
    made.requests.push_back(std::move(request));
  }
  return made;
}

}  // namespace strongroom::vault
