#include "storage/api_key_rows.h"

#include "storage/fetch.h"

namespace strongroom::storage {
namespace {

constexpr std::string_view kKeyColumns =
    "SELECT id, user_id, name, hash, permissions, mac, created_at, expires_at, revoked_at, "
    "projects, last_used_at, last_used_from FROM api_keys ";

ApiKeyRow read_key(Rows& rows) {
  return {.id = rows.uuid(0),
          .user_id = rows.uuid(1),
          .name = std::string(rows.text(2)),
          .hash = std::string(rows.bytes(3)),
          .permissions = std::string(rows.text(4)),
          .mac = std::string(rows.bytes(5)),
          .created_at = rows.time(6),
          .expires_at = rows.maybe_time(7),
          .revoked_at = rows.maybe_time(8),
          .projects = std::string(rows.text(9)),
          .last_used_at = rows.maybe_time(10),
          .last_used_from = std::string(rows.text(11))};
}

}  // namespace

Result<std::vector<ApiKeyRow>> all_api_keys(Snapshot& snapshot) {
  return fetch_all<ApiKeyRow>(snapshot, std::string(kKeyColumns) + "ORDER BY created_at, id", {},
                              read_key);
}

Result<std::optional<ApiKeyRow>> find_api_key(Snapshot& snapshot, const Uuid& id) {
  return fetch_one<ApiKeyRow>(snapshot, std::string(kKeyColumns) + "WHERE id = ?", {to_value(id)},
                              read_key);
}

Status insert_api_key(Transaction& tx, const ApiKeyRow& row) {
  STRONGROOM_CHECK(tx.execute(
      "INSERT INTO api_keys (id, user_id, name, hash, permissions, mac, created_at, expires_at, "
      "revoked_at, projects) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {to_value(row.id), to_value(row.user_id), row.name, Blob{row.hash}, row.permissions,
       Blob{row.mac}, to_value(row.created_at), to_value(row.expires_at), to_value(row.revoked_at),
       row.projects}));
  return {};
}

Status revoke_api_key(Transaction& tx, const Uuid& id, WallTime revoked_at, std::string_view mac) {
  STRONGROOM_CHECK(tx.execute("UPDATE api_keys SET revoked_at = ?, mac = ? WHERE id = ?",
                              {to_value(revoked_at), Blob{mac}, to_value(id)}));
  return {};
}

Status note_api_key_use(Transaction& tx, const Uuid& id, WallTime at, std::string_view from) {
  STRONGROOM_CHECK(
      tx.execute("UPDATE api_keys SET last_used_at = ?, last_used_from = ? WHERE id = ?",
                 {to_value(at), from, to_value(id)}));
  return {};
}

}  // namespace strongroom::storage
