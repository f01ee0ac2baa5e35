#pragma once
// Takes rights out of a restored state: those that were taken away since, and those that nobody can
// confirm.

#include <string>

#include "backup/newer_trail.h"
#include "backup/open_data.h"
#include "backup/report.h"
#include "base/clock.h"
#include "base/result.h"
#include "crypto/sealer.h"
#include "storage/restore_rows.h"

namespace strongroom::backup {

// The kinds of storage::SuspensionRow.
inline constexpr std::string_view kUserKind = "user";
inline constexpr std::string_view kApiKeyKind = "api_key";
inline constexpr std::string_view kRobotKeyKind = "robot_key";
inline constexpr std::string_view kRobotAccessKind = "robot_access";
inline constexpr std::string_view kSecretAccessKind = "secret_access";

// Why a suspended rule lets nobody in (storage::RobotAccessRow::invalid_reason, and the same of a
// rule to read a secret).
inline constexpr std::string_view kRestoredRule = "restored";

Result<std::string> suspension_mac(const crypto::Sealer& sealer, const storage::SuspensionRow& row);

// Sessions and sign-ins end. Users, API keys, robot keys with identities, rules, memberships, roles
// of groups and linked accounts that `newer` takes away are not revived; without anything newer the
// first four are suspended: disabled, revoked or made invalid, with a row that says so. Each is in
// the trail, and counted in `report`. The trail of `data` is open. Errors: as of the store.
Status take_rights(OpenData& data, const Newer& newer, crypto::Random& random, WallTime now,
                   RestoreReport& report);

}  // namespace strongroom::backup
