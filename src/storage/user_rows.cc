#include "storage/user_rows.h"

#include "storage/fetch.h"

namespace strongroom::storage {
namespace {

constexpr std::string_view kColumns =
    "SELECT id, name, name_key, password_hash, must_change_password, permissions, full_name, "
    "email, "
    "disabled_at, mac, created_at, second_factor FROM users ";

UserRow read_user(Rows& rows) {
  return {.id = rows.uuid(0),
          .name = std::string(rows.text(1)),
          .name_key = std::string(rows.text(2)),
          .password_hash = std::string(rows.text(3)),
          .must_change_password = rows.flag(4),
          .permissions = std::string(rows.text(5)),
          .full_name = std::string(rows.text(6)),
          .email = std::string(rows.text(7)),
          .disabled_at = rows.maybe_time(8),
          .mac = std::string(rows.bytes(9)),
          .created_at = rows.time(10),
          .second_factor = std::string(rows.text(11))};
}

std::string columns(std::string_view where) { return std::string(kColumns).append(where); }

}  // namespace

Result<std::optional<UserRow>> find_user(Snapshot& snapshot, const Uuid& id) {
  return fetch_one<UserRow>(snapshot, columns("WHERE id = ?"), {to_value(id)}, read_user);
}

Result<std::optional<UserRow>> find_user(Snapshot& snapshot, std::string_view name_key) {
  return fetch_one<UserRow>(snapshot, columns("WHERE name_key = ?"), {name_key}, read_user);
}

Result<std::vector<UserRow>> all_users(Snapshot& snapshot) {
  return fetch_all<UserRow>(snapshot, columns("ORDER BY name_key"), {}, read_user);
}

Status insert_user(Transaction& tx, const UserRow& row) {
  STRONGROOM_CHECK(tx.execute(
      "INSERT INTO users (id, name, name_key, password_hash, must_change_password, permissions, "
      "full_name, email, disabled_at, mac, preferences, created_at, second_factor) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?)",
      {to_value(row.id), row.name, row.name_key, row.password_hash,
       to_value(row.must_change_password), row.permissions, row.full_name, row.email,
       to_value(row.disabled_at), Blob{row.mac}, to_value(row.created_at), row.second_factor}));
  return {};
}

Status update_user(Transaction& tx, const UserRow& row) {
  STRONGROOM_CHECK(tx.execute(
      "UPDATE users SET name = ?, name_key = ?, password_hash = ?, must_change_password = ?, "
      "permissions = ?, full_name = ?, email = ?, disabled_at = ?, mac = ?, second_factor = ? "
      "WHERE id = ?",
      {row.name, row.name_key, row.password_hash, to_value(row.must_change_password),
       row.permissions, row.full_name, row.email, to_value(row.disabled_at), Blob{row.mac},
       row.second_factor, to_value(row.id)}));
  return {};
}

Status delete_user(Transaction& tx, const Uuid& id) {
  STRONGROOM_CHECK(tx.execute("DELETE FROM users WHERE id = ?", {to_value(id)}));
  return {};
}

Result<std::optional<std::string>> find_preferences(Snapshot& snapshot, const Uuid& user) {
  return fetch_one<std::string>(snapshot, "SELECT preferences FROM users WHERE id = ?",
                                {to_value(user)},
                                [](Rows& rows) { return std::string(rows.text(0)); });
}

Status put_preferences(Transaction& tx, const Uuid& user, std::string_view json) {
  STRONGROOM_CHECK(
      tx.execute("UPDATE users SET preferences = ? WHERE id = ?", {json, to_value(user)}));
  return {};
}

}  // namespace strongroom::storage
