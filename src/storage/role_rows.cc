#include "storage/role_rows.h"

#include "storage/fetch.h"

namespace strongroom::storage {
namespace {

constexpr std::string_view kColumns =
    "SELECT id, name, name_key, description, permissions, mac, revision, created_at, updated_at "
    "FROM roles ";

RoleRow read_role(Rows& rows) {
  return {.id = rows.uuid(0),
          .name = std::string(rows.text(1)),
          .name_key = std::string(rows.text(2)),
          .description = std::string(rows.text(3)),
          .permissions = std::string(rows.text(4)),
          .mac = std::string(rows.bytes(5)),
          .revision = rows.integer(6),
          .created_at = rows.time(7),
          .updated_at = rows.time(8)};
}

}  // namespace

Result<std::vector<RoleRow>> all_roles(Snapshot& snapshot) {
  return fetch_all<RoleRow>(snapshot, std::string(kColumns) + "ORDER BY name_key", {}, read_role);
}

Result<std::optional<RoleRow>> find_role(Snapshot& snapshot, const Uuid& id) {
  return fetch_one<RoleRow>(snapshot, std::string(kColumns) + "WHERE id = ?", {to_value(id)},
                            read_role);
}

Status insert_role(Transaction& tx, const RoleRow& row) {
  STRONGROOM_CHECK(tx.execute(
      "INSERT INTO roles (id, name, name_key, description, permissions, mac, revision, "
      "created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {to_value(row.id), row.name, row.name_key, row.description, row.permissions, Blob{row.mac},
       row.revision, to_value(row.created_at), to_value(row.updated_at)}));
  return {};
}

Status update_role(Transaction& tx, const RoleRow& row) {
  STRONGROOM_CHECK(
      tx.execute("UPDATE roles SET name = ?, name_key = ?, description = ?, permissions = ?, "
                 "mac = ?, revision = ?, updated_at = ? WHERE id = ?",
                 {row.name, row.name_key, row.description, row.permissions, Blob{row.mac},
                  row.revision, to_value(row.updated_at), to_value(row.id)}));
  return {};
}

Status delete_role(Transaction& tx, const Uuid& id) {
  STRONGROOM_CHECK(tx.execute("DELETE FROM roles WHERE id = ?", {to_value(id)}));
  return {};
}

}  // namespace strongroom::storage
