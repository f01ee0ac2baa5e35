#pragma once
// The secret addresses at which calendar programs read what ends: one for a user at most.
//
// A calendar program can neither sign in nor send a key, so the address is the credential. It is
// made as API keys are and kept as they are: the hash alone, with a MAC over the row. It opens the
// calendar and nothing else, with what its user may see at that moment. Finding one touches no
// database: those that live are held in memory and follow the commits that change them, so that one
// that was revoked opens nothing once that is answered.

#include <optional>
#include <shared_mutex>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/bearer_key.h"
#include "identity/context.h"
#include "identity/digest_hash.h"
#include "identity/types.h"
#include "identity/users.h"

namespace strongroom::storage {
struct CalendarFeedRow;
}

namespace strongroom::identity {

inline constexpr std::string_view kCalendarFeedPrefix = "srcf_";

// Safe to use from any thread; load(), create() and revoke() block and belong on a worker. Errors,
// beside their own: kUnavailable (storage), kCorrupt.
class CalendarFeeds {
 public:
  // `users`, which are loaded first, and everything in `context` must outlive this.
  CalendarFeeds(const Context& context, const Users& users) : context_(context), users_(users) {}

  // Reads those that are there. A row whose MAC does not fit is logged and works for nobody.
  Status load();

  // A new one of the asker's own, shown once; theirs of before works no more. Errors:
  // kPermissionDenied, the asker is no person who signed in; kNotFound, they are disabled or gone;
  // kUnavailable "audit_unavailable".
  Result<crypto::BearerKey> create(const Asker& asker);
  // The asker's own. Works while the audit trail cannot be written. That there is none is no error.
  // Errors: kPermissionDenied, as create().
  Status revoke(const Asker& asker);
  // That of `user`, as a part of a greater change.
  Status revoke_of(storage::Transaction& tx, const Asker& asker, UserId user);

  // When the one of `user` was made; nullopt: there is none.
  std::optional<WallTime> made_at(UserId user) const;

  // Whose the token in an address is; nullopt if it is malformed, unknown or revoked, or its user
  // is disabled or gone, with the same work for every well-formed text.
  std::optional<UserId> find(std::string_view token) const;

 private:
  struct Live {
    crypto::Sha256Digest hash;
    WallTime created_at{};
  };

  Status record(storage::Transaction& tx, const Asker& asker, audit::Action action, UserId user);
  void put(UserId user, const Live& live);
  void forget(UserId user);

  Context context_;
  const Users& users_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<crypto::Sha256Digest, UserId, DigestHash> users_of_;
  std::unordered_map<UserId, Live, UuidHash> live_;
};

}  // namespace strongroom::identity
