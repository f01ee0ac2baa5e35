#include "storage/client_end_rows.h"

#include <array>

#include "storage/fetch.h"
#include "storage/list_query.h"
#include "storage/row_list.h"

namespace strongroom::storage {
namespace {

constexpr std::string_view kPut =
    "INSERT OR REPLACE INTO client_ends (oauth_client_id, project_id, owner_key, ends_at, cause) "
    "SELECT oauth_client_id, project_id, owner_key, ends_at, cause FROM client_ends_now "
    "WHERE ends_at IS NOT NULL AND ";

Value to_value(std::optional<Milliseconds> time) {
  return time ? Value{std::int64_t{time->count()}} : Value{std::monostate{}};
}

// CROSS JOIN: the ends are walked in their order, whatever the database thinks of the other
// conditions; to find all clients that are active and then to sort them takes for ever.
ListQuery ends_query(LiteralText columns, const ClientEndRequest& request) {
  ListQuery list(columns,
                 "client_ends e CROSS JOIN oauth_clients c "
                 "JOIN target_systems t ON t.id = c.target_system_id "
                 "JOIN projects p ON p.id = c.project_id",
                 "e.oauth_client_id");
  list.where("e.ends_at <= ?", storage::to_value(request.until));
  if (request.owner) list.where("e.owner_key = ?", Value{std::string_view(*request.owner)});
  list.where_within("e.project_id", request.projects);
  list.where(
      "c.id = e.oauth_client_id AND c.deleted_at IS NULL AND t.deleted_at IS NULL "
      "AND p.deleted_at IS NULL AND c.state IN ('active', 'failing', 'needs_retrieval')");
  return list;
}

ReaderRow read_reader(Rows& rows) {
  return {.robot_id = rows.maybe_uuid(0),
          .project_id = rows.uuid(1),
          .path = std::string(rows.text(2)),
          .last_used_at = rows.maybe_time(3)};
}

#define STRONGROOM_READERS                                                         \
  "SELECT a.robot_id, COALESCE(r.project_id, a.project_id), "                      \
  "CASE WHEN a.robot_id IS NULL THEN a.path_pattern WHEN r.path = '' THEN r.name " \
  "ELSE r.path || '/' || r.name END, MAX(a.last_used_at) FROM robot_access a "     \
  "LEFT JOIN robots r ON r.id = a.robot_id "
#define STRONGROOM_READING                                                      \
  "AND a.invalid_reason = '' AND (a.robot_id IS NULL OR r.deleted_at IS NULL) " \
  "GROUP BY 1, 2, 3 ORDER BY MAX(a.last_used_at) IS NULL, MAX(a.last_used_at) DESC, 3 LIMIT ?"

}  // namespace

Result<bool> put_refresh_lifetime(Transaction& tx, const RefreshLifetimeRow& row) {
  STRONGROOM_TRY(
      const std::int64_t written,
      tx.execute("INSERT INTO refresh_lifetimes (service_provider, idle, absolute, "
                 "stated_is_absolute) VALUES (?, ?, ?, ?) ON CONFLICT (service_provider) DO UPDATE "
                 "SET idle = excluded.idle, absolute = excluded.absolute, "
                 "stated_is_absolute = excluded.stated_is_absolute "
                 "WHERE idle IS NOT excluded.idle OR absolute IS NOT excluded.absolute "
                 "OR stated_is_absolute <> excluded.stated_is_absolute",
                 {row.service_provider, to_value(row.idle), to_value(row.absolute),
                  storage::to_value(row.stated_is_absolute)}));
  if (written == 0) return false;
  STRONGROOM_CHECK(tx.execute(
      "DELETE FROM client_ends WHERE oauth_client_id IN (SELECT c.id FROM target_systems t "
      "JOIN oauth_clients c ON c.target_system_id = t.id WHERE t.service_provider = ?)",
      {row.service_provider}));
  STRONGROOM_CHECK(tx.execute(std::string(kPut) + "service_provider = ?", {row.service_provider}));
  return true;
}

Result<std::optional<WallTime>> renewed_ahead_at(Snapshot& snapshot, const Uuid& oauth_client_id) {
  using Time = std::optional<WallTime>;
  STRONGROOM_TRY(
      const auto found,
      fetch_one<Time>(snapshot, "SELECT renewed_at FROM client_ends_now WHERE oauth_client_id = ?",
                      {storage::to_value(oauth_client_id)},
                      [](Rows& rows) { return rows.maybe_time(0); }));
  return found.value_or(std::nullopt);
}

Status note_client_end(Transaction& tx, const Uuid& oauth_client_id) {
  static const std::string put = std::string(kPut) + "oauth_client_id = ?";
  STRONGROOM_CHECK(tx.execute("DELETE FROM client_ends WHERE oauth_client_id = ?",
                              {storage::to_value(oauth_client_id)}));
  STRONGROOM_CHECK(tx.execute(put, {storage::to_value(oauth_client_id)}));
  return {};
}

Status note_client_ends_of(Transaction& tx, const Uuid& target_system_id) {
  STRONGROOM_CHECK(
      tx.execute("DELETE FROM client_ends WHERE oauth_client_id IN "
                 "(SELECT id FROM oauth_clients WHERE target_system_id = ?)",
                 {storage::to_value(target_system_id)}));
  STRONGROOM_CHECK(tx.execute(std::string(kPut) + "target_system_id = ?",
                              {storage::to_value(target_system_id)}));
  return {};
}

Result<std::vector<ClientEndRow>> client_ends(Snapshot& snapshot, const ClientEndRequest& request) {
  constexpr SortKey kKeys[] = {{"ends_at", "e.ends_at"}};
  ListQuery list = ends_query(
      "e.oauth_client_id, e.project_id, c.target_system_id, e.ends_at, e.cause, c.label, "
      "c.owner_name, c.owner_email",
      request);
  STRONGROOM_CHECK(list.sort_by(kKeys, "", "ends_at"));
  list.page(0, request.most);
  return list.fetch<ClientEndRow>(snapshot, [](Rows& rows) {
    return ClientEndRow{.oauth_client_id = rows.uuid(0),
                        .project_id = rows.uuid(1),
                        .target_system_id = rows.uuid(2),
                        .ends_at = rows.time(3),
                        .cause = std::string(rows.text(4)),
                        .label = std::string(rows.text(5)),
                        .owner_name = std::string(rows.text(6)),
                        .owner_email = std::string(rows.text(7))};
  });
}

Result<std::int64_t> count_client_ends(Snapshot& snapshot, const ClientEndRequest& request) {
  constexpr SortKey kKeys[] = {{"ends_at", "e.ends_at"}};
  ListQuery list = ends_query("e.oauth_client_id", request);
  STRONGROOM_CHECK(list.sort_by(kKeys, "", "ends_at"));  // as the index is, so nothing is sorted
  list.page(0, request.most);
  return fetch_integer(snapshot, "SELECT COUNT(*) FROM (" + list.page_sql() + ")",
                       list.page_values());
}

Result<std::vector<Uuid>> systems_with_ending_credentials(Snapshot& snapshot, WallTime until,
                                                          std::int64_t most) {
  return fetch_all<Uuid>(
      snapshot,
      // Of one kind the last one counts: what was replaced long ago ends nothing.
      "SELECT g.target_system_id FROM (SELECT target_system_id, MAX(expires_on) AS ends_at "
      "FROM consumer_secrets GROUP BY target_system_id, kind "
      "HAVING COUNT(*) = COUNT(expires_on) AND MAX(expires_on) <= ?) g "
      "JOIN target_systems t ON t.id = g.target_system_id "
      "LEFT JOIN projects p ON p.id = t.project_id WHERE t.oauth_enabled = 1 "
      "AND t.deleted_at IS NULL AND p.deleted_at IS NULL GROUP BY g.target_system_id "
      "ORDER BY MIN(g.ends_at), g.target_system_id LIMIT ?",
      {storage::to_value(until), most}, [](Rows& rows) { return rows.uuid(0); });
}

Result<std::int64_t> count_clients_of_system(Snapshot& snapshot, const Uuid& target_system_id,
                                             const std::optional<std::vector<Uuid>>& projects,
                                             std::int64_t most) {
  constexpr SortKey kKeys[] = {{"row", "c.rowid"}};  // as the index is, so nothing is sorted
  ListQuery list("c.id", "oauth_clients c JOIN projects p ON p.id = c.project_id", "c.id");
  list.where("c.target_system_id = ?", storage::to_value(target_system_id));
  list.where_within("c.project_id", projects);
  list.where(
      "c.deleted_at IS NULL AND p.deleted_at IS NULL "
      "AND c.state IN ('active', 'failing', 'needs_retrieval')");
  STRONGROOM_CHECK(list.sort_by(kKeys, "", "row"));
  list.page(0, most);
  return fetch_integer(snapshot, "SELECT COUNT(*) FROM (" + list.page_sql() + ")",
                       list.page_values());
}

Result<std::vector<ReaderRow>> readers_of_client(Snapshot& snapshot, const Uuid& oauth_client_id,
                                                 std::int64_t most) {
  return fetch_all<ReaderRow>(snapshot,
                              STRONGROOM_READERS "WHERE a.oauth_client_id = ? " STRONGROOM_READING,
                              {storage::to_value(oauth_client_id), most}, read_reader);
}

// Of a part of them where there are very many: to sort all would take as long as they are many.
Result<std::vector<ReaderRow>> readers_of_system(Snapshot& snapshot, const Uuid& target_system_id,
                                                 std::int64_t most) {
  return fetch_all<ReaderRow>(
      snapshot,
      STRONGROOM_READERS
      "WHERE a.id IN (SELECT b.id FROM oauth_clients c JOIN robot_access b "
      "ON b.oauth_client_id = c.id WHERE c.target_system_id = ? AND c.deleted_at IS NULL "
      "LIMIT 2000) " STRONGROOM_READING,
      {storage::to_value(target_system_id), most}, read_reader);
}

}  // namespace strongroom::storage
