#include "identity/users.h"

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "base/unicode.h"
#include "crypto/uuid.h"
#include "identity/key_record.h"
#include "identity/second_factor_record.h"
#include "identity/user_record.h"

namespace strongroom::identity {
namespace {

using storage::UserRow;

Error no_such_user() { return Error{Code::kNotFound, "There is no such user."}; }

User to_user(const UserRow& row) {
  return {.id = UserId{row.id},
          .name = row.name,
          .permissions = permissions_from_text(row.permissions).value_or(Permissions{}),
          .has_password = !row.password_hash.empty(),
          .must_change_password = row.must_change_password,
          .full_name = row.full_name,
          .email = row.email,
          .disabled_at = row.disabled_at,
          .created_at = row.created_at,
          .has_second_factor = is_confirmed_second_factor(row.second_factor)};
}

// The form under which `name` is looked up; what is no name is nobody's.
std::string key_of(std::string_view name) {
  const auto clean = clean_name(name, "/user");
  return clean ? name_key(*clean) : std::string();
}

}  // namespace

Users::Users(const Context& context, crypto::PasswordCost cost) : context_(context), cost_(cost) {}

Status Users::load() {
  STRONGROOM_TRY(const auto rows, storage::read<std::vector<UserRow>>(
                                      context_.store, [](storage::Snapshot& snapshot) {
                                        return storage::all_users(snapshot);
                                      }));
  is_new_ = rows.empty();
  for (const UserRow& row : rows) {
    STRONGROOM_TRY(const bool genuine, is_genuine(context_.sealer, row));
    if (genuine) {
      put(row);
    } else {
      context_.log.error("a user's row was changed from outside; nobody signs in as this user",
                         {{"user", row.id}});
    }
  }
  return {};
}

Result<bool> Users::ensure_first_administrator(Keep keep) {
  if (!is_new_) return false;
  const crypto::Password password = crypto::make_password(context_.random);
  const WallTime now = context_.clock.now();
  UserRow row{.id = crypto::make_uuid(now, context_.random),
              .name = std::string(kFirstAdministrator),
              .name_key = name_key(kFirstAdministrator),
              .password_hash = {},
              .must_change_password = true,
              .permissions = own_permissions_text(Permissions::all()),
              .full_name = {},
              .email = {},
              .disabled_at = {},
              .mac = {},
              .created_at = now};
  STRONGROOM_TRY(row.password_hash, hash(password));
  STRONGROOM_CHECK(keep(password));  // first: a user whose password nobody knows is there for ever
  audit::Event event{.id = crypto::make_uuid(now, context_.random),
                     .at = now,
                     .action = audit::Action::kUserCreated};
  event.subject_id = row.id;
  event.subject_name = row.name;
  const Status made = context_.store.write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(insert(tx, row));
    return context_.trail.record_change(tx, event);
  });
  STRONGROOM_CHECK(made);
  is_new_ = false;
  return true;
}

std::optional<User> Users::find(UserId id) const {
  const std::shared_lock lock(mutex_);
  const auto found = users_.find(id);
  if (found == users_.end()) return std::nullopt;
  return to_user(found->second);
}

std::optional<User> Users::find(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto id = ids_.find(key_of(name));
  if (id == ids_.end()) return std::nullopt;
  return to_user(users_.at(id->second));
}

std::string Users::second_factor_text(UserId id) const {
  const std::shared_lock lock(mutex_);
  const auto found = users_.find(id);
  return found == users_.end() ? std::string() : found->second.second_factor;
}

std::vector<User> Users::all() const {
  std::vector<User> all;
  {
    const std::shared_lock lock(mutex_);
    all.reserve(users_.size());
    std::vector<const UserRow*> rows;
    rows.reserve(users_.size());
    for (const auto& [id, row] : users_) rows.push_back(&row);
    std::ranges::sort(rows, {},
                      [](const UserRow* row) -> const std::string& { return row->name_key; });
    for (const UserRow* row : rows) all.push_back(to_user(*row));
  }
  return all;
}

Users::Page Users::page(std::string_view filter, std::size_t first, std::size_t count) const {
  const std::string wanted = name_key(filter);
  const auto fits = [&](const UserRow& row) {
    if (wanted.empty()) return true;
    const std::string text = name_key(row.name + " " + row.full_name + " " + row.email);
    return text.find(wanted) != std::string::npos;
  };
  Page page;
  const std::shared_lock lock(mutex_);
  std::vector<const UserRow*> rows;
  rows.reserve(wanted.empty() ? users_.size() : 0);
  for (const auto& [id, row] : users_) {
    if (fits(row)) rows.push_back(&row);
  }
  page.total = rows.size();
  const std::size_t from = std::min(first, rows.size());
  const std::size_t to = from + std::min(count, rows.size() - from);
  const auto at = [&](std::size_t n) { return rows.begin() + static_cast<std::ptrdiff_t>(n); };
  const auto key = [](const UserRow* row) -> const std::string& { return row->name_key; };
  if (from < to) std::ranges::nth_element(rows, at(from), {}, key);
  std::ranges::partial_sort(at(from), at(to), rows.end(), {}, key);
  for (std::size_t n = from; n < to; ++n) page.users.push_back(to_user(*rows[n]));
  return page;
}

bool Users::has_password() const {
  const std::shared_lock lock(mutex_);
  return std::ranges::any_of(users_,
                             [](const auto& entry) { return !entry.second.password_hash.empty(); });
}

std::optional<Users::Checked> Users::check(std::string_view name,
                                           const crypto::Password& password) const {
  std::optional<Checked> user;
  std::string hash;
  {
    const std::shared_lock lock(mutex_);
    const auto id = ids_.find(key_of(name));
    if (id != ids_.end()) {
      const UserRow& row = users_.at(id->second);
      user = Checked{to_user(row), row.password_hash};
      hash = row.password_hash;
    }
  }
  if (hash.empty() || user->disabled_at) {
    hash = crypto::unmatched_hash(cost_);
    user.reset();
  }
  if (!crypto::verify_password(hash, password)) return std::nullopt;
  return user;
}

bool Users::is_still(const Checked& checked) const {
  const std::shared_lock lock(mutex_);
  const auto found = users_.find(checked.id);
  return found != users_.end() && !found->second.disabled_at &&
         found->second.password_hash == checked.password_hash &&
         is_confirmed_second_factor(found->second.second_factor) == checked.has_second_factor;
}

bool Users::needs_rehash(UserId id) const {
  const std::shared_lock lock(mutex_);
  const auto found = users_.find(id);
  return found != users_.end() && !found->second.password_hash.empty() &&
         crypto::needs_rehash(found->second.password_hash, cost_);
}

Result<std::string> Users::hash(const crypto::Password& password) const {
  return crypto::hash_password(password, cost_);
}

Result<User> Users::find_or_make(storage::Transaction& tx, const std::string& name,
                                 const Made& made) {
  const std::string key = name_key(name);
  STRONGROOM_TRY(const auto known, storage::find_user(tx, key));
  if (known) return to_user(*known);
  UserRow row{.id = made.id,
              .name = name,
              .name_key = key,
              .password_hash = {},
              .must_change_password = false,
              .permissions = own_permissions_text(made.permissions),
              .full_name = {},
              .email = {},
              .disabled_at = {},
              .mac = {},
              .created_at = made.at};
  return insert(tx, std::move(row));
}

Status Users::check_name_is_free(const UserRow& row) const {
  const std::shared_lock lock(mutex_);
  const auto same = ids_.find(row.name_key);
  if (same != ids_.end() && same->second.uuid != row.id) {
    return Error{Code::kConflict, "There is a user with this name already.", {}, "duplicate"}.at(
        "/name");
  }
  const auto before = users_.find(UserId{row.id});
  if (before != users_.end() && before->second.name == row.name) return {};
  return look_alikes_.check(row.id, row.name);
}

Status Users::check_new_name(const std::string& clean_name) const {
  UserRow row;
  row.name = clean_name;
  row.name_key = name_key(clean_name);
  return check_name_is_free(row);
}

Result<User> Users::insert(storage::Transaction& tx, UserRow row) {
  STRONGROOM_CHECK(check_name_is_free(row));
  STRONGROOM_TRY(row.mac, user_mac(context_.sealer, row));
  STRONGROOM_CHECK(storage::insert_user(tx, row));
  tx.on_commit([this, row] { put(row); });
  return to_user(row);
}

Result<User> Users::update(storage::Transaction& tx, UserRow row) {
  STRONGROOM_CHECK(check_name_is_free(row));
  STRONGROOM_TRY(row.mac, user_mac(context_.sealer, row));
  STRONGROOM_CHECK(storage::update_user(tx, row));
  tx.on_commit([this, row] { put(row); });
  return to_user(row);
}

Status Users::remove(storage::Transaction& tx, UserId id) {
  STRONGROOM_CHECK(storage::delete_user(tx, id.uuid));
  tx.on_commit([this, id] {
    const std::unique_lock lock(mutex_);
    const auto found = users_.find(id);
    if (found == users_.end()) return;
    ids_.erase(found->second.name_key);
    look_alikes_.forget(id.uuid);
    users_.erase(found);
  });
  return {};
}

Result<UserRow> Users::row_of(storage::Snapshot& snapshot, UserId id) const {
  STRONGROOM_TRY(auto row, storage::find_user(snapshot, id.uuid));
  if (!row || !find(id)) return no_such_user();
  STRONGROOM_TRY(const bool genuine, is_genuine(context_.sealer, *row));
  if (!genuine) return Error{Code::kCorrupt, "A user's row was changed from outside.", id.text()};
  return *std::move(row);
}

Result<User> Users::set_password(storage::Transaction& tx, UserId id, const NewPassword& password) {
  STRONGROOM_TRY(UserRow row, row_of(tx, id));
  row.password_hash = password.hash;
  row.must_change_password = password.must_change;
  if (password.permissions) row.permissions = own_permissions_text(*password.permissions);
  return update(tx, std::move(row));
}

Result<std::string> Users::preferences(UserId id) const {
  STRONGROOM_TRY(auto json, storage::read<std::optional<std::string>>(
                                context_.store, [&](storage::Snapshot& snapshot) {
                                  return storage::find_preferences(snapshot, id.uuid);
                                }));
  if (!json) return no_such_user();
  return json->empty() ? std::string("{}") : *std::move(json);
}

Status Users::put_preferences(UserId id, std::string_view json) {
  return context_.store.write(
      [&](storage::Transaction& tx) { return storage::put_preferences(tx, id.uuid, json); });
}

void Users::put(const UserRow& row) {
  const std::unique_lock lock(mutex_);
  const auto before = users_.find(UserId{row.id});
  if (before != users_.end() && before->second.name_key != row.name_key) {
    ids_.erase(before->second.name_key);
  }
  if (before == users_.end() || before->second.name != row.name) {
    look_alikes_.put(row.id, row.name);
  }
  users_.insert_or_assign(UserId{row.id}, row);
  ids_.insert_or_assign(row.name_key, UserId{row.id});
}

}  // namespace strongroom::identity
