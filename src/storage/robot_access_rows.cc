#include "storage/robot_access_rows.h"

#include <array>

#include "storage/list_query.h"
#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

// One list of columns, as ListQuery wants a literal and so does everybody else.
#define STRONGROOM_ROBOT_ACCESS_OWN_COLUMNS                                                   \
  "a.id, a.project_id, a.oauth_client_id, a.robot_id, a.path_pattern, a.pattern_key, a.mac, " \
  "a.created_at, a.invalid_reason, a.last_used_at, "
#define STRONGROOM_ROBOT_ACCESS_COLUMNS                      \
  STRONGROOM_ROBOT_ACCESS_OWN_COLUMNS                        \
  "CASE WHEN c.deleted_at IS NULL AND r.deleted_at IS NULL " \
  "AND t.deleted_at IS NULL AND p.deleted_at IS NULL THEN 0 ELSE 1 END"
#define STRONGROOM_ROBOT_ACCESS_SOURCE                               \
  "robot_access a JOIN oauth_clients c ON c.id = a.oauth_client_id " \
  "JOIN target_systems t ON t.id = c.target_system_id "              \
  "JOIN projects p ON p.id = a.project_id LEFT JOIN robots r ON r.id = a.robot_id"

RobotAccessRow read_rule(Rows& rows) {
  return {.id = rows.uuid(0),
          .project_id = rows.uuid(1),
          .oauth_client_id = rows.uuid(2),
          .robot_id = rows.maybe_uuid(3),
          .path_pattern = std::string(rows.text(4)),
          .pattern_key = std::string(rows.text(5)),
          .mac = std::string(rows.bytes(6)),
          .created_at = rows.time(7),
          .invalid_reason = std::string(rows.text(8)),
          .last_used_at = rows.maybe_time(9),
          .hidden = rows.flag(10)};
}

Result<ListQuery> start_list(const RobotAccessListRequest& request) {
  constexpr SortKey kKeys[] = {
      {"name", "c.label_key"}, {"path_pattern", "a.pattern_key"}, {"created_at", "a.created_at"}};
  ListQuery list(STRONGROOM_ROBOT_ACCESS_COLUMNS, STRONGROOM_ROBOT_ACCESS_SOURCE, "a.id");
  list.where("c.deleted_at IS NULL AND t.deleted_at IS NULL AND p.deleted_at IS NULL");
  list.where("r.deleted_at IS NULL");
  list.where_within("a.project_id", request.list.projects);
  if (request.project_id) list.where("a.project_id = ?", to_value(*request.project_id));
  if (request.oauth_client_id) {
    list.where("a.oauth_client_id = ?", to_value(*request.oauth_client_id));
  }
  if (request.valid) {
    if (*request.valid) {
      list.where("a.invalid_reason = ''");
    } else {
      list.where("a.invalid_reason <> ''");
    }
  }
  if (request.unused_since) {
    // What was granted since then had no time to be used.
    const std::array moments{to_value(*request.unused_since), to_value(*request.unused_since)};
    list.where("(a.last_used_at IS NULL OR a.last_used_at < ?) AND a.created_at < ?", moments);
  }
  list.where_name_matches("c.label_key", request.list.filter_key);
  STRONGROOM_CHECK(list.sort_by(kKeys, request.list.sort, "created_at"));
  return list;
}

}  // namespace

Result<std::optional<RobotAccessRow>> find_robot_access(Snapshot& snapshot, const Uuid& id) {
  return fetch_one<RobotAccessRow>(snapshot,
                                   "SELECT " STRONGROOM_ROBOT_ACCESS_COLUMNS
                                   " FROM " STRONGROOM_ROBOT_ACCESS_SOURCE " WHERE a.id = ?",
                                   {to_value(id)}, read_rule);
}

Result<std::optional<Uuid>> find_same_rule(Snapshot& snapshot, const RobotAccessRow& rule) {
  if (rule.robot_id) {
    return fetch_id(snapshot,
                    "SELECT id FROM robot_access WHERE oauth_client_id = ? AND robot_id = ?",
                    {to_value(rule.oauth_client_id), to_value(*rule.robot_id)});
  }
  return fetch_id(snapshot,
                  "SELECT id FROM robot_access WHERE oauth_client_id = ? AND robot_id IS NULL "
                  "AND pattern_key = ?",
                  {to_value(rule.oauth_client_id), rule.pattern_key});
}

Result<RowPage<RobotAccessRow>> list_robot_access(Snapshot& snapshot,
                                                  const RobotAccessListRequest& request) {
  STRONGROOM_TRY(ListQuery list, start_list(request));
  return fetch_page<RobotAccessRow>(snapshot, list, request.list, read_rule);
}

Result<std::vector<RobotAccessRow>> rules_that_may_fit(Snapshot& snapshot,
                                                       const RobotAccessListRequest& request,
                                                       const Uuid& robot_id) {
  STRONGROOM_TRY(ListQuery list, start_list(request));
  list.where("a.robot_id = ? OR a.robot_id IS NULL", to_value(robot_id));
  return list.fetch<RobotAccessRow>(snapshot, read_rule);
}

Result<std::vector<RobotAccessRow>> rules_of_client(Snapshot& snapshot,
                                                    const Uuid& oauth_client_id) {
  return fetch_all<RobotAccessRow>(snapshot,
                                   "SELECT " STRONGROOM_ROBOT_ACCESS_COLUMNS
                                   " FROM " STRONGROOM_ROBOT_ACCESS_SOURCE
                                   " WHERE a.oauth_client_id = ? ORDER BY a.id",
                                   {to_value(oauth_client_id)}, read_rule);
}

Result<std::vector<RobotAccessRow>> pattern_rules_of_project(Snapshot& snapshot,
                                                             const Uuid& project_id) {
  return fetch_all<RobotAccessRow>(snapshot,
                                   "SELECT " STRONGROOM_ROBOT_ACCESS_COLUMNS
                                   " FROM " STRONGROOM_ROBOT_ACCESS_SOURCE
                                   " WHERE a.project_id = ? AND a.robot_id IS NULL ORDER BY a.id",
                                   {to_value(project_id)}, read_rule);
}

Status insert_robot_access(Transaction& tx, const RobotAccessRow& row) {
  return run(tx,
             "INSERT INTO robot_access (id, project_id, oauth_client_id, robot_id, path_pattern, "
             "pattern_key, invalid_reason, mac, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
             {to_value(row.id), to_value(row.project_id), to_value(row.oauth_client_id),
              to_value(row.robot_id), row.path_pattern, row.pattern_key, row.invalid_reason,
              Blob{row.mac}, to_value(row.created_at)});
}

Result<std::vector<RobotAccessRow>> rules_of_robot(Snapshot& snapshot, const Uuid& robot_id) {
  return fetch_all<RobotAccessRow>(snapshot,
                                   "SELECT " STRONGROOM_ROBOT_ACCESS_COLUMNS
                                   " FROM " STRONGROOM_ROBOT_ACCESS_SOURCE
                                   " WHERE a.robot_id = ? ORDER BY a.id",
                                   {to_value(robot_id)}, read_rule);
}

Result<std::vector<RobotAccessRow>> rules_of_target_system(Snapshot& snapshot,
                                                           const Uuid& target_system_id) {
  return fetch_all<RobotAccessRow>(snapshot,
                                   "SELECT " STRONGROOM_ROBOT_ACCESS_COLUMNS
                                   " FROM " STRONGROOM_ROBOT_ACCESS_SOURCE
                                   " WHERE c.target_system_id = ? ORDER BY a.id",
                                   {to_value(target_system_id)}, read_rule);
}

Result<std::vector<RobotAccessRow>> all_rules_of(Snapshot& snapshot,
                                                 const RobotAccessListRequest& request) {
  STRONGROOM_TRY(ListQuery list, start_list(request));
  return list.fetch<RobotAccessRow>(snapshot, read_rule);
}

Status update_robot_access_validity(Transaction& tx, const RobotAccessRow& row) {
  return run(tx, "UPDATE robot_access SET invalid_reason = ?, mac = ? WHERE id = ?",
             {row.invalid_reason, Blob{row.mac}, to_value(row.id)});
}

Status set_robot_access_use(Transaction& tx, const Uuid& id, WallTime last_used_at) {
  return run(tx, "UPDATE robot_access SET last_used_at = ? WHERE id = ?",
             {to_value(last_used_at), to_value(id)});
}

Status delete_robot_access(Transaction& tx, const Uuid& id) {
  return run(tx, "DELETE FROM robot_access WHERE id = ?", {to_value(id)});
}

Status for_each_robot_access(Snapshot& snapshot,
                             UniqueFunction<Status(const RobotAccessRow&)> each) {
  return for_each_row(snapshot,
                      "SELECT " STRONGROOM_ROBOT_ACCESS_OWN_COLUMNS "0 FROM robot_access a",
                      read_rule, each);
}

}  // namespace strongroom::storage
