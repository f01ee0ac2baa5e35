#include "crypto/key_ring.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>
#include <vector>

#include "crypto/key_ring_impl.h"

namespace strongroom::crypto {
namespace {

// What the derived keys are for (HKDF's info). A change makes everything stored unreadable.
constexpr std::string_view kWrapInfo = "strongroom wrap data keys, AES-256-GCM, 1";
constexpr std::string_view kSealInfo = "strongroom seal values, AES-256-GCM, 1";
constexpr std::string_view kMacInfo = "strongroom authenticate rows, HMAC-SHA-256, 1";

// A wrapped key: format (1 byte), nonce (12), ciphertext (32), tag (16).
constexpr char kWrapFormat = 1;
constexpr std::size_t kNonceAt = 1;
constexpr std::size_t kCiphertextAt = kNonceAt + std::tuple_size_v<AeadKey::Nonce>;
constexpr std::size_t kWrappedSize = kCiphertextAt + AeadKey::kKeySize + AeadKey::kTagSize;

std::string_view view(const Sha256Digest& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Where a wrapped key belongs; all parts have a fixed length.
std::array<std::string_view, 3> place_of(const KeyId& id, const KeyScope& scope) {
  static constexpr std::string_view kFormat(&kWrapFormat, 1);
  return {kFormat, id.raw(), scope.raw()};
}

AeadKey derive_aead(std::string_view key, std::string_view info) {
  if (key.size() != AeadKey::kKeySize) std::abort();  // a bug: keys are checked where they are read
  Sha256Digest derived = hkdf_expand(key, info);
  AeadKey aead(derived);
  wipe(derived);
  return aead;
}

}  // namespace

DataKey::DataKey(KeyId id, KeyScope scope, std::int64_t seals_reserved, std::string_view key)
    : id_(id),
      scope_(scope),
      aead_(derive_aead(key, kSealInfo)),
      used_(seals_reserved),
      reserved_(seals_reserved),
      mac_root_(hkdf_expand(key, kMacInfo)) {}

DataKey::~DataKey() { wipe(mac_root_); }

const MacKey& DataKey::mac_key(std::string_view purpose) {
  {
    const std::shared_lock lock(macs_mutex_);
    if (const auto found = macs_.find(purpose); found != macs_.end()) return found->second;
  }
  Sha256Digest derived = hkdf_expand(view(mac_root_), purpose);
  const std::unique_lock lock(macs_mutex_);
  const auto [entry, inserted] = macs_.try_emplace(std::string(purpose), view(derived));
  wipe(derived);
  return entry->second;
}

Status DataKey::reserve_block(KeyRing::Reserve& reserve, std::mutex& reserve_mutex) {
  const std::int64_t next = std::min(reserved_ + KeyRing::kReserveBlock, KeyRing::kMaxSeals);
  if (next == reserved_) {
    return Error{Code::kUnavailable, "An encryption key is used up; it must be rotated.",
                 "data key " + id_.text()};
  }
  const std::lock_guard lock(reserve_mutex);
  if (!reserve) return Error{Code::kUnavailable, "Encryption keys are not ready yet."};
  STRONGROOM_CHECK(reserve(id_, next));
  reserved_ = next;
  return {};
}

Status DataKey::count_seal(KeyRing::Reserve& reserve, std::mutex& reserve_mutex) {
  const std::lock_guard lock(count_mutex_);
  if (used_ == reserved_) STRONGROOM_CHECK(reserve_block(reserve, reserve_mutex));
  ++used_;
  return {};
}

Status DataKey::reserve_ahead(KeyRing::Reserve& reserve, std::mutex& reserve_mutex) {
  const std::lock_guard lock(count_mutex_);
  const bool enough = reserved_ - used_ >= KeyRing::kReserveBlock / 2;
  if (enough || reserved_ == KeyRing::kMaxSeals) return {};
  return reserve_block(reserve, reserve_mutex);
}

KeyRing::Impl::Impl(const RootKey& root, Random& the_random)
    : wrapping(derive_aead(root.reveal(), kWrapInfo)), random(the_random) {}

std::shared_ptr<DataKey> KeyRing::Impl::by_id(const KeyId& id) const {
  const std::shared_lock lock(mutex);
  const auto found = ids.find(id);
  return found == ids.end() ? nullptr : found->second;
}

std::shared_ptr<DataKey> KeyRing::Impl::by_scope(const KeyScope& scope) const {
  const std::shared_lock lock(mutex);
  const auto found = scopes.find(scope);
  return found == scopes.end() ? nullptr : found->second;
}

KeyRing::KeyRing(RootKey root, Random& random) : impl_(std::make_unique<Impl>(root, random)) {}

KeyRing::~KeyRing() = default;

Result<WrappedKey> KeyRing::make(KeyId id, KeyScope scope) {
  std::array<std::byte, AeadKey::kKeySize> key;
  AeadKey::Nonce nonce;
  impl_->random.fill(key);
  impl_->random.fill(nonce);
  WrappedKey made{id, scope, std::string(1, kWrapFormat), 0};
  made.wrapped.append(reinterpret_cast<const char*>(nonce.data()), nonce.size());
  const std::string_view plaintext(reinterpret_cast<const char*>(key.data()), key.size());
  const Status sealed = impl_->wrapping.seal(nonce, place_of(id, scope), plaintext, made.wrapped);
  wipe(key);
  STRONGROOM_CHECK(sealed);
  return made;
}

Status KeyRing::install(const WrappedKey& key) {
  const bool well_formed = key.wrapped.size() == kWrappedSize && key.wrapped[0] == kWrapFormat &&
                           0 <= key.seals_reserved && key.seals_reserved <= kMaxSeals;
  if (!well_formed) {
    return Error{Code::kCorrupt, "A stored encryption key is damaged.",
                 "data key " + key.id.text()};
  }
  AeadKey::Nonce nonce;
  std::memcpy(nonce.data(), key.wrapped.data() + kNonceAt, nonce.size());
  std::string plaintext;
  const Status opened =
      impl_->wrapping.open(nonce, place_of(key.id, key.scope),
                           std::string_view(key.wrapped).substr(kCiphertextAt), plaintext);
  if (!opened.has_value()) {
    return Error{Code::kCorrupt, "A stored encryption key does not open: is this the root key?",
                 "data key " + key.id.text()};
  }
  auto installed = std::make_shared<DataKey>(key.id, key.scope, key.seals_reserved, plaintext);
  wipe(plaintext);
  const std::unique_lock lock(impl_->mutex);
  if (!impl_->ids.try_emplace(key.id, installed).second) return {};
  std::shared_ptr<DataKey>& newest = impl_->scopes[key.scope];
  if (!newest || newest->id() < key.id) newest = std::move(installed);
  return {};
}

void KeyRing::forget(KeyScope scope) {
  const std::unique_lock lock(impl_->mutex);
  impl_->scopes.erase(scope);
  std::erase_if(impl_->ids, [&](const auto& entry) { return entry.second->scope() == scope; });
}

void KeyRing::set_reserve(Reserve reserve) {
  const std::lock_guard lock(impl_->reserve_mutex);
  impl_->reserve = std::move(reserve);
}

Status KeyRing::reserve_ahead() {
  std::vector<std::shared_ptr<DataKey>> keys;
  {
    const std::shared_lock lock(impl_->mutex);
    for (const auto& [scope, key] : impl_->scopes) keys.push_back(key);
  }
  Status first;
  for (const std::shared_ptr<DataKey>& key : keys) {
    Status status = key->reserve_ahead(impl_->reserve, impl_->reserve_mutex);
    if (first.has_value()) first = std::move(status);
  }
  return first;
}

}  // namespace strongroom::crypto
