#include "storage/sealed_value_rows.h"

#include <array>

#include "storage/fetch.h"

namespace strongroom::storage {
namespace {

// By the state's first table to the last. A column that comes later stands here as well; what its
// place is says the one who seals it.
constexpr std::array kSealedColumns{
    SealedColumn{
        "target_systems", "sealed_proxy_credentials",
        "SELECT id, '', id, COALESCE(project_id, zeroblob(16)), 'sealed_proxy_credentials', "
        "proxy_credentials_generation, CAST(proxy AS BLOB), sealed_proxy_credentials FROM "
        "target_systems "
        "WHERE substr(sealed_proxy_credentials, 2, 16) = ?1 AND id > ?2 AND ?3 = ?3 "
        "ORDER BY id LIMIT ?4",
        "id = ?3 AND ?4 = ''"},
    SealedColumn{"consumer_secrets", "sealed_value",
                 "SELECT c.id, '', c.id, COALESCE(t.project_id, zeroblob(16)), CASE c.kind "
                 "WHEN 'key' THEN 'sealed_value of a key' "
                 "WHEN 'certificate' THEN 'sealed_value of a certificate' ELSE 'sealed_value' END, "
                 "c.generation, t.secrets_destination, c.sealed_value FROM consumer_secrets c "
                 "JOIN target_systems t ON t.id = c.target_system_id "
                 "WHERE substr(c.sealed_value, 2, 16) = ?1 AND c.id > ?2 AND ?3 = ?3 "
                 "ORDER BY c.id LIMIT ?4",
                 "id = ?3 AND ?4 = ''"},
    SealedColumn{"registrations", "sealed_access_token",
                 "SELECT r.target_system_id, '', r.target_system_id, "
                 "COALESCE(t.project_id, zeroblob(16)), 'sealed_access_token', r.generation, "
                 "r.destination, r.sealed_access_token FROM registrations r "
                 "JOIN target_systems t ON t.id = r.target_system_id "
                 "WHERE substr(r.sealed_access_token, 2, 16) = ?1 AND r.target_system_id > ?2 AND "
                 "?3 = ?3 ORDER BY r.target_system_id LIMIT ?4",
                 "target_system_id = ?3 AND ?4 = ''"},
    SealedColumn{
        "oauth_clients", "sealed_token",
        "SELECT id, '', id, project_id, 'sealed_token', token_generation, x'', sealed_token "
        "FROM oauth_clients WHERE substr(sealed_token, 2, 16) = ?1 AND id > ?2 AND "
        "?3 = ?3 ORDER BY id LIMIT ?4",
        "id = ?3 AND ?4 = ''"},
    SealedColumn{
        "resource_tokens", "sealed_token",
        "SELECT r.oauth_client_id, r.resource, r.oauth_client_id, c.project_id, 'sealed_token', "
        "r.token_generation, CAST(r.resource AS BLOB), r.sealed_token FROM resource_tokens r "
        "JOIN oauth_clients c ON c.id = r.oauth_client_id "
        "WHERE substr(r.sealed_token, 2, 16) = ?1 AND (r.oauth_client_id, r.resource) > (?2, ?3) "
        "ORDER BY r.oauth_client_id, r.resource LIMIT ?4",
        "oauth_client_id = ?3 AND resource = ?4"},
    SealedColumn{"refresh_tokens", "sealed_token",
                 "SELECT r.oauth_client_id, '', r.oauth_client_id, c.project_id, 'sealed_token', "
                 "r.generation, r.destination, r.sealed_token FROM refresh_tokens r "
                 "JOIN oauth_clients c ON c.id = r.oauth_client_id "
                 "WHERE substr(r.sealed_token, 2, 16) = ?1 AND r.oauth_client_id > ?2 AND ?3 = ?3 "
                 "ORDER BY r.oauth_client_id LIMIT ?4",
                 "oauth_client_id = ?3 AND ?4 = ''"},
    SealedColumn{"dpop_keys", "sealed_key",
                 "SELECT k.oauth_client_id, '', k.oauth_client_id, c.project_id, 'sealed_key', "
                 "k.generation, x'', k.sealed_key FROM dpop_keys k "
                 "JOIN oauth_clients c ON c.id = k.oauth_client_id "
                 "WHERE substr(k.sealed_key, 2, 16) = ?1 AND k.oauth_client_id > ?2 AND ?3 = ?3 "
                 "ORDER BY k.oauth_client_id LIMIT ?4",
                 "oauth_client_id = ?3 AND ?4 = ''"},
    SealedColumn{"learned_values", "sealed_values",
                 "SELECT oauth_client_id, '', oauth_client_id, zeroblob(16), 'sealed_values', "
                 "generation, x'', sealed_values FROM learned_values "
                 "WHERE substr(sealed_values, 2, 16) = ?1 AND oauth_client_id > ?2 AND ?3 = ?3 "
                 "ORDER BY oauth_client_id LIMIT ?4",
                 "oauth_client_id = ?3 AND ?4 = ''"},
    SealedColumn{"pending_revocations", "sealed_token",
                 "SELECT p.id, '', p.id, c.project_id, 'sealed_token', 1, p.destination, "
                 "p.sealed_token FROM pending_revocations p "
                 "JOIN oauth_clients c ON c.id = p.oauth_client_id "
                 "WHERE substr(p.sealed_token, 2, 16) = ?1 AND p.id > ?2 AND ?3 = ?3 "
                 "ORDER BY p.id LIMIT ?4",
                 "id = ?3 AND ?4 = ''"},
    SealedColumn{"authorizations", "sealed_details",
                 "SELECT a.id, '', a.id, c.project_id, 'sealed_details', a.generation, x'', "
                 "a.sealed_details FROM authorizations a "
                 "JOIN oauth_clients c ON c.id = a.oauth_client_id "
                 "WHERE substr(a.sealed_details, 2, 16) = ?1 AND a.id > ?2 AND ?3 = ?3 "
                 "ORDER BY a.id LIMIT ?4",
                 "id = ?3 AND ?4 = ''"},
    SealedColumn{"authorizations", "sealed_answer",
                 "SELECT a.id, '', a.id, c.project_id, 'sealed_answer', a.generation, x'', "
                 "a.sealed_answer FROM authorizations a "
                 "JOIN oauth_clients c ON c.id = a.oauth_client_id "
                 "WHERE substr(a.sealed_answer, 2, 16) = ?1 AND a.id > ?2 AND ?3 = ?3 "
                 "ORDER BY a.id LIMIT ?4",
                 "id = ?3 AND ?4 = ''"},
    SealedColumn{
        "sign_in_flows", "sealed_flow",
        "SELECT f.state_hash, '', f.authorization_id, c.project_id, 'sealed_flow', 0, x'', "
        "f.sealed_flow FROM sign_in_flows f "
        "JOIN authorizations a ON a.id = f.authorization_id "
        "JOIN oauth_clients c ON c.id = a.oauth_client_id "
        "WHERE substr(f.sealed_flow, 2, 16) = ?1 AND f.state_hash > ?2 AND ?3 = ?3 "
        "ORDER BY f.state_hash LIMIT ?4",
        "state_hash = ?3 AND ?4 = ''"},
    SealedColumn{"sign_on_providers", "sealed_secret"},
    SealedColumn{"secret_values", "sealed_value",
                 "SELECT v.id, '', v.id, s.project_id, 'sealed_value', v.generation, x'', "
                 "v.sealed_value FROM secret_values v JOIN secrets s ON s.id = v.secret_id "
                 "WHERE substr(v.sealed_value, 2, 16) = ?1 AND v.id > ?2 AND ?3 = ?3 "
                 "ORDER BY v.id LIMIT ?4",
                 "id = ?3 AND ?4 = ''"},
    SealedColumn{"notification_targets", "sealed_secret",
                 "SELECT id, '', id, zeroblob(16), 'sealed_secret', secret_generation, x'', "
                 "sealed_secret FROM notification_targets "
                 "WHERE substr(sealed_secret, 2, 16) = ?1 AND id > ?2 AND ?3 = ?3 "
                 "ORDER BY id LIMIT ?4",
                 "id = ?3 AND ?4 = ''"},
    SealedColumn{"notification_targets", "sealed_previous_secret",
                 "SELECT id, '', id, zeroblob(16), 'sealed_previous_secret', secret_generation, "
                 "x'', sealed_previous_secret FROM notification_targets "
                 "WHERE substr(sealed_previous_secret, 2, 16) = ?1 AND id > ?2 AND ?3 = ?3 "
                 "ORDER BY id LIMIT ?4",
                 "id = ?3 AND ?4 = ''"},
};

std::string text(std::initializer_list<std::string_view> parts) {
  std::string all;
  for (const std::string_view part : parts) all += part;
  return all;
}

SealedValueRow read_value(Rows& rows) {
  return {.key = std::string(rows.bytes(0)),
          .second = std::string(rows.text(1)),
          .row = rows.uuid(2),
          .scope = rows.uuid(3),
          .place_column = std::string(rows.text(4)),
          .generation = rows.integer(5),
          .destination = std::string(rows.bytes(6)),
          .sealed = std::string(rows.bytes(7))};
}

}  // namespace

std::span<const SealedColumn> sealed_columns() { return kSealedColumns; }

Result<std::vector<SealedValueRow>> values_sealed_with(Snapshot& snapshot,
                                                       const SealedColumn& column,
                                                       const Uuid& key_id,
                                                       const SealedCursor& behind,
                                                       std::int64_t limit) {
  if (column.select.empty()) return std::vector<SealedValueRow>();
  return fetch_all<SealedValueRow>(snapshot, column.select,
                                   {to_value(key_id), Blob{behind.key}, behind.second, limit},
                                   read_value);
}

Result<std::int64_t> count_sealed_with(Snapshot& snapshot, const SealedColumn& column,
                                       const Uuid& key_id) {
  const std::string sql = text(
      {"SELECT COUNT(*) FROM ", column.table, " WHERE substr(", column.column, ", 2, 16) = ?"});
  return fetch_integer(snapshot, sql, std::array{to_value(key_id)});
}

Result<bool> put_resealed(Transaction& tx, const SealedColumn& column, const SealedValueRow& row,
                          std::string_view resealed) {
  const std::string sql = text({"UPDATE ", column.table, " SET ", column.column, " = ?1 WHERE ",
                                column.column, " = ?2 AND ", column.condition});
  STRONGROOM_TRY(const std::int64_t changed,
                 tx.execute(sql, {Blob{resealed}, Blob{row.sealed}, Blob{row.key}, row.second}));
  return changed == 1;
}

}  // namespace strongroom::storage
