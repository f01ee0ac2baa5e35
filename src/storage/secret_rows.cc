#include "storage/secret_rows.h"

#include <array>

#include "storage/list_query.h"
#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

// One list of columns, as ListQuery wants a literal and so does everybody else.
#define STRONGROOM_SECRET_COLUMNS                                                          \
  "s.id, s.project_id, s.target_system_id, s.label, s.label_key, s.kind, s.user_name, "    \
  "s.user_name_key, s.notes, s.owner_name, s.owner_email, s.current_value, s.generation, " \
  "s.mac, s.revision, s.created_at, s.updated_at, s.deleted_at, "                          \
  "CASE WHEN p.deleted_at IS NULL AND t.deleted_at IS NULL THEN 0 ELSE 1 END"
#define STRONGROOM_SECRET_SOURCE                      \
  "secrets s JOIN projects p ON p.id = s.project_id " \
  "JOIN target_systems t ON t.id = s.target_system_id"

constexpr std::string_view kSelectValue =
    "SELECT v.id, v.secret_id, v.generation, v.sealed_value, v.fingerprint, v.subject, "
    "v.not_after, v.expires_on, v.mac, v.created_at FROM secret_values v ";

SecretRow read_secret(Rows& rows) {
  return {.id = rows.uuid(0),
          .project_id = rows.uuid(1),
          .target_system_id = rows.uuid(2),
          .label = std::string(rows.text(3)),
          .label_key = std::string(rows.text(4)),
          .kind = std::string(rows.text(5)),
          .user_name = std::string(rows.text(6)),
          .user_name_key = std::string(rows.text(7)),
          .notes = std::string(rows.text(8)),
          .owner_name = std::string(rows.text(9)),
          .owner_email = std::string(rows.text(10)),
          .current_value = rows.uuid(11),
          .generation = rows.integer(12),
          .mac = std::string(rows.bytes(13)),
          .stamps = read_stamps(rows, 14),
          .hidden = rows.flag(18)};
}

SecretValueRow read_value(Rows& rows) {
  return {.id = rows.uuid(0),
          .secret_id = rows.uuid(1),
          .generation = rows.integer(2),
          .sealed_value = std::string(rows.bytes(3)),
          .fingerprint = std::string(rows.text(4)),
          .subject = std::string(rows.text(5)),
          .not_after = rows.maybe_time(6),
          .expires_on = rows.maybe_time(7),
          .mac = std::string(rows.bytes(8)),
          .created_at = rows.time(9)};
}

void search(const std::string& key, ListQuery& list) {
  if (key.empty()) return;
  const std::string pattern = glob_pattern(key);
  const std::array both{to_value(std::string_view(pattern)), to_value(std::string_view(pattern))};
  list.where("s.label_key GLOB ? OR s.user_name_key GLOB ?", both);
}

}  // namespace

Result<std::optional<SecretRow>> find_secret(Snapshot& snapshot, const Uuid& id) {
  return fetch_one<SecretRow>(snapshot,
                              "SELECT " STRONGROOM_SECRET_COLUMNS " FROM " STRONGROOM_SECRET_SOURCE
                              " WHERE s.id = ?",
                              {to_value(id)}, read_secret);
}

Result<std::optional<Uuid>> find_secret_labelled(Snapshot& snapshot, const SecretRow& row) {
  return fetch_id(
      snapshot,
      "SELECT id FROM secrets WHERE project_id = ? AND target_system_id = ? "
      "AND label_key = ? AND deleted_at IS NULL AND id <> ?",
      {to_value(row.project_id), to_value(row.target_system_id), row.label_key, to_value(row.id)});
}

Result<RowPage<SecretRow>> list_secrets(Snapshot& snapshot, const SecretListRequest& request) {
  // What never expires comes last.
  constexpr SortKey kKeys[] = {{"name", "s.label_key"},
                               {"label", "s.label_key"},
                               {"kind", "s.kind"},
                               {"expires_on", "COALESCE(v.expires_on, 9223372036854775807)"},
                               {"created_at", "s.created_at"},
                               {"updated_at", "s.updated_at"}};
  ListQuery list(STRONGROOM_SECRET_COLUMNS,
                 STRONGROOM_SECRET_SOURCE " LEFT JOIN secret_values v ON v.id = s.current_value",
                 "s.id");
  list.where("p.deleted_at IS NULL AND t.deleted_at IS NULL");
  if (request.list.deleted) {
    list.where("s.deleted_at IS NOT NULL");
  } else {
    list.where("s.deleted_at IS NULL");
  }
  list.where_within("s.project_id", request.list.projects);
  if (request.project_id) list.where("s.project_id = ?", to_value(*request.project_id));
  if (request.target_system_id) {
    list.where("s.target_system_id = ?", to_value(*request.target_system_id));
  }
  if (!request.kind.empty()) list.where("s.kind = ?", to_value(std::string_view(request.kind)));
  if (request.expires_before) {
    list.where("v.expires_on < ?", to_value(*request.expires_before));
  }
  list.where_name_matches("s.label_key", request.list.filter_key);
  search(request.search_key, list);
  STRONGROOM_CHECK(list.sort_by(kKeys, request.list.sort, "name"));
  return fetch_page<SecretRow>(snapshot, list, request.list, read_secret);
}

Status insert_secret(Transaction& tx, const SecretRow& row) {
  return run(tx,
             "INSERT INTO secrets (id, project_id, target_system_id, label, label_key, kind, "
             "user_name, user_name_key, notes, owner_name, owner_email, current_value, generation, "
             "mac, revision, created_at, updated_at, deleted_at) "
             "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
             {to_value(row.id), to_value(row.project_id), to_value(row.target_system_id), row.label,
              row.label_key, row.kind, row.user_name, row.user_name_key, row.notes, row.owner_name,
              row.owner_email, to_value(row.current_value), row.generation, Blob{row.mac},
              row.stamps.revision, to_value(row.stamps.created_at), to_value(row.stamps.updated_at),
              to_value(row.stamps.deleted_at)});
}

Status update_secret(Transaction& tx, const SecretRow& row) {
  return run(tx,
             "UPDATE secrets SET label = ?, label_key = ?, user_name = ?, user_name_key = ?, "
             "notes = ?, owner_name = ?, owner_email = ?, current_value = ?, generation = ?, "
             "mac = ?, revision = ?, updated_at = ?, deleted_at = ? WHERE id = ?",
             {row.label, row.label_key, row.user_name, row.user_name_key, row.notes, row.owner_name,
              row.owner_email, to_value(row.current_value), row.generation, Blob{row.mac},
              row.stamps.revision, to_value(row.stamps.updated_at), to_value(row.stamps.deleted_at),
              to_value(row.id)});
}

Status destroy_secret(Transaction& tx, const Uuid& id) {
  return run(tx, "DELETE FROM secrets WHERE id = ?", {to_value(id)});
}

Result<std::vector<SecretValueRow>> values_of_secret(Snapshot& snapshot, const Uuid& secret_id) {
  return fetch_all<SecretValueRow>(
      snapshot, std::string(kSelectValue) + "WHERE v.secret_id = ? ORDER BY v.generation DESC",
      {to_value(secret_id)}, read_value);
}

Result<std::optional<SecretRow>> find_secret_of_value(Snapshot& snapshot, const Uuid& value_id) {
  return fetch_one<SecretRow>(snapshot,
                              "SELECT " STRONGROOM_SECRET_COLUMNS " FROM " STRONGROOM_SECRET_SOURCE
                              " WHERE s.id = (SELECT secret_id FROM secret_values WHERE id = ?)",
                              {to_value(value_id)}, read_secret);
}

Status insert_secret_value(Transaction& tx, const SecretValueRow& row) {
  return run(tx,
             "INSERT INTO secret_values (id, secret_id, generation, sealed_value, fingerprint, "
             "subject, not_after, expires_on, mac, created_at) "
             "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
             {to_value(row.id), to_value(row.secret_id), row.generation, Blob{row.sealed_value},
              row.fingerprint, row.subject, to_value(row.not_after), to_value(row.expires_on),
              Blob{row.mac}, to_value(row.created_at)});
}

Status delete_secret_value(Transaction& tx, const Uuid& id) {
  return run(tx, "DELETE FROM secret_values WHERE id = ?", {to_value(id)});
}

Result<std::int64_t> count_rules_of_secret(Snapshot& snapshot, const Uuid& id) {
  return fetch_count(snapshot,
                     "SELECT COUNT(*) FROM secret_access a LEFT JOIN robots r ON r.id = a.robot_id "
                     "WHERE a.secret_id = ? AND r.deleted_at IS NULL",
                     {to_value(id)});
}

Result<std::vector<Uuid>> secrets_deleted_until(Snapshot& snapshot, WallTime moment) {
  return fetch_ids(snapshot,
                   "SELECT s.id FROM " STRONGROOM_SECRET_SOURCE
                   " WHERE s.deleted_at <= ? OR p.deleted_at <= ? OR t.deleted_at <= ?",
                   {to_value(moment), to_value(moment), to_value(moment)});
}

Status for_each_secret(Snapshot& snapshot, UniqueFunction<Status(const SecretRow&)> each) {
  return for_each_row(snapshot,
                      "SELECT " STRONGROOM_SECRET_COLUMNS " FROM " STRONGROOM_SECRET_SOURCE
                      " WHERE s.deleted_at IS NULL",
                      read_secret, each);
}

Status for_each_secret_value(Snapshot& snapshot,
                             UniqueFunction<Status(const SecretValueRow&)> each) {
  return for_each_row(snapshot, kSelectValue, read_value, each);
}

}  // namespace strongroom::storage
