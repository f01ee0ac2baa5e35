#include "storage/server_setting_rows.h"

#include "storage/row_walk.h"

namespace strongroom::storage {

Result<std::vector<ServerSettingRow>> all_server_settings(Snapshot& snapshot) {
  return fetch_all<ServerSettingRow>(
      snapshot, "SELECT name, value, mac FROM server_settings ORDER BY name", {}, [](Rows& rows) {
        return ServerSettingRow{.name = std::string(rows.text(0)),
                                .value = std::string(rows.text(1)),
                                .mac = std::string(rows.bytes(2))};
      });
}

// Deleted and inserted, so that the digest of the rows follows (storage/mac_watch.h).
Status put_server_setting(Transaction& tx, const ServerSettingRow& row) {
  STRONGROOM_CHECK(run(tx, "DELETE FROM server_settings WHERE name = ?", {row.name}));
  return run(tx, "INSERT INTO server_settings (name, value, mac) VALUES (?, ?, ?)",
             {row.name, row.value, Blob{row.mac}});
}

}  // namespace strongroom::storage
