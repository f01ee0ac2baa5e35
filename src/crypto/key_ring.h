#pragma once
// The keys that values are sealed with, and the root key that wraps them.
//
// Root key (outside the database, from a KeyProvider) -> wraps data keys, one a project and one for
// the server (rows in the database) -> seal values. Losing the root key loses everything; losing a
// data key loses one project, which is how a deleted project is made unreadable.

#include <cstdint>
#include <memory>
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

// A data key as the database keeps it.
struct WrappedKey {
  KeyId id;
  KeyScope scope;
  std::string wrapped;          // sealed under the root key; bound to id and scope
  std::int64_t seals_reserved;  // how many seals the ring may have used (at most kMaxSeals)
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

  // Puts a stored key to use, with its counter at `seals_reserved`: some of that may be used. A key
  // that is in use already stays as it is. Of several keys of a scope the one with the greatest id,
  // the newest, seals; all of them open. Errors: kCorrupt, the wrapping does not open: wrong root
  // key, or a row that was changed or moved.
  Status install(const WrappedKey& key);

  // Forgets the keys of a project that was deleted for good.
  void forget(KeyScope scope);

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
