#include "storage/project_rows.h"

#include "storage/list_query.h"
#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

constexpr std::string_view kSelect =
    "SELECT id, name, name_key, description, mac, revision, created_at, updated_at, deleted_at, "
    "strict_robot_access FROM projects ";

ProjectRow read_project(Rows& rows) {
  return {.id = rows.uuid(0),
          .name = std::string(rows.text(1)),
          .name_key = std::string(rows.text(2)),
          .description = std::string(rows.text(3)),
          .mac = std::string(rows.bytes(4)),
          .stamps = read_stamps(rows, 5),
          .strict_robot_access = rows.flag(9)};
}

}  // namespace

Result<std::optional<ProjectRow>> find_project(Snapshot& snapshot, const Uuid& id) {
  return fetch_one<ProjectRow>(snapshot, std::string(kSelect) + "WHERE id = ?", {to_value(id)},
                               read_project);
}

Result<std::optional<Uuid>> find_project_named(Snapshot& snapshot, std::string_view name_key) {
  return fetch_id(snapshot, "SELECT id FROM projects WHERE name_key = ? AND deleted_at IS NULL",
                  {name_key});
}

Result<RowPage<ProjectRow>> list_projects(Snapshot& snapshot, const RowListRequest& request) {
  constexpr SortKey kKeys[] = {
      {"name", "name_key"}, {"created_at", "created_at"}, {"updated_at", "updated_at"}};
  ListQuery list(
      "id, name, name_key, description, mac, revision, created_at, updated_at, deleted_at, "
      "strict_robot_access",
      "projects", "id");
  if (request.deleted) {
    list.where("deleted_at IS NOT NULL");
  } else {
    list.where("deleted_at IS NULL");
  }
  list.where_within("id", request.projects);
  list.where_name_matches("name_key", request.filter_key);
  STRONGROOM_CHECK(list.sort_by(kKeys, request.sort, "name"));
  return fetch_page<ProjectRow>(snapshot, list, request, read_project);
}

Result<std::int64_t> count_projects(Snapshot& snapshot) {
  return fetch_integer(snapshot, "SELECT COUNT(*) FROM projects");
}

Status insert_project(Transaction& tx, const ProjectRow& row) {
  return run(tx,
             "INSERT INTO projects (id, name, name_key, description, mac, revision, created_at, "
             "updated_at, deleted_at, strict_robot_access) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
             {to_value(row.id), row.name, row.name_key, row.description, Blob{row.mac},
              row.stamps.revision, to_value(row.stamps.created_at), to_value(row.stamps.updated_at),
              to_value(row.stamps.deleted_at), to_value(row.strict_robot_access)});
}

Status update_project(Transaction& tx, const ProjectRow& row) {
  return run(tx,
             "UPDATE projects SET name = ?, name_key = ?, description = ?, mac = ?, revision = ?, "
             "updated_at = ?, deleted_at = ?, strict_robot_access = ? WHERE id = ?",
             {row.name, row.name_key, row.description, Blob{row.mac}, row.stamps.revision,
              to_value(row.stamps.updated_at), to_value(row.stamps.deleted_at),
              to_value(row.strict_robot_access), to_value(row.id)});
}

Result<ProjectContents> count_project_contents(Snapshot& snapshot, const Uuid& id) {
  const std::initializer_list<Value> project = {to_value(id)};
  ProjectContents contents;
  STRONGROOM_TRY(
      contents.target_systems,
      fetch_count(snapshot,
                  "SELECT COUNT(*) FROM target_systems WHERE project_id = ? AND deleted_at IS NULL",
                  project));
  STRONGROOM_TRY(
      contents.oauth_clients,
      fetch_count(snapshot,
                  "SELECT COUNT(*) FROM oauth_clients c JOIN target_systems t "
                  "ON t.id = c.target_system_id "
                  "WHERE c.project_id = ? AND c.deleted_at IS NULL AND t.deleted_at IS NULL",
                  project));
  STRONGROOM_TRY(contents.secrets,
                 fetch_count(snapshot,
                             "SELECT COUNT(*) FROM secrets s JOIN target_systems t "
                             "ON t.id = s.target_system_id WHERE s.project_id = ? "
                             "AND s.deleted_at IS NULL AND t.deleted_at IS NULL",
                             project));
  STRONGROOM_TRY(
      contents.robots,
      fetch_count(snapshot,
                  "SELECT COUNT(*) FROM robots WHERE project_id = ? AND deleted_at IS NULL",
                  project));
  STRONGROOM_TRY(
      contents.robot_access,
      fetch_count(snapshot,
                  "SELECT COUNT(*) FROM robot_access a "
                  "JOIN oauth_clients c ON c.id = a.oauth_client_id "
                  "JOIN target_systems t ON t.id = c.target_system_id "
                  "LEFT JOIN robots r ON r.id = a.robot_id "
                  "WHERE a.project_id = ? AND c.deleted_at IS NULL AND t.deleted_at IS NULL "
                  "AND r.deleted_at IS NULL",
                  project));
  return contents;
}

Result<std::vector<Uuid>> projects_deleted_until(Snapshot& snapshot, WallTime moment) {
  return fetch_ids(snapshot, "SELECT id FROM projects WHERE deleted_at <= ?", {to_value(moment)});
}

Status destroy_project(Transaction& tx, const Uuid& id) {
  // Old labels, values and keys go with the rows that they belong to.
  for (const std::string_view sql :
       {"DELETE FROM robot_access WHERE project_id = ?",
        "DELETE FROM secret_access WHERE project_id = ?",
        "DELETE FROM secrets WHERE project_id = ?",
        "DELETE FROM oauth_clients WHERE project_id = ?",
        "DELETE FROM target_systems WHERE project_id = ?",
        "DELETE FROM robots WHERE project_id = ?", "DELETE FROM data_keys WHERE scope = ?",
        "DELETE FROM projects WHERE id = ?"}) {
    STRONGROOM_CHECK(run(tx, sql, {to_value(id)}));
  }
  return {};
}

Status for_each_project(Snapshot& snapshot, UniqueFunction<Status(const ProjectRow&)> each) {
  return for_each_row(snapshot, std::string(kSelect) + "WHERE deleted_at IS NULL", read_project,
                      each);
}

}  // namespace strongroom::storage
