#pragma once
// SQLite's result codes as our Errors.

#include <string_view>

#include "base/result.h"

struct sqlite3;

namespace strongroom::storage {

// The Error for the extended result code `code` of `database` (which may be null).
//
//   kUnavailable  busy, full, I/O, read-only, cannot be opened: may work later
//   kCorrupt      damaged, or not an SQLite database
//   kConflict     a uniqueness or foreign-key constraint
//   kInternal     anything else: wrong SQL, a value of the wrong type, no memory
//
// The detail has SQLite's name for the error and its message, which names tables and columns and
// never quotes a bound value.
Error sqlite_error(int code, sqlite3* database);

}  // namespace strongroom::storage
