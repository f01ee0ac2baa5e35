#pragma once
// Rows of the table roles: those that people made.

#include <optional>
#include <string>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct RoleRow {
  Uuid id;
  std::string name;
  std::string name_key;
  std::string description;
  std::string permissions;  // names joined by spaces
  std::string mac;          // made and checked by identity
  std::int64_t revision = 1;
  WallTime created_at{};
  WallTime updated_at{};
};

// Errors of all: as Snapshot::query() and Transaction::execute().

Result<std::vector<RoleRow>> all_roles(Snapshot& snapshot);
Result<std::optional<RoleRow>> find_role(Snapshot& snapshot, const Uuid& id);
// kConflict: there is already a role with that name_key.
Status insert_role(Transaction& tx, const RoleRow& row);
Status update_role(Transaction& tx, const RoleRow& row);
Status delete_role(Transaction& tx, const Uuid& id);

}  // namespace strongroom::storage
