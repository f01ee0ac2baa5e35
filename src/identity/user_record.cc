#include "identity/user_record.h"

#include "crypto/equal.h"
#include "identity/digest_hash.h"
#include "identity/key_record.h"
#include "identity/mac_fields.h"

namespace strongroom::identity {

Result<std::string> user_mac(const crypto::Sealer& sealer, const storage::UserRow& row) {
  MacFields fields;
  fields.add(row.id.raw()).add(row.name).add(row.name_key).add(row.password_hash);
  fields.add(row.must_change_password ? "must change" : "").add(row.permissions);
  fields.add(row.email).add(row.disabled_at);
  if (!row.second_factor.empty()) fields.add(row.second_factor);  // rows of before have none
  STRONGROOM_TRY(const crypto::Sha256Digest mac, sealer.mac("users", fields.text()));
  return std::string(as_text(mac));
}

Result<std::string> session_mac(const crypto::Sealer& sealer, const storage::SessionRow& row) {
  MacFields fields;
  fields.add(row.id.raw()).add(row.user_id.raw()).add(row.hash);
  fields.add(row.created_at).add(row.last_seen_at).add(row.expires_at);
  if (row.sign_on_provider || !row.sign_on_account.is_nil()) {  // as above
    fields.add(row.sign_on_provider.value_or(Uuid{}).raw()).add(row.sign_on_account.raw());
  }
  STRONGROOM_TRY(const crypto::Sha256Digest mac, sealer.mac("sessions", fields.text()));
  return std::string(as_text(mac));
}

Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::UserRow& row) {
  STRONGROOM_TRY(const std::string expected, user_mac(sealer, row));
  return crypto::constant_time_equal(expected, row.mac) &&
         permissions_from_text(row.permissions).has_value();
}

Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::SessionRow& row) {
  STRONGROOM_TRY(const std::string expected, session_mac(sealer, row));
  return crypto::constant_time_equal(expected, row.mac) && digest_from(row.hash).has_value();
}

}  // namespace strongroom::identity
