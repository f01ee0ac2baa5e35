#include "storage/secret_label_rows.h"

#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

#define STRONGROOM_OLD_SECRET_LABEL "SELECT o.secret_id, o.label, o.label_key, o.until "

OldSecretLabelRow read_old_label(Rows& rows) {
  return {.secret_id = rows.uuid(0),
          .label = std::string(rows.text(1)),
          .label_key = std::string(rows.text(2)),
          .until = rows.time(3)};
}

}  // namespace

Result<std::optional<OldSecretLabelRow>> find_old_secret_label(Snapshot& snapshot,
                                                               const SecretRow& row, WallTime now) {
  return fetch_one<OldSecretLabelRow>(
      snapshot,
      STRONGROOM_OLD_SECRET_LABEL
      "FROM secret_old_labels o CROSS JOIN secrets s WHERE s.id = o.secret_id AND o.label_key = ? "
      "AND s.project_id = ? AND s.target_system_id = ? AND s.deleted_at IS NULL AND s.id <> ? "
      "AND o.until > ? ORDER BY o.until DESC, s.id LIMIT 1",
      {row.label_key, to_value(row.project_id), to_value(row.target_system_id), to_value(row.id),
       to_value(now)},
      read_old_label);
}

Result<std::vector<OldSecretLabelRow>> old_labels_of_secret(Snapshot& snapshot,
                                                            const Uuid& secret_id) {
  return fetch_all<OldSecretLabelRow>(snapshot,
                                      STRONGROOM_OLD_SECRET_LABEL
                                      "FROM secret_old_labels o WHERE o.secret_id = ? "
                                      "ORDER BY o.until, o.label_key",
                                      {to_value(secret_id)}, read_old_label);
}

Status replace_old_secret_labels(Transaction& tx, const Uuid& secret_id,
                                 const std::vector<OldSecretLabelRow>& rows) {
  STRONGROOM_CHECK(
      run(tx, "DELETE FROM secret_old_labels WHERE secret_id = ?", {to_value(secret_id)}));
  for (const OldSecretLabelRow& row : rows) {
    STRONGROOM_CHECK(run(tx,
                         "INSERT INTO secret_old_labels (secret_id, label, label_key, until) "
                         "VALUES (?, ?, ?, ?)",
                         {to_value(secret_id), row.label, row.label_key, to_value(row.until)}));
  }
  return {};
}

Result<std::vector<Uuid>> secrets_with_old_labels_until(Snapshot& snapshot, WallTime moment) {
  return fetch_ids(snapshot, "SELECT DISTINCT secret_id FROM secret_old_labels WHERE until <= ?",
                   {to_value(moment)});
}

Status delete_old_secret_labels_until(Transaction& tx, WallTime moment) {
  return run(tx, "DELETE FROM secret_old_labels WHERE until <= ?", {to_value(moment)});
}

Status for_each_old_secret_label(Snapshot& snapshot,
                                 UniqueFunction<Status(const OldSecretLabelRow&)> each) {
  return for_each_row(snapshot,
                      STRONGROOM_OLD_SECRET_LABEL
                      "FROM secret_old_labels o ORDER BY o.secret_id, o.until",
                      read_old_label, each);
}

}  // namespace strongroom::storage
