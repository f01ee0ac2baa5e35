#include "storage/data_key_rows.h"

#include "storage/fetch.h"

namespace strongroom::storage {
namespace {

DataKeyRow read_key(Rows& rows) {
  return {.id = rows.uuid(0),
          .scope = rows.uuid(1),
          .wrapped = std::string(rows.bytes(2)),
          .seals_reserved = rows.integer(3),
          .created_at = rows.time(4)};
}

}  // namespace

Result<std::vector<DataKeyRow>> all_data_keys(Snapshot& snapshot) {
  return fetch_all<DataKeyRow>(
      snapshot,
      "SELECT id, scope, wrapped, seals_reserved, created_at FROM data_keys "
      "ORDER BY created_at, id",
      {}, read_key);
}

Status insert_data_key(Transaction& tx, const DataKeyRow& row) {
  STRONGROOM_CHECK(
      tx.execute("INSERT INTO data_keys (id, scope, wrapped, seals_reserved, created_at) "
                 "VALUES (?, ?, ?, ?, ?)",
                 {to_value(row.id), to_value(row.scope), Blob{row.wrapped}, row.seals_reserved,
                  to_value(row.created_at)}));
  return {};
}

Status reserve_seals(Transaction& tx, const Uuid& id, std::int64_t seals_reserved) {
  STRONGROOM_TRY(const std::int64_t found,
                 tx.execute("UPDATE data_keys SET seals_reserved = CASE WHEN seals_reserved < ? "
                            "THEN ? ELSE seals_reserved END WHERE id = ?",
                            {seals_reserved, seals_reserved, to_value(id)}));
  if (found == 0) {
    return Error{Code::kNotFound, "There is no such encryption key.", "data key " + id.text()};
  }
  return {};
}

}  // namespace strongroom::storage
