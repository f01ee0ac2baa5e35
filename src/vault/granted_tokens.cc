#include "vault/granted_tokens.h"

#include <string_view>
#include <utility>

#include "crypto/uuid.h"
#include "oauth/refresh.h"
#include "storage/lease_rows.h"
#include "storage/refresh_due_rows.h"
#include "storage/resource_token_rows.h"
#include "storage/restore_rows.h"
#include "storage/token_rows.h"
#include "vault/refresh_plan.h"
#include "vault/scope_changes.h"
#include "vault/stored.h"
#include "vault/stored_token.h"
#include "vault/subject_tokens.h"
#include "vault/token_leases.h"

namespace strongroom::vault {
namespace {

using storage::RefreshTokenRow;

// The lease with `epoch`, and what it is to follow.
Result<GrantLease> lease_on(storage::Transaction& tx, const TokenKey& key, std::int64_t epoch) {
  const Uuid& id = key.client.uuid;
  STRONGROOM_TRY(const auto has, storage::token_generations(tx, id));
  if (!has) return no_such_thing();
  return GrantLease{.key = key,
                    .project = ProjectId{has->project_id},
                    .epoch = epoch,
                    .token_generation = has->access_token,
                    .refresh_generation = has->refresh_token};
}

// The client's lease, and that of the resource with it.
Result<std::optional<GrantLease>> with_resource(Context& context, storage::Transaction& tx,
                                                const TokenKey& key,
                                                std::optional<std::int64_t> epoch,
                                                const Uuid& owner) {
  using Claimed = std::optional<GrantLease>;
  if (!epoch) return Claimed();
  STRONGROOM_TRY(GrantLease lease, lease_on(tx, key, *epoch));
  if (key.resource.empty()) return Claimed(std::move(lease));
  const WallTime now = context.clock.now();
  STRONGROOM_TRY(const auto resource_epoch, claim_lease(tx, key, owner, now, now + kGrantLease));
  if (!resource_epoch) return Claimed();
  lease.resource_epoch = *resource_epoch;
  STRONGROOM_TRY(lease.token_generation,
                 storage::resource_token_generation(tx, key.client.uuid, key.resource));
  return Claimed(std::move(lease));
}

Result<std::shared_ptr<TokenEntry>> seal_access(Context& context, const GrantLease& lease,
                                                const oauth::TokenSet& tokens) {
  return seal_access_token(context, lease.key, lease.project, lease.token_generation + 1, tokens);
}

std::optional<WallTime> refresh_expiry(const oauth::TokenSet& tokens) {
  if (!tokens.refresh_lifetime) return std::nullopt;
  return tokens.sent_at + *tokens.refresh_lifetime;
}

Result<RefreshTokenRow> seal_refresh(Context& context, const GrantLease& lease,
                                     const std::string& destination,
                                     const oauth::RefreshToken& token) {
  RefreshTokenRow row;
  row.oauth_client_id = lease.key.client.uuid;
  row.generation = lease.epoch;
  row.destination = destination;
  STRONGROOM_TRY(row.sealed_token,
                 context.sealer.seal(refresh_token_place(row.oauth_client_id, lease.project.uuid,
                                                         row.generation, row.destination),
                                     token.reveal()));
  return row;
}

Result<bool> store_access(Context& context, storage::Transaction& tx, const GrantLease& lease,
                          const SealedGrant& grant) {
  storage::TokenRow row = token_row(context, lease.key, *grant.access, grant.refresh_expires_at);
  row.destination = grant.destination;
  tx.on_commit([&context, due = row.refresh_due_at] { ring(context, due); });
  if (lease.key.resource.empty()) {
    return storage::store_token(tx, lease.key.client.uuid, lease.epoch, row);
  }
  STRONGROOM_TRY(const bool ours, storage::release_lease(tx, lease.key.client.uuid, lease.epoch));
  if (!ours) return false;
  return storage::store_resource_token(tx, lease.key.client.uuid, lease.key.resource,
                                       lease.resource_epoch, row);
}

// Whether the lease was still ours; it is given back then.
Result<bool> replace_access(Context& context, storage::Transaction& tx, const GrantLease& lease,
                            const SealedGrant& grant) {
  const Uuid& id = lease.key.client.uuid;
  if (grant.access == nullptr) return storage::release_lease(tx, id, lease.epoch);
  STRONGROOM_TRY(const bool ours, store_access(context, tx, lease, grant));
  if (ours && grant.is_new) STRONGROOM_CHECK(storage::drop_resource_tokens(tx, id));
  return ours;
}

// Another refresh token only where the one that this one follows is still there.
Result<bool> replace_refresh(storage::Transaction& tx, const GrantLease& lease,
                             const SealedGrant& grant) {
  const Uuid& id = lease.key.client.uuid;
  STRONGROOM_TRY(const auto stored, storage::find_refresh_token(tx, id));
  if ((stored ? stored->generation : 0) != lease.refresh_generation) return false;
  if (grant.refresh) {
    STRONGROOM_CHECK(storage::put_refresh_token(tx, *grant.refresh));
    return true;
  }
  if (!grant.is_new) {
    return storage::note_refresh_token_kept(tx, id, lease.refresh_generation,
                                            grant.refresh_expires_at);
  }
  if (!grant.keeps_refresh_token) STRONGROOM_CHECK(storage::delete_refresh_token(tx, id));
  return true;
}

// There is no access token until somebody asks for one; the refresh token is kept alive meanwhile.
Status store_refresh_alone(Context& context, storage::Transaction& tx, const GrantLease& lease) {
  const Uuid& id = lease.key.client.uuid;
  STRONGROOM_CHECK(storage::drop_token(tx, id));
  const auto due = keep_alive_due(context, lease.key.client);
  if (!due) return {};
  tx.on_commit([&context, due] { ring(context, due); });
  return storage::keep_refresh_token_alive(tx, id, *due);
}

void put_in_index(Context& context, storage::Transaction& tx, const GrantLease& lease,
                  const SealedGrant& grant) {
  tx.on_commit(
      [&index = context.index, key = lease.key, access = grant.access, is_new = grant.is_new] {
        if (is_new) return index.put_granted(key.client, access);
        put_retrieved(index, key, access);
      });
}

}  // namespace

Result<std::optional<GrantLease>> claim_grant_lease(Context& context, storage::Transaction& tx,
                                                    const TokenKey& key, const Uuid& owner) {
  const WallTime now = context.clock.now();
  STRONGROOM_TRY(const auto epoch,
                 storage::claim_lease(tx, key.client.uuid, owner, now, now + kGrantLease));
  STRONGROOM_TRY(auto lease, with_resource(context, tx, key, epoch, owner));
  if (lease) lease->rights_epoch = context.index.rights_epoch();
  return lease;
}

Result<std::optional<GrantLease>> take_up_grant_lease(Context& context, storage::Transaction& tx,
                                                      const TokenKey& key, std::int64_t epoch,
                                                      const Uuid& owner) {
  STRONGROOM_TRY(const auto taken, storage::take_up_lease(tx, key.client.uuid, epoch, owner,
                                                          context.clock.now() + kGrantLease));
  return with_resource(context, tx, key, taken, owner);
}

// Its owner is nobody else: a refresh of this very process has to wait as well.
Result<GrantLease> take_grant_lease(Context& context, storage::Transaction& tx, OAuthClientId id) {
  const WallTime now = context.clock.now();
  const Uuid owner = crypto::make_uuid(now, context.random);
  STRONGROOM_TRY(const auto epoch, storage::take_lease(tx, id.uuid, owner, now + kGrantLease));
  if (!epoch) return no_such_thing();
  STRONGROOM_TRY(GrantLease lease, lease_on(tx, {id}, *epoch));
  lease.rights_epoch = context.index.rights_epoch();
  return lease;
}

Status release_grant_lease(storage::Transaction& tx, const GrantLease& lease) {
  STRONGROOM_CHECK(storage::release_lease(tx, lease.key.client.uuid, lease.epoch));
  if (lease.key.resource.empty()) return {};
  return release_lease(tx, lease.key, lease.resource_epoch);
}

Result<SealedGrant> seal_refreshed(Context& context, const GrantLease& lease,
                                   const std::string& destination, oauth::TokenSet tokens,
                                   const RefreshTokenRow& before, const oauth::RefreshToken& sent) {
  SealedGrant grant{.destination = destination};
  STRONGROOM_TRY(grant.access, seal_access(context, lease, tokens));
  grant.scopes_missing = !tokens.missing_scopes.empty();
  grant.refresh_expires_at = refresh_expiry(tokens);
  const WallTime sent_at = tokens.sent_at;
  const auto current = oauth::current_refresh_token(sent.clone(), tokens);
  // Some say the same one each time: that is not another one.
  if (!current.is_new || current.token.reveal() == sent.reveal()) return grant;
  STRONGROOM_TRY(grant.refresh, seal_refresh(context, lease, destination, current.token));
  grant.refresh->scope = before.scope;
  grant.refresh->issued_at = sent_at;
  grant.refresh->expires_at = grant.refresh_expires_at;
  grant.refresh->rotates = true;
  return grant;
}

Result<SealedGrant> seal_signed_in(Context& context, const GrantLease& lease,
                                   const std::string& destination, oauth::TokenSet tokens,
                                   bool keeps_refresh_token) {
  SealedGrant grant{
      .destination = destination, .is_new = true, .keeps_refresh_token = keeps_refresh_token};
  STRONGROOM_TRY(grant.access, seal_access(context, lease, tokens));
  grant.scopes_missing = !tokens.missing_scopes.empty();
  if (!tokens.refresh_token) return grant;
  STRONGROOM_TRY(grant.refresh, seal_refresh(context, lease, destination, *tokens.refresh_token));
  grant.refresh->scope = tokens.scope();
  grant.refresh->issued_at = tokens.sent_at;
  grant.refresh->expires_at = refresh_expiry(tokens);
  return grant;
}

Result<SealedGrant> seal_imported(Context& context, const GrantLease& lease,
                                  const std::string& destination,
                                  const std::optional<oauth::TokenSet>& access,
                                  const std::optional<oauth::RefreshToken>& refresh,
                                  const std::string& scope) {
  SealedGrant grant{.destination = destination, .is_new = true};
  if (access) {
    STRONGROOM_TRY(grant.access, seal_access(context, lease, *access));
  }
  if (!refresh) return grant;
  STRONGROOM_TRY(grant.refresh, seal_refresh(context, lease, destination, *refresh));
  grant.refresh->scope = scope;
  grant.refresh->issued_at = context.clock.now();
  return grant;
}

Result<GrantStored> store_granted(Context& context, storage::Transaction& tx,
                                  const GrantLease& lease, const SealedGrant& grant,
                                  audit::Event event) {
  STRONGROOM_TRY(const bool ours, replace_access(context, tx, lease, grant));
  if (!ours && (grant.is_new || !grant.refresh)) return GrantStored::kNothing;
  STRONGROOM_TRY(const bool follows, replace_refresh(tx, lease, grant));
  if (!ours) return follows ? GrantStored::kRefreshTokenOnly : GrantStored::kNothing;
  // Whoever stores a refresh token moves the lease on, so what is ours has the one that it knew.
  if (!follows) {
    return Error{Code::kInternal, "A refresh token was stored without the client's lease."};
  }
  if (grant.access == nullptr) STRONGROOM_CHECK(store_refresh_alone(context, tx, lease));
  // A grant of its own: which refresh token is current is known again.
  if (grant.is_new && (grant.refresh || !grant.keeps_refresh_token)) {
    STRONGROOM_CHECK(
        storage::delete_restore_mark(tx, lease.key.client.uuid, storage::kQuarantineMark));
  }
  // What was exchanged was got for the grant before.
  if (grant.is_new) STRONGROOM_CHECK(drop_exchanged(context, tx, lease.key.client.uuid));
  if (grant.access) event.fingerprint = grant.access->fingerprint;
  if (grant.scopes_missing) event.reason = "scopes_missing";
  STRONGROOM_CHECK(context.trail.record_change(tx, event));
  if (grant.access && !grant.is_new) {
    STRONGROOM_CHECK(record_narrowed(context, tx, lease.key, *grant.access, std::move(event)));
  }
  put_in_index(context, tx, lease, grant);
  return GrantStored::kAll;
}

Result<bool> store_refresh_token_only(storage::Transaction& tx, const GrantLease& lease,
                                      const SealedGrant& grant) {
  return replace_refresh(tx, lease, grant);
}

crypto::Place refresh_token_place(const Uuid& client, const Uuid& project, std::int64_t generation,
                                  std::string_view destination) {
  return {.table = "refresh_tokens",
          .row = client,
          .column = "sealed_token",
          .scope = project,
          .generation = generation,
          .destination = destination};
}

Result<oauth::RefreshToken> open_refresh_token(const crypto::Sealer& sealer, const Uuid& project,
                                               const RefreshTokenRow& row) {
  return sealer.open<oauth::RefreshToken>(
      refresh_token_place(row.oauth_client_id, project, row.generation, row.destination),
      row.sealed_token);
}

}  // namespace strongroom::vault
