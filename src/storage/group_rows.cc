#include "storage/group_rows.h"

#include "storage/fetch.h"

namespace strongroom::storage {
namespace {

constexpr std::string_view kGroups =
    "SELECT id, name, name_key, description, claim_value, mac, revision, created_at, updated_at "
    "FROM user_groups ";
constexpr std::string_view kMembers =
    "SELECT id, group_id, user_id, source, mac, created_at FROM group_members ";
constexpr std::string_view kRoles =
    "SELECT id, group_id, role_id, project_id, mac, created_at FROM group_roles ";

GroupRow read_group(Rows& rows) {
  return {.id = rows.uuid(0),
          .name = std::string(rows.text(1)),
          .name_key = std::string(rows.text(2)),
          .description = std::string(rows.text(3)),
          .claim_value = std::string(rows.text(4)),
          .mac = std::string(rows.bytes(5)),
          .revision = rows.integer(6),
          .created_at = rows.time(7),
          .updated_at = rows.time(8)};
}

GroupMemberRow read_member(Rows& rows) {
  return {.id = rows.uuid(0),
          .group_id = rows.uuid(1),
          .user_id = rows.uuid(2),
          .source = std::string(rows.text(3)),
          .mac = std::string(rows.bytes(4)),
          .created_at = rows.time(5)};
}

GroupRoleRow read_group_role(Rows& rows) {
  return {.id = rows.uuid(0),
          .group_id = rows.uuid(1),
          .role_id = rows.uuid(2),
          .project_id = rows.maybe_uuid(3),
          .mac = std::string(rows.bytes(4)),
          .created_at = rows.time(5)};
}

std::string with(std::string_view columns, std::string_view rest) {
  return std::string(columns).append(rest);
}

}  // namespace

Result<std::vector<GroupRow>> all_groups(Snapshot& snapshot) {
  return fetch_all<GroupRow>(snapshot, with(kGroups, "ORDER BY name_key"), {}, read_group);
}

Result<std::optional<GroupRow>> find_group(Snapshot& snapshot, const Uuid& id) {
  return fetch_one<GroupRow>(snapshot, with(kGroups, "WHERE id = ?"), {to_value(id)}, read_group);
}

Status insert_group(Transaction& tx, const GroupRow& row) {
  STRONGROOM_CHECK(tx.execute(
      "INSERT INTO user_groups (id, name, name_key, description, claim_value, mac, "
      "revision, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {to_value(row.id), row.name, row.name_key, row.description, row.claim_value, Blob{row.mac},
       row.revision, to_value(row.created_at), to_value(row.updated_at)}));
  return {};
}

Status update_group(Transaction& tx, const GroupRow& row) {
  STRONGROOM_CHECK(
      tx.execute("UPDATE user_groups SET name = ?, name_key = ?, description = ?, claim_value = ?, "
                 "mac = ?, revision = ?, updated_at = ? WHERE id = ?",
                 {row.name, row.name_key, row.description, row.claim_value, Blob{row.mac},
                  row.revision, to_value(row.updated_at), to_value(row.id)}));
  return {};
}

Status delete_group(Transaction& tx, const Uuid& id) {
  STRONGROOM_CHECK(tx.execute("DELETE FROM user_groups WHERE id = ?", {to_value(id)}));
  return {};
}

Result<std::vector<GroupMemberRow>> all_group_members(Snapshot& snapshot) {
  return fetch_all<GroupMemberRow>(snapshot, with(kMembers, "ORDER BY id"), {}, read_member);
}

Result<std::optional<GroupMemberRow>> find_group_member(Snapshot& snapshot, const Uuid& group,
                                                        const Uuid& user, std::string_view source) {
  return fetch_one<GroupMemberRow>(
      snapshot, with(kMembers, "WHERE group_id = ? AND user_id = ? AND source = ?"),
      {to_value(group), to_value(user), source}, read_member);
}

Status insert_group_member(Transaction& tx, const GroupMemberRow& row) {
  STRONGROOM_CHECK(
      tx.execute("INSERT INTO group_members (id, group_id, user_id, source, mac, created_at) "
                 "VALUES (?, ?, ?, ?, ?, ?)",
                 {to_value(row.id), to_value(row.group_id), to_value(row.user_id), row.source,
                  Blob{row.mac}, to_value(row.created_at)}));
  return {};
}

Status delete_group_member(Transaction& tx, const Uuid& id) {
  STRONGROOM_CHECK(tx.execute("DELETE FROM group_members WHERE id = ?", {to_value(id)}));
  return {};
}

Result<std::vector<GroupRoleRow>> all_group_roles(Snapshot& snapshot) {
  return fetch_all<GroupRoleRow>(snapshot, with(kRoles, "ORDER BY id"), {}, read_group_role);
}

Result<std::optional<GroupRoleRow>> find_group_role(Snapshot& snapshot, const Uuid& id) {
  return fetch_one<GroupRoleRow>(snapshot, with(kRoles, "WHERE id = ?"), {to_value(id)},
                                 read_group_role);
}

Result<bool> is_role_in_use(Snapshot& snapshot, const Uuid& role) {
  STRONGROOM_TRY(const std::int64_t count,
                 fetch_integer(snapshot, "SELECT COUNT(*) FROM group_roles WHERE role_id = ?",
                               {{to_value(role)}}));
  return count > 0;
}

Status insert_group_role(Transaction& tx, const GroupRoleRow& row) {
  STRONGROOM_CHECK(
      tx.execute("INSERT INTO group_roles (id, group_id, role_id, project_id, mac, created_at) "
                 "VALUES (?, ?, ?, ?, ?, ?)",
                 {to_value(row.id), to_value(row.group_id), to_value(row.role_id),
                  to_value(row.project_id), Blob{row.mac}, to_value(row.created_at)}));
  return {};
}

Status delete_group_role(Transaction& tx, const Uuid& id) {
  STRONGROOM_CHECK(tx.execute("DELETE FROM group_roles WHERE id = ?", {to_value(id)}));
  return {};
}

Result<bool> has_administrator(Snapshot& snapshot, const Uuid& role, std::string_view all) {
  const Value values[] = {all, to_value(role)};
  STRONGROOM_TRY(const std::int64_t found,
                 fetch_integer(snapshot,
                               "SELECT EXISTS (SELECT 1 FROM users u WHERE u.disabled_at IS NULL "
                               "AND u.password_hash <> '' AND (u.permissions = ? OR EXISTS ("
                               "SELECT 1 FROM group_members m JOIN group_roles r "
                               "ON r.group_id = m.group_id WHERE m.user_id = u.id "
                               "AND r.role_id = ? AND r.project_id IS NULL)))",
                               values));
  return found != 0;
}

}  // namespace strongroom::storage
