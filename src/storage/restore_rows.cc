#include "storage/restore_rows.h"

#include "storage/client_end_rows.h"
#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

RestoreMarkRow read_mark(Rows& rows) {
  return {.oauth_client_id = rows.uuid(0),
          .mark = std::string(rows.text(1)),
          .at = rows.time(2),
          .mac = std::string(rows.bytes(3))};
}

SuspensionRow read_suspension(Rows& rows) {
  return {.id = rows.uuid(0),
          .kind = std::string(rows.text(1)),
          .subject_id = rows.uuid(2),
          .name = std::string(rows.text(3)),
          .project_id = rows.uuid(4),
          .at = rows.time(5),
          .mac = std::string(rows.bytes(6))};
}

}  // namespace

Result<std::optional<RestoreMarkRow>> find_restore_mark(Snapshot& snapshot, const Uuid& client,
                                                        std::string_view mark) {
  return fetch_one<RestoreMarkRow>(snapshot,
                                   "SELECT oauth_client_id, mark, at, mac FROM restore_marks "
                                   "WHERE oauth_client_id = ? AND mark = ?",
                                   {to_value(client), mark}, read_mark);
}

Result<std::vector<RestoreMarkRow>> restore_marks(Snapshot& snapshot, std::string_view mark,
                                                  const std::optional<Uuid>& target_system) {
  if (!target_system) {
    return fetch_all<RestoreMarkRow>(snapshot,
                                     "SELECT oauth_client_id, mark, at, mac FROM restore_marks "
                                     "WHERE mark = ? ORDER BY oauth_client_id",
                                     {mark}, read_mark);
  }
  return fetch_all<RestoreMarkRow>(
      snapshot,
      "SELECT m.oauth_client_id, m.mark, m.at, m.mac FROM restore_marks m "
      "JOIN oauth_clients c ON c.id = m.oauth_client_id "
      "WHERE m.mark = ? AND c.target_system_id = ? ORDER BY m.oauth_client_id",
      {mark, to_value(*target_system)}, read_mark);
}

Status put_restore_mark(Transaction& tx, const RestoreMarkRow& row) {
  STRONGROOM_CHECK(delete_restore_mark(tx, row.oauth_client_id, row.mark));
  return run(tx, "INSERT INTO restore_marks (oauth_client_id, mark, at, mac) VALUES (?, ?, ?, ?)",
             {to_value(row.oauth_client_id), row.mark, to_value(row.at), Blob{row.mac}});
}

Result<bool> delete_restore_mark(Transaction& tx, const Uuid& client, std::string_view mark) {
  STRONGROOM_TRY(const std::int64_t gone,
                 tx.execute("DELETE FROM restore_marks WHERE oauth_client_id = ? AND mark = ?",
                            {to_value(client), mark}));
  return gone > 0;
}

Result<std::vector<SuspensionRow>> all_suspensions(Snapshot& snapshot) {
  return fetch_all<SuspensionRow>(snapshot,
                                  "SELECT id, kind, subject_id, name, project_id, at, mac "
                                  "FROM suspensions ORDER BY kind, name, id",
                                  {}, read_suspension);
}

Result<std::optional<SuspensionRow>> find_suspension(Snapshot& snapshot, const Uuid& id) {
  return fetch_one<SuspensionRow>(snapshot,
                                  "SELECT id, kind, subject_id, name, project_id, at, mac "
                                  "FROM suspensions WHERE id = ?",
                                  {to_value(id)}, read_suspension);
}

Result<std::optional<SuspensionRow>> find_suspension_of(Snapshot& snapshot, std::string_view kind,
                                                        const Uuid& subject) {
  return fetch_one<SuspensionRow>(snapshot,
                                  "SELECT id, kind, subject_id, name, project_id, at, mac "
                                  "FROM suspensions WHERE kind = ? AND subject_id = ?",
                                  {kind, to_value(subject)}, read_suspension);
}

Status insert_suspension(Transaction& tx, const SuspensionRow& row) {
  return run(tx,
             "INSERT INTO suspensions (id, kind, subject_id, name, project_id, at, mac) "
             "VALUES (?, ?, ?, ?, ?, ?, ?)",
             {to_value(row.id), row.kind, to_value(row.subject_id), row.name,
              to_value(row.project_id), to_value(row.at), Blob{row.mac}});
}

Status delete_suspension(Transaction& tx, const Uuid& id) {
  return run(tx, "DELETE FROM suspensions WHERE id = ?", {to_value(id)});
}

Result<bool> delete_suspension_of(Transaction& tx, std::string_view kind, const Uuid& subject) {
  STRONGROOM_TRY(const auto changed,
                 tx.execute("DELETE FROM suspensions WHERE kind = ? AND subject_id = ?",
                            {kind, to_value(subject)}));
  return changed > 0;
}

Result<std::optional<std::string>> find_restore_report(Snapshot& snapshot) {
  return fetch_one<std::string>(snapshot, "SELECT body FROM restore_report WHERE id = 1", {},
                                [](Rows& rows) { return std::string(rows.text(0)); });
}

Status put_restore_report(Transaction& tx, std::string_view json) {
  return run(tx,
             "INSERT INTO restore_report (id, body) VALUES (1, ?) "
             "ON CONFLICT (id) DO UPDATE SET body = excluded.body",
             {json});
}

Result<Uuid> first_server_key(Snapshot& snapshot) {
  STRONGROOM_TRY(const auto id,
                 fetch_id(snapshot, "SELECT id FROM data_keys WHERE scope = ? ORDER BY id LIMIT 1",
                          {to_value(Uuid{})}));
  return id.value_or(Uuid{});
}

Result<std::int64_t> delete_all_authorizations(Transaction& tx) {
  return tx.execute("DELETE FROM authorizations");
}

Result<std::int64_t> delete_all_pending_revocations(Transaction& tx) {
  STRONGROOM_CHECK(run(tx, "UPDATE revocations SET next_try_at = NULL", {}));
  return tx.execute("DELETE FROM pending_revocations");
}

// Databases of before Basic Engine Robots have no such table.
Result<std::vector<Uuid>> clients_of_basic_engine_robots(Snapshot& snapshot) {
  STRONGROOM_TRY(const std::int64_t tables,
                 fetch_count(snapshot,
                             "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' "
                             "AND name = 'robot_inputs'",
                             {}));
  if (tables == 0) return std::vector<Uuid>();
  return fetch_ids(snapshot,
                   "SELECT DISTINCT i.oauth_client_id FROM robot_inputs i "
                   "JOIN robots r ON r.id = i.robot_id "
                   "JOIN oauth_clients c ON c.id = i.oauth_client_id "
                   "WHERE r.deleted_at IS NULL AND c.deleted_at IS NULL "
                   "AND i.invalid_reason <> 'not_revived' ORDER BY 1",
                   {});
}

Result<std::vector<Uuid>> clients_with_refresh_tokens(Snapshot& snapshot) {
  return fetch_ids(snapshot, "SELECT oauth_client_id FROM refresh_tokens ORDER BY 1", {});
}

Result<std::optional<RetrievedRow>> find_retrieved(Snapshot& snapshot, const Uuid& client) {
  STRONGROOM_TRY(auto row,
                 fetch_one<RetrievedRow>(
                     snapshot,
                     "SELECT state, failure_cause, failed_at, token_generation, lease_epoch "
                     "FROM oauth_clients WHERE id = ?",
                     {to_value(client)}, [](Rows& rows) {
                       return RetrievedRow{.token = {},
                                           .state = std::string(rows.text(0)),
                                           .failure_cause = std::string(rows.text(1)),
                                           .failed_at = rows.maybe_time(2),
                                           .token_generation = rows.integer(3),
                                           .lease_epoch = rows.integer(4)};
                     }));
  if (!row) return row;
  STRONGROOM_TRY(row->token, find_token(snapshot, client));
  return row;
}

Status put_retrieved(Transaction& tx, const Uuid& client, const RetrievedRow& row) {
  const TokenRow token = row.token.value_or(TokenRow{});
  const bool is_there = row.token.has_value();
  std::optional<std::int64_t> lifetime;
  if (token.lifetime) lifetime = token.lifetime->count();
  std::optional<WallTime> refreshed_at;
  if (is_there) refreshed_at = token.refreshed_at;
  STRONGROOM_CHECK(
      run(tx,
          "UPDATE oauth_clients SET sealed_token = ?, token_generation = MAX(token_generation, ?), "
          "token_type = ?, token_scope = ?, token_fingerprint = ?, token_is_bound = ?, "
          "token_is_former = ?, token_destination = ?, token_lifetime = ?, token_expires_at = ?, "
          "token_refreshed_at = ?, failure_cause = ?, failed_at = ?, lease_owner = NULL, "
          "lease_until = NULL, lease_epoch = MAX(lease_epoch, ?), "
          "state = CASE WHEN state IN ('draft', 'disabled') THEN state ELSE ? END WHERE id = ?",
          {is_there ? Value{Blob{token.sealed}} : Value{std::monostate{}}, row.token_generation,
           token.token_type, token.scope, token.fingerprint, to_value(token.is_bound),
           to_value(token.is_former), Blob{token.destination}, to_value(lifetime),
           to_value(token.expires_at), to_value(refreshed_at), row.failure_cause,
           to_value(row.failed_at), row.lease_epoch, row.state, to_value(client)}));
  return note_client_end(tx, client);
}

Status restore_api_key(Transaction& tx, const Uuid& id, std::string_view mac) {
  return run(tx, "UPDATE api_keys SET revoked_at = NULL, mac = ? WHERE id = ?",
             {Blob{mac}, to_value(id)});
}

Status restore_robot_key(Transaction& tx, const Uuid& id, std::string_view mac) {
  return run(tx, "UPDATE robot_keys SET revoked_at = NULL, mac = ? WHERE id = ?",
             {Blob{mac}, to_value(id)});
}

}  // namespace strongroom::storage
