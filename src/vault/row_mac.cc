#include "vault/row_mac.h"

#include "crypto/equal.h"

namespace strongroom::vault {
namespace {

Result<std::string> mac(const crypto::Sealer& sealer, std::string_view purpose,
                        const FieldText& fields) {
  STRONGROOM_TRY(const crypto::Sha256Digest digest, sealer.mac(purpose, fields.text()));
  return std::string(reinterpret_cast<const char*>(digest.data()), digest.size());
}

template <class Row>
Status check(const crypto::Sealer& sealer, const Row& row, std::string_view stored,
             std::string_view table) {
  STRONGROOM_TRY(const std::string expected, mac_of(sealer, row));
  if (crypto::constant_time_equal(expected, stored)) return {};
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
  fields.add(row.revoked_at ? row.revoked_at->time_since_epoch().count() : -1);
  return mac(sealer, "robot_keys", fields);
}

Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::RobotAccessRow& row) {
  FieldText fields;
  fields.add(row.id.raw()).add(row.project_id.raw()).add(row.oauth_client_id.raw());
  fields.add(row.robot_id ? row.robot_id->raw() : std::string_view());
  fields.add(row.path_pattern).add(row.pattern_key);
  return mac(sealer, "robot_access", fields);
}

Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::TargetSystemRow& row) {
  FieldText fields;
  fields.add(row.id.raw()).add(row.project_id ? row.project_id->raw() : std::string_view());
  fields.add(row.service_provider).add(row.endpoint_parameters).add(row.trusted_ca_pem);
  fields.add(row.allowed_addresses).add(row.default_tenant).add(row.secrets_destination);
  return mac(sealer, "target_systems.destination", fields);
}

Status check_mac(const crypto::Sealer& sealer, const storage::RobotKeyRow& row) {
  return check(sealer, row, row.mac, "robot_keys");
}
Status check_mac(const crypto::Sealer& sealer, const storage::RobotAccessRow& row) {
  return check(sealer, row, row.mac, "robot_access");
}
Status check_mac(const crypto::Sealer& sealer, const storage::TargetSystemRow& row) {
  return check(sealer, row, row.destination_mac, "target_systems");
}

}  // namespace strongroom::vault
