#include "storage/issuer_metadata_rows.h"

#include "storage/row_walk.h"

namespace strongroom::storage {

Status put_issuer_metadata(Transaction& tx, const IssuerMetadataRow& row) {
  return run(tx,
             "INSERT INTO issuer_metadata (target_system_id, accepted, pending, read_at, tried_at, "
             "failure, mac) VALUES (?, ?, ?, ?, ?, ?, ?) "
             "ON CONFLICT (target_system_id) DO UPDATE SET accepted = excluded.accepted, "
             "pending = excluded.pending, read_at = excluded.read_at, "
             "tried_at = excluded.tried_at, failure = excluded.failure, mac = excluded.mac",
             {to_value(row.target_system_id), row.accepted, to_value(row.pending),
              to_value(row.read_at), to_value(row.tried_at), row.failure, Blob{row.mac}});
}

Status remove_issuer_metadata(Transaction& tx, const Uuid& target_system_id) {
  return run(tx, "DELETE FROM issuer_metadata WHERE target_system_id = ?",
             {to_value(target_system_id)});
}

Status note_issuer_tried(Transaction& tx, const Uuid& target_system_id, WallTime at,
                         std::string_view failure) {
  return run(tx,
             "UPDATE issuer_metadata SET tried_at = ?, failure = ?, "
             "read_at = CASE WHEN ? = '' THEN ? ELSE read_at END WHERE target_system_id = ?",
             {to_value(at), failure, failure, to_value(at), to_value(target_system_id)});
}

Result<std::vector<Uuid>> issuers_to_read(Snapshot& snapshot, WallTime tried_until,
                                          WallTime failed_until, std::int64_t limit) {
  return fetch_ids(snapshot,
                   "SELECT m.target_system_id FROM issuer_metadata m "
                   "JOIN target_systems t ON t.id = m.target_system_id "
                   "LEFT JOIN projects p ON p.id = t.project_id "
                   "WHERE t.deleted_at IS NULL AND p.deleted_at IS NULL AND (m.tried_at <= ? "
                   "OR (m.failure <> '' AND m.tried_at <= ?)) ORDER BY m.tried_at LIMIT ?",
                   {to_value(tried_until), to_value(failed_until), limit});
}

}  // namespace strongroom::storage
