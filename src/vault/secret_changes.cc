#include "vault/secret_changes.h"

#include <utility>

#include "vault/secret_entries.h"
#include "vault/stored.h"

namespace strongroom::vault {

Change secret_change(audit::Action action, const storage::SecretRow& row,
                     std::vector<std::string> fields) {
  return {action, row.id, row.project_id, row.label, std::move(fields)};
}

Result<storage::SecretRow> allowed_secret(const Actor& actor, Permission permission,
                                          Result<storage::SecretRow> found) {
  STRONGROOM_TRY(storage::SecretRow row, std::move(found));
  STRONGROOM_CHECK(actor.need(permission, row.project_id));
  return row;
}

Result<storage::SecretRow> reachable_secret(storage::Snapshot& snapshot, const Actor& actor,
                                            Permission permission, SecretId id) {
  return allowed_secret(actor, permission, living(storage::find_secret(snapshot, id.uuid)));
}

Result<StoredSecret> read_secret(storage::Snapshot& snapshot, const storage::SecretRow& row) {
  STRONGROOM_TRY(const auto values, storage::values_of_secret(snapshot, row.id));
  return to_secret(row, values);
}

Status put_secret_on_commit(Context& context, SecretIndex& index, storage::Transaction& tx,
                            const storage::SecretRow& row) {
  STRONGROOM_TRY(auto entry, read_secret_entry(context, tx, row));
  tx.on_commit([&index, entry = std::move(entry)] { index.put(entry->id, entry); });
  return {};
}

}  // namespace strongroom::vault
