#include "storage/dpop_key_rows.h"

#include "storage/fetch.h"
#include "storage/row_list.h"

namespace strongroom::storage {
namespace {

DpopKeyRow read_dpop_key(Rows& rows) {
  return {.oauth_client_id = rows.uuid(0),
          .generation = rows.integer(1),
          .sealed_key = std::string(rows.bytes(2)),
          .thumbprint = std::string(rows.text(3)),
          .created_at = rows.time(4)};
}

}  // namespace

Result<std::optional<DpopKeyRow>> find_dpop_key(Snapshot& snapshot, const Uuid& oauth_client_id) {
  return fetch_one<DpopKeyRow>(
      snapshot,
      "SELECT oauth_client_id, generation, sealed_key, thumbprint, created_at FROM dpop_keys "
      "WHERE oauth_client_id = ?",
      {to_value(oauth_client_id)}, read_dpop_key);
}

Result<bool> insert_dpop_key(Transaction& tx, const DpopKeyRow& row) {
  STRONGROOM_TRY(
      const std::int64_t inserted,
      tx.execute("INSERT INTO dpop_keys (oauth_client_id, generation, sealed_key, thumbprint, "
                 "created_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                 {to_value(row.oauth_client_id), row.generation, Blob{row.sealed_key},
                  row.thumbprint, to_value(row.created_at)}));
  return inserted == 1;
}

Status put_dpop_key(Transaction& tx, const DpopKeyRow& row) {
  STRONGROOM_CHECK(tx.execute(
      "INSERT OR REPLACE INTO dpop_keys (oauth_client_id, generation, sealed_key, thumbprint, "
      "created_at) VALUES (?, ?, ?, ?, ?)",
      {to_value(row.oauth_client_id), row.generation, Blob{row.sealed_key}, row.thumbprint,
       to_value(row.created_at)}));
  return {};
}

Result<bool> reseal_dpop_key(Transaction& tx, const DpopKeyRow& row) {
  STRONGROOM_TRY(const std::int64_t changed,
                 tx.execute("UPDATE dpop_keys SET sealed_key = ? WHERE oauth_client_id = ? AND "
                            "generation = ?",
                            {Blob{row.sealed_key}, to_value(row.oauth_client_id), row.generation}));
  return changed == 1;
}

}  // namespace strongroom::storage
