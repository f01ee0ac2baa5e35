#pragma once
// Rows of the tables secrets and secret_values.
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

struct SecretRow {
  Uuid id;
  Uuid project_id;
  Uuid target_system_id;
  std::string label;
  std::string label_key;
  std::string kind;
  std::string user_name;
  std::string user_name_key;
  std::string notes;
  std::string owner_name;
  std::string owner_email;
  Uuid current_value;           // of its values
  std::int64_t generation = 0;  // of the value that came last
  std::string mac;              // made and checked by vault
  RowStamps stamps;
  bool hidden = false;  // not a column: its project or target system is deleted
};

struct SecretValueRow {
  Uuid id;
  Uuid secret_id;
  std::int64_t generation = 0;
  std::string sealed_value;
  std::string fingerprint;
  std::string subject;  // of a certificate, like the next one
  std::optional<WallTime> not_after;
  std::optional<WallTime> expires_on;
  std::string mac;  // made and checked by vault
  WallTime created_at{};
};

// Also one that was deleted.
Result<std::optional<SecretRow>> find_secret(Snapshot& snapshot, const Uuid& id);
// The one that lives and has this label in this project and target system; `except` does not count.
Result<std::optional<Uuid>> find_secret_labelled(Snapshot& snapshot, const SecretRow& row);

struct SecretListRequest {
  RowListRequest list;  // the filter is compared with labels
  std::optional<Uuid> project_id;
  std::optional<Uuid> target_system_id;
  std::string kind;                        // empty: all
  std::string search_key;                  // as the filter, in labels and user names
  std::optional<WallTime> expires_before;  // the current value
};
// Sorts by name (or label, the same), kind, expires_on, created_at, updated_at. Errors:
// kInvalidArgument at "sort".
Result<RowPage<SecretRow>> list_secrets(Snapshot& snapshot, const SecretListRequest& request);

Status insert_secret(Transaction& tx, const SecretRow& row);
// Writes everything but id, project, target system, kind and created_at.
Status update_secret(Transaction& tx, const SecretRow& row);
// Destroys the row, its values and its rules.
Status destroy_secret(Transaction& tx, const Uuid& id);

// Whose value that is.
Result<std::optional<SecretRow>> find_secret_of_value(Snapshot& snapshot, const Uuid& value_id);
// The newest first.
Result<std::vector<SecretValueRow>> values_of_secret(Snapshot& snapshot, const Uuid& secret_id);
Status insert_secret_value(Transaction& tx, const SecretValueRow& row);
Status delete_secret_value(Transaction& tx, const Uuid& id);

Result<std::int64_t> count_rules_of_secret(Snapshot& snapshot, const Uuid& id);
// Those that were deleted at `moment` or before, themselves or with what they belong to.
Result<std::vector<Uuid>> secrets_deleted_until(Snapshot& snapshot, WallTime moment);

// Calls `each` with every secret that was not deleted itself (its project or target system may be).
// An error of `each` ends the walk and is answered.
Status for_each_secret(Snapshot& snapshot, UniqueFunction<Status(const SecretRow&)> each);
// The same with every value there is.
Status for_each_secret_value(Snapshot& snapshot,
                             UniqueFunction<Status(const SecretValueRow&)> each);

}  // namespace strongroom::storage
