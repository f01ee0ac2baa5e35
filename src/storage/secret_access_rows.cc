#include "storage/secret_access_rows.h"

#include "storage/list_query.h"
#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

// One list of columns, as ListQuery wants a literal and so does everybody else.
#define STRONGROOM_SECRET_ACCESS_OWN_COLUMNS                                            \
  "a.id, a.project_id, a.secret_id, a.robot_id, a.path_pattern, a.pattern_key, a.mac, " \
  "a.created_at, a.last_used_at, a.invalid_reason, "
#define STRONGROOM_SECRET_ACCESS_COLUMNS                     \
  STRONGROOM_SECRET_ACCESS_OWN_COLUMNS                       \
  "CASE WHEN s.deleted_at IS NULL AND r.deleted_at IS NULL " \
  "AND t.deleted_at IS NULL AND p.deleted_at IS NULL THEN 0 ELSE 1 END"
#define STRONGROOM_SECRET_ACCESS_SOURCE                   \
  "secret_access a JOIN secrets s ON s.id = a.secret_id " \
  "JOIN target_systems t ON t.id = s.target_system_id "   \
  "JOIN projects p ON p.id = a.project_id LEFT JOIN robots r ON r.id = a.robot_id"

SecretAccessRow read_rule(Rows& rows) {
  return {.id = rows.uuid(0),
          .project_id = rows.uuid(1),
          .secret_id = rows.uuid(2),
          .robot_id = rows.maybe_uuid(3),
          .path_pattern = std::string(rows.text(4)),
          .pattern_key = std::string(rows.text(5)),
          .mac = std::string(rows.bytes(6)),
          .created_at = rows.time(7),
          .last_used_at = rows.maybe_time(8),
          .invalid_reason = std::string(rows.text(9)),
          .hidden = rows.flag(10)};
}

Result<ListQuery> start_list(const SecretAccessListRequest& request) {
  constexpr SortKey kKeys[] = {
      {"name", "s.label_key"}, {"path_pattern", "a.pattern_key"}, {"created_at", "a.created_at"}};
  ListQuery list(STRONGROOM_SECRET_ACCESS_COLUMNS, STRONGROOM_SECRET_ACCESS_SOURCE, "a.id");
  list.where("s.deleted_at IS NULL AND t.deleted_at IS NULL AND p.deleted_at IS NULL");
  list.where("r.deleted_at IS NULL");
  list.where_within("a.project_id", request.list.projects);
  if (request.project_id) list.where("a.project_id = ?", to_value(*request.project_id));
  if (request.secret_id) list.where("a.secret_id = ?", to_value(*request.secret_id));
  if (request.valid) {
    if (*request.valid) {
      list.where("a.invalid_reason = ''");
    } else {
      list.where("a.invalid_reason <> ''");
    }
  }
  list.where_name_matches("s.label_key", request.list.filter_key);
  STRONGROOM_CHECK(list.sort_by(kKeys, request.list.sort, "created_at"));
  return list;
}

}  // namespace

Result<std::optional<SecretAccessRow>> find_secret_access(Snapshot& snapshot, const Uuid& id) {
  return fetch_one<SecretAccessRow>(snapshot,
                                    "SELECT " STRONGROOM_SECRET_ACCESS_COLUMNS
                                    " FROM " STRONGROOM_SECRET_ACCESS_SOURCE " WHERE a.id = ?",
                                    {to_value(id)}, read_rule);
}

Result<std::optional<Uuid>> find_same_secret_rule(Snapshot& snapshot, const SecretAccessRow& rule) {
  if (rule.robot_id) {
    return fetch_id(snapshot, "SELECT id FROM secret_access WHERE secret_id = ? AND robot_id = ?",
                    {to_value(rule.secret_id), to_value(*rule.robot_id)});
  }
  return fetch_id(snapshot,
                  "SELECT id FROM secret_access WHERE secret_id = ? AND robot_id IS NULL "
                  "AND pattern_key = ?",
                  {to_value(rule.secret_id), rule.pattern_key});
}

Result<RowPage<SecretAccessRow>> list_secret_access(Snapshot& snapshot,
                                                    const SecretAccessListRequest& request) {
  STRONGROOM_TRY(ListQuery list, start_list(request));
  return fetch_page<SecretAccessRow>(snapshot, list, request.list, read_rule);
}

Result<std::vector<SecretAccessRow>> secret_rules_that_may_fit(
    Snapshot& snapshot, const SecretAccessListRequest& request, const Uuid& robot_id) {
  STRONGROOM_TRY(ListQuery list, start_list(request));
  list.where("a.robot_id = ? OR a.robot_id IS NULL", to_value(robot_id));
  return list.fetch<SecretAccessRow>(snapshot, read_rule);
}

Result<std::vector<SecretAccessRow>> rules_of_secret(Snapshot& snapshot, const Uuid& secret_id) {
  return fetch_all<SecretAccessRow>(snapshot,
                                    "SELECT " STRONGROOM_SECRET_ACCESS_COLUMNS
                                    " FROM " STRONGROOM_SECRET_ACCESS_SOURCE
                                    " WHERE a.secret_id = ? ORDER BY a.id",
                                    {to_value(secret_id)}, read_rule);
}

Result<std::vector<SecretAccessRow>> secret_rules_of_robot(Snapshot& snapshot,
                                                           const Uuid& robot_id) {
  return fetch_all<SecretAccessRow>(snapshot,
                                    "SELECT " STRONGROOM_SECRET_ACCESS_COLUMNS
                                    " FROM " STRONGROOM_SECRET_ACCESS_SOURCE
                                    " WHERE a.robot_id = ? ORDER BY a.id",
                                    {to_value(robot_id)}, read_rule);
}

Result<std::vector<SecretAccessRow>> secret_rules_of_target_system(Snapshot& snapshot,
                                                                   const Uuid& target_system_id) {
  return fetch_all<SecretAccessRow>(snapshot,
                                    "SELECT " STRONGROOM_SECRET_ACCESS_COLUMNS
                                    " FROM " STRONGROOM_SECRET_ACCESS_SOURCE
                                    " WHERE s.target_system_id = ? ORDER BY a.id",
                                    {to_value(target_system_id)}, read_rule);
}

Result<std::vector<SecretAccessRow>> all_secret_rules_of(Snapshot& snapshot,
                                                         const SecretAccessListRequest& request) {
  STRONGROOM_TRY(ListQuery list, start_list(request));
  return list.fetch<SecretAccessRow>(snapshot, read_rule);
}

Status insert_secret_access(Transaction& tx, const SecretAccessRow& row) {
  return run(
      tx,
      "INSERT INTO secret_access (id, project_id, secret_id, robot_id, path_pattern, "
      "pattern_key, mac, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {to_value(row.id), to_value(row.project_id), to_value(row.secret_id), to_value(row.robot_id),
       row.path_pattern, row.pattern_key, Blob{row.mac}, to_value(row.created_at)});
}

Status delete_secret_access(Transaction& tx, const Uuid& id) {
  return run(tx, "DELETE FROM secret_access WHERE id = ?", {to_value(id)});
}

Status update_secret_access_validity(Transaction& tx, const SecretAccessRow& row) {
  return run(tx, "UPDATE secret_access SET invalid_reason = ?, mac = ? WHERE id = ?",
             {row.invalid_reason, Blob{row.mac}, to_value(row.id)});
}

Status set_secret_access_use(Transaction& tx, const Uuid& id, WallTime last_used_at) {
  return run(tx, "UPDATE secret_access SET last_used_at = ? WHERE id = ?",
             {to_value(last_used_at), to_value(id)});
}

Status for_each_secret_access(Snapshot& snapshot,
                              UniqueFunction<Status(const SecretAccessRow&)> each) {
  return for_each_row(snapshot,
                      "SELECT " STRONGROOM_SECRET_ACCESS_OWN_COLUMNS "0 FROM secret_access a",
                      read_rule, each);
}

}  // namespace strongroom::storage
