#pragma once
// Rows of the table robot_access. Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function.h"
#include "storage/row_list.h"
#include "storage/store.h"

namespace strongroom::storage {

struct RobotAccessRow {
  Uuid id;
  Uuid project_id;
  Uuid oauth_client_id;
  std::optional<Uuid> robot_id;  // either this
  std::string path_pattern;      // or this
  std::string pattern_key;
  std::string mac;  // made and checked by vault
  WallTime created_at{};
  std::string invalid_reason = {};  // empty: it is valid
  std::optional<WallTime> last_used_at = {};
  bool hidden = false;  // not a column: its client, robot, target system or project is deleted
};

Result<std::optional<RobotAccessRow>> find_robot_access(Snapshot& snapshot, const Uuid& id);
// The rule that says the same already: either `robot_id` or `pattern_key` is compared.
Result<std::optional<Uuid>> find_same_rule(Snapshot& snapshot, const RobotAccessRow& rule);

struct RobotAccessListRequest {
  RowListRequest list;  // the filter is compared with the client's label
  std::optional<Uuid> project_id;
  std::optional<Uuid> oauth_client_id;
  std::optional<bool> valid = {};
  std::optional<WallTime> unused_since = {};  // not used at that time or later
};
// Sorts by name (the client's label), path_pattern, created_at. Errors: kInvalidArgument at "sort".
Result<RowPage<RobotAccessRow>> list_robot_access(Snapshot& snapshot,
                                                  const RobotAccessListRequest& request);
// Every rule of `request`, page or not, that names `robot_id` or a pattern, in the order asked for:
// which of the patterns fit its path is for the caller to say.
Result<std::vector<RobotAccessRow>> rules_that_may_fit(Snapshot& snapshot,
                                                       const RobotAccessListRequest& request,
                                                       const Uuid& robot_id);
// Every rule of a client, whether its robot lives or not.
Result<std::vector<RobotAccessRow>> rules_of_client(Snapshot& snapshot,
                                                    const Uuid& oauth_client_id);
// Every rule of a project with a pattern, whether its client lives or not.
Result<std::vector<RobotAccessRow>> pattern_rules_of_project(Snapshot& snapshot,
                                                             const Uuid& project_id);

// Every rule of a robot, of the clients of a target system; whether anything lives or not.
Result<std::vector<RobotAccessRow>> rules_of_robot(Snapshot& snapshot, const Uuid& robot_id);
Result<std::vector<RobotAccessRow>> rules_of_target_system(Snapshot& snapshot,
                                                           const Uuid& target_system_id);
// Every rule of `request`, page or not.
Result<std::vector<RobotAccessRow>> all_rules_of(Snapshot& snapshot,
                                                 const RobotAccessListRequest& request);

// Writes `invalid_reason` and `mac`.
Status update_robot_access_validity(Transaction& tx, const RobotAccessRow& row);
Status set_robot_access_use(Transaction& tx, const Uuid& id, WallTime last_used_at);

Status insert_robot_access(Transaction& tx, const RobotAccessRow& row);
Status delete_robot_access(Transaction& tx, const Uuid& id);

// Calls `each` with every rule, whatever was deleted, as if nothing was: `hidden` is not read. An
// error of `each` ends the walk and is answered.
Status for_each_robot_access(Snapshot& snapshot,
                             UniqueFunction<Status(const RobotAccessRow&)> each);

}  // namespace strongroom::storage
