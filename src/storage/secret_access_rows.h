#pragma once
// Rows of the table secret_access. Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/function.h"
#include "storage/row_list.h"
#include "storage/store.h"

namespace strongroom::storage {

struct SecretAccessRow {
  Uuid id;
  Uuid project_id;
  Uuid secret_id;
  std::optional<Uuid> robot_id;  // either this
  std::string path_pattern;      // or this
  std::string pattern_key;
  std::string mac;  // made and checked by vault
  WallTime created_at{};
  std::optional<WallTime> last_used_at = {};
  std::string invalid_reason = {};  // empty: it is valid; else it lets nobody in
  bool hidden = false;  // not a column: its secret, robot, target system or project is deleted
};

Result<std::optional<SecretAccessRow>> find_secret_access(Snapshot& snapshot, const Uuid& id);
// The rule that says the same already: either `robot_id` or `pattern_key` is compared.
Result<std::optional<Uuid>> find_same_secret_rule(Snapshot& snapshot, const SecretAccessRow& rule);

struct SecretAccessListRequest {
  RowListRequest list;  // the filter is compared with the secret's label
  std::optional<Uuid> project_id;
  std::optional<Uuid> secret_id;
  std::optional<bool> valid = {};  // whether rules let anybody in
};
// Sorts by name (the secret's label), path_pattern, created_at. Errors: kInvalidArgument at "sort".
Result<RowPage<SecretAccessRow>> list_secret_access(Snapshot& snapshot,
                                                    const SecretAccessListRequest& request);
// Every rule of `request`, page or not, that names `robot_id` or a pattern, in the order asked for:
// which of the patterns fit its path is for the caller to say.
Result<std::vector<SecretAccessRow>> secret_rules_that_may_fit(
    Snapshot& snapshot, const SecretAccessListRequest& request, const Uuid& robot_id);
// Every rule of a secret, whether its robot lives or not.
Result<std::vector<SecretAccessRow>> rules_of_secret(Snapshot& snapshot, const Uuid& secret_id);

// Those that name the robot; those of all secrets of the target system.
Result<std::vector<SecretAccessRow>> secret_rules_of_robot(Snapshot& snapshot,
                                                           const Uuid& robot_id);
Result<std::vector<SecretAccessRow>> secret_rules_of_target_system(Snapshot& snapshot,
                                                                   const Uuid& target_system_id);
// Every rule of `request`, page or not.
Result<std::vector<SecretAccessRow>> all_secret_rules_of(Snapshot& snapshot,
                                                         const SecretAccessListRequest& request);

Status insert_secret_access(Transaction& tx, const SecretAccessRow& row);
Status delete_secret_access(Transaction& tx, const Uuid& id);
// Writes `invalid_reason` and `mac`.
Status update_secret_access_validity(Transaction& tx, const SecretAccessRow& row);
Status set_secret_access_use(Transaction& tx, const Uuid& id, WallTime last_used_at);

// Calls `each` with every rule, whatever was deleted, as if nothing was: `hidden` is not read. An
// error of `each` ends the walk and is answered.
Status for_each_secret_access(Snapshot& snapshot,
                              UniqueFunction<Status(const SecretAccessRow&)> each);

}  // namespace strongroom::storage
