#include "storage/learned_value_rows.h"

#include "storage/fetch.h"

namespace strongroom::storage {

Result<std::optional<LearnedValuesRow>> find_learned_values(Snapshot& snapshot,
                                                            const Uuid& oauth_client_id) {
  return fetch_one<LearnedValuesRow>(
      snapshot,
      "SELECT oauth_client_id, generation, sealed_values FROM learned_values "
      "WHERE oauth_client_id = ?",
      {to_value(oauth_client_id)}, [](Rows& rows) {
        return LearnedValuesRow{.oauth_client_id = rows.uuid(0),
                                .generation = rows.integer(1),
                                .sealed_values = std::string(rows.bytes(2))};
      });
}

Status put_learned_values(Transaction& tx, const LearnedValuesRow& row) {
  STRONGROOM_CHECK(
      tx.execute("INSERT OR REPLACE INTO learned_values (oauth_client_id, generation, "
                 "sealed_values) VALUES (?, ?, ?)",
                 {to_value(row.oauth_client_id), row.generation, Blob{row.sealed_values}}));
  return {};
}

Status delete_learned_values(Transaction& tx, const Uuid& oauth_client_id) {
  STRONGROOM_CHECK(tx.execute("DELETE FROM learned_values WHERE oauth_client_id = ?",
                              {to_value(oauth_client_id)}));
  return {};
}

}  // namespace strongroom::storage
