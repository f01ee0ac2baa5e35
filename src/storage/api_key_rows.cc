#include "storage/api_key_rows.h"

#include <utility>

namespace strongroom::storage {
namespace {

constexpr std::string_view kUserColumns = "SELECT id, name, name_key, created_at FROM users ";
constexpr std::string_view kKeyColumns =
    "SELECT id, user_id, name, hash, permissions, mac, created_at, expires_at, revoked_at "
    "FROM api_keys ";

UserRow read_user(Rows& rows) {
  return {.id = rows.uuid(0),
          .name = std::string(rows.text(1)),
          .name_key = std::string(rows.text(2)),
          .created_at = rows.time(3)};
}

ApiKeyRow read_key(Rows& rows) {
  return {.id = rows.uuid(0),
          .user_id = rows.uuid(1),
          .name = std::string(rows.text(2)),
          .hash = std::string(rows.bytes(3)),
          .permissions = std::string(rows.text(4)),
          .mac = std::string(rows.bytes(5)),
          .created_at = rows.time(6),
          .expires_at = rows.maybe_time(7),
          .revoked_at = rows.maybe_time(8)};
}

template <class Row>
Result<std::vector<Row>> collect(Snapshot& snapshot, const std::string& sql,
                                 std::initializer_list<Value> values, Row (*read_row)(Rows&)) {
  STRONGROOM_TRY(auto rows, snapshot.query(sql, values));
  std::vector<Row> found;
  while (rows->next()) found.push_back(read_row(*rows));
  STRONGROOM_CHECK(rows->status());
  return found;
}

template <class Row>
std::optional<Row> first(std::vector<Row> rows) {
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

}  // namespace

Result<std::optional<UserRow>> find_user(Snapshot& snapshot, std::string_view name_key) {
  STRONGROOM_TRY(auto rows, collect(snapshot, std::string(kUserColumns) + "WHERE name_key = ?",
                                    {name_key}, read_user));
  return first(std::move(rows));
}

Result<std::vector<UserRow>> all_users(Snapshot& snapshot) {
  return collect(snapshot, std::string(kUserColumns) + "ORDER BY name_key", {}, read_user);
}

Status insert_user(Transaction& tx, const UserRow& row) {
  STRONGROOM_CHECK(
      tx.execute("INSERT INTO users (id, name, name_key, created_at) VALUES (?, ?, ?, ?)",
                 {to_value(row.id), row.name, row.name_key, to_value(row.created_at)}));
  return {};
}

Result<std::vector<ApiKeyRow>> all_api_keys(Snapshot& snapshot) {
  return collect(snapshot, std::string(kKeyColumns) + "ORDER BY created_at, id", {}, read_key);
}

Result<std::optional<ApiKeyRow>> find_api_key(Snapshot& snapshot, const Uuid& id) {
  STRONGROOM_TRY(auto rows, collect(snapshot, std::string(kKeyColumns) + "WHERE id = ?",
                                    {to_value(id)}, read_key));
  return first(std::move(rows));
}

Status insert_api_key(Transaction& tx, const ApiKeyRow& row) {
  STRONGROOM_CHECK(tx.execute(
      "INSERT INTO api_keys (id, user_id, name, hash, permissions, mac, created_at, expires_at, "
      "revoked_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {to_value(row.id), to_value(row.user_id), row.name, Blob{row.hash}, row.permissions,
       Blob{row.mac}, to_value(row.created_at), to_value(row.expires_at),
       to_value(row.revoked_at)}));
  return {};
}

Status revoke_api_key(Transaction& tx, const Uuid& id, WallTime revoked_at, std::string_view mac) {
  STRONGROOM_CHECK(tx.execute("UPDATE api_keys SET revoked_at = ?, mac = ? WHERE id = ?",
                              {to_value(revoked_at), Blob{mac}, to_value(id)}));
  return {};
}

}  // namespace strongroom::storage
