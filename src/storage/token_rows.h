#pragma once
// The access tokens of OAuth clients, and the lease that lets one process at a time retrieve one
// (invariant 8). Columns of the table oauth_clients.
//
// Errors of all: as Snapshot::query() and Transaction::execute().

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace strongroom::storage {

struct TokenRow {
  std::string sealed;
  std::int64_t generation = 0;  // goes up with each token
  std::string token_type;
  std::string scope;
  std::string fingerprint;
  bool is_bound = false;                 // to a key or certificate
  std::optional<Milliseconds> lifetime;  // as granted
  std::optional<WallTime> expires_at;
  WallTime refreshed_at{};
  bool is_former = false;  // of settings before; see keep_as_former()
  std::string destination =
      {};  // digest of where it came from; it is revoked there and nowhere else
  // When it is to be renewed ahead of its end; nullopt: it is not. Written with the token, read in
  // storage/refresh_due_rows.h.
  std::optional<WallTime> refresh_due_at = {};
};

// After a failure nothing is renewed ahead for so long, unless the vault knows better.
inline constexpr Milliseconds kLookAgainAfterFailure{30'000};

// nullopt: no such client, or no token.
Result<std::optional<TokenRow>> find_token(Snapshot& snapshot, const Uuid& oauth_client_id);

// Whether any token of the client is stored: access token, of whichever resource, or refresh token.
Result<bool> has_tokens(Snapshot& snapshot, const Uuid& oauth_client_id);

// Claims the lease until `until`, if nobody but `owner` holds one at `now`. What the owner itself
// left behind, when it could not write its result down, is in nobody's way: the epoch moves on.
// Answers the new epoch; nullopt if somebody else holds it, or the client is not there or deleted.
Result<std::optional<std::int64_t>> claim_lease(Transaction& tx, const Uuid& oauth_client_id,
                                                const Uuid& owner, WallTime now, WallTime until);

// Takes the lease from whoever holds it: what they bring comes too late. Answers the new epoch;
// nullopt if the client is not there or deleted.
Result<std::optional<std::int64_t>> take_lease(Transaction& tx, const Uuid& oauth_client_id,
                                               const Uuid& owner, WallTime until);
// The same, but only if `epoch` is still the lease's and nobody else holds it: for what was begun
// under it, and could not be ended.
Result<std::optional<std::int64_t>> take_up_lease(Transaction& tx, const Uuid& oauth_client_id,
                                                  std::int64_t epoch, const Uuid& owner,
                                                  WallTime until);

// Writes the token and gives the lease back, if `epoch` is still the lease's. The client is active
// then and its failure forgotten; a draft or disabled one stays what it is. False: somebody else
// has the lease, or the client was deleted or its token dropped meanwhile; nothing was written.
Result<bool> store_token(Transaction& tx, const Uuid& oauth_client_id, std::int64_t epoch,
                         const TokenRow& token);

// Writes down why there is no new token and gives the lease back; the same condition. The client is
// failing then, and to be renewed again after a while; a draft or disabled one stays what it is.
Result<bool> store_failure(Transaction& tx, const Uuid& oauth_client_id, std::int64_t epoch,
                           std::string_view cause, WallTime at);

// Writes down that a person has to sign in, and why, and gives the lease back; the same condition.
// A draft or disabled one stays what it is, and a token that lives is kept; none is renewed.
Result<bool> store_needs_sign_in(Transaction& tx, const Uuid& oauth_client_id, std::int64_t epoch,
                                 std::string_view cause, WallTime at);

// Gives the lease back unused, if `epoch` is still the lease's. True: it was, and was held.
Result<bool> release_lease(Transaction& tx, const Uuid& oauth_client_id, std::int64_t epoch);

// Gives back every lease, those of single resources too, whoever holds it: for a start at which no
// other process can.
Status release_leases(Transaction& tx);

// Forgets the token, those for single resources, and its failure, and makes every running
// retrieval's write-back come too late. The client needs a retrieval then, or, where people sign in
// and it has no refresh token, a sign-in; a draft or disabled one stays what it is.
Status drop_token(Transaction& tx, const Uuid& oauth_client_id);
// The client's settings are others now: its tokens, those for single resources too, are marked and
// serve on until others are stored. Failures are forgotten, and every running retrieval's
// write-back comes too late. The client's state is for the caller to write.
Status keep_as_former(Transaction& tx, const Uuid& oauth_client_id);
// Only that: every running retrieval's write-back, also of single resources, comes too late.
Status withdraw_leases(Transaction& tx, const Uuid& oauth_client_id);
// Whether somebody holds the client's lease at `now`.
Result<bool> is_leased(Snapshot& snapshot, const Uuid& oauth_client_id, WallTime now);
// The token with this generation, sealed anew. False: that is not the one that is there.
Result<bool> reseal_token(Transaction& tx, const Uuid& oauth_client_id, std::int64_t generation,
                          std::string_view sealed);
struct DroppedToken {
  Uuid oauth_client_id;
  std::string state;  // of the client, now
};
// The same for all clients of a target system, or for those without a tenant of their own, deleted
// ones included. Answers whose.
Result<std::vector<DroppedToken>> drop_tokens_of_target_system(Transaction& tx,
                                                               const Uuid& target_system_id,
                                                               bool only_without_tenant);

}  // namespace strongroom::storage
