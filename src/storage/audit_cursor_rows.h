#pragma once
// How far each sink of the audit trail has got.

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "storage/store.h"

namespace strongroom::storage {

// The sequence of the last event that it has; 0: none. Errors of these: as Snapshot::query() and
// Transaction::execute().
Result<std::int64_t> audit_cursor(Snapshot& snapshot, std::string_view sink);
Status put_audit_cursor(Transaction& tx, std::string_view sink, std::int64_t sequence);

}  // namespace strongroom::storage
