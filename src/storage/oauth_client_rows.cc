#include "storage/oauth_client_rows.h"

#include <array>
#include <iterator>

#include "storage/client_end_rows.h"
#include "storage/list_query.h"
#include "storage/read_token.h"
#include "storage/resource_token_rows.h"
#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

// One list of columns, as ListQuery wants a literal and so does everybody else.
#define STRONGROOM_OAUTH_CLIENT_OWN_COLUMNS                                              \
  "c.id, c.project_id, c.target_system_id, c.label, c.label_key, c.tenant, "             \
  "c.allow_basic_engine_robots, c.owner_name, c.owner_email, c.state, c.failure_cause, " \
  "c.failed_at, c.token_generation, c.token_type, c.token_scope, c.token_expires_at, "   \
  "c.token_refreshed_at, c.mac, c.revision, c.created_at, c.updated_at, c.deleted_at, "
#define STRONGROOM_OAUTH_CLIENT_COLUMNS                                                   \
  STRONGROOM_OAUTH_CLIENT_OWN_COLUMNS                                                     \
  "CASE WHEN p.deleted_at IS NULL AND t.deleted_at IS NULL THEN 0 ELSE 1 END, "           \
  "t.service_provider, t.scopes, c.token_is_bound, t.resources, t.grant_flow, "           \
  "t.default_tenant, COALESCE(s.expected_account, ''), COALESCE(s.issuer, ''), "          \
  "COALESCE(s.subject, ''), COALESCE(s.tenant, ''), COALESCE(s.account_name, ''), "       \
  "s.signed_in_at, r.issued_at, r.expires_at, r.rotates, c.token_is_former, q.at, b.at, " \
  "c.is_canary, c.subject, c.subject_client_id, c.token_subject"
#define STRONGROOM_OAUTH_CLIENT_SOURCE                      \
  "oauth_clients c JOIN projects p ON p.id = c.project_id " \
  "JOIN target_systems t ON t.id = c.target_system_id "     \
  "LEFT JOIN sign_ins s ON s.oauth_client_id = c.id "       \
  "LEFT JOIN refresh_tokens r ON r.oauth_client_id = c.id " \
  "LEFT JOIN restore_marks q ON q.oauth_client_id = c.id "  \
  "AND q.mark = 'quarantine' "                              \
  "LEFT JOIN restore_marks b ON b.oauth_client_id = c.id "  \
  "AND b.mark = 'basic_engine'"

constexpr int kColumns = 45;  // of the list above

OAuthClientRow read_oauth_client(Rows& rows) {
  std::optional<bool> rotates;
  if (!rows.is_null(37)) rotates = rows.flag(37);
  return {.id = rows.uuid(0),
          .project_id = rows.uuid(1),
          .target_system_id = rows.uuid(2),
          .label = std::string(rows.text(3)),
          .label_key = std::string(rows.text(4)),
          .tenant = std::string(rows.text(5)),
          .allow_basic_engine_robots = rows.flag(6),
          .owner_name = std::string(rows.text(7)),
          .owner_email = std::string(rows.text(8)),
          .state = std::string(rows.text(9)),
          .failure_cause = std::string(rows.text(10)),
          .failed_at = rows.maybe_time(11),
          .token_generation = rows.integer(12),
          .token_type = std::string(rows.text(13)),
          .token_scope = std::string(rows.text(14)),
          .token_expires_at = rows.maybe_time(15),
          .token_refreshed_at = rows.maybe_time(16),
          .mac = std::string(rows.bytes(17)),
          .stamps = read_stamps(rows, 18),
          .hidden = rows.flag(22),
          .service_provider = std::string(rows.text(23)),
          .requested_scopes = std::string(rows.text(24)),
          .token_is_bound = rows.flag(25),
          .listed_resources = std::string(rows.text(26)),
          .grant_flow = std::string(rows.text(27)),
          .default_tenant = std::string(rows.text(28)),
          .expected_account = std::string(rows.text(29)),
          .account_issuer = std::string(rows.text(30)),
          .account_subject = std::string(rows.text(31)),
          .account_tenant = std::string(rows.text(32)),
          .account_name = std::string(rows.text(33)),
          .signed_in_at = rows.maybe_time(34),
          .refresh_issued_at = rows.maybe_time(35),
          .refresh_expires_at = rows.maybe_time(36),
          .refresh_rotates = rotates,
          .token_is_former = rows.flag(38),
          .is_canary = rows.flag(41),
          .subject = std::string(rows.text(42)),
          .subject_client_id = rows.maybe_uuid(43),
          .token_subject = std::string(rows.bytes(44)),
          .quarantined_at = rows.maybe_time(39),
          .basic_engine_restored_at = rows.maybe_time(40)};
}

OldLabelRow read_old_label(Rows& rows) {
  return {.oauth_client_id = rows.uuid(0),
          .label = std::string(rows.text(1)),
          .label_key = std::string(rows.text(2)),
          .until = rows.time(3)};
}

// Leaves out what belongs to something that was deleted. Mostly there is no such thing, and then
// nobody need be asked about it a million times.
Status leave_out_hidden(Snapshot& snapshot, ListQuery& list) {
  STRONGROOM_TRY(
      const std::int64_t projects,
      fetch_count(snapshot, "SELECT COUNT(*) FROM projects WHERE deleted_at IS NOT NULL", {}));
  if (projects > 0) {
    list.where("c.project_id NOT IN (SELECT id FROM projects WHERE deleted_at IS NOT NULL)");
  }
  STRONGROOM_TRY(
      const std::int64_t systems,
      fetch_count(snapshot, "SELECT COUNT(*) FROM target_systems WHERE deleted_at IS NOT NULL",
                  {}));
  if (systems > 0) {
    list.where(
        "c.target_system_id NOT IN (SELECT id FROM target_systems WHERE deleted_at IS NOT NULL)");
  }
  return {};
}

// A name that few have is found by walking the names alone, and then nothing else need be walked.
// Who looks among deleted ones walks those.
Status search_names(Snapshot& snapshot, const OAuthClientListRequest& request, ListQuery& list) {
  constexpr std::int64_t kFew = 1000;
  const std::string& filter = request.list.filter_key;
  list.where_name_matches("c.label_key", filter);
  if (filter.empty() || request.list.deleted) return {};
  const std::string pattern = glob_pattern(filter);
  STRONGROOM_TRY(const auto found,
                 fetch_all<std::int64_t>(
                     snapshot,
                     "SELECT rowid FROM oauth_clients INDEXED BY oauth_clients_names "
                     "WHERE deleted_at IS NULL AND label_key <> '' AND label_key GLOB ? LIMIT ?",
                     std::array{to_value(std::string_view(pattern)), to_value(kFew + 1)},
                     [](Rows& rows) { return rows.integer(0); }));
  if (std::ssize(found) <= kFew) list.where_one_of("c.rowid", found);
  return {};
}

}  // namespace

Result<std::optional<OAuthClientRow>> find_oauth_client(Snapshot& snapshot, const Uuid& id) {
  return fetch_one<OAuthClientRow>(snapshot,
                                   "SELECT " STRONGROOM_OAUTH_CLIENT_COLUMNS
                                   " FROM " STRONGROOM_OAUTH_CLIENT_SOURCE " WHERE c.id = ?",
                                   {to_value(id)}, read_oauth_client);
}

Result<std::optional<Uuid>> find_oauth_client_labelled(Snapshot& snapshot, const Uuid& project_id,
                                                       const Uuid& target_system_id,
                                                       std::string_view label_key,
                                                       const Uuid& except) {
  return fetch_id(snapshot,
                  "SELECT id FROM oauth_clients WHERE project_id = ? AND target_system_id = ? "
                  "AND label_key = ? AND deleted_at IS NULL AND id <> ?",
                  {to_value(project_id), to_value(target_system_id), label_key, to_value(except)});
}

Result<std::optional<OldLabelRow>> find_old_label(Snapshot& snapshot, const Uuid& project_id,
                                                  const Uuid& target_system_id,
                                                  std::string_view label_key, const Uuid& except,
                                                  WallTime now) {
  // CROSS JOIN keeps SQLite from beginning with all clients of the target system.
  return fetch_one<OldLabelRow>(
      snapshot,
      "SELECT o.oauth_client_id, o.label, o.label_key, o.until FROM old_labels o "
      "CROSS JOIN oauth_clients c WHERE c.id = o.oauth_client_id AND o.label_key = ? "
      "AND c.project_id = ? AND c.target_system_id = ? AND c.deleted_at IS NULL AND c.id <> ? "
      "AND o.until > ? ORDER BY o.until DESC, c.id LIMIT 1",
      {label_key, to_value(project_id), to_value(target_system_id), to_value(except),
       to_value(now)},
      read_old_label);
}

// A million clients are listed by walking one of their indexes, all of which begin with what the
// list is sorted by and have the columns that it may be narrowed by. So no other table is asked for
// each of them, and the plus before project and target system keeps the database from another
// index: what it would find there, it would have to look up and to sort.
Result<RowPage<OAuthClientRow>> list_oauth_clients(Snapshot& snapshot,
                                                   const OAuthClientListRequest& request) {
  constexpr SortKey kKeys[] = {{"name", "c.label_key"},
                               {"label", "c.label_key"},
                               {"state", "c.state"},
                               {"created_at", "c.created_at"},
                               {"updated_at", "c.updated_at"}};
  ListQuery list(STRONGROOM_OAUTH_CLIENT_COLUMNS, STRONGROOM_OAUTH_CLIENT_SOURCE, "c.id");
  list.pick_from("oauth_clients c");
  STRONGROOM_CHECK(leave_out_hidden(snapshot, list));
  if (request.list.deleted) {
    list.where("c.deleted_at IS NOT NULL");
  } else {
    list.where("c.deleted_at IS NULL");
  }
  list.where_within("+c.project_id", request.list.projects);
  if (request.project_id) list.where("+c.project_id = ?", to_value(*request.project_id));
  if (request.target_system_id) {
    list.where("+c.target_system_id = ?", to_value(*request.target_system_id));
  }
  if (!request.state.empty()) {
    list.where_equal("c.state", to_value(std::string_view(request.state)));
  }
  if (request.basic_engine) {
    list.where("c.allow_basic_engine_robots = ?", to_value(*request.basic_engine));
  }
  STRONGROOM_CHECK(search_names(snapshot, request, list));
  STRONGROOM_CHECK(list.sort_by(kKeys, request.list.sort, "name"));
  return fetch_page<OAuthClientRow>(snapshot, list, request.list, read_oauth_client, request.total);
}

Status insert_oauth_client(Transaction& tx, const OAuthClientRow& row) {
  return run(
      tx,
      "INSERT INTO oauth_clients (id, project_id, target_system_id, label, label_key, "
      "tenant, allow_basic_engine_robots, owner_name, owner_email, state, failure_cause, "
      "token_generation, token_type, token_scope, token_fingerprint, token_is_bound, "
      "lease_epoch, is_canary, subject, subject_client_id, mac, revision, created_at, "
      "updated_at, deleted_at) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', 0, '', '', '', 0, 0, ?, ?, ?, ?, ?, ?, ?, ?)",
      {to_value(row.id), to_value(row.project_id), to_value(row.target_system_id), row.label,
       row.label_key, row.tenant, to_value(row.allow_basic_engine_robots), row.owner_name,
       row.owner_email, row.state, to_value(row.is_canary), row.subject,
       to_value(row.subject_client_id), Blob{row.mac}, row.stamps.revision,
       to_value(row.stamps.created_at), to_value(row.stamps.updated_at),
       to_value(row.stamps.deleted_at)});
}

Status update_oauth_client(Transaction& tx, const OAuthClientRow& row) {
  const bool is_renewed = !row.stamps.deleted_at && row.state != "draft" &&
                          row.state != "disabled" && row.state != "needs_sign_in";
  if (!is_renewed) STRONGROOM_CHECK(renew_no_resource_tokens(tx, row.id));
  // What becomes one of those that are renewed is looked at anew. On the right are the values of
  // before.
  STRONGROOM_CHECK(run(
      tx,
      "UPDATE oauth_clients SET project_id = ?, target_system_id = ?, label = ?, label_key = ?, "
      "tenant = ?, allow_basic_engine_robots = ?, owner_name = ?, owner_email = ?, "
      "refresh_due_at = CASE WHEN ? = 0 THEN NULL WHEN deleted_at IS NOT NULL OR state IN "
      "('draft', 'disabled', 'needs_sign_in') THEN ? ELSE refresh_due_at END, "
      "state = ?, is_canary = ?, subject = ?, subject_client_id = ?, mac = ?, revision = ?, "
      "updated_at = ?, "
      "deleted_at = ? WHERE id = ?",
      {to_value(row.project_id), to_value(row.target_system_id), row.label, row.label_key,
       row.tenant, to_value(row.allow_basic_engine_robots), row.owner_name, row.owner_email,
       to_value(is_renewed), to_value(row.stamps.updated_at), row.state, to_value(row.is_canary),
       row.subject, to_value(row.subject_client_id), Blob{row.mac}, row.stamps.revision,
       to_value(row.stamps.updated_at), to_value(row.stamps.deleted_at), to_value(row.id)}));
  return note_client_end(tx, row.id);
}

Result<std::vector<OldLabelRow>> old_labels_of(Snapshot& snapshot, const Uuid& oauth_client_id) {
  return fetch_all<OldLabelRow>(snapshot,
                                "SELECT oauth_client_id, label, label_key, until FROM old_labels "
                                "WHERE oauth_client_id = ? ORDER BY until, label_key",
                                {to_value(oauth_client_id)}, read_old_label);
}

Status replace_old_labels(Transaction& tx, const Uuid& oauth_client_id,
                          const std::vector<OldLabelRow>& rows) {
  STRONGROOM_CHECK(
      run(tx, "DELETE FROM old_labels WHERE oauth_client_id = ?", {to_value(oauth_client_id)}));
  for (const OldLabelRow& row : rows) {
    STRONGROOM_CHECK(run(
        tx, "INSERT INTO old_labels (oauth_client_id, label, label_key, until) VALUES (?, ?, ?, ?)",
        {to_value(oauth_client_id), row.label, row.label_key, to_value(row.until)}));
  }
  return {};
}

Result<std::vector<Uuid>> clients_with_old_labels_until(Snapshot& snapshot, WallTime moment) {
  return fetch_ids(snapshot, "SELECT DISTINCT oauth_client_id FROM old_labels WHERE until <= ?",
                   {to_value(moment)});
}

Status delete_old_labels_until(Transaction& tx, WallTime moment) {
  return run(tx, "DELETE FROM old_labels WHERE until <= ?", {to_value(moment)});
}

Result<std::int64_t> count_rules_of_client(Snapshot& snapshot, const Uuid& id) {
  return fetch_count(snapshot,
                     "SELECT COUNT(*) FROM robot_access a LEFT JOIN robots r ON r.id = a.robot_id "
                     "WHERE a.oauth_client_id = ? AND r.deleted_at IS NULL",
                     {to_value(id)});
}

Result<std::vector<Uuid>> oauth_clients_of_target_system(Snapshot& snapshot, const Uuid& id) {
  return fetch_ids(snapshot, "SELECT id FROM oauth_clients WHERE target_system_id = ?",
                   {to_value(id)});
}

Result<std::vector<Uuid>> oauth_clients_of_project(Snapshot& snapshot, const Uuid& id) {
  return fetch_ids(snapshot, "SELECT id FROM oauth_clients WHERE project_id = ?", {to_value(id)});
}

Result<std::vector<Uuid>> oauth_clients_deleted_until(Snapshot& snapshot, WallTime moment) {
  return fetch_ids(snapshot, "SELECT id FROM oauth_clients WHERE deleted_at <= ?",
                   {to_value(moment)});
}

Result<std::vector<Uuid>> drafts_unchanged_since(Snapshot& snapshot, WallTime moment) {
  return fetch_ids(snapshot,
                   "SELECT id FROM oauth_clients WHERE state = 'draft' AND updated_at <= ?",
                   {to_value(moment)});
}

Status destroy_oauth_client(Transaction& tx, const Uuid& id) {
  return run(tx, "DELETE FROM oauth_clients WHERE id = ?", {to_value(id)});
}

Result<RowRange> oauth_client_range(Snapshot& snapshot) {
  STRONGROOM_TRY(const auto range,
                 fetch_one<RowRange>(snapshot,
                                     "SELECT COALESCE(MIN(rowid), 1), COALESCE(MAX(rowid), 0), "
                                     "COUNT(*) FROM oauth_clients",
                                     {}, [](Rows& rows) {
                                       return RowRange{rows.integer(0), rows.integer(1),
                                                       static_cast<std::size_t>(rows.integer(2))};
                                     }));
  return range.value_or(RowRange{});
}

Status for_each_oauth_client(Snapshot& snapshot, std::int64_t first, std::int64_t last,
                             UniqueFunction<Status(const OAuthClientRow&, TokenRow*)> each) {
  const Value range[] = {first, last};
  STRONGROOM_TRY(
      const std::unique_ptr<Rows> rows,
      snapshot.query("SELECT " STRONGROOM_OAUTH_CLIENT_OWN_COLUMNS
                     "0, '', '', c.token_is_bound, '', '', '', '', '', '', '', '', NULL, NULL, "
                     "NULL, NULL, c.token_is_former, NULL, NULL, c.is_canary, "
                     "c.subject, c.subject_client_id, c.token_subject, " STRONGROOM_TOKEN_COLUMNS
                     " FROM oauth_clients c WHERE c.rowid BETWEEN ? AND ? "
                     "AND c.deleted_at IS NULL",
                     range));
  while (rows->next()) {
    const OAuthClientRow row = read_oauth_client(*rows);
    std::optional<TokenRow> token;
    if (!rows->is_null(kColumns)) token = read_token(*rows, kColumns);
    STRONGROOM_CHECK(rows->status());
    STRONGROOM_CHECK(each(row, token ? &*token : nullptr));
  }
  return rows->status();
}

Status for_each_old_label(Snapshot& snapshot, UniqueFunction<Status(const OldLabelRow&)> each) {
  return for_each_row(snapshot,
                      "SELECT o.oauth_client_id, o.label, o.label_key, o.until FROM old_labels o "
                      "JOIN oauth_clients c ON c.id = o.oauth_client_id WHERE c.deleted_at IS NULL",
                      read_old_label, each);
}

}  // namespace strongroom::storage
