#pragma once
// Takes rights out of a restored state: those that were taken away since, and those that nobody can
// confirm.

#include <string_view>

#include "backup/newer_trail.h"
#include "backup/open_data.h"
#include "backup/report.h"
#include "base/clock.h"
#include "base/result.h"
#include "crypto/random.h"

namespace strongroom::backup {

// The kinds of storage::SuspensionRow.
inline constexpr std::string_view kUserKind = "user";
inline constexpr std::string_view kApiKeyKind = "api_key";
inline constexpr std::string_view kRobotKeyKind = "robot_key";
inline constexpr std::string_view kRobotAccessKind = "robot_access";
inline constexpr std::string_view kSecretAccessKind = "secret_access";
inline constexpr std::string_view kRobotInputKind = "robot_input";

// Why a suspended rule lets nobody in (storage::RobotAccessRow::invalid_reason, and the same of a
// rule to read a secret and of an input).
inline constexpr std::string_view kRestoredRule = "restored";

// Sessions, sign-ins and addresses of calendars end, and notification targets are off. Users, API
// keys, robot keys with identities, rules, inputs of Basic Engine Robots, memberships, roles of
// groups and linked accounts that `newer` takes away are not revived; without anything newer the
// first five are suspended: disabled, revoked or made invalid, with a row that says so. What was
// stopped or made strict since is stopped and strict. Each is in the trail, and counted in
// `report`. Registrations at providers are renewed by nobody, which a warning counts. The trail of
// `data` is open. Errors: kCorrupt, a row is not what was stored; as of the store.
Status take_rights(OpenData& data, const Newer& newer, crypto::Random& random, WallTime now,
                   RestoreReport& report);

}  // namespace strongroom::backup
