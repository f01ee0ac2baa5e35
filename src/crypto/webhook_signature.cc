#include "crypto/webhook_signature.h"

#include <algorithm>
#include <cstddef>

#include "base/base64.h"
#include "crypto/digest.h"

namespace strongroom::crypto {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kFewestBytes = 24;
constexpr std::size_t kMostBytes = 64;
constexpr std::size_t kMostLetters = (kMostBytes + 2) / 3 * 4;

// Padded base64 (RFC 4648 section 4); nothing for the alphabet of addresses or wrong padding.
std::optional<std::string> decode(std::string_view text) {
  if (text.size() % 4 != 0 || text.find_first_of("-_") != std::string_view::npos) {
    return std::nullopt;
  }
  for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
  std::string letters(text);
  std::ranges::replace(letters, '+', '-');
  std::ranges::replace(letters, '/', '_');
  std::optional<std::string> bytes = base64url_decode(letters);
  wipe(letters);
  return bytes;
}

std::string one_signature(const WebhookSecret& secret, std::string_view signed_text) {
  const Sha256Digest mac = hmac_sha256(secret.reveal(), signed_text);
  return base64({reinterpret_cast<const char*>(mac.data()), mac.size()});
}

}  // namespace

std::optional<WebhookSecret> parse_webhook_secret(std::string_view text) {
  if (text.starts_with(kPrefix)) text.remove_prefix(kPrefix.size());
  if (text.size() > kMostLetters) return std::nullopt;
  std::optional<std::string> bytes = decode(text);
  if (!bytes) return std::nullopt;
  std::optional<WebhookSecret> secret;
  if (kFewestBytes <= bytes->size() && bytes->size() <= kMostBytes) secret.emplace(*bytes);
  wipe(*bytes);
  return secret;
}

std::string webhook_secret_text(std::string_view bytes) {
  std::string letters = base64(bytes);
  std::string text;
  text.reserve(kPrefix.size() + letters.size());
  text.append(kPrefix).append(letters);
  wipe(letters);
  return text;
}

std::string webhook_signature(std::span<const WebhookSecret> secrets, std::string_view id,
                              std::int64_t timestamp, std::string_view body) {
  std::string signed_text(id);
  signed_text.append(".").append(std::to_string(timestamp)).append(".").append(body);
  std::string header;
  for (const WebhookSecret& secret : secrets) {
    if (!header.empty()) header.append(" ");
    header.append("v1,").append(one_signature(secret, signed_text));
  }
  return header;
}

}  // namespace strongroom::crypto
