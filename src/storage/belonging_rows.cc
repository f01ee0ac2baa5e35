#include "storage/belonging_rows.h"

#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

BelongingRow read_belonging(Rows& rows) {
  return {.id = rows.uuid(0), .project_id = rows.maybe_uuid(1), .name = std::string(rows.text(2))};
}

#define STRONGROOM_LIVING_CLIENTS                                                              \
  "SELECT c.id, c.project_id, c.label FROM oauth_clients c "                                   \
  "JOIN target_systems t ON t.id = c.target_system_id JOIN projects p ON p.id = c.project_id " \
  "WHERE c.deleted_at IS NULL AND t.deleted_at IS NULL AND p.deleted_at IS NULL AND "

}  // namespace

Result<BelongingRows> target_systems_owned_by(Snapshot& snapshot, std::string_view email) {
  return fetch_all<BelongingRow>(
      snapshot,
      "SELECT t.id, t.project_id, t.name FROM target_systems t "
      "LEFT JOIN projects p ON p.id = t.project_id WHERE t.deleted_at IS NULL "
      "AND p.deleted_at IS NULL AND lower(t.owner_email) = ? ORDER BY t.name_key, t.id",
      {email}, read_belonging);
}

Result<BelongingRows> oauth_clients_owned_by(Snapshot& snapshot, std::string_view email) {
  return fetch_all<BelongingRow>(
      snapshot, STRONGROOM_LIVING_CLIENTS "lower(c.owner_email) = ? ORDER BY c.label_key, c.id",
      {email}, read_belonging);
}

Result<BelongingRows> secrets_owned_by(Snapshot& snapshot, std::string_view email) {
  return fetch_all<BelongingRow>(
      snapshot,
      "SELECT s.id, s.project_id, s.label FROM secrets s "
      "JOIN target_systems t ON t.id = s.target_system_id JOIN projects p ON p.id = s.project_id "
      "WHERE s.deleted_at IS NULL AND t.deleted_at IS NULL AND p.deleted_at IS NULL "
      "AND lower(s.owner_email) = ? ORDER BY s.label_key, s.id",
      {email}, read_belonging);
}

Result<BelongingRows> oauth_clients_signed_in_as(Snapshot& snapshot, std::string_view email) {
  return fetch_all<BelongingRow>(snapshot,
                                 STRONGROOM_LIVING_CLIENTS
                                 "EXISTS (SELECT 1 FROM sign_ins s WHERE s.oauth_client_id = c.id "
                                 "AND lower(s.account_name) = ?) ORDER BY c.label_key, c.id",
                                 {email}, read_belonging);
}

Result<BelongingRows> oauth_clients_authorized_by(Snapshot& snapshot, const Uuid& user) {
  return fetch_all<BelongingRow>(
      snapshot,
      STRONGROOM_LIVING_CLIENTS
      "EXISTS (SELECT 1 FROM authorizations a WHERE a.oauth_client_id = c.id AND a.asker_id = ? "
      "AND a.state = 'completed') ORDER BY c.label_key, c.id",
      {to_value(user)}, read_belonging);
}

}  // namespace strongroom::storage
