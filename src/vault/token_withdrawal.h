#pragma once
// Takes a client's tokens away here, and keeps them, sealed for nothing else, until the provider
// has said that they are revoked: each in a row of its own, bound to the destination that
// it came from (invariants 2, 5). What is kept here is never handed out or refreshed.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "storage/revocation_rows.h"
#include "vault/actor.h"
#include "vault/context.h"
#include "vault/granted_tokens.h"
#include "vault/types.h"

namespace strongroom::vault {

// How long the provider is asked for: no longer than the token itself may live.
inline constexpr Seconds kRevocationPatience{7 * 24 * 3600};

// How many tokens, of all clients, wait for a provider at most: beyond that they are taken away
// here alone, their client's revocation is kGivenUp, and the trail says why. A provider that is
// gone for good must not fill the disk.
inline constexpr std::int64_t kMaxPendingRevocations = 100'000;

// After it, no look-up gets one of those tokens, and no refresh or retrieval that is under way
// brings another one back. The client needs a sign-in then, or a retrieval; a draft or disabled one
// stays what it is. Works while the audit trail cannot be written. Blocks.
//
// Answers what is known so far: kPending where something is left to be sent, which is due at once.
//
// Errors: kNotFound; kConflict "no_tokens": there is none, and none waits to be revoked; kConflict:
// its tokens change faster than they can be taken; kCorrupt; as crypto::Sealer::seal().
Result<RevocationState> withdraw_tokens(Context& context, const Actor& actor, OAuthClientId id);

// A grant that a refresh brought after the client's tokens had been withdrawn, asked for before
// that: it is revoked as well. Nothing happens where they were not. Which came first says
// the index, because calendars go backwards, or `sent_at`, for what another process asked for.
Status withdraw_late_grant(Context& context, const GrantLease& lease, const SealedGrant& grant,
                           WallTime sent_at);

// Where a token is sealed that waits to be revoked; `row` must outlive the answer.
crypto::Place pending_revocation_place(const storage::PendingRevocationRow& row,
                                       const Uuid& project);

// What people see of a client's last revocation. `row.next_try_at` decides whether it is pending.
// Errors: kCorrupt.
Result<Revocation> to_revocation(const catalogue::Catalogue& catalogue,
                                 const storage::RevocationRow& row,
                                 std::string_view service_provider);

}  // namespace strongroom::vault
