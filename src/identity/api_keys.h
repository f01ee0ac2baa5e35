#pragma once
// User API keys: how people and their scripts show who they are.
//
// A key is shown once, when it is made; what is kept is its hash, with a MAC over all that gives it
// power, so that nobody who can only write to the database can make one, widen one, or bring a
// revoked one back. Authenticating touches no database: the keys that live are held in memory, and
// follow the commits that change them, so that a revoke is in force before it is answered.

#include <atomic>
#include <cstdint>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/permission.h"
#include "base/result.h"
#include "crypto/bearer_key.h"
#include "identity/context.h"
#include "identity/digest_hash.h"
#include "identity/last_uses.h"
#include "identity/rights.h"
#include "identity/types.h"
#include "identity/users.h"

namespace strongroom::storage {
struct ApiKeyRow;
}

namespace strongroom::identity {

// Safe to use from any thread; all but authenticate() and again() block and belong on a
// worker. Errors of those, beside their own: kUnavailable (storage), kCorrupt.
class ApiKeys {
 public:
  // `users`, `rights` and everything in `context` must outlive this. load() before anything else.
  ApiKeys(const Context& context, Users& users, const Rights& rights, ApiKeyPolicy policy = {});

  // Reads the keys that live. A row whose MAC does not fit is logged and works for nobody.
  Status load();

  // Who this key belongs to, with what both the key and its user may do now; nullopt if it is
  // malformed, unknown, revoked or expired, with the same work for every well-formed text. Such
  // failures are counted, not audited. `peer` is the network address that showed it.
  std::optional<SignedIn> authenticate(std::string_view text, std::string_view peer = {}) const;
  // Who that is now: a key that was authenticated before, if it would be again.
  std::optional<SignedIn> again(const SignedIn& signed_in) const;

  // All of these need kManageApiKeys, but for one's own: whoever signed in has the keys of their
  // own user, and a key has itself. It makes no others: one that got away would outlive its revoke.

  // Errors: kPermissionDenied, also for a permission that the asker lacks; kInvalidArgument at
  // /name, /user, /permissions, /projects/<n>, and where the request says when it expires, which
  // the policy may forbid; kConflict "too_many_keys"; kUnavailable "audit_unavailable".
  Result<NewApiKey> create(const Asker& asker, const ApiKeyRequest& request);
  // Oldest first, revoked and expired ones included; of one user, or of all that the asker may see.
  Result<std::vector<ApiKeyInfo>> list(const Asker& asker, std::optional<UserId> user = {});
  // Errors: kNotFound.
  Result<ApiKeyInfo> get(const Asker& asker, ApiKeyId id);
  // After this returned, the key opens nothing. Works while the audit trail cannot be written.
  // Revoking twice is no error. Errors: kNotFound.
  Status revoke(const Asker& asker, ApiKeyId id);
  // All keys of a user, as a part of a greater change.
  Status revoke_all(storage::Transaction& tx, const Asker& asker, UserId user);

  // A key that a restore has suspended counts again, as a part of that change. Nothing where it is
  // gone. Errors: kCorrupt, its row is not what was stored.
  Status end_suspension(storage::Transaction& tx, ApiKeyId id);

  // Living ones, but for what the server's own host makes.
  static constexpr std::size_t kMostOfOneUser = 200;

  // Whether the asker has the keys of their own user without a permission: who signed in has.
  static bool has_own(const Asker& asker);

  // When something is made, and the id that a user may need.
  struct Stamp {
    WallTime now{};
    Uuid user{};
  };

  // Writes down when and from where keys were used last. What could not be written is kept.
  Status write_last_uses();

  const ApiKeyPolicy& policy() const { return policy_; }
  // How many keys could be used, but for their expiry.
  std::size_t live_count() const;
  // How often authenticate() said no, since the start.
  std::uint64_t rejections() const { return rejections_.load(std::memory_order_relaxed); }

 private:
  struct LiveKey {
    UserId user;
    ApiKeyId id;
    Grants most;
    std::optional<WallTime> expires_at;
  };

  Result<ApiKeyRequest> checked(const Asker& asker, const ApiKeyRequest& request) const;
  Status check_expiry(const Asker& asker, const ApiKeyRequest& request) const;
  Result<ApiKeyInfo> insert(storage::Transaction& tx, const Asker& asker,
                            const ApiKeyRequest& request, const Stamp& stamp,
                            storage::ApiKeyRow& row);
  // With what was not written down yet.
  ApiKeyInfo to_info(const storage::ApiKeyRow& row, std::string user_name) const;
  void put(const crypto::Sha256Digest& hash, const LiveKey& key);
  void forget(ApiKeyId id);
  bool expired(const LiveKey& key) const;
  SignedIn signed_in(const LiveKey& key) const;
  Status revoke(storage::Transaction& tx, const Asker& asker, storage::ApiKeyRow row);

  Result<User> user_for(storage::Transaction& tx, const Asker& asker, const ApiKeyRequest& request,
                        const Stamp& stamp);

  Context context_;
  Users& users_;
  const Rights& rights_;
  const ApiKeyPolicy policy_;
  mutable LastUses uses_;
  mutable std::atomic<std::uint64_t> rejections_{0};
  mutable std::shared_mutex mutex_;
  std::unordered_map<crypto::Sha256Digest, LiveKey, DigestHash> live_;
  std::unordered_map<ApiKeyId, crypto::Sha256Digest, UuidHash> hashes_;
};

}  // namespace strongroom::identity
