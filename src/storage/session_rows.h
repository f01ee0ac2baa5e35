#pragma once
// Rows of the table sessions.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct SessionRow {
  Uuid id;
  Uuid user_id;
  std::string hash;  // SHA-256 of what the cookie says
  WallTime created_at{};
  WallTime last_seen_at{};
  WallTime expires_at{};
  std::string mac;                            // made and checked by identity
  Uuid sign_on_account = {};                  // of single sign-on, by which it began; nil: by none
  std::optional<Uuid> sign_on_provider = {};  // that it began by; nullopt: with a password
};

// Errors of all: as Snapshot::query() and Transaction::execute().

Result<std::vector<SessionRow>> all_sessions(Snapshot& snapshot);
Result<std::vector<SessionRow>> sessions_of(Snapshot& snapshot, const Uuid& user);
Result<std::optional<SessionRow>> find_session(Snapshot& snapshot, const Uuid& id);
Status insert_session(Transaction& tx, const SessionRow& row);
// Writes `last_seen_at` together with the MAC that covers it; nothing where the row is gone.
Status touch_session(Transaction& tx, const SessionRow& row);
Status delete_session(Transaction& tx, const Uuid& id);

}  // namespace strongroom::storage
