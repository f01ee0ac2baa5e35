#pragma once
// Rows of the table users.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct UserRow {
  Uuid id;
  std::string name;
  std::string name_key;       // the form under which names are compared
  std::string password_hash;  // empty: nobody can sign in as this user
  bool must_change_password = false;
  std::string permissions;  // the user's own; names joined by spaces
  std::string full_name;
  std::string email;
  std::optional<WallTime> disabled_at;
  std::string mac;  // made and checked by identity
  WallTime created_at{};
  std::string second_factor = {};  // identity's own text; empty: there is none
};

// Errors of all: as Snapshot::query() and Transaction::execute().

Result<std::optional<UserRow>> find_user(Snapshot& snapshot, const Uuid& id);
Result<std::optional<UserRow>> find_user(Snapshot& snapshot, std::string_view name_key);
Result<std::vector<UserRow>> all_users(Snapshot& snapshot);
// kConflict: there is already a user with that name_key.
Status insert_user(Transaction& tx, const UserRow& row);
// Writes all but the id, the time of creation and the preferences. Errors: as insert_user().
Status update_user(Transaction& tx, const UserRow& row);
// With sessions, API keys and memberships.
Status delete_user(Transaction& tx, const Uuid& id);

// A JSON object, or empty: there are none. nullopt: there is no such user.
Result<std::optional<std::string>> find_preferences(Snapshot& snapshot, const Uuid& user);
Status put_preferences(Transaction& tx, const Uuid& user, std::string_view json);

}  // namespace strongroom::storage
