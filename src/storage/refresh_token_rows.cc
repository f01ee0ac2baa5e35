#include "storage/refresh_token_rows.h"

#include "storage/fetch.h"
#include "storage/row_list.h"

namespace strongroom::storage {
namespace {

#define STRONGROOM_REFRESH_TOKEN_COLUMNS                                                   \
  "r.oauth_client_id, r.sealed_token, r.generation, r.destination, r.scope, r.issued_at, " \
  "r.expires_at, r.rotates"

RefreshTokenRow read_refresh_token(Rows& rows) {
  RefreshTokenRow row{.oauth_client_id = rows.uuid(0),
                      .sealed_token = std::string(rows.bytes(1)),
                      .generation = rows.integer(2),
                      .destination = std::string(rows.bytes(3)),
                      .scope = std::string(rows.text(4)),
                      .issued_at = rows.time(5),
                      .expires_at = rows.maybe_time(6),
                      .rotates = {}};
  if (!rows.is_null(7)) row.rotates = rows.flag(7);
  return row;
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
      "destination, scope, issued_at, expires_at, rotates) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {to_value(row.oauth_client_id), Blob{row.sealed_token}, row.generation, Blob{row.destination},
       row.scope, to_value(row.issued_at), to_value(row.expires_at), rotates}));
  return {};
}

Status delete_refresh_token(Transaction& tx, const Uuid& oauth_client_id) {
  STRONGROOM_CHECK(tx.execute("DELETE FROM refresh_tokens WHERE oauth_client_id = ?",
                              {to_value(oauth_client_id)}));
  return {};
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
