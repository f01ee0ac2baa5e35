#include "storage/row_set_rows.h"

#include "storage/fetch.h"

namespace strongroom::storage {

Result<std::optional<RowSetsRow>> find_row_sets(Snapshot& snapshot) {
  return fetch_one<RowSetsRow>(
      snapshot, "SELECT generation, digests, mac FROM row_sets WHERE id = 1", {}, [](Rows& rows) {
        return RowSetsRow{rows.integer(0), std::string(rows.bytes(1)), std::string(rows.bytes(2))};
      });
}

Status put_row_sets(Transaction& tx, const RowSetsRow& row) {
  STRONGROOM_CHECK(
      tx.execute("INSERT INTO row_sets (id, generation, digests, mac) VALUES (1, ?, ?, ?) "
                 "ON CONFLICT (id) DO UPDATE SET generation = excluded.generation, "
                 "digests = excluded.digests, mac = excluded.mac",
                 {row.generation, Blob{row.digests}, Blob{row.mac}}));
  return {};
}

}  // namespace strongroom::storage
