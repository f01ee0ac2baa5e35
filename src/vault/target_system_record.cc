#include "vault/target_system_record.h"

#include <optional>
#include <string>

#include "base/unicode.h"
#include "storage/refresh_token_rows.h"
#include "vault/destination.h"
#include "vault/issuer_metadata.h"
#include "vault/json_texts.h"
#include "vault/row_mac.h"
#include "vault/stored.h"
#include "vault/target_system_rules.h"

namespace strongroom::vault {
namespace {

template <class E>
Status read_enum(std::optional<E> value, E& out, const storage::TargetSystemRow& row) {
  if (!value) {
    return Error{Code::kCorrupt, "A stored row is damaged.", "target_systems " + row.id.text()};
  }
  out = *value;
  return {};
}

Status read_enums(const storage::TargetSystemRow& row, TargetSystem& system) {
  STRONGROOM_CHECK(read_enum(grant_flow_from_text(row.grant_flow), system.grant, row));
  STRONGROOM_CHECK(read_enum(callback_from_text(row.callback), system.callback, row));
  STRONGROOM_CHECK(read_enum(client_authentication_from_text(row.client_authentication),
                             system.client_authentication, row));
  if (!row.supported_accounts) return {};
  SupportedAccounts accounts{};
  STRONGROOM_CHECK(read_enum(supported_accounts_from_text(*row.supported_accounts), accounts, row));
  system.supported_accounts = accounts;
  return {};
}

void add_credential(const storage::ConsumerSecretRow& row, TargetSystem& system) {
  if (row.kind == storage::kKeyKind) {
    system.client_keys.push_back(
        {row.id, row.key_id, row.key_type, row.expires_on, row.created_at, row.accepted_at});
  } else if (row.kind == storage::kCertificateKind) {
    system.client_certificates.push_back({.id = row.id,
                                          .subject = row.subject,
                                          .x5t_s256 = row.certificate_thumbprint,
                                          .key_id = row.key_id,
                                          .key_type = row.key_type,
                                          .not_before = row.not_before.value_or(WallTime{}),
                                          .not_after = row.expires_on.value_or(WallTime{}),
                                          .created_at = row.created_at,
                                          .accepted_at = row.accepted_at});
  } else {
    system.consumer_secrets.push_back({row.id, row.expires_on, row.created_at, row.accepted_at});
  }
}

}  // namespace

Result<TargetSystem> to_target_system(const storage::TargetSystemRow& row) {
  TargetSystem system;
  system.id = TargetSystemId{row.id};
  if (row.project_id) system.project = ProjectId{*row.project_id};
  system.name = row.name;
  system.oauth_enabled = row.oauth_enabled;
  system.service_provider = row.service_provider;
  STRONGROOM_CHECK(read_enums(row, system));
  system.consumer_key = row.consumer_key;
  STRONGROOM_TRY(system.scopes, texts_from_json(row.scopes));
  STRONGROOM_TRY(system.resources, texts_from_json(row.resources));
  STRONGROOM_TRY(system.endpoint_parameters, text_map_from_json(row.endpoint_parameters));
  system.trusted_ca_pem = row.trusted_ca_pem;
  STRONGROOM_TRY(system.allowed_addresses, texts_from_json(row.allowed_addresses));
  system.proxy = row.proxy;
  system.has_proxy_credentials = row.sealed_proxy_credentials.has_value();
  system.proxy_credentials_generation = row.proxy_credentials_generation;
  system.owner = {row.owner_name, row.owner_email};
  system.description = row.description;
  STRONGROOM_TRY(system.tags, texts_from_json(row.tags));
  system.default_tenant = row.default_tenant;
  system.keep_alive_days = row.keep_alive_days;
  system.dpop = row.dpop;
  system.signature_method = row.signature_method;
  system.verify_every_hours = row.verify_every_hours;
  system.protected_resource = row.protected_resource;
  STRONGROOM_TRY(system.metadata, read_metadata(row, system));
  system.stamps = to_stamps(row.stamps);
  return system;
}

Result<TargetSystem> read_used_target_system(Context& context, storage::Snapshot& snapshot,
                                             const storage::TargetSystemRow& row) {
  STRONGROOM_CHECK(check_mac(context.sealer, row));
  STRONGROOM_TRY(TargetSystem system, to_target_system(row));
  STRONGROOM_TRY(const auto secrets, storage::consumer_secrets_of(snapshot, row.id));
  for (const storage::ConsumerSecretRow& secret : secrets) add_credential(secret, system);
  const std::string destination = destination_digest(context.catalogue, system);
  system.destination_held = is_held(row.secrets_destination, destination, secrets.size());
  system.token_endpoint = displayed_endpoint(context.catalogue, system, system.default_tenant);
  system.missing = missing_settings(context.catalogue, system);
  return system;
}

Result<TargetSystem> read_target_system(Context& context, storage::Snapshot& snapshot,
                                        const storage::TargetSystemRow& row) {
  STRONGROOM_TRY(TargetSystem system, read_used_target_system(context, snapshot, row));
  if (needs_person(system.grant)) {
    const std::string destination = destination_digest(context.catalogue, system);
    STRONGROOM_TRY(system.refresh_tokens_held,
                   storage::has_refresh_token_for_other_destination(snapshot, row.id, destination));
  }
  return system;
}

void write_fields(const TargetSystem& system, storage::TargetSystemRow& row) {
  row.name = system.name;
  row.name_key = name_key(system.name);
  row.service_provider = system.service_provider;
  row.oauth_enabled = system.oauth_enabled;
  row.grant_flow = to_text(system.grant);
  row.callback = to_text(system.callback);
  row.client_authentication = to_text(system.client_authentication);
  row.consumer_key = system.consumer_key;
  row.scopes = to_json(system.scopes);
  row.resources = to_json(system.resources);
  row.endpoint_parameters = to_json(system.endpoint_parameters);
  row.trusted_ca_pem = system.trusted_ca_pem;
  row.allowed_addresses = to_json(system.allowed_addresses);
  row.proxy = system.proxy;
  row.proxy_credentials_generation = system.proxy_credentials_generation;
  if (!system.has_proxy_credentials) row.sealed_proxy_credentials.reset();
  row.owner_name = system.owner.name;
  row.owner_email = system.owner.email;
  row.description = system.description;
  row.tags = to_json(system.tags);
  row.supported_accounts.reset();
  if (system.supported_accounts) {
    row.supported_accounts = std::string(to_text(*system.supported_accounts));
  }
  row.default_tenant = system.default_tenant;
  row.keep_alive_days = system.keep_alive_days;
  row.dpop = system.dpop;
  row.signature_method = system.signature_method;
  row.verify_every_hours = system.verify_every_hours;
  row.protected_resource = system.protected_resource;
}

}  // namespace strongroom::vault
