#include "storage/lease_rows.h"

#include "storage/fetch.h"

namespace strongroom::storage {

Result<std::optional<HeldLease>> find_lease(Snapshot& snapshot, const Uuid& oauth_client_id) {
  return fetch_one<HeldLease>(
      snapshot,
      "SELECT lease_owner, lease_epoch, lease_until FROM oauth_clients "
      "WHERE id = ? AND lease_until IS NOT NULL",
      {to_value(oauth_client_id)}, [](Rows& rows) {
        return HeldLease{.owner = rows.uuid(0), .epoch = rows.integer(1), .until = rows.time(2)};
      });
}

Result<bool> extend_lease(Transaction& tx, const Uuid& oauth_client_id, std::int64_t epoch,
                          WallTime until) {
  STRONGROOM_TRY(const std::int64_t extended,
                 tx.execute("UPDATE oauth_clients SET lease_until = ? "
                            "WHERE id = ? AND lease_epoch = ? AND lease_until IS NOT NULL",
                            {to_value(until), to_value(oauth_client_id), epoch}));
  return extended > 0;
}

}  // namespace strongroom::storage
