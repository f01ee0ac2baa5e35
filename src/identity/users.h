#pragma once
// The people that there are, and their passwords.
//
// Of a password an Argon2id hash is kept, with a MAC over all that lets its owner in, so that
// nobody who can only write to the database can give themselves a password, or bring an old one
// back. The rows are held in memory and follow the commits that change them: whoever signs in is
// judged by what was loaded, not by what lies in the file now.

#include <cstddef>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/function.h"
#include "crypto/password_hash.h"
#include "identity/context.h"
#include "identity/look_alikes.h"
#include "identity/types.h"
#include "storage/user_rows.h"

namespace strongroom::identity {

// The user whom the first start makes.
inline constexpr std::string_view kFirstAdministrator = "admin";

// Safe to use from any thread. What takes a transaction belongs on the writer's thread; what blocks
// says so. Errors, beside their own: kUnavailable (storage), kCorrupt.
class Users {
 public:
  // Everything in `context` must outlive this. load() before anything else.
  explicit Users(const Context& context, crypto::PasswordCost cost = crypto::kPasswordCost);

  // Reads them. A row whose MAC does not fit is logged, and nobody signs in by it. Blocks.
  Status load();

  // Where nobody is known yet: makes the user `admin` with all permissions and a password that must
  // be changed, which `keep` is given before it counts. True: it was made. Blocks.
  using Keep = UniqueFunction<Status(const crypto::Password&)>;
  Result<bool> ensure_first_administrator(Keep keep);

  std::optional<User> find(UserId id) const;
  // By name, in any case.
  std::optional<User> find(std::string_view name) const;
  std::vector<User> all() const;  // by name
  // `count` of those that have `filter` in their names or e-mail address, in any case, by name from
  // the one after the first `first` on; all have an empty one. Takes no longer for who is not shown
  // than it takes to compare them.
  struct Page {
    std::vector<User> users;
    std::size_t total = 0;  // that have it
  };
  Page page(std::string_view filter, std::size_t first, std::size_t count) const;
  // As it is kept (identity/second_factor_record.h); empty: the user has none.
  std::string second_factor_text(UserId id) const;
  // Whether anybody could sign in with a password.
  bool has_password() const;

  // The user with this name and password, and the hash that it fitted. Costs the same for a name
  // that nobody has, and for a user without a password. Takes about a tenth of a second.
  struct Checked : User {
    std::string password_hash;
  };
  std::optional<Checked> check(std::string_view name, const crypto::Password& password) const;
  // Whether somebody who was checked would still be: neither disabled nor given another password,
  // and with or without a second factor as before.
  bool is_still(const Checked& checked) const;
  // Whether the user's password was hashed at another cost than is asked for today.
  bool needs_rehash(UserId id) const;
  // At today's cost. Errors: kUnavailable, there is not enough memory.
  Result<std::string> hash(const crypto::Password& password) const;

  // The user with the name, made without a password, and with these permissions, if there is none.
  struct Made {
    Uuid id;
    WallTime at{};
    Permissions permissions = {};
  };
  Result<User> find_or_make(storage::Transaction& tx, const std::string& name, const Made& made);

  // Whether somebody new may have the name. Errors: as insert().
  Status check_new_name(const std::string& clean_name) const;

  // Errors: kNotFound.
  struct NewPassword {
    std::string hash;
    bool must_change = false;
    std::optional<Permissions> permissions = {};  // nullopt: as they are
  };
  Result<User> set_password(storage::Transaction& tx, UserId id, const NewPassword& password);

  // The row as it is stored, if it is believed. Errors: kNotFound, kCorrupt.
  Result<storage::UserRow> row_of(storage::Snapshot& snapshot, UserId id) const;
  // Writes a new row, or a changed one, with its MAC. Errors: kConflict "duplicate" or
  // "look_alike", and kInvalidArgument for mixed scripts, at /name.
  Result<User> insert(storage::Transaction& tx, storage::UserRow row);
  Result<User> update(storage::Transaction& tx, storage::UserRow row);
  // With all that goes with it.
  Status remove(storage::Transaction& tx, UserId id);

  // A JSON object that is never looked into. Block. Errors: kNotFound.
  Result<std::string> preferences(UserId id) const;
  Status put_preferences(UserId id, std::string_view json);

 private:
  Status check_name_is_free(const storage::UserRow& row) const;
  void put(const storage::UserRow& row);

  Context context_;
  const crypto::PasswordCost cost_;
  bool is_new_ = false;  // no row was there when they were loaded
  mutable std::shared_mutex mutex_;
  std::unordered_map<UserId, storage::UserRow, UuidHash> users_;
  std::unordered_map<std::string, UserId> ids_;  // by name_key
  LookAlikes look_alikes_;
};

}  // namespace strongroom::identity
