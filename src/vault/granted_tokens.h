#pragma once
// The one place where what a provider granted becomes stored: access token and refresh token in one
// transaction, under the client's lease, whoever got them: a refresh, somebody's signing
// in, an import.
//
//   claim_grant_lease() or take_grant_lease(), in a transaction
//   seal_refreshed(), seal_signed_in() or seal_imported(), outside of any: sealing may write
//   store_granted(), in a transaction; only then anybody may use what came
//
// Of these two transactions the second fails where somebody took the lease between them.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "audit/event.h"
#include "base/result.h"
#include "oauth/token_response.h"
#include "storage/refresh_token_rows.h"
#include "vault/context.h"
#include "vault/lookup_index.h"
#include "vault/token_key.h"

namespace strongroom::vault {

// The right to write a client's tokens, until somebody takes it away. Its epoch is the generation
// of the refresh token that is stored under it: no generation comes twice.
struct GrantLease {
  TokenKey key;
  ProjectId project;
  std::int64_t epoch = 0;
  std::int64_t resource_epoch = 0;      // of the resource's lease; 0: `key` names no resource
  std::int64_t token_generation = 0;    // of the access token that is there
  std::int64_t refresh_generation = 0;  // of the refresh token that is there; 0: there is none
  // LookupIndex::rights_epoch() when the lease was taken; nullopt: before this process began.
  std::optional<std::uint64_t> rights_epoch = {};
};

// How long one lasts: longer than a token request may take (http::ClientLimits::total_timeout, once
// for each credential), so that it never ends under a call that still runs.
inline constexpr Milliseconds kGrantLease{60'000};

// For a refresh: one at a time for a client, whatever resource it is for, because all of them use
// one refresh token. nullopt: another process has it. Errors: kNotFound.
Result<std::optional<GrantLease>> claim_grant_lease(Context& context, storage::Transaction& tx,
                                                    const TokenKey& key, const Uuid& owner);
// For a sign-in or an import, which count more than a refresh that is under way: what that one
// brings comes too late, and no other begins until the lease is given back, or has run out. Errors:
// kNotFound.
Result<GrantLease> take_grant_lease(Context& context, storage::Transaction& tx, OAuthClientId id);
// For what was begun under the lease with `epoch`, before a restart or while the store failed: that
// lease, taken up again. nullopt: somebody has moved it on since. Errors: kNotFound.
Result<std::optional<GrantLease>> take_up_grant_lease(Context& context, storage::Transaction& tx,
                                                      const TokenKey& key, std::int64_t epoch,
                                                      const Uuid& owner);
Status release_grant_lease(storage::Transaction& tx, const GrantLease& lease);

// Tokens that are sealed as they will be stored under one lease.
struct SealedGrant {
  std::shared_ptr<TokenEntry> access = {};               // null: none came
  std::string destination = {};                          // digest of where all of it came from
  std::optional<storage::RefreshTokenRow> refresh = {};  // nullopt: no new one came
  std::optional<WallTime> refresh_expires_at = {};       // said of the one that stays
  bool is_new = false;               // a grant of its own: nothing of the one before stays, but, if
  bool keeps_refresh_token = false;  // this says so and no other came, its refresh token
  bool scopes_missing = false;
};

// What a refresh brought. `before` is the row of the refresh token that was sent, `sent` its text:
// without another one in the answer it stays. `destination`: the digest of where it was
// sent. Errors: as crypto::Sealer::seal().
Result<SealedGrant> seal_refreshed(Context& context, const GrantLease& lease,
                                   const std::string& destination, oauth::TokenSet tokens,
                                   const storage::RefreshTokenRow& before,
                                   const oauth::RefreshToken& sent);

// What somebody's signing in brought. With `keeps_refresh_token` one that is stored stays where no
// other came: for the same account as before only. Tokens for single resources are dropped, as they
// are of the grant before. Errors: as crypto::Sealer::seal().
Result<SealedGrant> seal_signed_in(Context& context, const GrantLease& lease,
                                   const std::string& destination, oauth::TokenSet tokens,
                                   bool keeps_refresh_token);

// What people bring from elsewhere; one of the two at least. `scope`: what the refresh token is
// for, as far as they know. Errors: as crypto::Sealer::seal().
Result<SealedGrant> seal_imported(Context& context, const GrantLease& lease,
                                  const std::string& destination,
                                  const std::optional<oauth::TokenSet>& access,
                                  const std::optional<oauth::RefreshToken>& refresh,
                                  const std::string& scope);

enum class GrantStored : std::uint8_t {
  kAll,
  // The lease was taken away, but nobody stored another refresh token: the new one is kept, because
  // the provider knows no other any more. The access token is of settings that do not count now.
  kRefreshTokenOnly,
  kNothing,  // somebody knows better, or the client is gone
};

// Stores it and gives the lease back. The client is active then (waits for a retrieval, where no
// access token came) and its failure forgotten; a draft or disabled one stays what it is. The index
// follows the commit. `event` is recorded, with the access token's fingerprint, where all of it is
// stored.
Result<GrantStored> store_granted(Context& context, storage::Transaction& tx,
                                  const GrantLease& lease, const SealedGrant& grant,
                                  audit::Event event);

// Stores nothing of it but the refresh token, where the one that it follows is still there. False:
// it is not, and somebody knows better.
Result<bool> store_refresh_token_only(storage::Transaction& tx, const GrantLease& lease,
                                      const SealedGrant& grant);

// Where a refresh token is sealed; `destination` must outlive the answer.
crypto::Place refresh_token_place(const Uuid& client, const Uuid& project, std::int64_t generation,
                                  std::string_view destination);

// The stored refresh token. Errors: kCorrupt.
Result<oauth::RefreshToken> open_refresh_token(const crypto::Sealer& sealer, const Uuid& project,
                                               const storage::RefreshTokenRow& row);

}  // namespace strongroom::vault
