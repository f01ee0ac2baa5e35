#pragma once
// Rows of the table projects. Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function.h"
#include "storage/row_list.h"
#include "storage/store.h"

namespace strongroom::storage {

struct ProjectRow {
  Uuid id;
  std::string name;
  std::string name_key;
  std::string description;
  std::string mac;  // made and checked by vault
  RowStamps stamps;
  bool strict_robot_access = false;
};

// Also one that was deleted.
Result<std::optional<ProjectRow>> find_project(Snapshot& snapshot, const Uuid& id);
// The one that lives and has this name.
Result<std::optional<Uuid>> find_project_named(Snapshot& snapshot, std::string_view name_key);
// Sorts by name, created_at, updated_at. Errors: kInvalidArgument at "sort".
Result<RowPage<ProjectRow>> list_projects(Snapshot& snapshot, const RowListRequest& request);
// All, deleted ones included.
Result<std::int64_t> count_projects(Snapshot& snapshot);

Status insert_project(Transaction& tx, const ProjectRow& row);
// Writes everything but id and created_at.
Status update_project(Transaction& tx, const ProjectRow& row);

// What a project holds that lives; for the person who is about to delete it.
struct ProjectContents {
  std::int64_t target_systems = 0;
  std::int64_t oauth_clients = 0;
  std::int64_t robots = 0;
  std::int64_t robot_access = 0;
  std::int64_t secrets = 0;
};
Result<ProjectContents> count_project_contents(Snapshot& snapshot, const Uuid& id);

// Those deleted at `moment` or before.
Result<std::vector<Uuid>> projects_deleted_until(Snapshot& snapshot, WallTime moment);
// Destroys the row and every row that belongs to it, data keys included.
Status destroy_project(Transaction& tx, const Uuid& id);

// Calls `each` with every project that lives; its error ends the walk and is answered.
Status for_each_project(Snapshot& snapshot, UniqueFunction<Status(const ProjectRow&)> each);

}  // namespace strongroom::storage
