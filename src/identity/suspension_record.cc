#include "identity/suspension_record.h"

#include "crypto/equal.h"
#include "identity/digest_hash.h"
#include "identity/mac_fields.h"

namespace strongroom::identity {

Result<std::string> suspension_mac(const crypto::Sealer& sealer,
                                   const storage::SuspensionRow& row) {
  MacFields fields;
  fields.add(row.id.raw()).add(row.kind).add(row.subject_id.raw()).add(row.project_id.raw());
  fields.add(row.name).add(row.at);
  STRONGROOM_TRY(const crypto::Sha256Digest mac, sealer.mac("suspensions", fields.text()));
  return std::string(as_text(mac));
}

Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::SuspensionRow& row) {
  STRONGROOM_TRY(const std::string expected, suspension_mac(sealer, row));
  return crypto::constant_time_equal(expected, row.mac);
}

Status check_suspension(const crypto::Sealer& sealer, const storage::SuspensionRow& row) {
  STRONGROOM_TRY(const bool genuine, is_genuine(sealer, row));
  if (genuine) return {};
  return Error{Code::kCorrupt, "A stored row is damaged.", "suspension " + row.id.text()};
}

}  // namespace strongroom::identity
