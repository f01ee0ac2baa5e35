#include "storage/outbox_rows.h"

#include "storage/fetch.h"

namespace strongroom::storage {

Status insert_outbox_row(Transaction& tx, const OutboxRow& row) {
  STRONGROOM_CHECK(tx.execute("INSERT INTO audit_outbox (id, at, body) VALUES (?, ?, ?)",
                              {to_value(row.id), to_value(row.at), row.body}));
  return {};
}

Result<std::vector<OutboxRow>> oldest_outbox_rows(Snapshot& snapshot, std::size_t limit) {
  return fetch_all<OutboxRow>(
      snapshot, "SELECT id, at, body FROM audit_outbox ORDER BY at, id LIMIT ?",
      {static_cast<std::int64_t>(limit)}, [](Rows& rows) {
        return OutboxRow{rows.uuid(0), rows.time(1), std::string(rows.text(2))};
      });
}

Status delete_outbox_rows(Transaction& tx, std::span<const OutboxRow> rows) {
  for (const OutboxRow& row : rows) {
    STRONGROOM_CHECK(tx.execute("DELETE FROM audit_outbox WHERE id = ?", {to_value(row.id)}));
  }
  return {};
}

}  // namespace strongroom::storage
