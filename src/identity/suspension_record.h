#pragma once
// What the row of a suspension must look like to be believed: by it something that a restore took
// away counts again.

#include <string>

#include "base/result.h"
#include "crypto/sealer.h"
#include "storage/restore_rows.h"

namespace strongroom::identity {

// The MAC over all of `row`. Errors: as Sealer::mac().
Result<std::string> suspension_mac(const crypto::Sealer& sealer, const storage::SuspensionRow& row);

// Whether `row` is as it was written.
Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::SuspensionRow& row);
// The same as a status. Errors: kCorrupt.
Status check_suspension(const crypto::Sealer& sealer, const storage::SuspensionRow& row);

}  // namespace strongroom::identity
