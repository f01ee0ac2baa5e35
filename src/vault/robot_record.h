#pragma once
// Robots as rows, and back; and what a path gives them.

#include <string_view>

#include "base/result.h"
#include "storage/robot_rows.h"
#include "vault/robots.h"

namespace strongroom::vault {

// Errors: kCorrupt.
Result<Robot> to_robot(const storage::RobotRow& row);

// Puts name, path and kind of `fields` over `row`, cleaned. Errors: kInvalidArgument at the field.
Status set_fields(const RobotFields& fields, storage::RobotRow& row);

// Whether a robot of this project that comes to `path_key` gets access by a pattern that it has not
// had at `before` (nullopt: it was nowhere). Rules of deleted clients count: they can come back.
Result<bool> gains_access(storage::Snapshot& snapshot, const Uuid& project,
                          std::optional<std::string_view> before, std::string_view path_key);

// Whether a pattern that was granted at `moment` or later gives a robot at `path_key` access.
Result<bool> gained_access_since(storage::Snapshot& snapshot, const Uuid& project,
                                 std::string_view path_key, WallTime moment);

// Whether the clients that a key is to be for are the robot's project's. Errors: kInvalidArgument
// at the member.
Status check_restricted_clients(storage::Snapshot& snapshot, const KeyRestrictions& restrictions,
                                const storage::RobotRow& robot);

}  // namespace strongroom::vault
