#pragma once
// Audit events that were committed with a change and wait to be moved into the audit trail.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"
#include "storage/store.h"

namespace strongroom::storage {

struct OutboxRow {
  Uuid id;
  WallTime at;
  std::string body;
};

// Errors of all three: as Snapshot::query() and Transaction::execute().
Status insert_outbox_row(Transaction& tx, const OutboxRow& row);
// At most `limit`, oldest first.
Result<std::vector<OutboxRow>> oldest_outbox_rows(Snapshot& snapshot, std::size_t limit);
// Rows that are not there are passed over.
Status delete_outbox_rows(Transaction& tx, std::span<const OutboxRow> rows);

}  // namespace strongroom::storage
