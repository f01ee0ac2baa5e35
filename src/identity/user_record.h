#pragma once
// What the rows of a user and of a session must look like to be believed.

#include <string>

#include "base/result.h"
#include "crypto/sealer.h"
#include "storage/session_rows.h"
#include "storage/user_rows.h"

namespace strongroom::identity {

// The MAC over everything in `row` that lets somebody sign in. Errors: as Sealer::mac().
Result<std::string> user_mac(const crypto::Sealer& sealer, const storage::UserRow& row);
Result<std::string> session_mac(const crypto::Sealer& sealer, const storage::SessionRow& row);

// Whether `row` is as it was written, and well-formed.
Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::UserRow& row);
Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::SessionRow& row);

}  // namespace strongroom::identity
