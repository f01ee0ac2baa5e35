#include "storage/resource_token_rows.h"

#include <memory>
#include <utility>

#include "storage/fetch.h"
#include "storage/read_token.h"
#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

#define STRONGROOM_DROP_RESOURCE_TOKENS                                                 \
  "UPDATE resource_tokens SET sealed_token = NULL, token_type = '', token_scope = '', " \
  "token_fingerprint = '', token_is_bound = 0, token_lifetime = NULL, "                 \
  "token_expires_at = NULL, token_refreshed_at = NULL, token_is_former = 0, "           \
  "token_destination = x'', "                                                           \
  "failure_cause = '', refresh_due_at = NULL, "                                         \
  "failed_at = NULL, lease_owner = NULL, lease_until = NULL, lease_epoch = lease_epoch + 1"

// The lease is still ours, and the client is there.
#define STRONGROOM_RESOURCE_LEASE_IS_OURS                                  \
  " WHERE oauth_client_id = ? AND resource = ? AND lease_epoch = ? "       \
  "AND lease_until IS NOT NULL AND EXISTS (SELECT 1 FROM oauth_clients c " \
  "WHERE c.id = oauth_client_id AND c.deleted_at IS NULL)"

ResourceTokenRow read_resource_token(Rows& rows) {
  return {rows.uuid(0), std::string(rows.text(1)), read_token(rows, 2)};
}

ResourceStateRow read_state(Rows& rows) {
  return {.resource = std::string(rows.text(0)),
          .token_type = std::string(rows.text(1)),
          .scope = std::string(rows.text(2)),
          .expires_at = rows.maybe_time(3),
          .refreshed_at = rows.maybe_time(4),
          .failure_cause = std::string(rows.text(5)),
          .failed_at = rows.maybe_time(6),
          .is_bound = rows.flag(7),
          .is_former = rows.flag(8)};
}

}  // namespace

Result<std::int64_t> resource_token_generation(Snapshot& snapshot, const Uuid& oauth_client_id,
                                               std::string_view resource) {
  STRONGROOM_TRY(const auto generation,
                 fetch_one<std::int64_t>(snapshot,
                                         "SELECT token_generation FROM resource_tokens "
                                         "WHERE oauth_client_id = ? AND resource = ?",
                                         {to_value(oauth_client_id), resource},
                                         [](Rows& rows) { return rows.integer(0); }));
  return generation.value_or(0);
}

Result<std::vector<ResourceTokenRow>> resource_tokens_of(Snapshot& snapshot,
                                                         const Uuid& oauth_client_id) {
  return fetch_all<ResourceTokenRow>(
      snapshot,
      "SELECT oauth_client_id, resource, " STRONGROOM_TOKEN_COLUMNS
      " FROM resource_tokens WHERE oauth_client_id = ? AND sealed_token IS NOT NULL "
      "ORDER BY resource",
      {to_value(oauth_client_id)}, read_resource_token);
}

Result<std::vector<ResourceStateRow>> resource_states_of(Snapshot& snapshot,
                                                         const Uuid& oauth_client_id) {
  return fetch_all<ResourceStateRow>(
      snapshot,
      "SELECT resource, token_type, token_scope, token_expires_at, token_refreshed_at, "
      "failure_cause, failed_at, token_is_bound, token_is_former FROM resource_tokens WHERE "
      "oauth_client_id = ? "
      "ORDER BY resource",
      {to_value(oauth_client_id)}, read_state);
}

Status for_each_resource_token(Snapshot& snapshot, UniqueFunction<Status(ResourceTokenRow&)> each) {
  STRONGROOM_TRY(const std::unique_ptr<Rows> rows,
                 snapshot.query("SELECT oauth_client_id, resource, " STRONGROOM_TOKEN_COLUMNS
                                " FROM resource_tokens WHERE sealed_token IS NOT NULL AND EXISTS "
                                "(SELECT 1 FROM oauth_clients c WHERE c.id = oauth_client_id "
                                "AND c.deleted_at IS NULL)"));
  while (rows->next()) {
    ResourceTokenRow row = read_resource_token(*rows);
    STRONGROOM_CHECK(rows->status());
    STRONGROOM_CHECK(each(row));
  }
  return rows->status();
}

Result<std::optional<std::int64_t>> claim_resource_lease(Transaction& tx,
                                                         const Uuid& oauth_client_id,
                                                         std::string_view resource,
                                                         const Uuid& owner, WallTime now,
                                                         WallTime until) {
  STRONGROOM_CHECK(run(tx,
                       "INSERT INTO resource_tokens (oauth_client_id, resource, failure_cause, "
                       "token_generation, token_type, token_scope, token_fingerprint, "
                       "token_is_bound, lease_epoch) SELECT id, ?, '', 0, '', '', '', 0, 0 "
                       "FROM oauth_clients WHERE id = ? AND deleted_at IS NULL "
                       "ON CONFLICT DO NOTHING",
                       {resource, to_value(oauth_client_id)}));
  STRONGROOM_TRY(
      const std::int64_t claimed,
      tx.execute("UPDATE resource_tokens SET lease_owner = ?, lease_until = ?, "
                 "lease_epoch = lease_epoch + 1 WHERE oauth_client_id = ? AND resource = ? "
                 "AND (lease_until IS NULL OR lease_until < ? OR lease_owner = ?) "
                 "AND EXISTS (SELECT 1 FROM oauth_clients c WHERE c.id = oauth_client_id "
                 "AND c.deleted_at IS NULL)",
                 {to_value(owner), to_value(until), to_value(oauth_client_id), resource,
                  to_value(now), to_value(owner)}));
  if (claimed == 0) return std::optional<std::int64_t>();
  return fetch_one<std::int64_t>(
      tx, "SELECT lease_epoch FROM resource_tokens WHERE oauth_client_id = ? AND resource = ?",
      {to_value(oauth_client_id), resource}, [](Rows& rows) { return rows.integer(0); });
}

Result<bool> store_resource_token(Transaction& tx, const Uuid& oauth_client_id,
                                  std::string_view resource, std::int64_t epoch,
                                  const TokenRow& token) {
  const Value lifetime =
      token.lifetime ? to_value(std::int64_t{token.lifetime->count()}) : Value{std::monostate{}};
  STRONGROOM_TRY(
      const std::int64_t written,
      tx.execute("UPDATE resource_tokens SET sealed_token = ?, token_generation = ?, "
                 "token_type = ?, token_scope = ?, token_fingerprint = ?, token_is_bound = ?, "
                 "token_lifetime = ?, token_expires_at = ?, token_refreshed_at = ?, "
                 "token_is_former = 0, token_destination = ?, refresh_due_at = ?, "
                 "failure_cause = '', "
                 "failed_at = NULL, lease_owner = NULL, "
                 "lease_until = NULL" STRONGROOM_RESOURCE_LEASE_IS_OURS,
                 {Blob{token.sealed}, token.generation, token.token_type, token.scope,
                  token.fingerprint, to_value(token.is_bound), lifetime, to_value(token.expires_at),
                  to_value(token.refreshed_at), Blob{token.destination},
                  to_value(token.refresh_due_at), to_value(oauth_client_id), resource, epoch}));
  return written > 0;
}

Result<bool> store_resource_failure(Transaction& tx, const Uuid& oauth_client_id,
                                    std::string_view resource, std::int64_t epoch,
                                    std::string_view cause, WallTime at) {
  STRONGROOM_TRY(const std::int64_t written,
                 tx.execute("UPDATE resource_tokens SET failure_cause = ?, failed_at = ?, "
                            "refresh_due_at = CASE WHEN sealed_token IS NULL THEN NULL "
                            "ELSE MAX(COALESCE(refresh_due_at, ?), ?) END, "
                            "lease_owner = NULL, lease_until = "
                            "NULL" STRONGROOM_RESOURCE_LEASE_IS_OURS,
                            {cause, to_value(at), to_value(at + kLookAgainAfterFailure),
                             to_value(at + kLookAgainAfterFailure), to_value(oauth_client_id),
                             resource, epoch}));
  return written > 0;
}

Status release_resource_lease(Transaction& tx, const Uuid& oauth_client_id,
                              std::string_view resource, std::int64_t epoch) {
  return run(tx,
             "UPDATE resource_tokens SET lease_owner = NULL, lease_until = NULL "
             "WHERE oauth_client_id = ? AND resource = ? AND lease_epoch = ?",
             {to_value(oauth_client_id), resource, epoch});
}

Status release_resource_leases(Transaction& tx) {
  return run(tx,
             "UPDATE resource_tokens SET lease_owner = NULL, lease_until = NULL "
             "WHERE lease_until IS NOT NULL",
             {});
}

Status renew_no_resource_tokens(Transaction& tx, const Uuid& oauth_client_id) {
  return run(tx,
             "UPDATE resource_tokens SET refresh_due_at = NULL WHERE oauth_client_id = ? "
             "AND refresh_due_at IS NOT NULL",
             {to_value(oauth_client_id)});
}

Status keep_resource_tokens_as_former(Transaction& tx, const Uuid& oauth_client_id) {
  return run(tx,
             "UPDATE resource_tokens SET token_is_former = sealed_token IS NOT NULL, "
             "failure_cause = '', failed_at = NULL WHERE oauth_client_id = ?",
             {to_value(oauth_client_id)});
}

Status withdraw_resource_leases(Transaction& tx, const Uuid& oauth_client_id) {
  return run(tx,
             "UPDATE resource_tokens SET lease_owner = NULL, lease_until = NULL, "
             "lease_epoch = lease_epoch + 1 WHERE oauth_client_id = ?",
             {to_value(oauth_client_id)});
}

Result<bool> reseal_resource_token(Transaction& tx, const Uuid& oauth_client_id,
                                   std::string_view resource, std::int64_t generation,
                                   std::string_view sealed) {
  STRONGROOM_TRY(
      const std::int64_t written,
      tx.execute("UPDATE resource_tokens SET sealed_token = ? WHERE oauth_client_id = ? "
                 "AND resource = ? AND token_generation = ? AND sealed_token IS NOT NULL",
                 {Blob{sealed}, to_value(oauth_client_id), resource, generation}));
  return written > 0;
}

Status drop_resource_tokens(Transaction& tx, const Uuid& oauth_client_id) {
  return run(tx, STRONGROOM_DROP_RESOURCE_TOKENS " WHERE oauth_client_id = ?",
             {to_value(oauth_client_id)});
}

Status drop_resource_tokens_of_target_system(Transaction& tx, const Uuid& target_system_id,
                                             bool only_without_tenant) {
  if (only_without_tenant) {
    return run(tx,
               STRONGROOM_DROP_RESOURCE_TOKENS
               " WHERE oauth_client_id IN "
               "(SELECT id FROM oauth_clients WHERE target_system_id = ? AND tenant = '')",
               {to_value(target_system_id)});
  }
  return run(tx,
             STRONGROOM_DROP_RESOURCE_TOKENS
             " WHERE oauth_client_id IN "
             "(SELECT id FROM oauth_clients WHERE target_system_id = ?)",
             {to_value(target_system_id)});
}

}  // namespace strongroom::storage
