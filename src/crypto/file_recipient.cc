#include "crypto/file_recipient.h"

#include <array>
#include <optional>
#include <span>

#include <sodium.h>

#include "crypto/digest.h"

namespace strongroom::crypto {
namespace {

constexpr std::string_view kRecipientPrefix = "strongroom-recipient-";
constexpr std::string_view kIdentityPrefix = "STRONGROOM-IDENTITY-";
constexpr std::size_t kKeyBytes = crypto_scalarmult_BYTES;
constexpr std::size_t kKeyLetters = 43;  // of 32 bytes in base64url
constexpr std::size_t kChecksumBytes = 4;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

// Against mistyping; it keeps nothing secret and proves nothing.
std::string checksum(std::string_view prefix, std::string_view key) {
  std::string text(prefix);
  text += key;
  const Sha256Digest digest = sha256(text);
  wipe(text);
  return hex(std::span(digest).first(kChecksumBytes));
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  const std::size_t start = text.find_first_not_of(kBlank);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kBlank) - start + 1);
}

std::string text_of(std::string_view prefix, std::string_view key) {
  std::string letters = base64url(bytes_of(key));
  std::string text;
  text.reserve(prefix.size() + letters.size() + 1 + 2 * kChecksumBytes);
  text.append(prefix).append(letters).append("-").append(checksum(prefix, key));
  wipe(letters);
  return text;
}

// The key in `text`. The caller wipes it.
std::optional<std::string> key_in(std::string_view prefix, std::string_view text) {
  text = trimmed(text);
  const std::size_t length = prefix.size() + kKeyLetters + 1 + 2 * kChecksumBytes;
  if (text.size() != length || !text.starts_with(prefix)) return std::nullopt;
  std::optional<std::string> key = base64url_decode(text.substr(prefix.size(), kKeyLetters));
  if (!key || key->size() != kKeyBytes) return std::nullopt;
  if (text.substr(prefix.size() + kKeyLetters) == "-" + checksum(prefix, *key)) return key;
  wipe(*key);
  return std::nullopt;
}

}  // namespace

Result<Recipient> recipient_from_text(std::string_view text) {
  std::optional<std::string> key = key_in(kRecipientPrefix, text);
  if (!key) {
    return Error{Code::kInvalidArgument,
                 "This is no recipient; one begins with \"strongroom-recipient-\"."};
  }
  return Recipient{*std::move(key)};
}

std::string to_text(const Recipient& recipient) {
  return text_of(kRecipientPrefix, recipient.public_key);
}

FileIdentity make_identity(Random& random) {
  std::array<std::byte, kKeyBytes> key;
  random.fill(key);
  std::string text = text_of(kIdentityPrefix, {reinterpret_cast<char*>(key.data()), key.size()});
  wipe(key);
  FileIdentity identity(text);
  wipe(text);
  return identity;
}

Result<SecretBytes> private_key_of(const FileIdentity& identity) {
  std::optional<std::string> key = key_in(kIdentityPrefix, identity.reveal());
  if (!key) {
    return Error{Code::kInvalidArgument,
                 "This is no identity; one begins with \"STRONGROOM-IDENTITY-\"."};
  }
  SecretBytes bytes(*key);
  wipe(*key);
  return bytes;
}

Result<Recipient> recipient_of(const FileIdentity& identity) {
  STRONGROOM_TRY(const SecretBytes key, private_key_of(identity));
  Recipient recipient{std::string(kKeyBytes, '\0')};
  if (crypto_scalarmult_base(reinterpret_cast<unsigned char*>(recipient.public_key.data()),
                             reinterpret_cast<const unsigned char*>(key.view().data())) != 0) {
    return Error{Code::kInternal, "A public key could not be computed."};
  }
  return recipient;
}

}  // namespace strongroom::crypto
