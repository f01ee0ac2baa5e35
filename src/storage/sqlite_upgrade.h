#pragma once
// From whatever is in the file to a connection to today's schema.

#include <memory>
#include <string>

#include "base/log.h"
#include "base/result.h"
#include "storage/migrations.h"
#include "storage/sqlite_connection.h"

namespace strongroom::storage {

// Opens the database at `path` for writing, in WAL mode, with every migration of `schema` applied.
//
// A new database is built beside `path` and moved there when it is complete, so a file at `path` is
// never half made: an empty one is a loss of data and refused. Before an older database is changed
// it is copied to `<path>.before-<its version>`. Each migration is one transaction. Databases up to
// 16 MiB are read once in full to find damage; for larger ones that would take longer than a start
// may, and damage shows when a page is read.
//
// The caller holds the lock that keeps others from doing the same.
//
// Errors:
//   kUnavailable  cannot be opened or written
//   kConflict     written by a newer version
//   kCorrupt      damaged, truncated, not SQLite, of another program, or its log without it
Result<std::unique_ptr<Connection>> open_current(const std::string& path, const std::string& vfs,
                                                 const Schema& schema, Log& log);

}  // namespace strongroom::storage
