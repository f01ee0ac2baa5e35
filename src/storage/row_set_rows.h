#pragma once
// The one row of the table row_sets. Errors: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>

#include "storage/store.h"

namespace strongroom::storage {

struct RowSetsRow {
  std::int64_t generation = 0;  // goes up with each change
  std::string digests;  // 32 bytes for each of kMacTables that there was when it was written
  std::string mac;      // made and checked by vault
};

Result<std::optional<RowSetsRow>> find_row_sets(Snapshot& snapshot);
// Writes it, whether it was there or not.
Status put_row_sets(Transaction& tx, const RowSetsRow& row);

}  // namespace strongroom::storage
