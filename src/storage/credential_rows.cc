#include "storage/credential_rows.h"

#include <array>

#include "storage/fetch.h"
#include "storage/row_list.h"

namespace strongroom::storage {
namespace {

// Of what robots look up the current value counts alone: the next one is there before that is over.
#define STRONGROOM_LIVING_CREDENTIALS                                                     \
  "(SELECT target_system_id, kind, expires_on, NULL AS project_id FROM consumer_secrets " \
  "UNION ALL SELECT e.target_system_id, 'robot_secret', v.expires_on, e.project_id "      \
  "FROM secrets e JOIN secret_values v ON v.id = e.current_value "                        \
  "WHERE e.deleted_at IS NULL) s JOIN target_systems t ON t.id = s.target_system_id "     \
  "LEFT JOIN projects p ON p.id = COALESCE(s.project_id, t.project_id) "                  \
  "WHERE s.expires_on IS NOT NULL AND t.deleted_at IS NULL AND p.deleted_at IS NULL"

}  // namespace

Result<bool> note_credential_accepted(Transaction& tx, const Uuid& id, WallTime at) {
  STRONGROOM_TRY(const std::int64_t noted,
                 tx.execute("UPDATE consumer_secrets SET accepted_at = ? WHERE id = ?",
                            {to_value(at), to_value(id)}));
  return noted > 0;
}

Result<std::int64_t> delete_credentials_behind(Transaction& tx, const Uuid& target_system_id,
                                               std::string_view kind, std::int64_t position) {
  return tx.execute(
      "DELETE FROM consumer_secrets WHERE target_system_id = ? AND kind = ? AND position > ?",
      {to_value(target_system_id), kind, position});
}

Result<std::optional<Uuid>> target_system_of_credential(Snapshot& snapshot, const Uuid& id) {
  return fetch_one<Uuid>(snapshot, "SELECT target_system_id FROM consumer_secrets WHERE id = ?",
                         {to_value(id)}, [](Rows& rows) { return rows.uuid(0); });
}

Result<std::vector<CredentialExpiry>> soonest_expiries(Snapshot& snapshot, std::int64_t most) {
  return fetch_all<CredentialExpiry>(
      snapshot,
      "SELECT s.target_system_id, s.kind, MIN(s.expires_on) FROM " STRONGROOM_LIVING_CREDENTIALS
      " GROUP BY s.target_system_id, s.kind ORDER BY MIN(s.expires_on), s.target_system_id, s.kind "
      "LIMIT ?",
      {most}, [](Rows& rows) {
        return CredentialExpiry{rows.uuid(0), std::string(rows.text(1)), rows.time(2)};
      });
}

Result<std::int64_t> count_credentials_expired_at(Snapshot& snapshot, WallTime moment) {
  return fetch_integer(
      snapshot, "SELECT COUNT(*) FROM " STRONGROOM_LIVING_CREDENTIALS " AND s.expires_on <= ?",
      std::array{to_value(moment)});
}

}  // namespace strongroom::storage
