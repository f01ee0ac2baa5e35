#pragma once
// Rows of the table server_settings. Errors of all: as Snapshot::query() and
// Transaction::execute().

#include <string>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct ServerSettingRow {
  std::string name;
  std::string value;
  std::string mac = {};  // made and checked by vault
};

Result<std::vector<ServerSettingRow>> all_server_settings(Snapshot& snapshot);
// Stores the value, whatever it was before.
Status put_server_setting(Transaction& tx, const ServerSettingRow& row);

}  // namespace strongroom::storage
