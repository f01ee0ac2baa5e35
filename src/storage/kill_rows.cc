#include "storage/kill_rows.h"

#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

KillRow read_kill(Rows& rows) {
  return {.id = rows.uuid(0),
          .scope = std::string(rows.text(1)),
          .subject_id = rows.maybe_uuid(2),
          .service_provider = std::string(rows.text(3)),
          .project_id = rows.maybe_uuid(4),
          .name = std::string(rows.text(5)),
          .reason = std::string(rows.text(6)),
          .revocation = std::string(rows.text(7)),
          .killed_by = rows.uuid(8),
          .killed_at = rows.time(9),
          .mac = std::string(rows.bytes(10))};
}

#define STRONGROOM_HAS_TOKENS                                                      \
  " AND c.id > ? AND (c.sealed_token IS NOT NULL "                                 \
  "OR EXISTS (SELECT 1 FROM refresh_tokens f WHERE f.oauth_client_id = c.id) "     \
  "OR EXISTS (SELECT 1 FROM resource_tokens s WHERE s.oauth_client_id = c.id AND " \
  "s.sealed_token IS NOT NULL)) ORDER BY c.id LIMIT ?"

}  // namespace

Result<std::vector<KillRow>> all_kills(Snapshot& snapshot) {
  return fetch_all<KillRow>(snapshot,
                            "SELECT id, scope, subject_id, service_provider, project_id, name, "
                            "reason, revocation, killed_by, killed_at, mac FROM kills ORDER BY id",
                            {}, read_kill);
}

Result<bool> has_kill(Snapshot& snapshot, const Uuid& id) {
  STRONGROOM_TRY(const auto found,
                 fetch_id(snapshot, "SELECT id FROM kills WHERE id = ?", {to_value(id)}));
  return found.has_value();
}

Status insert_kill(Transaction& tx, const KillRow& row) {
  return run(tx,
             "INSERT INTO kills (id, scope, subject_id, service_provider, project_id, name, "
             "reason, revocation, killed_by, killed_at, mac) "
             "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
             {to_value(row.id), row.scope, to_value(row.subject_id), row.service_provider,
              to_value(row.project_id), row.name, row.reason, row.revocation,
              to_value(row.killed_by), to_value(row.killed_at), Blob{row.mac}});
}

Status set_kill_revocation(Transaction& tx, const Uuid& id, std::string_view revocation) {
  return run(tx, "UPDATE kills SET revocation = ? WHERE id = ?", {revocation, to_value(id)});
}

Status delete_kill(Transaction& tx, const Uuid& id) {
  return run(tx, "DELETE FROM kills WHERE id = ?", {to_value(id)});
}

Result<std::vector<Uuid>> clients_with_tokens(Snapshot& snapshot, const ClientsBelow& below,
                                              const Uuid& after, std::int64_t limit) {
  if (below.oauth_client) {
    return fetch_ids(snapshot,
                     "SELECT c.id FROM oauth_clients c WHERE c.id = ?" STRONGROOM_HAS_TOKENS,
                     {to_value(*below.oauth_client), to_value(after), limit});
  }
  if (below.target_system) {
    return fetch_ids(
        snapshot,
        "SELECT c.id FROM oauth_clients c WHERE c.target_system_id = ?" STRONGROOM_HAS_TOKENS,
        {to_value(*below.target_system), to_value(after), limit});
  }
  if (below.project) {
    return fetch_ids(
        snapshot, "SELECT c.id FROM oauth_clients c WHERE c.project_id = ?" STRONGROOM_HAS_TOKENS,
        {to_value(*below.project), to_value(after), limit});
  }
  return fetch_ids(snapshot,
                   "SELECT c.id FROM oauth_clients c WHERE c.target_system_id IN (SELECT id FROM "
                   "target_systems WHERE service_provider = ?)" STRONGROOM_HAS_TOKENS,
                   {below.service_provider, to_value(after), limit});
}

}  // namespace strongroom::storage
