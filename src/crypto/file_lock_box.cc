#include "crypto/file_lock_box.h"

#include <array>
#include <cstdint>
#include <span>

#include <sodium.h>

namespace strongroom::crypto {
namespace {

constexpr std::size_t kSaltBytes = crypto_pwhash_SALTBYTES;
constexpr std::size_t kNumberBytes = 4;
constexpr std::size_t kNonceAt = kSaltBytes + 2 * kNumberBytes;
constexpr std::size_t kBoxAt = kNonceAt + crypto_secretbox_NONCEBYTES;
static_assert(kBoxAt + crypto_secretbox_MACBYTES + kFileKeyBytes == kPassphraseLockBytes);
static_assert(crypto_box_SEALBYTES + kFileKeyBytes == kRecipientLockBytes);

// What a foreign file may make us spend.
constexpr std::uint32_t kMaxPasses = 16;
constexpr std::uint32_t kMinMemoryKib = 8;
constexpr std::uint32_t kMaxMemoryKib = std::uint32_t{1} << 20;  // 1 GiB

unsigned char* bytes(std::string& text, std::size_t at = 0) {
  return reinterpret_cast<unsigned char*>(text.data()) + at;
}
const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

void append_number(std::string& out, std::uint32_t number) {  // most significant byte first
  for (int shift = 24; shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>((number >> shift) & 255U));
  }
}

std::uint32_t number_at(std::string_view text, std::size_t at) {
  std::uint32_t number = 0;
  for (const char byte : text.substr(at, kNumberBytes)) {
    number = (number << 8) | static_cast<unsigned char>(byte);
  }
  return number;
}

void append_random(std::string& out, std::size_t size, Random& random) {
  const std::size_t before = out.size();
  out.resize(before + size);
  random.fill(std::as_writable_bytes(std::span(out).subspan(before)));
}

using BoxKey = std::array<unsigned char, crypto_secretbox_KEYBYTES>;

Status derive(const FilePassphrase& passphrase, std::string_view salt, std::uint32_t passes,
              std::uint32_t memory_kib, BoxKey& key) {
  const std::string_view letters = passphrase.reveal();
  if (crypto_pwhash(key.data(), key.size(), letters.data(), letters.size(), bytes(salt), passes,
                    std::size_t{memory_kib} << 10, crypto_pwhash_ALG_ARGON2ID13) == 0) {
    return {};
  }
  return Error{Code::kUnavailable, "There is not enough memory to derive a key of a passphrase."};
}

}  // namespace

bool sodium_is_ready() {
  static const bool is_ready = sodium_init() >= 0;
  return is_ready;
}

Result<std::string> lock_with_passphrase(std::string_view file_key, const FilePassphrase& by,
                                         PasswordCost cost, Random& random) {
  const auto memory_kib = static_cast<std::uint32_t>(cost.memory_bytes >> 10);
  std::string lock;
  append_random(lock, kSaltBytes, random);
  append_number(lock, cost.passes);
  append_number(lock, memory_kib);
  append_random(lock, crypto_secretbox_NONCEBYTES, random);
  BoxKey key{};
  STRONGROOM_CHECK(derive(by, lock, cost.passes, memory_kib, key));
  lock.resize(kPassphraseLockBytes);
  crypto_secretbox_easy(bytes(lock, kBoxAt), bytes(file_key), file_key.size(),
                        bytes(lock, kNonceAt), key.data());
  sodium_memzero(key.data(), key.size());
  return lock;
}

Result<std::string> lock_for_recipient(std::string_view file_key, const Recipient& recipient) {
  std::string lock(kRecipientLockBytes, '\0');
  if (recipient.public_key.size() != crypto_box_PUBLICKEYBYTES ||
      crypto_box_seal(bytes(lock), bytes(file_key), file_key.size(),
                      bytes(std::string_view(recipient.public_key))) != 0) {
    return Error{Code::kInvalidArgument, "A recipient of the file is no key."};
  }
  return lock;
}

Result<std::optional<SecretBytes>> unlock_with_passphrase(std::string_view lock,
                                                          const FilePassphrase& passphrase) {
  const std::uint32_t passes = number_at(lock, kSaltBytes);
  const std::uint32_t memory_kib = number_at(lock, kSaltBytes + kNumberBytes);
  if (passes == 0 || passes > kMaxPasses || memory_kib < kMinMemoryKib ||
      memory_kib > kMaxMemoryKib) {
    return std::optional<SecretBytes>();
  }
  BoxKey key{};
  STRONGROOM_CHECK(derive(passphrase, lock, passes, memory_kib, key));
  std::string file_key(kFileKeyBytes, '\0');
  const bool opened = crypto_secretbox_open_easy(bytes(file_key), bytes(lock.substr(kBoxAt)),
                                                 kPassphraseLockBytes - kBoxAt,
                                                 bytes(lock.substr(kNonceAt)), key.data()) == 0;
  sodium_memzero(key.data(), key.size());
  std::optional<SecretBytes> found;
  if (opened) found.emplace(file_key);
  wipe(file_key);
  return found;
}

Result<std::optional<SecretBytes>> unlock_with_identity(std::string_view locks,
                                                        const FileIdentity& identity) {
  STRONGROOM_TRY(const SecretBytes private_key, private_key_of(identity));
  STRONGROOM_TRY(const Recipient recipient, recipient_of(identity));
  const std::string_view public_key = recipient.public_key;
  std::string file_key(kFileKeyBytes, '\0');
  std::optional<SecretBytes> found;
  for (; !found && locks.size() >= kRecipientLockBytes; locks.remove_prefix(kRecipientLockBytes)) {
    if (crypto_box_seal_open(bytes(file_key), bytes(locks), kRecipientLockBytes, bytes(public_key),
                             bytes(private_key.view())) == 0) {
      found.emplace(file_key);
    }
  }
  wipe(file_key);
  return found;
}

}  // namespace strongroom::crypto
