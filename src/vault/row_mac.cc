#include "vault/row_mac.h"

#include <optional>

#include "base/clock.h"
#include "crypto/equal.h"
#include "vault/types.h"

namespace strongroom::vault {
namespace {

Result<std::string> mac(const crypto::Sealer& sealer, std::string_view purpose,
                        const FieldText& fields) {
  STRONGROOM_TRY(const crypto::Sha256Digest digest, sealer.mac(purpose, fields.text()));
  return std::string(reinterpret_cast<const char*>(digest.data()), digest.size());
}

std::int64_t moment(const std::optional<WallTime>& time) {
  return time ? time->time_since_epoch().count() : -1;
}

template <class Row>
Status check(const crypto::Sealer& sealer, const Row& row, std::string_view table) {
  STRONGROOM_TRY(const std::string expected, mac_of(sealer, row));
  if (crypto::constant_time_equal(expected, row.mac)) return {};
  return Error{Code::kCorrupt, "A stored row was changed by somebody else.",
               std::string(table) + " " + row.id.text()};
}

}  // namespace

FieldText& FieldText::add(std::string_view field) {
  add(static_cast<std::int64_t>(field.size()));
  text_ += field;
  return *this;
}

FieldText& FieldText::add(std::int64_t number) {
  const auto bits = static_cast<std::uint64_t>(number);
  for (int shift = 56; shift >= 0; shift -= 8) {  // most significant byte first
    text_ += static_cast<char>((bits >> shift) & 255U);
  }
  return *this;
}

Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::RobotKeyRow& row) {
  FieldText fields;
  fields.add(row.id.raw()).add(row.robot_id.raw()).add(row.hash);
  fields.add(moment(row.revoked_at));
  return mac(sealer, "robot_keys", fields);
}

Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::RobotAccessRow& row) {
  FieldText fields;
  fields.add(row.id.raw()).add(row.project_id.raw()).add(row.oauth_client_id.raw());
  fields.add(row.robot_id ? row.robot_id->raw() : std::string_view());
  fields.add(row.path_pattern).add(row.pattern_key);
  return mac(sealer, "robot_access", fields);
}

Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::ProjectRow& row) {
  FieldText fields;
  fields.add(row.id.raw()).add(row.name_key).add(moment(row.stamps.deleted_at));
  return mac(sealer, "projects", fields);
}

Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::TargetSystemRow& row) {
  FieldText fields;
  fields.add(row.id.raw()).add(row.project_id ? row.project_id->raw() : std::string_view());
  fields.add(row.name_key).add(row.service_provider).add(row.grant_flow);
  fields.add(row.client_authentication).add(row.consumer_key).add(row.scopes);
  fields.add(row.endpoint_parameters).add(row.trusted_ca_pem).add(row.allowed_addresses);
  fields.add(row.default_tenant).add(row.proxy).add(row.sealed_proxy_credentials ? 1 : 0);
  fields.add(row.proxy_credentials_generation);
  fields.add(row.secrets_destination).add(moment(row.stamps.deleted_at));
  return mac(sealer, "target_systems", fields);
}

Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::IssuerMetadataRow& row) {
  FieldText fields;
  fields.add(row.target_system_id.raw()).add(row.accepted).add(row.pending ? 1 : 0);
  fields.add(row.pending.value_or(""));
  return mac(sealer, "issuer_metadata", fields);
}

Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::OAuthClientRow& row) {
  const bool held_back = row.state == to_text(OAuthClientState::kDraft) ||
                         row.state == to_text(OAuthClientState::kDisabled);
  FieldText fields;
  fields.add(row.id.raw()).add(row.project_id.raw()).add(row.target_system_id.raw());
  fields.add(row.label_key).add(row.tenant).add(row.allow_basic_engine_robots ? 1 : 0);
  fields.add(held_back ? std::string_view(row.state) : std::string_view());
  fields.add(moment(row.stamps.deleted_at));
  return mac(sealer, "oauth_clients", fields);
}

Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::RobotRow& row) {
  FieldText fields;
  fields.add(row.id.raw()).add(row.project_id.raw()).add(row.path_key);
  fields.add(moment(row.stamps.deleted_at));
  return mac(sealer, "robots", fields);
}

Status check_mac(const crypto::Sealer& sealer, const storage::RobotKeyRow& row) {
  return check(sealer, row, "robot_keys");
}
Status check_mac(const crypto::Sealer& sealer, const storage::RobotAccessRow& row) {
  return check(sealer, row, "robot_access");
}
Status check_mac(const crypto::Sealer& sealer, const storage::ProjectRow& row) {
  return check(sealer, row, "projects");
}
Status check_mac(const crypto::Sealer& sealer, const storage::TargetSystemRow& row) {
  STRONGROOM_CHECK(check(sealer, row, "target_systems"));
  if (!row.issuer_metadata) return {};
  const storage::IssuerMetadataRow& metadata = *row.issuer_metadata;
  STRONGROOM_TRY(const std::string expected, mac_of(sealer, metadata));
  if (crypto::constant_time_equal(expected, metadata.mac)) return {};
  return Error{Code::kCorrupt, "A stored row was changed by somebody else.",
               "issuer_metadata " + row.id.text()};
}
Status check_mac(const crypto::Sealer& sealer, const storage::OAuthClientRow& row) {
  return check(sealer, row, "oauth_clients");
}
Status check_mac(const crypto::Sealer& sealer, const storage::RobotRow& row) {
  return check(sealer, row, "robots");
}

}  // namespace strongroom::vault
