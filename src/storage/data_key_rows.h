#pragma once
// Rows of the tables data_keys, root_keys and data_key_rotations. Errors of all: as
// Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct DataKeyRow {
  Uuid id;
  Uuid scope;  // a project; nil: the server
  std::string wrapped;
  std::int64_t seals_reserved = 0;
  WallTime created_at{};
  std::string wrapped_before = {};  // under the former root key; empty: that one does not count
};

// Oldest first.
Result<std::vector<DataKeyRow>> all_data_keys(Snapshot& snapshot);
// Errors: kConflict, there is a key with this id.
Status insert_data_key(Transaction& tx, const DataKeyRow& row);
// Raises the count of reserved seals; a lower number changes nothing. Errors: kNotFound, no such
// key.
Status reserve_seals(Transaction& tx, const Uuid& id, std::int64_t seals_reserved);
// Stores how the key is wrapped now and, or empty, was before. Errors: kNotFound, no such key.
Status rewrap_data_key(Transaction& tx, const Uuid& id, std::string_view wrapped,
                       std::string_view wrapped_before);
// Nothing is wrapped by the former root key any more.
Status drop_former_wrappings(Transaction& tx);
// What it sealed cannot be opened any more. Errors: kNotFound, no such key.
Status delete_data_key(Transaction& tx, const Uuid& id);

// The one row of the table root_keys.
struct RootKeyRow {
  std::string root_id;  // of the root key that wraps the data keys
  std::optional<WallTime> rotated_at = {};
  std::string next_root = {};         // that root key, sealed under the former; empty: none counts
  std::string recovery_root_id = {};  // whose recovery file was written last; empty: none was
  std::optional<WallTime> recovery_exported_at = {};
};
Result<std::optional<RootKeyRow>> find_root_key(Snapshot& snapshot);
Status put_root_key(Transaction& tx, const RootKeyRow& row);

// Rows of the table data_key_rotations: those that are under way.
struct KeyRotationRow {
  Uuid scope;
  WallTime started_at{};
  std::int64_t total = 0;
};
Result<std::vector<KeyRotationRow>> all_key_rotations(Snapshot& snapshot);
// Errors: kConflict, one is under way for this scope.
Status insert_key_rotation(Transaction& tx, const KeyRotationRow& row);
Status delete_key_rotation(Transaction& tx, const Uuid& scope);

}  // namespace strongroom::storage
