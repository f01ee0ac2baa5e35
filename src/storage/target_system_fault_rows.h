#pragma once
// Rows of the table target_system_faults: whose credentials a provider does not accept. Errors of
// all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <string>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct TargetSystemFaultRow {
  Uuid target_system_id;
  std::int64_t revision = 0;  // of the settings that were refused
  std::string cause;          // the stable name of an oauth::FailureCause
  WallTime since{};
};

Result<std::vector<TargetSystemFaultRow>> all_target_system_faults(Snapshot& snapshot);
// Replaces what was there.
Status put_target_system_fault(Transaction& tx, const TargetSystemFaultRow& row);
Status delete_target_system_fault(Transaction& tx, const Uuid& target_system_id);

}  // namespace strongroom::storage
