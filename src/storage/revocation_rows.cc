#include "storage/revocation_rows.h"

#include "storage/fetch.h"
#include "storage/row_list.h"
#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

RevocationRow read_revocation(Rows& rows) {
  return {.oauth_client_id = rows.uuid(0),
          .state = std::string(rows.text(1)),
          .asked_at = rows.time(2),
          .attempts = rows.integer(3),
          .failure_cause = std::string(rows.text(4)),
          .failed_at = rows.maybe_time(5),
          .next_try_at = rows.maybe_time(6)};
}

PendingRevocationRow read_pending(Rows& rows) {
  return {.id = rows.uuid(0),
          .oauth_client_id = rows.uuid(1),
          .token_kind = std::string(rows.text(2)),
          .position = rows.integer(3),
          .sealed_token = std::string(rows.bytes(4)),
          .destination = std::string(rows.bytes(5)),
          .give_up_at = rows.time(6)};
}

#define STRONGROOM_PENDING_REVOCATIONS_OF_CLIENT                                             \
  "SELECT id, oauth_client_id, token_kind, position, sealed_token, destination, give_up_at " \
  "FROM pending_revocations WHERE oauth_client_id = ?"

}  // namespace

Result<std::optional<RevocationRow>> find_revocation(Snapshot& snapshot,
                                                     const Uuid& oauth_client_id) {
  return fetch_one<RevocationRow>(
      snapshot,
      "SELECT oauth_client_id, state, asked_at, attempts, failure_cause, failed_at, next_try_at "
      "FROM revocations WHERE oauth_client_id = ?",
      {to_value(oauth_client_id)}, read_revocation);
}

Status put_revocation(Transaction& tx, const RevocationRow& row) {
  STRONGROOM_CHECK(
      tx.execute("INSERT OR REPLACE INTO revocations (oauth_client_id, state, asked_at, attempts, "
                 "failure_cause, failed_at, next_try_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                 {to_value(row.oauth_client_id), row.state, to_value(row.asked_at), row.attempts,
                  row.failure_cause, to_value(row.failed_at), to_value(row.next_try_at)}));
  return {};
}

Result<std::vector<Uuid>> clients_with_revocations_due(Snapshot& snapshot, WallTime now,
                                                       std::int64_t limit) {
  return fetch_all<Uuid>(snapshot,
                         "SELECT oauth_client_id FROM revocations WHERE next_try_at <= ? "
                         "ORDER BY next_try_at LIMIT ?",
                         {to_value(now), limit}, [](Rows& rows) { return rows.uuid(0); });
}

Status insert_pending_revocation(Transaction& tx, const PendingRevocationRow& row) {
  STRONGROOM_CHECK(tx.execute(
      "INSERT INTO pending_revocations (id, oauth_client_id, token_kind, position, sealed_token, "
      "destination, give_up_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
      {to_value(row.id), to_value(row.oauth_client_id), row.token_kind, row.position,
       Blob{row.sealed_token}, Blob{row.destination}, to_value(row.give_up_at)}));
  return {};
}

Result<std::vector<PendingRevocationRow>> pending_revocations_of(Snapshot& snapshot,
                                                                 const Uuid& oauth_client_id) {
  return fetch_all<PendingRevocationRow>(
      snapshot, STRONGROOM_PENDING_REVOCATIONS_OF_CLIENT " ORDER BY position",
      {to_value(oauth_client_id)}, read_pending);
}

Result<std::optional<PendingRevocationRow>> next_pending_revocation(Snapshot& snapshot,
                                                                    const Uuid& oauth_client_id,
                                                                    std::int64_t position) {
  return fetch_one<PendingRevocationRow>(snapshot,
                                         STRONGROOM_PENDING_REVOCATIONS_OF_CLIENT
                                         " AND position > ? ORDER BY position LIMIT 1",
                                         {to_value(oauth_client_id), position}, read_pending);
}

Result<std::int64_t> count_pending_revocations(Snapshot& snapshot) {
  return fetch_count(snapshot, "SELECT COUNT(*) FROM pending_revocations", {});
}

Status delete_pending_revocation(Transaction& tx, const Uuid& id) {
  STRONGROOM_CHECK(tx.execute("DELETE FROM pending_revocations WHERE id = ?", {to_value(id)}));
  return {};
}

}  // namespace strongroom::storage
