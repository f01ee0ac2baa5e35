#pragma once
// The keys that values are sealed with, and the root key that wraps them.
//
// Root key (outside the database, from a KeyProvider) -> wraps data keys, one a project and one for
// the server (rows in the database) -> seal values. Losing the root key loses everything; losing a
// data key loses one project, which is how a deleted project is made unreadable.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/function.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/uuid.h"
#include "crypto/random.h"

namespace strongroom::crypto {

using RootKey = Secret<struct RootKeyKind>;  // 32 bytes
using KeyId = Id<struct DataKeyKind>;

// The project that a key belongs to; nil for the server's own key.
using KeyScope = Uuid;

// The scope of the one key that seals nothing and authenticates: rows, and fingerprints of tokens
// in the audit trail. It outlives the server's keys, so that what it vouches for stays true when
// those are rotated. No project has this id.
inline constexpr KeyScope kMacScope = [] {
  KeyScope scope;
  for (std::byte& byte : scope.bytes) byte = std::byte{0xff};
  return scope;
}();

// A data key as the database keeps it.
struct WrappedKey {
  KeyId id;
  KeyScope scope;
  std::string wrapped;              // sealed under the root key; bound to id and scope
  std::int64_t seals_reserved;      // how many seals the ring may have used (at most kMaxSeals)
  std::string wrapped_before = {};  // the same under the former root key, while that still counts
};

// Data keys in use, by id and by scope. Safe to use from any thread: look-ups take a shared lock.
class KeyRing {
 public:
  static constexpr std::int64_t kMaxSeals = std::int64_t{1} << 31;      // per key; design, "Keys"
  static constexpr std::int64_t kReserveBlock = std::int64_t{1} << 20;  // nonces reserved at a time

  // `root` has 32 bytes, or the process ends. `random` must outlive the ring.
  KeyRing(RootKey root, Random& random);
  ~KeyRing();

  // Makes a new key for `scope`. The caller stores it; install() puts it to use.
  Result<WrappedKey> make(KeyId id, KeyScope scope);

  // Puts a stored key to use, wrapped by the root key or the former, with its counter at
  // `seals_reserved`: some of that may be used. A key that is in use already stays as it is. Of
  // several keys of a scope the one with the greatest id, the newest, seals; all of them open.
  // Errors: kCorrupt, the wrapping does not open: wrong root key, or a row that was changed or
  // moved.
  Status install(const WrappedKey& key);

  // The server's key for MACs as a key of its own, for kMacScope: derived from the server's key, so
  // that MACs of before stay right, and telling nothing about it. Errors: kNotFound, there is no
  // server's key yet.
  Result<WrappedKey> make_mac_key(KeyId id);

  // The key that seals for `scope`; nullopt: there is none.
  std::optional<KeyId> newest(const KeyScope& scope) const;

  // Forgets the keys of a project that was deleted for good.
  void forget(KeyScope scope);
  // Forgets one key, with which nothing is sealed any more.
  void forget_key(const KeyId& id);

  // Which root key wraps: 16 hexadecimal characters that tell nothing about it.
  std::string root_id() const;
  // The former one while it still counts; empty: there is none.
  std::string former_root_id() const;
  // `key` under the root key of `next` instead. Errors: kCorrupt, it does not open under this one.
  Result<std::string> rewrap(const WrappedKey& key, const KeyRing& next) const;
  // From now on new keys are wrapped by the root key of `next`, and by the one of now as well,
  // until forget_former_root(). undo_change_root() goes back to that one.
  void change_root(const KeyRing& next);
  void undo_change_root();
  void forget_former_root();
  // The next root key, sealed under this one: who still starts with this one finds the next.
  Result<std::string> wrap_root(const RootKey& next);
  // Errors: kCorrupt, it was not sealed under this root key.
  Result<RootKey> unwrap_root(std::string_view wrapped) const;

  // Set once, by app: makes `seals_reserved` of key `id` durable before more nonces are used.
  // Called on the thread that seals, at each key's first seal after install() and then once a
  // block, with locks held: it must not seal. Without one nothing can be sealed.
  using Reserve = UniqueFunction<Status(KeyId id, std::int64_t seals_reserved)>;
  void set_reserve(Reserve reserve);

  // Reserves a further block for each key that has less than half of one left, so that a seal
  // inside a transaction finds its nonce reserved and Reserve need not write from there. For app to
  // call after install(), and now and then. Errors: the first that Reserve answered; the keys after
  // it were tried too. A key at kMaxSeals is none.
  Status reserve_ahead();

 private:
  friend class Sealer;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace strongroom::crypto
