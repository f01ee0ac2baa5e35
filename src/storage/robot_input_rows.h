#pragma once
// Rows of the table robot_inputs: which OAuth clients a Basic Engine Robot takes as input. Errors
// of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/function.h"
#include "storage/store.h"

namespace strongroom::storage {

struct RobotInputRow {
  Uuid id;
  Uuid robot_id;
  std::string name;  // as the robot knows it
  Uuid oauth_client_id;
  std::int64_t position = 0;
  std::string invalid_reason = {};  // empty: it counts
  std::string mac = {};             // made and checked by vault
  WallTime created_at{};
};

// In the order in which the robot takes them, whatever was deleted.
Result<std::vector<RobotInputRow>> inputs_of_robot(Snapshot& snapshot, const Uuid& robot_id);
// Those with the client, or with a client of the target system; of robots that were deleted too.
Result<std::vector<RobotInputRow>> inputs_of_client(Snapshot& snapshot,
                                                    const Uuid& oauth_client_id);
Result<std::vector<RobotInputRow>> inputs_of_target_system(Snapshot& snapshot,
                                                           const Uuid& target_system_id);

Result<std::optional<RobotInputRow>> find_robot_input(Snapshot& snapshot, const Uuid& id);

Status insert_robot_input(Transaction& tx, const RobotInputRow& row);
// Writes `position`, `invalid_reason` and `mac`.
Status update_robot_input(Transaction& tx, const RobotInputRow& row);
Status delete_robot_input(Transaction& tx, const Uuid& id);

// Calls `each` with every input, those of a robot together and in its order. An error of `each`
// ends the walk and is answered.
Status for_each_robot_input(Snapshot& snapshot, UniqueFunction<Status(const RobotInputRow&)> each);

}  // namespace strongroom::storage
