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

Result<std::optional<TokenGenerations>> token_generations(Snapshot& snapshot,
                                                          const Uuid& oauth_client_id) {
  return fetch_one<TokenGenerations>(
      snapshot,
      "SELECT c.project_id, c.token_generation, COALESCE((SELECT r.generation FROM "
      "refresh_tokens r WHERE r.oauth_client_id = c.id), 0) FROM oauth_clients c "
      "JOIN projects p ON p.id = c.project_id JOIN target_systems t ON t.id = c.target_system_id "
      "WHERE c.id = ? AND c.deleted_at IS NULL AND p.deleted_at IS NULL "
      "AND t.deleted_at IS NULL",
      {to_value(oauth_client_id)}, [](Rows& rows) {
        return TokenGenerations{.project_id = rows.uuid(0),
                                .access_token = rows.integer(1),
                                .refresh_token = rows.integer(2)};
      });
}

}  // namespace strongroom::storage
