#include "storage/token_rows.h"

#include <string>

#include "storage/client_end_rows.h"
#include "storage/fetch.h"
#include "storage/read_token.h"
#include "storage/resource_token_rows.h"
#include "storage/row_walk.h"

namespace strongroom::storage {
namespace {

// The generation stays: a token that comes later must not have that of the one that is gone.
#define STRONGROOM_DROP_TOKENS                                                                   \
  "UPDATE oauth_clients SET sealed_token = NULL, token_type = '', token_scope = '', "            \
  "token_fingerprint = '', token_is_bound = 0, token_lifetime = NULL, token_expires_at = NULL, " \
  "token_refreshed_at = NULL, token_is_former = 0, token_destination = x'', "                    \
  "failure_cause = '', failed_at = NULL, refresh_due_at = NULL, "                                \
  "lease_owner = NULL, "                                                                         \
  "lease_until = NULL, lease_epoch = lease_epoch + 1, "                                          \
  "state = CASE WHEN state IN ('draft', 'disabled') THEN state "                                 \
  "WHEN EXISTS (SELECT 1 FROM target_systems t WHERE t.id = target_system_id "                   \
  "AND t.grant_flow NOT IN ('client_credentials', 'jwt_bearer', 'token_exchange')) "             \
  "AND NOT EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.oauth_client_id = oauth_clients.id) "  \
  "THEN 'needs_sign_in' ELSE 'needs_retrieval' END"

Result<std::optional<std::int64_t>> epoch_now(Transaction& tx, const Uuid& oauth_client_id) {
  return fetch_one<std::int64_t>(tx, "SELECT lease_epoch FROM oauth_clients WHERE id = ?",
                                 {to_value(oauth_client_id)},
                                 [](Rows& rows) { return rows.integer(0); });
}

}  // namespace

TokenRow read_token(Rows& rows, int first) {
  TokenRow token{.sealed = std::string(rows.bytes(first)),
                 .generation = rows.integer(first + 1),
                 .token_type = std::string(rows.text(first + 2)),
                 .scope = std::string(rows.text(first + 3)),
                 .fingerprint = std::string(rows.text(first + 4)),
                 .is_bound = rows.flag(first + 5),
                 .lifetime = {},
                 .expires_at = rows.maybe_time(first + 7),
                 .refreshed_at = rows.time(first + 8),
                 .is_former = rows.flag(first + 9),
                 .destination = std::string(rows.bytes(first + 10))};
  if (!rows.is_null(first + 6)) token.lifetime = Milliseconds(rows.integer(first + 6));
  return token;
}

Result<std::optional<TokenRow>> find_token(Snapshot& snapshot, const Uuid& oauth_client_id) {
  return fetch_one<TokenRow>(snapshot,
                             "SELECT " STRONGROOM_TOKEN_COLUMNS
                             " FROM oauth_clients "
                             "WHERE id = ? AND sealed_token IS NOT NULL",
                             {to_value(oauth_client_id)},
                             [](Rows& rows) { return read_token(rows, 0); });
}

Result<bool> has_tokens(Snapshot& snapshot, const Uuid& oauth_client_id) {
  const Value id = to_value(oauth_client_id);
  STRONGROOM_TRY(
      const std::int64_t count,
      fetch_count(snapshot,
                  "SELECT (SELECT COUNT(*) FROM oauth_clients WHERE id = ? AND sealed_token IS NOT "
                  "NULL) + (SELECT COUNT(*) FROM resource_tokens WHERE oauth_client_id = ? AND "
                  "sealed_token IS NOT NULL) + (SELECT COUNT(*) FROM refresh_tokens WHERE "
                  "oauth_client_id = ?)",
                  {id, id, id}));
  return count > 0;
}

Result<std::optional<std::int64_t>> claim_lease(Transaction& tx, const Uuid& oauth_client_id,
                                                const Uuid& owner, WallTime now, WallTime until) {
  STRONGROOM_TRY(const std::int64_t claimed,
                 tx.execute("UPDATE oauth_clients SET lease_owner = ?, lease_until = ?, "
                            "lease_epoch = lease_epoch + 1 WHERE id = ? AND deleted_at IS NULL "
                            "AND (lease_until IS NULL OR lease_until < ? OR lease_owner = ?)",
                            {to_value(owner), to_value(until), to_value(oauth_client_id),
                             to_value(now), to_value(owner)}));
  if (claimed == 0) return std::optional<std::int64_t>();
  return epoch_now(tx, oauth_client_id);
}

Result<std::optional<std::int64_t>> take_lease(Transaction& tx, const Uuid& oauth_client_id,
                                               const Uuid& owner, WallTime until) {
  STRONGROOM_TRY(const std::int64_t taken,
                 tx.execute("UPDATE oauth_clients SET lease_owner = ?, lease_until = ?, "
                            "lease_epoch = lease_epoch + 1 WHERE id = ? AND deleted_at IS NULL",
                            {to_value(owner), to_value(until), to_value(oauth_client_id)}));
  if (taken == 0) return std::optional<std::int64_t>();
  return epoch_now(tx, oauth_client_id);
}

Result<std::optional<std::int64_t>> take_up_lease(Transaction& tx, const Uuid& oauth_client_id,
                                                  std::int64_t epoch, const Uuid& owner,
                                                  WallTime until) {
  STRONGROOM_TRY(const std::int64_t taken,
                 tx.execute("UPDATE oauth_clients SET lease_owner = ?, lease_until = ?, "
                            "lease_epoch = lease_epoch + 1 WHERE id = ? AND deleted_at IS NULL "
                            "AND lease_epoch = ? AND lease_until IS NULL",
                            {to_value(owner), to_value(until), to_value(oauth_client_id), epoch}));
  if (taken == 0) return std::optional<std::int64_t>();
  return epoch_now(tx, oauth_client_id);
}

Result<bool> store_token(Transaction& tx, const Uuid& oauth_client_id, std::int64_t epoch,
                         const TokenRow& token) {
  const Value lifetime =
      token.lifetime ? to_value(std::int64_t{token.lifetime->count()}) : Value{std::monostate{}};
  STRONGROOM_TRY(
      const std::int64_t written,
      tx.execute("UPDATE oauth_clients SET sealed_token = ?, token_generation = ?, "
                 "token_type = ?, token_scope = ?, token_fingerprint = ?, token_is_bound = ?, "
                 "token_lifetime = ?, token_expires_at = ?, token_refreshed_at = ?, "
                 "token_is_former = 0, token_destination = ?, "
                 "refresh_due_at = CASE WHEN state IN ('draft', 'disabled') THEN NULL ELSE ? END, "
                 "state = CASE WHEN state IN ('draft', 'disabled') THEN state ELSE 'active' END, "
                 "failure_cause = '', failed_at = NULL, lease_owner = NULL, lease_until = NULL "
                 "WHERE id = ? AND lease_epoch = ? AND lease_until IS NOT NULL "
                 "AND deleted_at IS NULL",
                 {Blob{token.sealed}, token.generation, token.token_type, token.scope,
                  token.fingerprint, to_value(token.is_bound), lifetime, to_value(token.expires_at),
                  to_value(token.refreshed_at), Blob{token.destination},
                  to_value(token.refresh_due_at), to_value(oauth_client_id), epoch}));
  if (written > 0) STRONGROOM_CHECK(note_client_end(tx, oauth_client_id));
  return written > 0;
}

Result<bool> store_failure(Transaction& tx, const Uuid& oauth_client_id, std::int64_t epoch,
                           std::string_view cause, WallTime at) {
  STRONGROOM_TRY(
      const std::int64_t written,
      tx.execute("UPDATE oauth_clients SET failure_cause = ?, failed_at = ?, "
                 "refresh_due_at = CASE WHEN state IN ('draft', 'disabled') THEN NULL "
                 "ELSE MAX(COALESCE(refresh_due_at, ?), ?) END, "
                 "state = CASE WHEN state IN ('draft', 'disabled') THEN state ELSE 'failing' END, "
                 "lease_owner = NULL, lease_until = NULL "
                 "WHERE id = ? AND lease_epoch = ? AND lease_until IS NOT NULL "
                 "AND deleted_at IS NULL",
                 {cause, to_value(at), to_value(at + kLookAgainAfterFailure),
                  to_value(at + kLookAgainAfterFailure), to_value(oauth_client_id), epoch}));
  if (written > 0) STRONGROOM_CHECK(note_client_end(tx, oauth_client_id));
  return written > 0;
}

Result<bool> store_needs_sign_in(Transaction& tx, const Uuid& oauth_client_id, std::int64_t epoch,
                                 std::string_view cause, WallTime at) {
  STRONGROOM_TRY(const std::int64_t written,
                 tx.execute("UPDATE oauth_clients SET failure_cause = ?, failed_at = ?, "
                            "refresh_due_at = NULL, "
                            "state = CASE WHEN state IN ('draft', 'disabled') THEN state "
                            "ELSE 'needs_sign_in' END, lease_owner = NULL, lease_until = NULL "
                            "WHERE id = ? AND lease_epoch = ? AND lease_until IS NOT NULL "
                            "AND deleted_at IS NULL",
                            {cause, to_value(at), to_value(oauth_client_id), epoch}));
  if (written == 0) return false;
  STRONGROOM_CHECK(renew_no_resource_tokens(tx, oauth_client_id));
  return true;
}

Status drop_token(Transaction& tx, const Uuid& oauth_client_id) {
  STRONGROOM_CHECK(tx.execute(STRONGROOM_DROP_TOKENS " WHERE id = ?", {to_value(oauth_client_id)}));
  STRONGROOM_CHECK(drop_resource_tokens(tx, oauth_client_id));
  return note_client_end(tx, oauth_client_id);  // which looks at both
}

Status keep_as_former(Transaction& tx, const Uuid& oauth_client_id) {
  STRONGROOM_CHECK(
      tx.execute("UPDATE oauth_clients SET token_is_former = sealed_token IS NOT NULL, "
                 "failure_cause = '', failed_at = NULL WHERE id = ?",
                 {to_value(oauth_client_id)}));
  STRONGROOM_CHECK(keep_resource_tokens_as_former(tx, oauth_client_id));
  return withdraw_leases(tx, oauth_client_id);
}

Status withdraw_leases(Transaction& tx, const Uuid& oauth_client_id) {
  STRONGROOM_CHECK(
      tx.execute("UPDATE oauth_clients SET lease_owner = NULL, lease_until = NULL, "
                 "lease_epoch = lease_epoch + 1 WHERE id = ?",
                 {to_value(oauth_client_id)}));
  return withdraw_resource_leases(tx, oauth_client_id);
}

Result<bool> is_leased(Snapshot& snapshot, const Uuid& oauth_client_id, WallTime now) {
  STRONGROOM_TRY(
      const std::int64_t held,
      fetch_count(snapshot, "SELECT COUNT(*) FROM oauth_clients WHERE id = ? AND lease_until >= ?",
                  {to_value(oauth_client_id), to_value(now)}));
  return held > 0;
}

Result<bool> reseal_token(Transaction& tx, const Uuid& oauth_client_id, std::int64_t generation,
                          std::string_view sealed) {
  STRONGROOM_TRY(const std::int64_t written,
                 tx.execute("UPDATE oauth_clients SET sealed_token = ? WHERE id = ? "
                            "AND token_generation = ? AND sealed_token IS NOT NULL",
                            {Blob{sealed}, to_value(oauth_client_id), generation}));
  return written > 0;
}

Result<std::vector<DroppedToken>> drop_tokens_of_target_system(Transaction& tx,
                                                               const Uuid& target_system_id,
                                                               bool only_without_tenant) {
  constexpr std::string_view kAffected[] = {
      "SELECT id, state FROM oauth_clients WHERE target_system_id = ?",
      "SELECT id, state FROM oauth_clients WHERE target_system_id = ? AND tenant = ''"};
  constexpr std::string_view kDrop[] = {STRONGROOM_DROP_TOKENS " WHERE target_system_id = ?",
                                        STRONGROOM_DROP_TOKENS
                                        " WHERE target_system_id = ? AND tenant = ''"};
  STRONGROOM_CHECK(tx.execute(kDrop[only_without_tenant ? 1 : 0], {to_value(target_system_id)}));
  STRONGROOM_CHECK(
      drop_resource_tokens_of_target_system(tx, target_system_id, only_without_tenant));
  STRONGROOM_CHECK(note_client_ends_of(tx, target_system_id));  // which looks at both
  return fetch_all<DroppedToken>(tx, kAffected[only_without_tenant ? 1 : 0],
                                 {to_value(target_system_id)}, [](Rows& rows) {
                                   return DroppedToken{rows.uuid(0), std::string(rows.text(1))};
                                 });
}

Result<bool> release_lease(Transaction& tx, const Uuid& oauth_client_id, std::int64_t epoch) {
  STRONGROOM_TRY(const std::int64_t released,
                 tx.execute("UPDATE oauth_clients SET lease_owner = NULL, lease_until = NULL "
                            "WHERE id = ? AND lease_epoch = ? AND lease_until IS NOT NULL",
                            {to_value(oauth_client_id), epoch}));
  return released > 0;
}

Status release_leases(Transaction& tx) {
  STRONGROOM_CHECK(
      tx.execute("UPDATE oauth_clients SET lease_owner = NULL, lease_until = NULL WHERE "
                 "lease_until IS NOT NULL"));
  return release_resource_leases(tx);
}

}  // namespace strongroom::storage
