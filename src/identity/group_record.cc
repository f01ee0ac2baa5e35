#include "identity/group_record.h"

#include "crypto/equal.h"
#include "identity/digest_hash.h"
#include "identity/key_record.h"
#include "identity/mac_fields.h"

namespace strongroom::identity {
namespace {

Result<std::string> mac_of(const crypto::Sealer& sealer, std::string_view table,
                           const MacFields& fields) {
  STRONGROOM_TRY(const crypto::Sha256Digest mac, sealer.mac(table, fields.text()));
  return std::string(as_text(mac));
}

}  // namespace

Result<std::string> role_mac(const crypto::Sealer& sealer, const storage::RoleRow& row) {
  MacFields fields;
  fields.add(row.id.raw()).add(row.name_key).add(row.permissions);
  return mac_of(sealer, "roles", fields);
}

Result<std::string> group_mac(const crypto::Sealer& sealer, const storage::GroupRow& row) {
  MacFields fields;
  fields.add(row.id.raw()).add(row.name_key).add(row.claim_value);
  return mac_of(sealer, "user_groups", fields);
}

Result<std::string> member_mac(const crypto::Sealer& sealer, const storage::GroupMemberRow& row) {
  MacFields fields;
  fields.add(row.id.raw()).add(row.group_id.raw()).add(row.user_id.raw()).add(row.source);
  return mac_of(sealer, "group_members", fields);
}

Result<std::string> group_role_mac(const crypto::Sealer& sealer, const storage::GroupRoleRow& row) {
  MacFields fields;
  fields.add(row.id.raw()).add(row.group_id.raw()).add(row.role_id.raw());
  fields.add(row.project_id ? row.project_id->raw() : std::string_view());
  return mac_of(sealer, "group_roles", fields);
}

Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::RoleRow& row) {
  STRONGROOM_TRY(const std::string expected, role_mac(sealer, row));
  return crypto::constant_time_equal(expected, row.mac) &&
         permissions_from_text(row.permissions).has_value();
}

Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::GroupRow& row) {
  STRONGROOM_TRY(const std::string expected, group_mac(sealer, row));
  return crypto::constant_time_equal(expected, row.mac);
}

Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::GroupMemberRow& row) {
  STRONGROOM_TRY(const std::string expected, member_mac(sealer, row));
  return crypto::constant_time_equal(expected, row.mac);
}

Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::GroupRoleRow& row) {
  STRONGROOM_TRY(const std::string expected, group_role_mac(sealer, row));
  return crypto::constant_time_equal(expected, row.mac);
}

}  // namespace strongroom::identity
