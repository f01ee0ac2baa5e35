#pragma once
// Rows of the table api_keys.

#include <optional>
#include <string>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct ApiKeyRow {
  Uuid id;
  Uuid user_id;
  std::string name;
  std::string hash;         // SHA-256 of the key
  std::string permissions;  // names joined by spaces
  std::string mac;          // made and checked by identity
  WallTime created_at{};
  std::optional<WallTime> expires_at;
  std::optional<WallTime> revoked_at;
  std::string projects = {};  // ids joined by spaces; "": wherever its user may
  std::optional<WallTime> last_used_at = {};
  std::string last_used_from = {};  // network address
};

// Errors of all: as Snapshot::query() and Transaction::execute().

// Oldest first.
Result<std::vector<ApiKeyRow>> all_api_keys(Snapshot& snapshot);
Result<std::optional<ApiKeyRow>> find_api_key(Snapshot& snapshot, const Uuid& id);
Status insert_api_key(Transaction& tx, const ApiKeyRow& row);
// Writes `revoked_at` together with the MAC that covers it.
Status revoke_api_key(Transaction& tx, const Uuid& id, WallTime revoked_at, std::string_view mac);
// Not covered by the MAC: it gives no power.
Status note_api_key_use(Transaction& tx, const Uuid& id, WallTime at, std::string_view from);

}  // namespace strongroom::storage
