#pragma once
// The inside of KeyRing, for key_ring.cc and sealer.cc only.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "crypto/aead.h"
#include "crypto/key_ring.h"
#include "crypto/mac_key.h"

namespace strongroom::crypto {

// A data key in use. Safe to use from any thread.
//
// The data key itself does no work: the keys that do are derived from it, one for each purpose, so
// that no key ever serves two algorithms.
class DataKey {
 public:
  DataKey(KeyId id, KeyScope scope, std::int64_t seals_reserved, std::string_view key);
  // The key of kMacScope is itself what MACs are derived from.
  struct ForMacs {};
  DataKey(ForMacs only, KeyId id, std::string_view mac_root);
  ~DataKey();

  KeyId id() const { return id_; }
  KeyScope scope() const { return scope_; }
  const AeadKey& aead() const { return aead_; }

  std::string_view mac_root() const;

  // The key for MACs of `purpose`; made at its first use, valid while *this lives.
  const MacKey& mac_key(std::string_view purpose);

  // Permission for one more seal; `reserve` is called if the reserved block is used up.
  Status count_seal(KeyRing::Reserve& reserve, std::mutex& reserve_mutex);
  // Reserves the next block if less than half of one is left.
  Status reserve_ahead(KeyRing::Reserve& reserve, std::mutex& reserve_mutex);

 private:
  Status reserve_block(KeyRing::Reserve& reserve, std::mutex& reserve_mutex);

  const KeyId id_;
  const KeyScope scope_;
  const AeadKey aead_;

  std::mutex count_mutex_;
  std::int64_t used_;      // under count_mutex_
  std::int64_t reserved_;  // under count_mutex_; what is durable

  Sha256Digest mac_root_;
  std::shared_mutex macs_mutex_;
  std::map<std::string, MacKey, std::less<>> macs_;  // under macs_mutex_; nodes stay where they are
};

// A root key at work.
struct Wrapping {
  explicit Wrapping(const RootKey& root);

  const AeadKey aead;
  const std::string id;
};

struct KeyRing::Impl {
  Impl(const RootKey& root, Random& the_random);

  // Valid as long as the caller holds it, also when the ring forgets it meanwhile; or nullptr.
  std::shared_ptr<DataKey> by_id(const KeyId& id) const;
  // The newest key of `scope`, the one that seals.
  std::shared_ptr<DataKey> by_scope(const KeyScope& scope) const;
  // The key that MACs are made with, or nullptr.
  std::shared_ptr<DataKey> for_macs() const;
  Status count_seal(DataKey& key) { return key.count_seal(reserve, reserve_mutex); }
  // A wrapped key made of `key`, under the root keys that count.
  Result<WrappedKey> wrap(const KeyId& id, const KeyScope& scope, std::string_view key);

  Random& random;

  mutable std::shared_mutex mutex;
  std::unordered_map<KeyId, std::shared_ptr<DataKey>, UuidHash> ids;        // under mutex
  std::unordered_map<KeyScope, std::shared_ptr<DataKey>, UuidHash> scopes;  // under mutex
  std::shared_ptr<DataKey> macs;                                            // under mutex
  std::shared_ptr<const Wrapping> root;                                     // under mutex
  std::shared_ptr<const Wrapping> former;  // under mutex; null: there is none that counts

  std::mutex reserve_mutex;
  Reserve reserve;  // under reserve_mutex
};

}  // namespace strongroom::crypto
