#include "storage/registration_rows.h"

#include "storage/fetch.h"
#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

// As read_registration() reads them.
#define STRONGROOM_REGISTRATION_COLUMNS                                                    \
  "target_system_id, kind, issuer, client_id, configuration_endpoint, generation, "        \
  "sealed_access_token, destination, secret_expires_at, created_at, renewed_at, failure, " \
  "next_try_at, mac"

RegistrationRow read_registration(Rows& rows) {
  RegistrationRow row{.target_system_id = rows.uuid(0),
                      .kind = std::string(rows.text(1)),
                      .issuer = std::string(rows.text(2)),
                      .client_id = std::string(rows.text(3)),
                      .configuration_endpoint = std::string(rows.text(4)),
                      .generation = rows.integer(5),
                      .sealed_access_token = {},
                      .destination = std::string(rows.bytes(7)),
                      .secret_expires_at = rows.maybe_time(8),
                      .created_at = rows.time(9),
                      .renewed_at = rows.maybe_time(10),
                      .failure = std::string(rows.text(11)),
                      .next_try_at = rows.maybe_time(12),
                      .mac = std::string(rows.bytes(13))};
  if (!rows.is_null(6)) row.sealed_access_token = std::string(rows.bytes(6));
  return row;
}

}  // namespace

Result<std::optional<RegistrationRow>> find_registration(Snapshot& snapshot,
                                                         const Uuid& target_system_id) {
  return fetch_one<RegistrationRow>(snapshot,
                                    "SELECT " STRONGROOM_REGISTRATION_COLUMNS
                                    " FROM registrations WHERE target_system_id = ?",
                                    {to_value(target_system_id)}, read_registration);
}

Status put_registration(Transaction& tx, const RegistrationRow& row) {
  const Value sealed = row.sealed_access_token ? Value(Blob{*row.sealed_access_token}) : Value();
  return run(tx,
             "INSERT INTO registrations (target_system_id, kind, issuer, client_id, "
             "configuration_endpoint, generation, sealed_access_token, destination, "
             "secret_expires_at, created_at, renewed_at, failure, next_try_at, mac) "
             "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
             "ON CONFLICT (target_system_id) DO UPDATE SET kind = excluded.kind, "
             "issuer = excluded.issuer, client_id = excluded.client_id, "
             "configuration_endpoint = excluded.configuration_endpoint, "
             "generation = excluded.generation, "
             "sealed_access_token = excluded.sealed_access_token, "
             "destination = excluded.destination, "
             "secret_expires_at = excluded.secret_expires_at, created_at = excluded.created_at, "
             "renewed_at = excluded.renewed_at, failure = excluded.failure, "
             "next_try_at = excluded.next_try_at, mac = excluded.mac",
             {to_value(row.target_system_id), row.kind, row.issuer, row.client_id,
              row.configuration_endpoint, row.generation, sealed, Blob{row.destination},
              to_value(row.secret_expires_at), to_value(row.created_at), to_value(row.renewed_at),
              row.failure, to_value(row.next_try_at), Blob{row.mac}});
}

Status remove_registration(Transaction& tx, const Uuid& target_system_id) {
  return run(tx, "DELETE FROM registrations WHERE target_system_id = ?",
             {to_value(target_system_id)});
}

Status note_renewal_failed(Transaction& tx, const Uuid& target_system_id, std::string_view failure,
                           std::optional<WallTime> next_try_at) {
  return run(tx, "UPDATE registrations SET failure = ?, next_try_at = ? WHERE target_system_id = ?",
             {failure, to_value(next_try_at), to_value(target_system_id)});
}

Result<std::int64_t> stop_all_renewals(Transaction& tx, std::string_view failure) {
  return tx.execute(
      "UPDATE registrations SET failure = ?, next_try_at = NULL WHERE next_try_at IS NOT NULL",
      {failure});
}

Result<std::vector<RegistrationRow>> all_registrations(Snapshot& snapshot) {
  return fetch_all<RegistrationRow>(snapshot,
                                    "SELECT " STRONGROOM_REGISTRATION_COLUMNS
                                    " FROM registrations ORDER BY target_system_id",
                                    {}, read_registration);
}

Result<std::vector<Uuid>> registrations_due(Snapshot& snapshot, WallTime now, std::int64_t limit) {
  return fetch_ids(snapshot,
                   "SELECT r.target_system_id FROM registrations r "
                   "JOIN target_systems t ON t.id = r.target_system_id "
                   "LEFT JOIN projects p ON p.id = t.project_id "
                   "WHERE t.deleted_at IS NULL AND p.deleted_at IS NULL AND r.next_try_at <= ? "
                   "ORDER BY r.next_try_at LIMIT ?",
                   {to_value(now), limit});
}

Result<bool> is_registered_elsewhere(Snapshot& snapshot, std::string_view issuer,
                                     std::string_view client_id, const Uuid& but) {
  STRONGROOM_TRY(const std::int64_t count,
                 fetch_count(snapshot,
                             "SELECT COUNT(*) FROM registrations WHERE issuer = ? AND "
                             "client_id = ? AND target_system_id <> ?",
                             {issuer, client_id, to_value(but)}));
  return count > 0;
}

}  // namespace strongroom::storage
