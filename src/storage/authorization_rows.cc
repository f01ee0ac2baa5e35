#include "storage/authorization_rows.h"

#include "storage/fetch.h"
#include "storage/row_list.h"

namespace strongroom::storage {
namespace {

#define STRONGROOM_AUTHORIZATION_COLUMNS                                               \
  "id, oauth_client_id, asker_id, ticket_hash, state, sealed_details, sealed_answer, " \
  "generation, failure_cause, created_at, updated_at, expires_at"
#define STRONGROOM_FLOW_COLUMNS "state_hash, authorization_id, sealed_flow, attempts, expires_at"

AuthorizationRow read_authorization(Rows& rows) {
  AuthorizationRow row{.id = rows.uuid(0),
                       .oauth_client_id = rows.uuid(1),
                       .asker_id = rows.uuid(2),
                       .ticket_hash = std::string(rows.bytes(3)),
                       .state = std::string(rows.text(4)),
                       .sealed_details = std::string(rows.bytes(5)),
                       .sealed_answer = {},
                       .generation = rows.integer(7),
                       .failure_cause = std::string(rows.text(8)),
                       .created_at = rows.time(9),
                       .updated_at = rows.time(10),
                       .expires_at = rows.time(11)};
  if (!rows.is_null(6)) row.sealed_answer = std::string(rows.bytes(6));
  return row;
}

SignInFlowRow read_flow(Rows& rows) {
  return {.state_hash = std::string(rows.bytes(0)),
          .authorization_id = rows.uuid(1),
          .sealed_flow = std::string(rows.bytes(2)),
          .attempts = rows.integer(3),
          .expires_at = rows.time(4)};
}

Value maybe_blob(const std::optional<std::string>& bytes) {
  return bytes ? Value{Blob{*bytes}} : Value{std::monostate{}};
}

Result<std::vector<Uuid>> ids_of(Snapshot& snapshot, std::string_view sql,
                                 std::initializer_list<Value> values) {
  return fetch_all<Uuid>(snapshot, sql, values, [](Rows& rows) { return rows.uuid(0); });
}

Status run_in(Transaction& tx, std::string_view sql, std::initializer_list<Value> values) {
  STRONGROOM_CHECK(tx.execute(sql, values));
  return {};
}

}  // namespace

Result<std::optional<AuthorizationRow>> find_authorization(Snapshot& snapshot, const Uuid& id) {
  return fetch_one<AuthorizationRow>(
      snapshot, "SELECT " STRONGROOM_AUTHORIZATION_COLUMNS " FROM authorizations WHERE id = ?",
      {to_value(id)}, read_authorization);
}

Result<std::optional<AuthorizationRow>> find_authorization_by_ticket(Snapshot& snapshot,
                                                                     std::string_view ticket_hash) {
  return fetch_one<AuthorizationRow>(snapshot,
                                     "SELECT " STRONGROOM_AUTHORIZATION_COLUMNS
                                     " FROM authorizations WHERE ticket_hash = ?",
                                     {Blob{std::string(ticket_hash)}}, read_authorization);
}

Status insert_authorization(Transaction& tx, const AuthorizationRow& row) {
  return run_in(tx,
                "INSERT INTO authorizations (" STRONGROOM_AUTHORIZATION_COLUMNS
                ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                {to_value(row.id), to_value(row.oauth_client_id), to_value(row.asker_id),
                 Blob{row.ticket_hash}, row.state, Blob{row.sealed_details},
                 maybe_blob(row.sealed_answer), row.generation, row.failure_cause,
                 to_value(row.created_at), to_value(row.updated_at), to_value(row.expires_at)});
}

Result<bool> update_authorization(Transaction& tx, const AuthorizationRow& row,
                                  std::string_view state_before) {
  STRONGROOM_TRY(
      const std::int64_t changed,
      tx.execute(
          "UPDATE authorizations SET ticket_hash = ?, state = ?, sealed_details = ?, "
          "sealed_answer = ?, generation = ?, failure_cause = ?, updated_at = ?, "
          "expires_at = ? WHERE id = ? AND state = ?",
          {Blob{row.ticket_hash}, row.state, Blob{row.sealed_details},
           maybe_blob(row.sealed_answer), row.generation, row.failure_cause,
           to_value(row.updated_at), to_value(row.expires_at), to_value(row.id), state_before}));
  return changed > 0;
}

Result<std::vector<Uuid>> open_authorizations_of_client(Snapshot& snapshot,
                                                        const Uuid& oauth_client_id) {
  return ids_of(snapshot,
                "SELECT id FROM authorizations WHERE oauth_client_id = ? "
                "AND state IN ('waiting', 'started', 'confirmation_needed') ORDER BY id",
                {to_value(oauth_client_id)});
}

Status cancel_open_authorizations(Transaction& tx, const Uuid& oauth_client_id, WallTime now) {
  STRONGROOM_CHECK(run_in(tx,
                          "DELETE FROM sign_in_flows WHERE authorization_id IN "
                          "(SELECT id FROM authorizations WHERE oauth_client_id = ? "
                          "AND state IN ('waiting', 'started', 'confirmation_needed'))",
                          {to_value(oauth_client_id)}));
  return run_in(tx,
                "UPDATE authorizations SET state = 'cancelled', sealed_answer = NULL, "
                "updated_at = ? WHERE oauth_client_id = ? "
                "AND state IN ('waiting', 'started', 'confirmation_needed')",
                {to_value(now), to_value(oauth_client_id)});
}

Status cancel_begun_authorizations(Transaction& tx, const Uuid& oauth_client_id, WallTime now) {
  STRONGROOM_CHECK(run_in(tx,
                          "DELETE FROM sign_in_flows WHERE authorization_id IN "
                          "(SELECT id FROM authorizations WHERE oauth_client_id = ?)",
                          {to_value(oauth_client_id)}));
  return run_in(tx,
                "UPDATE authorizations SET state = 'cancelled', sealed_answer = NULL, "
                "updated_at = ? WHERE oauth_client_id = ? "
                "AND state IN ('started', 'exchanging', 'confirmation_needed')",
                {to_value(now), to_value(oauth_client_id)});
}

Status delete_authorizations_of_client(Transaction& tx, const Uuid& oauth_client_id) {
  return run_in(tx, "DELETE FROM authorizations WHERE oauth_client_id = ?",
                {to_value(oauth_client_id)});
}

Result<std::vector<Uuid>> authorizations_in_state(Snapshot& snapshot, std::string_view state) {
  return ids_of(snapshot, "SELECT id FROM authorizations WHERE state = ? ORDER BY id", {state});
}

Status delete_authorizations_until(Transaction& tx, WallTime moment) {
  return run_in(tx, "DELETE FROM authorizations WHERE expires_at <= ?", {to_value(moment)});
}

Status insert_sign_in_flow(Transaction& tx, const SignInFlowRow& row) {
  return run_in(tx,
                "INSERT INTO sign_in_flows (" STRONGROOM_FLOW_COLUMNS ") VALUES (?, ?, ?, ?, ?)",
                {Blob{row.state_hash}, to_value(row.authorization_id), Blob{row.sealed_flow},
                 row.attempts, to_value(row.expires_at)});
}

Result<std::optional<SignInFlowRow>> take_sign_in_flow(Transaction& tx,
                                                       std::string_view state_hash) {
  return fetch_one<SignInFlowRow>(
      tx, "DELETE FROM sign_in_flows WHERE state_hash = ? RETURNING " STRONGROOM_FLOW_COLUMNS,
      {Blob{std::string(state_hash)}}, read_flow);
}

Result<std::optional<SignInFlowRow>> find_flow_of_authorization(Snapshot& snapshot,
                                                                const Uuid& authorization_id) {
  return fetch_one<SignInFlowRow>(
      snapshot, "SELECT " STRONGROOM_FLOW_COLUMNS " FROM sign_in_flows WHERE authorization_id = ?",
      {to_value(authorization_id)}, read_flow);
}

Status update_sealed_flow(Transaction& tx, const Uuid& authorization_id, std::string_view sealed) {
  return run_in(tx, "UPDATE sign_in_flows SET sealed_flow = ? WHERE authorization_id = ?",
                {Blob{std::string(sealed)}, to_value(authorization_id)});
}

Status count_attempt(Transaction& tx, const Uuid& authorization_id) {
  return run_in(tx, "UPDATE sign_in_flows SET attempts = attempts + 1 WHERE authorization_id = ?",
                {to_value(authorization_id)});
}

Status delete_flows_of_authorization(Transaction& tx, const Uuid& authorization_id) {
  return run_in(tx, "DELETE FROM sign_in_flows WHERE authorization_id = ?",
                {to_value(authorization_id)});
}

Status delete_sign_in_flows_until(Transaction& tx, WallTime moment) {
  return run_in(tx, "DELETE FROM sign_in_flows WHERE expires_at <= ?", {to_value(moment)});
}

}  // namespace strongroom::storage
