#include "storage/audit_cursor_rows.h"

#include "storage/fetch.h"
#include "storage/row_walk.h"

namespace strongroom::storage {

Result<std::int64_t> audit_cursor(Snapshot& snapshot, std::string_view sink) {
  const Value values[] = {sink};
  return fetch_integer(
      snapshot, "SELECT COALESCE((SELECT sequence FROM audit_cursors WHERE sink = ?), 0)", values);
}

Status put_audit_cursor(Transaction& tx, std::string_view sink, std::int64_t sequence) {
  return run(tx, "INSERT OR REPLACE INTO audit_cursors (sink, sequence) VALUES (?, ?)",
             {sink, sequence});
}

}  // namespace strongroom::storage
