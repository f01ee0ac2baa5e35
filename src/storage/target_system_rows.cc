#include "storage/target_system_rows.h"

#include <array>
#include <vector>

#include "storage/client_end_rows.h"
#include "storage/list_query.h"
#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

// One list of columns, as ListQuery wants a literal and so does everybody else.
#define STRONGROOM_TARGET_SYSTEM_COLUMNS                                                \
  "t.id, t.project_id, t.name, t.name_key, t.service_provider, t.grant_flow, "          \
  "t.client_authentication, t.consumer_key, t.scopes, t.endpoint_parameters, "          \
  "t.trusted_ca_pem, t.allowed_addresses, t.owner_name, t.owner_email, t.description, " \
  "t.tags, t.supported_accounts, t.default_tenant, t.proxy, "                           \
  "t.sealed_proxy_credentials, t.proxy_credentials_generation, t.secrets_destination, " \
  "t.mac, t.revision, t.created_at, t.updated_at, t.deleted_at, "                       \
  "CASE WHEN p.deleted_at IS NULL THEN 0 ELSE 1 END, "                                  \
  "m.accepted, m.pending, m.read_at, m.tried_at, m.failure, m.mac, t.resources, "       \
  "t.oauth_enabled, t.callback, "                                                       \
  "(SELECT COUNT(*) FROM consumer_secrets k WHERE k.target_system_id = t.id "           \
  "AND k.kind <> 'secret'), t.keep_alive_days, t.dpop, t.signature_method, "            \
  "t.verify_every_hours, t.protected_resource"
#define STRONGROOM_TARGET_SYSTEM_SOURCE                           \
  "target_systems t LEFT JOIN projects p ON p.id = t.project_id " \
  "LEFT JOIN issuer_metadata m ON m.target_system_id = t.id"

std::optional<std::string> maybe_text(Rows& rows, int column) {
  if (rows.is_null(column)) return std::nullopt;
  return std::string(rows.text(column));
}

std::optional<std::string> maybe_bytes(Rows& rows, int column) {
  if (rows.is_null(column)) return std::nullopt;
  return std::string(rows.bytes(column));
}

Value maybe_blob(const std::optional<std::string>& bytes) {
  return bytes ? Value{Blob{*bytes}} : Value{std::monostate{}};
}

std::optional<IssuerMetadataRow> read_issuer_metadata(Rows& rows) {
  if (rows.is_null(28)) return std::nullopt;
  return IssuerMetadataRow{.target_system_id = rows.uuid(0),
                           .accepted = std::string(rows.text(28)),
                           .pending = maybe_text(rows, 29),
                           .read_at = rows.time(30),
                           .tried_at = rows.time(31),
                           .failure = std::string(rows.text(32)),
                           .mac = std::string(rows.bytes(33))};
}

constexpr int kColumns = 43;  // of STRONGROOM_TARGET_SYSTEM_COLUMNS

TargetSystemRow read_target_system(Rows& rows) {
  return {.id = rows.uuid(0),
          .project_id = rows.maybe_uuid(1),
          .name = std::string(rows.text(2)),
          .name_key = std::string(rows.text(3)),
          .service_provider = std::string(rows.text(4)),
          .oauth_enabled = rows.flag(35),
          .grant_flow = std::string(rows.text(5)),
          .callback = std::string(rows.text(36)),
          .client_authentication = std::string(rows.text(6)),
          .consumer_key = std::string(rows.text(7)),
          .scopes = std::string(rows.text(8)),
          .endpoint_parameters = std::string(rows.text(9)),
          .trusted_ca_pem = std::string(rows.text(10)),
          .allowed_addresses = std::string(rows.text(11)),
          .owner_name = std::string(rows.text(12)),
          .owner_email = std::string(rows.text(13)),
          .description = std::string(rows.text(14)),
          .tags = std::string(rows.text(15)),
          .supported_accounts = maybe_text(rows, 16),
          .default_tenant = std::string(rows.text(17)),
          .proxy = std::string(rows.text(18)),
          .sealed_proxy_credentials = maybe_bytes(rows, 19),
          .proxy_credentials_generation = rows.integer(20),
          .secrets_destination = std::string(rows.bytes(21)),
          .mac = std::string(rows.bytes(22)),
          .stamps = read_stamps(rows, 23),
          .hidden = rows.flag(27),
          .resources = std::string(rows.text(34)),
          .issuer_metadata = read_issuer_metadata(rows),
          .private_keys = rows.integer(37),
          .keep_alive_days = rows.integer(38),
          .dpop = rows.flag(39),
          .signature_method = std::string(rows.text(40)),
          .verify_every_hours = rows.integer(41),
          .protected_resource = std::string(rows.text(42))};
}

ConsumerSecretRow read_secret(Rows& rows) {
  return {.id = rows.uuid(0),
          .target_system_id = rows.uuid(1),
          .kind = std::string(rows.text(2)),
          .position = rows.integer(3),
          .generation = rows.integer(4),
          .sealed_value = std::string(rows.bytes(5)),
          .key_id = std::string(rows.text(6)),
          .key_type = std::string(rows.text(7)),
          .thumbprint = std::string(rows.text(8)),
          .subject = std::string(rows.text(9)),
          .certificate_thumbprint = std::string(rows.text(10)),
          .not_before = rows.maybe_time(11),
          .expires_on = rows.maybe_time(12),
          .created_at = rows.time(13),
          .accepted_at = rows.maybe_time(14)};
}

// What an update may change, once for both statements: a value that is forgotten in one of them
// would move all behind it.
#define STRONGROOM_CHANGEABLE_COLUMNS                                                       \
  "name, name_key, service_provider, grant_flow, client_authentication, consumer_key, "     \
  "scopes, endpoint_parameters, trusted_ca_pem, allowed_addresses, owner_name, "            \
  "owner_email, description, tags, supported_accounts, default_tenant, proxy, "             \
  "sealed_proxy_credentials, proxy_credentials_generation, secrets_destination, mac, "      \
  "revision, updated_at, deleted_at, resources, oauth_enabled, callback, keep_alive_days, " \
  "dpop, signature_method, verify_every_hours, protected_resource"
#define STRONGROOM_CHANGEABLE_MARKS \
  "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"

// Views into `row`.
std::vector<Value> changeable_values(const TargetSystemRow& row) {
  return {row.name,
          row.name_key,
          row.service_provider,
          row.grant_flow,
          row.client_authentication,
          row.consumer_key,
          row.scopes,
          row.endpoint_parameters,
          row.trusted_ca_pem,
          row.allowed_addresses,
          row.owner_name,
          row.owner_email,
          row.description,
          row.tags,
          to_value(row.supported_accounts),
          row.default_tenant,
          row.proxy,
          maybe_blob(row.sealed_proxy_credentials),
          row.proxy_credentials_generation,
          Blob{row.secrets_destination},
          Blob{row.mac},
          row.stamps.revision,
          to_value(row.stamps.updated_at),
          to_value(row.stamps.deleted_at),
          row.resources,
          to_value(row.oauth_enabled),
          row.callback,
          row.keep_alive_days,
          to_value(row.dpop),
          row.signature_method,
          row.verify_every_hours,
          row.protected_resource};
}

}  // namespace

Result<std::optional<TargetSystemRow>> find_target_system(Snapshot& snapshot, const Uuid& id) {
  return fetch_one<TargetSystemRow>(snapshot,
                                    "SELECT " STRONGROOM_TARGET_SYSTEM_COLUMNS
                                    " FROM " STRONGROOM_TARGET_SYSTEM_SOURCE " WHERE t.id = ?",
                                    {to_value(id)}, read_target_system);
}

Result<std::optional<Uuid>> find_target_system_named(Snapshot& snapshot,
                                                     const std::optional<Uuid>& project_id,
                                                     std::string_view name_key,
                                                     const Uuid& except) {
  if (!project_id) {
    return fetch_id(snapshot,
                    "SELECT t.id FROM target_systems t LEFT JOIN projects p ON p.id = t.project_id "
                    "WHERE t.name_key = ? AND t.deleted_at IS NULL AND p.deleted_at IS NULL "
                    "AND t.id <> ? ORDER BY t.id LIMIT 1",
                    {name_key, to_value(except)});
  }
  return fetch_id(snapshot,
                  "SELECT id FROM target_systems WHERE name_key = ? AND deleted_at IS NULL "
                  "AND (project_id = ? OR project_id IS NULL) AND id <> ? ORDER BY id LIMIT 1",
                  {name_key, to_value(*project_id), to_value(except)});
}

Result<std::optional<Uuid>> find_global_name_clash(Snapshot& snapshot, const Uuid& project_id) {
  return fetch_id(snapshot,
                  "SELECT g.id FROM target_systems g JOIN target_systems t "
                  "ON t.name_key = g.name_key WHERE g.project_id IS NULL AND g.deleted_at IS NULL "
                  "AND t.project_id = ? AND t.deleted_at IS NULL ORDER BY g.id LIMIT 1",
                  {to_value(project_id)});
}

Result<RowPage<TargetSystemRow>> list_target_systems(Snapshot& snapshot,
                                                     const TargetSystemListRequest& request) {
  constexpr SortKey kKeys[] = {{"name", "t.name_key"},
                               {"created_at", "t.created_at"},
                               {"updated_at", "t.updated_at"},
                               {"service_provider", "t.service_provider"}};
  ListQuery list(STRONGROOM_TARGET_SYSTEM_COLUMNS, STRONGROOM_TARGET_SYSTEM_SOURCE, "t.id");
  list.where("p.deleted_at IS NULL");
  if (request.list.deleted) {
    list.where("t.deleted_at IS NOT NULL");
  } else {
    list.where("t.deleted_at IS NULL");
  }
  list.where_within("t.project_id", request.list.projects, ListQuery::OrNull::kYes);
  if (request.project_id) {
    list.where("t.project_id = ? OR t.project_id IS NULL", to_value(*request.project_id));
  }
  if (!request.service_provider.empty()) {
    list.where("t.service_provider = ?", to_value(std::string_view(request.service_provider)));
  }
  // A tag stands in the array with its quotes, and within a JSON string every quote is escaped: so
  // what is found with its quotes is a whole tag. REPLACE and LENGTH, as both databases have them.
  if (!request.tag_json.empty()) {
    const Value tag = to_value(std::string_view(request.tag_json));
    list.where("REPLACE(t.tags, ?, '') <> t.tags", tag);
  }
  list.where_name_matches("t.name_key", request.list.filter_key);
  STRONGROOM_CHECK(list.sort_by(kKeys, request.list.sort, "name"));
  return fetch_page<TargetSystemRow>(snapshot, list, request.list, read_target_system);
}

Status insert_target_system(Transaction& tx, const TargetSystemRow& row) {
  std::vector<Value> values = changeable_values(row);
  values.insert(values.end(),
                {to_value(row.id), to_value(row.project_id), to_value(row.stamps.created_at)});
  STRONGROOM_CHECK(tx.execute("INSERT INTO target_systems (" STRONGROOM_CHANGEABLE_COLUMNS
                              ", id, project_id, created_at) VALUES (" STRONGROOM_CHANGEABLE_MARKS
                              ", ?, ?, ?)",
                              values));
  return {};
}

Status update_target_system(Transaction& tx, const TargetSystemRow& row) {
  // Only these two have a say in when its clients' grants end, and it may have a great many.
  STRONGROOM_TRY(const std::int64_t moves_ends,
                 fetch_integer(tx,
                               "SELECT COUNT(*) FROM target_systems WHERE id = ? "
                               "AND (service_provider <> ? OR grant_flow <> ?)",
                               std::array{to_value(row.id), to_value(row.service_provider),
                                          to_value(row.grant_flow)}));
  std::vector<Value> values = changeable_values(row);
  values.push_back(to_value(row.id));
  STRONGROOM_CHECK(tx.execute("UPDATE target_systems SET (" STRONGROOM_CHANGEABLE_COLUMNS
                              ") = (" STRONGROOM_CHANGEABLE_MARKS ") WHERE id = ?",
                              values));
  if (moves_ends > 0) STRONGROOM_CHECK(note_client_ends_of(tx, row.id));
  return {};
}

Result<std::vector<ConsumerSecretRow>> consumer_secrets_of(Snapshot& snapshot,
                                                           const Uuid& target_system_id) {
  return fetch_all<ConsumerSecretRow>(
      snapshot,
      "SELECT id, target_system_id, kind, position, generation, sealed_value, key_id, key_type, "
      "thumbprint, subject, certificate_thumbprint, not_before, expires_on, created_at, "
      "accepted_at "
      "FROM consumer_secrets WHERE target_system_id = ? ORDER BY kind, position",
      {to_value(target_system_id)}, read_secret);
}

Status replace_consumer_secrets(Transaction& tx, const Uuid& target_system_id,
                                const std::vector<ConsumerSecretRow>& rows) {
  STRONGROOM_CHECK(run(tx, "DELETE FROM consumer_secrets WHERE target_system_id = ?",
                       {to_value(target_system_id)}));
  for (const ConsumerSecretRow& row : rows) {
    STRONGROOM_CHECK(
        run(tx,
            "INSERT INTO consumer_secrets (id, target_system_id, kind, position, generation, "
            "sealed_value, key_id, key_type, thumbprint, subject, certificate_thumbprint, "
            "not_before, expires_on, created_at, accepted_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            {to_value(row.id), to_value(target_system_id), row.kind, row.position, row.generation,
             Blob{row.sealed_value}, row.key_id, row.key_type, row.thumbprint, row.subject,
             row.certificate_thumbprint, to_value(row.not_before), to_value(row.expires_on),
             to_value(row.created_at), to_value(row.accepted_at)}));
  }
  return {};
}

Result<std::vector<Uuid>> target_systems_with_key(Snapshot& snapshot, std::string_view thumbprint,
                                                  const Uuid& except) {
  return fetch_all<Uuid>(snapshot,
                         "SELECT DISTINCT t.id FROM consumer_secrets s "
                         "JOIN target_systems t ON t.id = s.target_system_id "
                         "WHERE s.thumbprint = ? AND s.thumbprint <> '' AND t.id <> ? "
                         "AND t.deleted_at IS NULL",
                         {thumbprint, to_value(except)}, [](Rows& rows) { return rows.uuid(0); });
}

Result<TargetSystemUse> count_target_system_use(Snapshot& snapshot, const Uuid& id) {
  TargetSystemUse use;
  STRONGROOM_TRY(use.oauth_clients,
                 fetch_count(snapshot,
                             "SELECT COUNT(*) FROM oauth_clients c JOIN projects p "
                             "ON p.id = c.project_id WHERE c.target_system_id = ? "
                             "AND c.deleted_at IS NULL AND p.deleted_at IS NULL",
                             {to_value(id)}));
  STRONGROOM_TRY(use.secrets, fetch_count(snapshot,
                                          "SELECT COUNT(*) FROM secrets s JOIN projects p "
                                          "ON p.id = s.project_id WHERE s.target_system_id = ? "
                                          "AND s.deleted_at IS NULL AND p.deleted_at IS NULL",
                                          {to_value(id)}));
  STRONGROOM_TRY(use.robot_access,
                 fetch_count(snapshot,
                             "SELECT COUNT(*) FROM robot_access a "
                             "JOIN oauth_clients c ON c.id = a.oauth_client_id "
                             "JOIN projects p ON p.id = c.project_id "
                             "LEFT JOIN robots r ON r.id = a.robot_id "
                             "WHERE c.target_system_id = ? AND c.deleted_at IS NULL "
                             "AND p.deleted_at IS NULL AND r.deleted_at IS NULL",
                             {to_value(id)}));
  return use;
}

Result<std::vector<Uuid>> target_systems_of_project(Snapshot& snapshot, const Uuid& id) {
  return fetch_ids(snapshot, "SELECT id FROM target_systems WHERE project_id = ?", {to_value(id)});
}

Result<std::vector<Uuid>> target_systems_deleted_until(Snapshot& snapshot, WallTime moment) {
  return fetch_ids(snapshot, "SELECT id FROM target_systems WHERE deleted_at <= ?",
                   {to_value(moment)});
}

Status destroy_target_system(Transaction& tx, const Uuid& id) {
  // Rules and old labels go with the clients, rules and values with the secrets, and the target
  // system's own secrets with it.
  STRONGROOM_CHECK(run(tx, "DELETE FROM secrets WHERE target_system_id = ?", {to_value(id)}));
  STRONGROOM_CHECK(run(tx, "DELETE FROM oauth_clients WHERE target_system_id = ?", {to_value(id)}));
  return run(tx, "DELETE FROM target_systems WHERE id = ?", {to_value(id)});
}

Status for_each_target_system(
    Snapshot& snapshot, UniqueFunction<Status(const TargetSystemRow&, std::int64_t secrets)> each) {
  STRONGROOM_TRY(
      const std::unique_ptr<Rows> rows,
      snapshot.query("SELECT " STRONGROOM_TARGET_SYSTEM_COLUMNS
                     ", (SELECT COUNT(*) FROM consumer_secrets s WHERE s.target_system_id = t.id)"
                     " FROM " STRONGROOM_TARGET_SYSTEM_SOURCE " WHERE t.deleted_at IS NULL"));
  while (rows->next()) {
    const TargetSystemRow row = read_target_system(*rows);
    const std::int64_t secrets = rows->integer(kColumns);
    STRONGROOM_CHECK(rows->status());
    STRONGROOM_CHECK(each(row, secrets));
  }
  return rows->status();
}

}  // namespace strongroom::storage
