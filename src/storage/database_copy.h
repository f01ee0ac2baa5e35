#pragma once
// A database as of one moment, copied while it is in use.

#include <cstdint>
#include <string>
#include <vector>

#include "base/function.h"
#include "base/result.h"
#include "storage/event_rows.h"
#include "storage/migrations.h"
#include "storage/store.h"

namespace strongroom::storage {

// Copies the database at `from` to `to`, a new file of mode 0600, in small steps and without
// keeping anybody from writing: what is copied is what had been committed when this began. The copy
// is complete and durable when this returns; a failed one is removed. Rows stay sealed as they are.
//
// Errors: kUnavailable, it cannot be read or written (full disk); kCorrupt, `from` is damaged;
// kConflict, there is something at `to` already.
Status copy_database(const std::string& from, const std::string& to);

// The version of the schema that the database at `path` has.
// Errors: kCorrupt, not such a database; kUnavailable.
Result<std::int64_t> schema_version(const std::string& path, const Schema& schema);

// Runs `work` on a database that nobody has open, without changing it: a copy, as above. Errors: as
// Snapshot::query(), and those of `work`.
Status read_copy(const std::string& path, UniqueFunction<Status(Snapshot&)> work);

// How many rows each table has, by the tables' names. Errors: as Snapshot::query().
struct RowCount {
  std::string table;
  std::int64_t rows = 0;
};
Result<std::vector<RowCount>> count_rows(Snapshot& snapshot);

// No key in the audit database at `path`, which nobody has open, was used less often than `uses`
// says. Errors: as Transaction::execute().
Status raise_key_uses(const std::string& path, const std::vector<KeyUseRow>& uses);

}  // namespace strongroom::storage
