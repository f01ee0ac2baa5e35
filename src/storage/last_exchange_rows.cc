#include "storage/last_exchange_rows.h"

#include "storage/fetch.h"
#include "storage/row_list.h"

namespace strongroom::storage {

Status put_last_exchange(Transaction& tx, const Uuid& oauth_client_id, WallTime at,
                         std::string_view body) {
  STRONGROOM_CHECK(
      tx.execute("INSERT INTO last_exchanges (oauth_client_id, at, body) VALUES (?, ?, ?) "
                 "ON CONFLICT (oauth_client_id) DO UPDATE SET at = excluded.at, "
                 "body = excluded.body",
                 {to_value(oauth_client_id), to_value(at), body}));
  return {};
}

Result<std::optional<std::string>> find_last_exchange(Snapshot& snapshot,
                                                      const Uuid& oauth_client_id) {
  return fetch_one<std::string>(
      snapshot, "SELECT body FROM last_exchanges WHERE oauth_client_id = ?",
      {to_value(oauth_client_id)}, [](Rows& rows) { return std::string(rows.text(0)); });
}

Status delete_last_exchange(Transaction& tx, const Uuid& oauth_client_id) {
  STRONGROOM_CHECK(tx.execute("DELETE FROM last_exchanges WHERE oauth_client_id = ?",
                              {to_value(oauth_client_id)}));
  return {};
}

}  // namespace strongroom::storage
