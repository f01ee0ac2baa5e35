#include "vault/provider_file_mac.h"

#include "crypto/equal.h"
#include "vault/row_mac.h"

namespace strongroom::vault {
namespace {

std::int64_t moment(WallTime time) { return time.time_since_epoch().count(); }

}  // namespace

Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::ProviderFileRow& row) {
  FieldText fields;
  fields.add(row.id).add(row.text).add(row.revision);
  fields.add(moment(row.created_at)).add(moment(row.updated_at));
  STRONGROOM_TRY(const crypto::Sha256Digest mac, sealer.mac("provider_files", fields.text()));
  return std::string(reinterpret_cast<const char*>(mac.data()), mac.size());
}

Status check_mac(const crypto::Sealer& sealer, const storage::ProviderFileRow& row) {
  STRONGROOM_TRY(const std::string expected, mac_of(sealer, row));
  if (crypto::constant_time_equal(expected, row.mac)) return {};
  return Error{Code::kCorrupt, "A stored row was changed by somebody else.",
               "provider_files " + row.id};
}

}  // namespace strongroom::vault
