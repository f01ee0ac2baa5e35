#pragma once
// The MAC of an entry that an organisation added through the API: whoever can write to the database
// and has no key cannot say where secrets go (invariant 2).

#include <string>

#include "base/result.h"
#include "crypto/sealer.h"
#include "storage/provider_file_rows.h"

namespace strongroom::vault {

// Over all other columns. Errors: kNotFound, the server has no key.
Result<std::string> mac_of(const crypto::Sealer& sealer, const storage::ProviderFileRow& row);
// Errors: kCorrupt, the row is not what was stored; as mac_of().
Status check_mac(const crypto::Sealer& sealer, const storage::ProviderFileRow& row);

}  // namespace strongroom::vault
