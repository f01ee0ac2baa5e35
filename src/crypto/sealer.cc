#include "crypto/sealer.h"

#include <array>
#include <cstring>

#include "crypto/aead.h"
#include "crypto/key_ring_impl.h"

namespace strongroom::crypto {
namespace {

// A sealed value: format, key id, nonce, ciphertext, tag.
constexpr char kFormat = 1;
constexpr std::size_t kKeyIdAt = 1;
constexpr std::size_t kNonceAt = kKeyIdAt + 16;
constexpr std::size_t kCiphertextAt = kNonceAt + std::tuple_size_v<AeadKey::Nonce>;
constexpr std::size_t kOverhead = kCiphertextAt + AeadKey::kTagSize;

// The associated data: everything of fixed length and the lengths of the rest, then the rest. No
// two places, formats or keys give the same bytes.
class PlaceText {
 public:
  PlaceText(const Place& place, std::string_view header)
      : pieces_{std::string_view(), place.table, place.column, place.destination} {
    append(header);  // format and key id
    append(place.row.raw());
    append(place.scope.raw());
    append_number(static_cast<std::uint64_t>(place.generation));
    for (const std::string_view text : {place.table, place.column, place.destination}) {
      append_number(text.size());
    }
    pieces_[0] = {fixed_.data(), fixed_.size()};
  }
  PlaceText(const PlaceText&) = delete;
  PlaceText& operator=(const PlaceText&) = delete;

  AeadKey::Associated pieces() const { return pieces_; }

 private:
  void append(std::string_view text) {
    std::memcpy(fixed_.data() + size_, text.data(), text.size());
    size_ += text.size();
  }
  void append_number(std::uint64_t number) {  // most significant byte first
    for (int shift = 56; shift >= 0; shift -= 8) {
      fixed_[size_++] = static_cast<char>((number >> shift) & 255U);
    }
  }

  std::array<char, kNonceAt + 2 * sizeof(Uuid) + 4 * sizeof(std::uint64_t)> fixed_;
  std::size_t size_ = 0;
  std::array<std::string_view, 4> pieces_;
};

Error corrupt(const Place& place) {
  return Error{
      Code::kCorrupt, "A stored value is damaged or in the wrong place.",
      std::string(place.table) + "." + std::string(place.column) + " of " + place.row.text()};
}

}  // namespace

Sealer::Sealer(KeyRing& ring, Random& random) : ring_(ring), random_(random) {}

Result<std::string> Sealer::seal(const Place& place, std::string_view plaintext) {
  const std::shared_ptr<DataKey> key = ring_.impl_->by_scope(place.scope);
  if (!key) {
    return Error{Code::kNotFound, "There is no encryption key for this project.",
                 "scope " + place.scope.text()};
  }
  STRONGROOM_CHECK(ring_.impl_->count_seal(*key));
  AeadKey::Nonce nonce;
  random_.fill(nonce);
  std::string sealed;
  sealed.reserve(kOverhead + plaintext.size());
  sealed.push_back(kFormat);
  const KeyId id = key->id();
  sealed.append(id.raw());
  sealed.append(reinterpret_cast<const char*>(nonce.data()), nonce.size());
  const PlaceText text(place, std::string_view(sealed).substr(0, kNonceAt));
  STRONGROOM_CHECK(key->aead().seal(nonce, text.pieces(), plaintext, sealed));
  return sealed;
}

Status Sealer::open_into(const Place& place, std::string_view sealed, std::string& out) const {
  if (sealed.size() < kOverhead || sealed[0] != kFormat) return corrupt(place);
  KeyId id;
  std::memcpy(id.uuid.bytes.data(), sealed.data() + kKeyIdAt, id.uuid.bytes.size());
  const std::shared_ptr<DataKey> key = ring_.impl_->by_id(id);
  if (!key || key->scope() != place.scope) return corrupt(place);
  AeadKey::Nonce nonce;
  std::memcpy(nonce.data(), sealed.data() + kNonceAt, nonce.size());
  const PlaceText text(place, sealed.substr(0, kNonceAt));
  const Status opened = key->aead().open(nonce, text.pieces(), sealed.substr(kCiphertextAt), out);
  if (!opened.has_value()) return corrupt(place);
  return {};
}

Result<std::string> Sealer::reseal(const Place& place, std::string_view sealed) {
  std::string plaintext;
  STRONGROOM_CHECK(open_into(place, sealed, plaintext));
  Result<std::string> resealed = seal(place, plaintext);
  wipe(plaintext);
  return resealed;
}

std::optional<KeyId> Sealer::key_of(std::string_view sealed) {
  if (sealed.size() < kOverhead || sealed[0] != kFormat) return std::nullopt;
  KeyId id;
  std::memcpy(id.uuid.bytes.data(), sealed.data() + kKeyIdAt, id.uuid.bytes.size());
  return id;
}

Result<Sha256Digest> Sealer::mac(std::string_view purpose, std::string_view fields) const {
  const std::shared_ptr<DataKey> key = ring_.impl_->for_macs();
  if (!key) return Error{Code::kNotFound, "There is no encryption key for the server."};
  return key->mac_key(purpose).mac(fields);
}

Result<MacKey::Stream> Sealer::mac_stream(std::string_view purpose) const {
  const std::shared_ptr<DataKey> key = ring_.impl_->for_macs();
  if (!key) return Error{Code::kNotFound, "There is no encryption key for the server."};
  return key->mac_key(purpose).stream();
}

}  // namespace strongroom::crypto
