#include "storage/target_system_fault_rows.h"

#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

TargetSystemFaultRow read_fault(Rows& rows) {
  return {.target_system_id = rows.uuid(0),
          .revision = rows.integer(1),
          .cause = std::string(rows.text(2)),
          .since = rows.time(3)};
}

}  // namespace

Result<std::vector<TargetSystemFaultRow>> all_target_system_faults(Snapshot& snapshot) {
  return fetch_all<TargetSystemFaultRow>(snapshot,
                                         "SELECT target_system_id, revision, cause, since FROM "
                                         "target_system_faults",
                                         {}, read_fault);
}

Status put_target_system_fault(Transaction& tx, const TargetSystemFaultRow& row) {
  return run(tx,
             "INSERT OR REPLACE INTO target_system_faults (target_system_id, "
             "revision, cause, "
             "since) VALUES (?, ?, ?, ?)",
             {to_value(row.target_system_id), row.revision, row.cause, to_value(row.since)});
}

Status delete_target_system_fault(Transaction& tx, const Uuid& target_system_id) {
  return run(tx, "DELETE FROM target_system_faults WHERE target_system_id = ?",
             {to_value(target_system_id)});
}

}  // namespace strongroom::storage
