#include "crypto/key_ring.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "crypto/key_ring_impl.h"

namespace strongroom::crypto {
namespace {

// What the derived keys are for (HKDF's info). A change makes everything stored unreadable.
constexpr std::string_view kWrapInfo = "strongroom wrap data keys, AES-256-GCM, 1";
constexpr std::string_view kRootIdInfo = "strongroom name a root key, 1";
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

// Where the next root key is sealed under the former.
std::array<std::string_view, 3> place_of_root() {
  return {std::string_view(&kWrapFormat, 1), "the root key that comes next", ""};
}

std::string root_id_of(std::string_view root) {
  constexpr std::size_t kBytes = 8;
  Sha256Digest derived = hkdf_expand(root, kRootIdInfo);
  std::string id = hex(std::span(derived).first(kBytes));
  wipe(derived);
  return id;
}

Error damaged_key(const WrappedKey& key) {
  return Error{Code::kCorrupt, "A stored encryption key is damaged.", "data key " + key.id.text()};
}

AeadKey derive_aead(std::string_view key, std::string_view info) {
  if (key.size() != AeadKey::kKeySize) std::abort();  // a bug: keys are checked where they are read
  Sha256Digest derived = hkdf_expand(key, info);
  AeadKey aead(derived);
  wipe(derived);
  return aead;
}

using WrapPlace = std::array<std::string_view, 3>;

Result<std::string> wrap_under(const Wrapping& root, Random& random, const WrapPlace& place,
                               std::string_view key) {
  AeadKey::Nonce nonce;
  random.fill(nonce);
  std::string wrapped(1, kWrapFormat);
  wrapped.append(reinterpret_cast<const char*>(nonce.data()), nonce.size());
  STRONGROOM_CHECK(root.aead.seal(nonce, place, key, wrapped));
  return wrapped;
}

// nullopt: it is none, or of another root key or place.
std::optional<SecretBytes> unwrap(const Wrapping& root, const WrapPlace& place,
                                  std::string_view wrapped) {
  if (wrapped.size() != kWrappedSize || wrapped[0] != kWrapFormat) return std::nullopt;
  AeadKey::Nonce nonce;
  std::memcpy(nonce.data(), wrapped.data() + kNonceAt, nonce.size());
  std::string plaintext;
  if (!root.aead.open(nonce, place, wrapped.substr(kCiphertextAt), plaintext)) return std::nullopt;
  std::optional<SecretBytes> key(std::in_place, plaintext);
  wipe(plaintext);
  return key;
}

Result<SecretBytes> unwrap_under(const Wrapping& root, const WrappedKey& key) {
  if (key.wrapped.size() != kWrappedSize) return damaged_key(key);
  std::optional<SecretBytes> plaintext = unwrap(root, place_of(key.id, key.scope), key.wrapped);
  if (plaintext) return *std::move(plaintext);
  return Error{Code::kCorrupt, "A stored encryption key does not open: is this the root key?",
               "data key " + key.id.text()};
}

}  // namespace

DataKey::DataKey(KeyId id, KeyScope scope, std::int64_t seals_reserved, std::string_view key)
    : id_(id),
      scope_(scope),
      aead_(derive_aead(key, kSealInfo)),
      used_(seals_reserved),
      reserved_(seals_reserved),
      mac_root_(hkdf_expand(key, kMacInfo)) {}

DataKey::DataKey(ForMacs /*only*/, KeyId id, std::string_view mac_root)
    : id_(id),
      scope_(kMacScope),
      aead_(derive_aead(mac_root, kSealInfo)),  // seals nothing: it is in no map of those that do
      used_(KeyRing::kMaxSeals),
      reserved_(KeyRing::kMaxSeals) {
  std::memcpy(mac_root_.data(), mac_root.data(), mac_root_.size());
}

DataKey::~DataKey() { wipe(mac_root_); }

std::string_view DataKey::mac_root() const { return view(mac_root_); }

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

Wrapping::Wrapping(const RootKey& root)
    : aead(derive_aead(root.reveal(), kWrapInfo)), id(root_id_of(root.reveal())) {}

KeyRing::Impl::Impl(const RootKey& the_root, Random& the_random)
    : random(the_random), root(std::make_shared<const Wrapping>(the_root)) {}

Result<WrappedKey> KeyRing::Impl::wrap(const KeyId& id, const KeyScope& scope,
                                       std::string_view key) {
  std::shared_ptr<const Wrapping> now;
  std::shared_ptr<const Wrapping> before;
  {
    const std::shared_lock lock(mutex);
    now = root;
    before = former;
  }
  WrappedKey made{id, scope, {}, 0};
  STRONGROOM_TRY(made.wrapped, wrap_under(*now, random, place_of(id, scope), key));
  if (before) {
    STRONGROOM_TRY(made.wrapped_before, wrap_under(*before, random, place_of(id, scope), key));
  }
  return made;
}

std::shared_ptr<DataKey> KeyRing::Impl::for_macs() const {
  {
    const std::shared_lock lock(mutex);
    if (macs) return macs;
  }
  return by_scope(KeyScope{});
}

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
  impl_->random.fill(key);
  Result<WrappedKey> made =
      impl_->wrap(id, scope, {reinterpret_cast<const char*>(key.data()), key.size()});
  wipe(key);
  return made;
}

Result<WrappedKey> KeyRing::make_mac_key(KeyId id) {
  const std::shared_ptr<DataKey> key = impl_->for_macs();
  if (!key) return Error{Code::kNotFound, "There is no encryption key for the server."};
  return impl_->wrap(id, kMacScope, key->mac_root());
}

Status KeyRing::install(const WrappedKey& key) {
  if (key.seals_reserved < 0 || key.seals_reserved > kMaxSeals) return damaged_key(key);
  std::shared_ptr<const Wrapping> root;
  std::shared_ptr<const Wrapping> former;
  {
    const std::shared_lock lock(impl_->mutex);
    root = impl_->root;
    former = impl_->former;
  }
  Result<SecretBytes> opened = unwrap_under(*root, key);
  if (!opened && !key.wrapped_before.empty()) {
    opened = unwrap_under(*root, {key.id, key.scope, key.wrapped_before, key.seals_reserved});
  }
  if (!opened && former) opened = unwrap_under(*former, key);
  STRONGROOM_TRY(const SecretBytes plaintext, std::move(opened));
  const bool for_macs = key.scope == kMacScope;
  auto installed =
      for_macs ? std::make_shared<DataKey>(DataKey::ForMacs{}, key.id, plaintext.view())
               : std::make_shared<DataKey>(key.id, key.scope, key.seals_reserved, plaintext.view());
  const std::unique_lock lock(impl_->mutex);
  if (for_macs) {
    if (!impl_->macs) impl_->macs = std::move(installed);
    return {};
  }
  if (!impl_->ids.try_emplace(key.id, installed).second) return {};
  std::shared_ptr<DataKey>& newest = impl_->scopes[key.scope];
  if (!newest || newest->id() < key.id) newest = std::move(installed);
  return {};
}

std::optional<KeyId> KeyRing::newest(const KeyScope& scope) const {
  const std::shared_ptr<DataKey> key = impl_->by_scope(scope);
  if (!key) return std::nullopt;
  return key->id();
}

void KeyRing::forget(KeyScope scope) {
  const std::unique_lock lock(impl_->mutex);
  impl_->scopes.erase(scope);
  std::erase_if(impl_->ids, [&](const auto& entry) { return entry.second->scope() == scope; });
}

void KeyRing::forget_key(const KeyId& id) {
  const std::unique_lock lock(impl_->mutex);
  impl_->ids.erase(id);
  std::erase_if(impl_->scopes, [&](const auto& entry) { return entry.second->id() == id; });
}

std::string KeyRing::root_id() const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->root->id;
}

std::string KeyRing::former_root_id() const {
  const std::shared_lock lock(impl_->mutex);
  return impl_->former ? impl_->former->id : std::string();
}

Result<std::string> KeyRing::rewrap(const WrappedKey& key, const KeyRing& next) const {
  std::shared_ptr<const Wrapping> root;
  std::shared_ptr<const Wrapping> next_root;
  {
    const std::scoped_lock lock(impl_->mutex, next.impl_->mutex);
    root = impl_->root;
    next_root = next.impl_->root;
  }
  STRONGROOM_TRY(const SecretBytes plaintext, unwrap_under(*root, key));
  return wrap_under(*next_root, impl_->random, place_of(key.id, key.scope), plaintext.view());
}

void KeyRing::change_root(const KeyRing& next) {
  const std::scoped_lock lock(impl_->mutex, next.impl_->mutex);
  impl_->former = std::exchange(impl_->root, next.impl_->root);
}

void KeyRing::undo_change_root() {
  const std::unique_lock lock(impl_->mutex);
  if (impl_->former) impl_->root = std::exchange(impl_->former, nullptr);
}

void KeyRing::forget_former_root() {
  const std::unique_lock lock(impl_->mutex);
  impl_->former.reset();
}

Result<std::string> KeyRing::wrap_root(const RootKey& next) {
  std::shared_ptr<const Wrapping> root;
  {
    const std::shared_lock lock(impl_->mutex);
    root = impl_->root;
  }
  return wrap_under(*root, impl_->random, place_of_root(), next.reveal());
}

Result<RootKey> KeyRing::unwrap_root(std::string_view wrapped) const {
  std::shared_ptr<const Wrapping> root;
  {
    const std::shared_lock lock(impl_->mutex);
    root = impl_->root;
  }
  const std::optional<SecretBytes> plaintext = unwrap(*root, place_of_root(), wrapped);
  if (plaintext) return RootKey(plaintext->view());
  return Error{Code::kCorrupt, "The next root key does not open under this one."};
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
