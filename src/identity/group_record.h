#pragma once
// What the rows of groups and roles must look like to be believed.

#include <string>

#include "base/result.h"
#include "crypto/sealer.h"
#include "storage/group_rows.h"
#include "storage/role_rows.h"

namespace strongroom::identity {

// The MAC over everything in `row` that gives somebody something. Errors: as Sealer::mac().
Result<std::string> role_mac(const crypto::Sealer& sealer, const storage::RoleRow& row);
Result<std::string> group_mac(const crypto::Sealer& sealer, const storage::GroupRow& row);
Result<std::string> member_mac(const crypto::Sealer& sealer, const storage::GroupMemberRow& row);
Result<std::string> group_role_mac(const crypto::Sealer& sealer, const storage::GroupRoleRow& row);

// Whether `row` is as it was written, and well-formed.
Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::RoleRow& row);
Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::GroupRow& row);
Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::GroupMemberRow& row);
Result<bool> is_genuine(const crypto::Sealer& sealer, const storage::GroupRoleRow& row);

}  // namespace strongroom::identity
