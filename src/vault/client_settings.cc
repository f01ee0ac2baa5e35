#include "vault/client_settings.h"

#include <algorithm>
#include <utility>

#include "catalogue/settings.h"
#include "storage/resource_token_rows.h"
#include "storage/sign_in_rows.h"
#include "vault/issuer_metadata.h"
#include "vault/row_mac.h"
#include "vault/stored.h"
#include "vault/target_system_record.h"
#include "vault/target_system_rules.h"

namespace strongroom::vault {
namespace {

std::optional<WallTime> later(std::optional<WallTime> a, std::optional<WallTime> refreshed_at,
                              std::optional<WallTime> expires_at) {
  if (!refreshed_at) return a;
  return std::max(a.value_or(WallTime::min()), expires_at.value_or(WallTime::max()));
}

// What only clients have for which a person signs in.
Status read_sign_in(Context& context, storage::Snapshot& snapshot, ClientSettings& settings) {
  const Uuid& id = settings.client.id;
  STRONGROOM_TRY(settings.refresh, storage::find_refresh_token(snapshot, id));
  STRONGROOM_TRY(const auto sign_in, storage::find_sign_in(snapshot, id));
  if (sign_in) {
    STRONGROOM_CHECK(check_mac(context.sealer, *sign_in));
    settings.learned_tenant = sign_in->tenant;
  }
  settings.lives_until =
      later({}, settings.client.token_refreshed_at, settings.client.token_expires_at);
  STRONGROOM_TRY(const auto resources, storage::resource_states_of(snapshot, id));
  for (const storage::ResourceStateRow& state : resources) {
    settings.lives_until = later(settings.lives_until, state.refreshed_at, state.expires_at);
  }
  return {};
}

enum class Deleted : std::uint8_t { kCounts, kIsAsGood };

// The row, deleted or not, as `deleted` says. Errors: kNotFound.
template <class Row>
Result<Row> there(Result<std::optional<Row>> found, Deleted deleted) {
  if (deleted == Deleted::kCounts) return living(std::move(found));
  STRONGROOM_TRY(std::optional<Row> row, std::move(found));
  if (!row) return no_such_thing();
  return *std::move(row);
}

Result<ClientSettings> read(Context& context, storage::Snapshot& snapshot, const TokenKey& key,
                            Deleted deleted) {
  ClientSettings settings;
  const Uuid& id = key.client.uuid;
  STRONGROOM_TRY(settings.client, there(storage::find_oauth_client(snapshot, id), deleted));
  settings.token_generation = settings.client.token_generation;
  if (!key.resource.empty()) {
    STRONGROOM_TRY(settings.token_generation,
                   storage::resource_token_generation(snapshot, id, key.resource));
  }
  STRONGROOM_CHECK(check_mac(context.sealer, settings.client));
  const storage::OAuthClientRow& client = settings.client;
  STRONGROOM_TRY(settings.system_row,
                 there(storage::find_target_system(snapshot, client.target_system_id), deleted));
  // No client is ever given a target system of another project: its row was written by others.
  if (settings.system_row.project_id.value_or(client.project_id) != client.project_id) {
    return Error{Code::kCorrupt, "A stored row was changed by somebody else.",
                 "target system of another project: oauth_clients " + id.text()};
  }
  STRONGROOM_TRY(settings.system, read_used_target_system(context, snapshot, settings.system_row));
  STRONGROOM_TRY(settings.secrets, storage::consumer_secrets_of(snapshot, settings.system_row.id));
  if (needs_person(settings.system.grant)) {
    STRONGROOM_CHECK(read_sign_in(context, snapshot, settings));
  }
  return settings;
}

}  // namespace

Result<ClientSettings> read_client_settings(Context& context, const TokenKey& key) {
  return storage::read<ClientSettings>(context.store, [&](storage::Snapshot& snapshot) {
    return read(context, snapshot, key, Deleted::kCounts);
  });
}

Result<ClientSettings> read_settings_of_former(Context& context, OAuthClientId id) {
  return storage::read<ClientSettings>(context.store, [&](storage::Snapshot& snapshot) {
    return read(context, snapshot, {id}, Deleted::kIsAsGood);
  });
}

Result<catalogue::Provider> provider_of(Context& context, const TargetSystem& system) {
  const catalogue::ProviderPtr entry = context.catalogue.find(system.service_provider);
  if (entry == nullptr) {
    return Error{Code::kConflict, "The target system's service provider left the catalogue.",
                 system.service_provider, "no_service_provider"};
  }
  return complete_provider(*entry, system);
}

Status check_usable(const ClientSettings& settings) {
  if (settings.client.state == to_text(OAuthClientState::kDisabled)) {
    return Error{
        Code::kConflict, "This OAuth client is disabled; enable it first.", {}, "client_disabled"};
  }
  if (settings.system.destination_held) {
    return Error{Code::kConflict,
                 "The target system's destination was changed since its secrets were entered. "
                 "Enter the secrets again, or have the new destination approved.",
                 {},
                 "destination_held"};
  }
  return {};
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

Result<std::string> tenant_for_person(const ClientSettings& settings,
                                      const catalogue::Provider& provider,
                                      std::string_view of_sign_in) {
  const std::string_view own =
      of_sign_in.empty() ? std::string_view(settings.client.tenant) : of_sign_in;
  const std::string& shared = settings.system.default_tenant;
  return catalogue::choose_tenant(provider, catalogue::Grant::kAuthorizationCode, own,
                                  shared.empty() ? settings.learned_tenant : shared);
}

}  // namespace strongroom::vault
