#include "storage/robot_rows.h"

#include "storage/list_query.h"
#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

// One list of columns, as ListQuery wants a literal and so does everybody else.
#define STRONGROOM_ROBOT_COLUMNS                                            \
  "r.id, r.project_id, r.name, r.name_key, r.path, r.path_key, r.kind, "    \
  "r.mac, r.revision, r.created_at, r.updated_at, r.deleted_at, "           \
  "CASE WHEN p.deleted_at IS NULL THEN 0 ELSE 1 END, r.reported_revision, " \
  "r.missing_dependencies, "                                                \
  "r.serves"
#define STRONGROOM_ROBOT_SOURCE "robots r JOIN projects p ON p.id = r.project_id"

constexpr std::string_view kSelectKey =
    "SELECT k.id, k.robot_id, k.hash, k.mac, k.created_at, k.revoked_at, k.restrictions, "
    "k.last_used_at, k.last_used_from, k.identity FROM robot_keys k ";

RobotRow read_robot(Rows& rows) {
  return {.id = rows.uuid(0),
          .project_id = rows.uuid(1),
          .name = std::string(rows.text(2)),
          .name_key = std::string(rows.text(3)),
          .path = std::string(rows.text(4)),
          .path_key = std::string(rows.text(5)),
          .kind = std::string(rows.text(6)),
          .mac = std::string(rows.bytes(7)),
          .stamps = read_stamps(rows, 8),
          .reported_revision = std::string(rows.text(13)),
          .missing_dependencies = std::string(rows.text(14)),
          .hidden = rows.flag(12),
          .serves = std::string(rows.text(15))};
}

RobotKeyRow read_key(Rows& rows) {
  return {.id = rows.uuid(0),
          .robot_id = rows.uuid(1),
          .hash = std::string(rows.bytes(2)),
          .mac = std::string(rows.bytes(3)),
          .created_at = rows.time(4),
          .revoked_at = rows.maybe_time(5),
          .restrictions = std::string(rows.text(6)),
          .last_used_at = rows.maybe_time(7),
          .last_used_from = std::string(rows.text(8)),
          .identity = std::string(rows.text(9))};
}

}  // namespace

Result<std::optional<RobotRow>> find_robot(Snapshot& snapshot, const Uuid& id) {
  return fetch_one<RobotRow>(snapshot,
                             "SELECT " STRONGROOM_ROBOT_COLUMNS " FROM " STRONGROOM_ROBOT_SOURCE
                             " WHERE r.id = ?",
                             {to_value(id)}, read_robot);
}

Result<std::optional<Uuid>> find_robot_named(Snapshot& snapshot, const Uuid& project_id,
                                             std::string_view path_key, std::string_view name_key,
                                             const Uuid& except) {
  return fetch_id(snapshot,
                  "SELECT id FROM robots WHERE project_id = ? AND path_key = ? AND name_key = ? "
                  "AND deleted_at IS NULL AND id <> ?",
                  {to_value(project_id), path_key, name_key, to_value(except)});
}

Result<RowPage<RobotRow>> list_robots(Snapshot& snapshot, const RobotListRequest& request) {
  constexpr SortKey kKeys[] = {{"name", "r.name_key"},
                               {"path", "r.path_key"},
                               {"kind", "r.kind"},
                               {"created_at", "r.created_at"},
                               {"updated_at", "r.updated_at"}};
  ListQuery list(STRONGROOM_ROBOT_COLUMNS, STRONGROOM_ROBOT_SOURCE, "r.id");
  list.where("p.deleted_at IS NULL");
  if (request.list.deleted) {
    list.where("r.deleted_at IS NOT NULL");
  } else {
    list.where("r.deleted_at IS NULL");
  }
  list.where_within("r.project_id", request.list.projects);
  if (request.project_id) list.where("r.project_id = ?", to_value(*request.project_id));
  if (request.list.filter_key.find('/') == std::string::npos) {
    list.where_name_matches("r.name_key", request.list.filter_key);
  } else {
    list.where_name_matches("(r.path_key || '/' || r.name_key)", request.list.filter_key);
  }
  STRONGROOM_CHECK(list.sort_by(kKeys, request.list.sort, "name"));
  return fetch_page<RobotRow>(snapshot, list, request.list, read_robot);
}

Status insert_robot(Transaction& tx, const RobotRow& row) {
  return run(
      tx,
      "INSERT INTO robots (id, project_id, name, name_key, path, path_key, kind, mac, "
      "revision, created_at, updated_at, deleted_at, serves) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {to_value(row.id), to_value(row.project_id), row.name, row.name_key, row.path, row.path_key,
       row.kind, Blob{row.mac}, row.stamps.revision, to_value(row.stamps.created_at),
       to_value(row.stamps.updated_at), to_value(row.stamps.deleted_at), row.serves});
}

Status update_robot(Transaction& tx, const RobotRow& row) {
  return run(tx,
             "UPDATE robots SET name = ?, name_key = ?, path = ?, path_key = ?, kind = ?, mac = ?, "
             "revision = ?, updated_at = ?, deleted_at = ?, reported_revision = ?, "
             "missing_dependencies = ?, serves = ? WHERE id = ?",
             {row.name, row.name_key, row.path, row.path_key, row.kind, Blob{row.mac},
              row.stamps.revision, to_value(row.stamps.updated_at), to_value(row.stamps.deleted_at),
              row.reported_revision, row.missing_dependencies, row.serves, to_value(row.id)});
}

Result<std::vector<RobotKeyRow>> robot_keys_of(Snapshot& snapshot, const Uuid& robot_id) {
  return fetch_all<RobotKeyRow>(
      snapshot, std::string(kSelectKey) + "WHERE k.robot_id = ? ORDER BY k.created_at, k.id",
      {to_value(robot_id)}, read_key);
}

Result<std::optional<RobotKeyRow>> find_robot_key(Snapshot& snapshot, const Uuid& id) {
  return fetch_one<RobotKeyRow>(snapshot, std::string(kSelectKey) + "WHERE k.id = ?",
                                {to_value(id)}, read_key);
}

Status insert_robot_key(Transaction& tx, const RobotKeyRow& row) {
  return run(
      tx,
      "INSERT INTO robot_keys (id, robot_id, hash, mac, created_at, revoked_at, restrictions, "
      "last_used_at, last_used_from, identity) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {to_value(row.id), to_value(row.robot_id), Blob{row.hash}, Blob{row.mac},
       to_value(row.created_at), to_value(row.revoked_at), row.restrictions,
       to_value(row.last_used_at), row.last_used_from, row.identity});
}

Status note_robot_key_use(Transaction& tx, const Uuid& id, WallTime at, std::string_view from) {
  return run(tx, "UPDATE robot_keys SET last_used_at = ?, last_used_from = ? WHERE id = ?",
             {to_value(at), from, to_value(id)});
}

Status revoke_robot_key(Transaction& tx, const RobotKeyRow& row) {
  return run(tx, "UPDATE robot_keys SET revoked_at = ?, mac = ? WHERE id = ?",
             {to_value(row.revoked_at), Blob{row.mac}, to_value(row.id)});
}

Result<std::int64_t> count_rules_of_robot(Snapshot& snapshot, const Uuid& id) {
  return fetch_count(snapshot,
                     "SELECT COUNT(*) FROM robot_access a "
                     "JOIN oauth_clients c ON c.id = a.oauth_client_id "
                     "JOIN target_systems t ON t.id = c.target_system_id "
                     "WHERE a.robot_id = ? AND c.deleted_at IS NULL AND t.deleted_at IS NULL",
                     {to_value(id)});
}

Result<std::vector<Uuid>> robots_of_project(Snapshot& snapshot, const Uuid& id) {
  return fetch_ids(snapshot, "SELECT id FROM robots WHERE project_id = ?", {to_value(id)});
}

Result<std::vector<Uuid>> robots_deleted_until(Snapshot& snapshot, WallTime moment) {
  return fetch_ids(snapshot, "SELECT id FROM robots WHERE deleted_at <= ?", {to_value(moment)});
}

Status destroy_robot(Transaction& tx, const Uuid& id) {
  return run(tx, "DELETE FROM robots WHERE id = ?", {to_value(id)});
}

Status for_each_robot(Snapshot& snapshot, UniqueFunction<Status(const RobotRow&)> each) {
  return for_each_row(snapshot,
                      "SELECT " STRONGROOM_ROBOT_COLUMNS " FROM " STRONGROOM_ROBOT_SOURCE
                      " WHERE r.deleted_at IS NULL",
                      read_robot, each);
}

Status for_each_robot_key(Snapshot& snapshot, UniqueFunction<Status(const RobotKeyRow&)> each) {
  return for_each_row(snapshot,
                      std::string(kSelectKey) +
                          "JOIN robots r ON r.id = k.robot_id "
                          "WHERE k.revoked_at IS NULL AND r.deleted_at IS NULL",
                      read_key, each);
}

Status for_each_unrevoked_robot_key(Snapshot& snapshot,
                                    UniqueFunction<Status(const RobotKeyRow&)> each) {
  return for_each_row(snapshot, std::string(kSelectKey) + "WHERE k.revoked_at IS NULL", read_key,
                      each);
}

}  // namespace strongroom::storage
