#pragma once
// The Store on SQLite: one writer thread with group commit, a few readers, WAL, synchronous=FULL.

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/log.h"
#include "storage/mac_watch.h"
#include "storage/migrations.h"
#include "storage/store.h"

namespace strongroom::storage {

struct SqliteOptions {
  std::string path;
  std::string vfs = {};     // empty: the system's; a test names a file layer that loses or fails
  std::size_t readers = 4;  // connections for read(), opened when first needed
  // Called after each fsync of the database or its log, on the thread that waited for it; may be
  // empty.
  std::function<void(std::chrono::nanoseconds took)> on_fsync = {};
  // Empty: nobody wants to know of changed MACs, and the tables need not be there.
  MacObserver on_mac_changes = {};
};

// Opens or makes the database and brings it up to date.
//
// Errors:
//   kUnavailable      the file cannot be opened, locked or written
//   kConflict         the data is newer than this binary (the message says which binary is needed)
//   kCorrupt          not an SQLite database, truncated, or of another program
Result<std::unique_ptr<Store>> open_sqlite(const SqliteOptions& options, const Schema& schema,
                                           Log& log);

// Moves everything out of the write-ahead log of `store`, which open_sqlite() opened, and cuts the
// log off: what was deleted, and overwritten in the database (secure_delete), is in no file then.
// Waits for readers. Nothing happens where `store` is another. Errors: kUnavailable, try again
// later.
Status empty_log(Store& store);

}  // namespace strongroom::storage
