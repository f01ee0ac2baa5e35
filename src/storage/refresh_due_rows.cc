#include "storage/refresh_due_rows.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "storage/client_end_rows.h"
#include "storage/fetch.h"
#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

// c is the client; `generation`, `resource` and `due` are those of the token.
#define STRONGROOM_REFRESH_DUE_COLUMNS(resource, generation, due)                       \
  "c.id, c.target_system_id, c.project_id, " resource ", " generation ", " due          \
  ", (SELECT MAX(a.last_used_at) FROM robot_access a WHERE a.oauth_client_id = c.id), " \
  "EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.oauth_client_id = c.id), "            \
  "EXISTS (SELECT 1 FROM restore_marks q WHERE q.oauth_client_id = c.id AND q.mark = "  \
  "'quarantine'), "                                                                     \
  "(SELECT r.expires_at FROM refresh_tokens r WHERE r.oauth_client_id = c.id)"

constexpr std::string_view kOwnDue = "SELECT " STRONGROOM_REFRESH_DUE_COLUMNS(
    "''", "c.token_generation",
    "c.refresh_due_at") " FROM oauth_clients c WHERE c.refresh_due_at <= ? AND c.deleted_at IS "
                        "NULL";
constexpr std::string_view kOwnOrder = " ORDER BY c.refresh_due_at LIMIT ?";
constexpr std::string_view kResourceDue =
    "SELECT " STRONGROOM_REFRESH_DUE_COLUMNS("t.resource", "t.token_generation",
                                             "t.refresh_due_at")
    " FROM resource_tokens t CROSS JOIN oauth_clients c WHERE c.id = t.oauth_client_id "
    "AND t.refresh_due_at <= ? AND c.deleted_at IS NULL";
constexpr std::string_view kResourceOrder = " ORDER BY t.refresh_due_at LIMIT ?";

RefreshDueRow read_due(Rows& rows) {
  return {.oauth_client_id = rows.uuid(0),
          .target_system_id = rows.uuid(1),
          .project_id = rows.uuid(2),
          .resource = std::string(rows.text(3)),
          .generation = rows.integer(4),
          .due_at = rows.maybe_time(5),
          .last_used_at = rows.maybe_time(6),
          .has_refresh_token = rows.flag(7),
          .refresh_ends_at = rows.maybe_time(9),
          .is_quarantined = rows.flag(8)};
}

// " AND c.target_system_id NOT IN (?, ?)"; the number of marks is all that varies.
std::string but_not_of(std::string_view column, std::size_t busy) {
  if (busy == 0) return {};
  std::string text = " AND c.";
  text.append(column).append(" NOT IN (?");
  for (std::size_t i = 1; i < busy; ++i) text += ", ?";
  return text += ")";
}

Result<std::vector<RefreshDueRow>> due_of(Snapshot& snapshot, std::string_view select,
                                          std::string_view order, WallTime until,
                                          const BusyRefreshes& busy, std::size_t limit) {
  std::vector<Value> values;
  values.reserve(busy.target_systems.size() + busy.projects.size() + 2);
  values.push_back(to_value(until));
  for (const Uuid& system : busy.target_systems) values.push_back(to_value(system));
  for (const Uuid& project : busy.projects) values.push_back(to_value(project));
  values.push_back(to_value(static_cast<std::int64_t>(limit)));
  std::string sql(select);
  sql += but_not_of("target_system_id", busy.target_systems.size());
  sql += but_not_of("project_id", busy.projects.size());
  sql += order;
  return fetch_all<RefreshDueRow>(snapshot, sql, values, read_due);
}

Result<std::optional<WallTime>> earliest(Snapshot& snapshot, std::string_view sql, WallTime now) {
  return fetch_one<WallTime>(snapshot, sql, {to_value(now)},
                             [](Rows& rows) { return rows.time(0); });
}

}  // namespace

Result<std::vector<RefreshDueRow>> refreshes_due(Snapshot& snapshot, WallTime until,
                                                 const BusyRefreshes& busy, std::size_t limit) {
  STRONGROOM_TRY(auto due, due_of(snapshot, kOwnDue, kOwnOrder, until, busy, limit));
  STRONGROOM_TRY(auto of_resources,
                 due_of(snapshot, kResourceDue, kResourceOrder, until, busy, limit));
  std::ranges::move(of_resources, std::back_inserter(due));
  std::ranges::stable_sort(due, {}, &RefreshDueRow::due_at);
  if (due.size() > limit) due.erase(due.begin() + static_cast<std::ptrdiff_t>(limit), due.end());
  return due;
}

Result<std::optional<WallTime>> next_refresh_due(Snapshot& snapshot, WallTime now) {
  STRONGROOM_TRY(const auto own,
                 earliest(snapshot,
                          "SELECT refresh_due_at FROM oauth_clients WHERE refresh_due_at > ? "
                          "ORDER BY refresh_due_at LIMIT 1",
                          now));
  STRONGROOM_TRY(const auto of_resource,
                 earliest(snapshot,
                          "SELECT refresh_due_at FROM resource_tokens WHERE refresh_due_at > ? "
                          "ORDER BY refresh_due_at LIMIT 1",
                          now));
  if (!own || !of_resource) return own ? own : of_resource;
  return std::optional(std::min(*own, *of_resource));
}

Result<std::int64_t> count_refreshes_due(Snapshot& snapshot, WallTime until) {
  return fetch_count(snapshot,
                     "SELECT (SELECT COUNT(*) FROM oauth_clients WHERE refresh_due_at <= ?) + "
                     "(SELECT COUNT(*) FROM resource_tokens WHERE refresh_due_at <= ?)",
                     {to_value(until), to_value(until)});
}

Result<std::vector<RefreshDueRow>> refreshes_after(Snapshot& snapshot, const Uuid& client,
                                                   std::size_t clients) {
  STRONGROOM_TRY(auto all,
                 fetch_all<RefreshDueRow>(
                     snapshot,
                     "SELECT " STRONGROOM_REFRESH_DUE_COLUMNS(
                         "''", "c.token_generation",
                         "c.refresh_due_at") " FROM oauth_clients c WHERE c.id > ? AND "
                                             "c.deleted_at IS NULL ORDER BY c.id LIMIT ?",
                     {to_value(client), to_value(static_cast<std::int64_t>(clients))}, read_due));
  if (all.empty()) return all;
  STRONGROOM_TRY(auto of_resources,
                 fetch_all<RefreshDueRow>(
                     snapshot,
                     "SELECT " STRONGROOM_REFRESH_DUE_COLUMNS(
                         "t.resource", "t.token_generation",
                         "t.refresh_due_at") " FROM resource_tokens t CROSS JOIN oauth_clients c "
                                             "WHERE c.id = t.oauth_client_id AND "
                                             "t.oauth_client_id > ? AND t.oauth_client_id <= ? AND "
                                             "c.deleted_at IS NULL",
                     {to_value(client), to_value(all.back().oauth_client_id)}, read_due));
  std::ranges::move(of_resources, std::back_inserter(all));
  std::ranges::stable_sort(all, {}, &RefreshDueRow::oauth_client_id);
  return all;
}

Status move_refresh_due(Transaction& tx, const RefreshDueRow& before,
                        std::optional<WallTime> due_at) {
  const Value id = to_value(before.oauth_client_id);
  if (before.resource.empty()) {
    STRONGROOM_CHECK(run(tx,
                         "UPDATE oauth_clients SET refresh_due_at = ? WHERE id = ? "
                         "AND token_generation = ? AND refresh_due_at IS NOT DISTINCT FROM ?",
                         {to_value(due_at), id, before.generation, to_value(before.due_at)}));
    return note_client_end(tx, before.oauth_client_id);
  }
  return run(tx,
             "UPDATE resource_tokens SET refresh_due_at = ? WHERE oauth_client_id = ? "
             "AND resource = ? AND token_generation = ? AND refresh_due_at IS NOT DISTINCT FROM ?",
             {to_value(due_at), id, before.resource, before.generation, to_value(before.due_at)});
}

Status put_off_refresh(Transaction& tx, const RefreshDueRow& which, WallTime due_at) {
  const Value id = to_value(which.oauth_client_id);
  if (which.resource.empty()) {
    STRONGROOM_CHECK(run(tx,
                         "UPDATE oauth_clients SET refresh_due_at = ? WHERE id = ? "
                         "AND token_generation = ? AND refresh_due_at IS NOT NULL",
                         {to_value(due_at), id, which.generation}));
    return note_client_end(tx, which.oauth_client_id);
  }
  return run(tx,
             "UPDATE resource_tokens SET refresh_due_at = ? WHERE oauth_client_id = ? "
             "AND resource = ? AND token_generation = ? AND refresh_due_at IS NOT NULL",
             {to_value(due_at), id, which.resource, which.generation});
}

Status keep_refresh_token_alive(Transaction& tx, const Uuid& oauth_client_id, WallTime due_at) {
  STRONGROOM_CHECK(run(tx,
                       "UPDATE oauth_clients SET refresh_due_at = ? WHERE id = ? "
                       "AND state NOT IN ('draft', 'disabled', 'needs_sign_in')",
                       {to_value(due_at), to_value(oauth_client_id)}));
  return note_client_end(tx, oauth_client_id);
}

Status keep_refresh_tokens_alive_of(Transaction& tx, const Uuid& target_system_id,
                                    WallTime due_at) {
  const Value at = to_value(due_at);
  return run(tx,
             "UPDATE oauth_clients SET refresh_due_at = ? WHERE target_system_id = ? "
             "AND state = 'needs_retrieval' AND deleted_at IS NULL "
             "AND (refresh_due_at IS NULL OR refresh_due_at > ?) AND EXISTS "
             "(SELECT 1 FROM refresh_tokens r WHERE r.oauth_client_id = oauth_clients.id)",
             {at, to_value(target_system_id), at});
}

Status look_at_refreshes_again(Transaction& tx, const Uuid& oauth_client_id, WallTime at) {
  const Value id = to_value(oauth_client_id);
  STRONGROOM_CHECK(run(tx,
                       "UPDATE oauth_clients SET refresh_due_at = ? WHERE id = ? "
                       "AND state IN ('active', 'failing') AND deleted_at IS NULL",
                       {to_value(at), id}));
  return run(tx,
             "UPDATE resource_tokens SET refresh_due_at = ? WHERE oauth_client_id = ? "
             "AND sealed_token IS NOT NULL AND EXISTS (SELECT 1 FROM oauth_clients c "
             "WHERE c.id = oauth_client_id AND c.refresh_due_at IS NOT NULL)",
             {to_value(at), id});
}

Status look_at_refreshes_of_target_system_again(Transaction& tx, const Uuid& target_system_id,
                                                WallTime at, std::optional<WallTime> later_than) {
  const Value id = to_value(target_system_id);
  STRONGROOM_CHECK(run(tx,
                       "UPDATE oauth_clients SET refresh_due_at = ? WHERE target_system_id = ? "
                       "AND state IN ('active', 'failing') AND deleted_at IS NULL "
                       "AND (refresh_due_at IS NULL OR refresh_due_at > ?)",
                       {to_value(at), id, to_value(later_than)}));
  return run(tx,
             "UPDATE resource_tokens SET refresh_due_at = ? WHERE sealed_token IS NOT NULL "
             "AND (refresh_due_at IS NULL OR refresh_due_at > ?) AND oauth_client_id IN "
             "(SELECT id FROM oauth_clients WHERE target_system_id = ? "
             "AND refresh_due_at IS NOT NULL)",
             {to_value(at), to_value(later_than), id});
}

}  // namespace strongroom::storage
