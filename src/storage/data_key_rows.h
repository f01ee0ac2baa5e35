#pragma once
// Rows of the table data_keys. Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <string>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct DataKeyRow {
  Uuid id;
  Uuid scope;  // a project; nil: the server
  std::string wrapped;
  std::int64_t seals_reserved = 0;
  WallTime created_at{};
};

// Oldest first.
Result<std::vector<DataKeyRow>> all_data_keys(Snapshot& snapshot);
// Errors: kConflict, there is a key with this id.
Status insert_data_key(Transaction& tx, const DataKeyRow& row);
// Raises the count of reserved seals; a lower number changes nothing. Errors: kNotFound, no such
// key.
Status reserve_seals(Transaction& tx, const Uuid& id, std::int64_t seals_reserved);

}  // namespace strongroom::storage
