#include "storage/refresh_token_rows.h"

#include <array>
#include <initializer_list>

#include "storage/client_end_rows.h"
#include "storage/fetch.h"
#include "storage/row_list.h"

namespace strongroom::storage {
namespace {

#define STRONGROOM_REFRESH_TOKEN_COLUMNS                                                   \
  "r.oauth_client_id, r.sealed_token, r.generation, r.destination, r.scope, r.issued_at, " \
  "r.expires_at, r.rotates, r.lost_answers, r.lost_at"

RefreshTokenRow read_refresh_token(Rows& rows) {
  RefreshTokenRow row{.oauth_client_id = rows.uuid(0),
                      .sealed_token = std::string(rows.bytes(1)),
                      .generation = rows.integer(2),
                      .destination = std::string(rows.bytes(3)),
                      .scope = std::string(rows.text(4)),
                      .issued_at = rows.time(5),
                      .expires_at = rows.maybe_time(6),
                      .rotates = {},
                      .lost_answers = rows.integer(8),
                      .lost_at = rows.maybe_time(9)};
  if (!rows.is_null(7)) row.rotates = rows.flag(7);
  return row;
}

Result<bool> changes_it(Transaction& tx, std::string_view sql,
                        std::initializer_list<Value> values) {
  STRONGROOM_TRY(const std::int64_t changed, tx.execute(sql, values));
  return changed > 0;
}

// The same where it moves the end of the client's grant.
Result<bool> changes_end(Transaction& tx, const Uuid& oauth_client_id, std::string_view sql,
                         std::initializer_list<Value> values) {
  STRONGROOM_TRY(const bool changed, changes_it(tx, sql, values));
  if (changed) STRONGROOM_CHECK(note_client_end(tx, oauth_client_id));
  return changed;
}

}  // namespace

Result<std::optional<RefreshTokenRow>> find_refresh_token(Snapshot& snapshot,
                                                          const Uuid& oauth_client_id) {
  return fetch_one<RefreshTokenRow>(snapshot,
                                    "SELECT " STRONGROOM_REFRESH_TOKEN_COLUMNS
                                    " FROM refresh_tokens r WHERE r.oauth_client_id = ?",
                                    {to_value(oauth_client_id)}, read_refresh_token);
}

Status put_refresh_token(Transaction& tx, const RefreshTokenRow& row) {
  const Value rotates = row.rotates ? to_value(*row.rotates) : Value{std::monostate{}};
  STRONGROOM_CHECK(tx.execute(
      "INSERT OR REPLACE INTO refresh_tokens (oauth_client_id, sealed_token, generation, "
      "destination, scope, issued_at, expires_at, rotates, lost_answers, lost_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {to_value(row.oauth_client_id), Blob{row.sealed_token}, row.generation, Blob{row.destination},
       row.scope, to_value(row.issued_at), to_value(row.expires_at), rotates, row.lost_answers,
       to_value(row.lost_at)}));
  return note_client_end(tx, row.oauth_client_id);
}

Status delete_refresh_token(Transaction& tx, const Uuid& oauth_client_id) {
  STRONGROOM_CHECK(tx.execute("DELETE FROM refresh_tokens WHERE oauth_client_id = ?",
                              {to_value(oauth_client_id)}));
  return note_client_end(tx, oauth_client_id);
}

Result<bool> note_refresh_token_kept(Transaction& tx, const Uuid& oauth_client_id,
                                     std::int64_t generation, std::optional<WallTime> expires_at) {
  return changes_end(tx, oauth_client_id,
                     "UPDATE refresh_tokens SET rotates = 0, lost_answers = 0, lost_at = NULL, "
                     "expires_at = COALESCE(?, expires_at) "
                     "WHERE oauth_client_id = ? AND generation = ?",
                     {to_value(expires_at), to_value(oauth_client_id), generation});
}

Result<bool> note_refresh_answer_lost(Transaction& tx, const Uuid& oauth_client_id,
                                      std::int64_t generation, WallTime sent_at) {
  return changes_it(tx,
                    "UPDATE refresh_tokens SET lost_answers = lost_answers + 1, "
                    "lost_at = COALESCE(lost_at, ?) WHERE oauth_client_id = ? AND generation = ?",
                    {to_value(sent_at), to_value(oauth_client_id), generation});
}

Result<bool> delete_refresh_token(Transaction& tx, const Uuid& oauth_client_id,
                                  std::int64_t generation) {
  return changes_end(tx, oauth_client_id,
                     "DELETE FROM refresh_tokens WHERE oauth_client_id = ? AND generation = ?",
                     {to_value(oauth_client_id), generation});
}

Result<bool> reseal_refresh_token(Transaction& tx, const RefreshTokenRow& row) {
  return changes_it(tx,
                    "UPDATE refresh_tokens SET sealed_token = ?, destination = ? "
                    "WHERE oauth_client_id = ? AND generation = ?",
                    {Blob{row.sealed_token}, Blob{row.destination}, to_value(row.oauth_client_id),
                     row.generation});
}

Result<bool> has_refresh_token_for_other_destination(Snapshot& snapshot,
                                                     const Uuid& target_system_id,
                                                     std::string_view destination) {
  const std::array values = {to_value(target_system_id), Value{Blob{destination}}};
  STRONGROOM_TRY(const std::int64_t found,
                 fetch_integer(snapshot,
                               "SELECT EXISTS (SELECT 1 FROM oauth_clients c JOIN refresh_tokens r "
                               "ON r.oauth_client_id = c.id WHERE c.target_system_id = ? "
                               "AND r.destination <> ?)",
                               values));
  return found != 0;
}

Result<std::vector<RefreshTokenRow>> refresh_tokens_of_target_system(Snapshot& snapshot,
                                                                     const Uuid& target_system_id) {
  return fetch_all<RefreshTokenRow>(
      snapshot,
      "SELECT " STRONGROOM_REFRESH_TOKEN_COLUMNS
      " FROM refresh_tokens r JOIN oauth_clients c ON c.id = r.oauth_client_id "
      "WHERE c.target_system_id = ?",
      {to_value(target_system_id)}, read_refresh_token);
}

}  // namespace strongroom::storage
