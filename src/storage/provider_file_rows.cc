#include "storage/provider_file_rows.h"

#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

ProviderFileRow read_file(Rows& rows) {
  return {.id = std::string(rows.text(0)),
          .text = std::string(rows.text(1)),
          .revision = rows.integer(2),
          .created_at = rows.time(3),
          .updated_at = rows.time(4),
          .mac = std::string(rows.bytes(5))};
}

ProviderUseRow read_use(Rows& rows) {
  return {.target_system_id = rows.uuid(0),
          .project_id = rows.maybe_uuid(1),
          .name = std::string(rows.text(2)),
          .is_hidden = rows.flag(3)};
}

}  // namespace

Result<std::vector<ProviderFileRow>> all_provider_files(Snapshot& snapshot) {
  return fetch_all<ProviderFileRow>(
      snapshot,
      "SELECT id, text, revision, created_at, updated_at, mac FROM provider_files ORDER BY id", {},
      read_file);
}

Result<std::optional<ProviderFileRow>> find_provider_file(Snapshot& snapshot, std::string_view id) {
  return fetch_one<ProviderFileRow>(
      snapshot,
      "SELECT id, text, revision, created_at, updated_at, mac FROM provider_files WHERE id = ?",
      {to_value(id)}, read_file);
}

// Deleted and inserted, so that the digest of the rows follows (storage/mac_watch.h).
Status put_provider_file(Transaction& tx, const ProviderFileRow& row) {
  STRONGROOM_CHECK(run(tx, "DELETE FROM provider_files WHERE id = ?", {row.id}));
  return run(tx,
             "INSERT INTO provider_files (id, text, revision, created_at, updated_at, mac) "
             "VALUES (?, ?, ?, ?, ?, ?)",
             {row.id, row.text, row.revision, to_value(row.created_at), to_value(row.updated_at),
              Blob{row.mac}});
}

Result<bool> delete_provider_file(Transaction& tx, std::string_view id) {
  STRONGROOM_TRY(const std::int64_t gone,
                 tx.execute("DELETE FROM provider_files WHERE id = ?", {to_value(id)}));
  return gone == 1;
}

Result<std::vector<ProviderUseRow>> provider_uses(Snapshot& snapshot, std::string_view id,
                                                  const Uuid& after, std::int64_t most) {
  return fetch_all<ProviderUseRow>(
      snapshot,
      "SELECT t.id, t.project_id, t.name, p.deleted_at IS NOT NULL FROM target_systems t "
      "LEFT JOIN projects p ON p.id = t.project_id WHERE t.service_provider = ? AND t.id > ? "
      "AND t.deleted_at IS NULL ORDER BY t.id LIMIT ?",
      {to_value(id), to_value(after), most}, read_use);
}

}  // namespace strongroom::storage
