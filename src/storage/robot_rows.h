#pragma once
// Rows of the tables robots and robot_keys.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function.h"
#include "storage/row_list.h"
#include "storage/store.h"

namespace strongroom::storage {

struct RobotRow {
  Uuid id;
  Uuid project_id;
  std::string name;
  std::string name_key;
  std::string path;
  std::string path_key;
  std::string kind;
  std::string mac;  // made and checked by vault
  RowStamps stamps;
  std::string reported_revision = {};
  std::string missing_dependencies = "[]";  // JSON array of texts
  bool hidden = false;                      // not a column: its project is deleted
  std::string serves = "[]";                // of a runner: JSON array of paths
};

struct RobotKeyRow {
  Uuid id;
  Uuid robot_id;
  std::string hash;  // SHA-256 of the key; of an identity, of nothing that anybody could show
  std::string mac;   // made and checked by vault
  WallTime created_at{};
  std::optional<WallTime> revoked_at;
  std::string restrictions = {};  // JSON object that vault makes and reads; empty: none
  std::optional<WallTime> last_used_at = {};
  std::string last_used_from = {};  // network address
  std::string identity = {};        // JSON object that vault makes and reads; empty: this is a key
};

// Also one that was deleted.
Result<std::optional<RobotRow>> find_robot(Snapshot& snapshot, const Uuid& id);
// The one that lives and has this path and name; `except` does not count.
Result<std::optional<Uuid>> find_robot_named(Snapshot& snapshot, const Uuid& project_id,
                                             std::string_view path_key, std::string_view name_key,
                                             const Uuid& except);

struct RobotListRequest {
  RowListRequest list;  // a filter with a slash is compared with path and name joined by one
  std::optional<Uuid> project_id;
};
// Sorts by name, path, kind, created_at, updated_at. Errors: kInvalidArgument at "sort".
Result<RowPage<RobotRow>> list_robots(Snapshot& snapshot, const RobotListRequest& request);

Status insert_robot(Transaction& tx, const RobotRow& row);
// Writes everything but id, project_id and created_at.
Status update_robot(Transaction& tx, const RobotRow& row);

// Oldest first, revoked ones included.
Result<std::vector<RobotKeyRow>> robot_keys_of(Snapshot& snapshot, const Uuid& robot_id);
Result<std::optional<RobotKeyRow>> find_robot_key(Snapshot& snapshot, const Uuid& id);
Status insert_robot_key(Transaction& tx, const RobotKeyRow& row);
// Writes revoked_at and the mac that covers it.
Status revoke_robot_key(Transaction& tx, const RobotKeyRow& row);
// Nothing happens where there is no such key.
Status note_robot_key_use(Transaction& tx, const Uuid& id, WallTime at, std::string_view from);

Result<std::int64_t> count_rules_of_robot(Snapshot& snapshot, const Uuid& id);
Result<std::vector<Uuid>> robots_of_project(Snapshot& snapshot, const Uuid& id);
// Those deleted at `moment` or before.
Result<std::vector<Uuid>> robots_deleted_until(Snapshot& snapshot, WallTime moment);
// Destroys the row, its keys and the rules that name it.
Status destroy_robot(Transaction& tx, const Uuid& id);

// Calls `each` with every robot that was not deleted itself (its project may be). An error of
// `each` ends the walk and is answered.
Status for_each_robot(Snapshot& snapshot, UniqueFunction<Status(const RobotRow&)> each);
// The same with every key of such robots that was not revoked.
Status for_each_robot_key(Snapshot& snapshot, UniqueFunction<Status(const RobotKeyRow&)> each);
// Also those of deleted robots, which may be restored with them.
Status for_each_unrevoked_robot_key(Snapshot& snapshot,
                                    UniqueFunction<Status(const RobotKeyRow&)> each);

}  // namespace strongroom::storage
