#include "identity/one_time_code.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>

#include "crypto/digest.h"
#include "crypto/encoding.h"
#include "crypto/equal.h"

namespace strongroom::identity {
namespace {

constexpr std::size_t kSecretBytes = 20;

// A label of RFC 3986's unreserved letters, and everything else as its bytes.
void append_encoded(std::string& out, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    const bool is_plain = ('0' <= c && c <= '9') || ('a' <= c && c <= 'z') ||
                          ('A' <= c && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~';
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain) {
      out += c;
    } else {
      out.append(1, '%').append(1, kDigits[byte / 16U]).append(1, kDigits[byte % 16U]);
    }
  }
}

std::string base32_of(const CodeSecret& secret) {
  const std::string_view bytes = secret.reveal();
  return crypto::base32(std::as_bytes(std::span(bytes.data(), bytes.size())));
}

}  // namespace

CodeSecret make_code_secret(crypto::Random& random) {
  std::array<std::byte, kSecretBytes> bytes{};
  random.fill(bytes);
  CodeSecret secret({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  wipe(bytes);
  return secret;
}

CodeSecretText shown(const CodeSecret& secret) {
  std::string text = base32_of(secret);
  CodeSecretText shown(text);
  wipe(text);
  return shown;
}

OtpauthUri otpauth_uri(const CodeSecret& secret, std::string_view user, std::string_view server) {
  std::string text = base32_of(secret);
  std::string uri;
  uri.reserve(128 + text.size() + 3 * (user.size() + 2 * server.size()));  // not moved: a secret
  uri = "otpauth://totp/";
  append_encoded(uri, server);
  uri += ':';
  append_encoded(uri, user);
  uri.append("?secret=").append(text).append("&issuer=");
  append_encoded(uri, server);
  uri += "&algorithm=SHA1&digits=6&period=30";
  wipe(text);
  OtpauthUri made(uri);
  wipe(uri);
  return made;
}

std::int64_t code_step(WallTime time) {
  return std::chrono::floor<Seconds>(time.time_since_epoch()) / kCodeStep;
}

std::string one_time_code(const CodeSecret& secret, std::int64_t counter, int digits) {
  std::string text;
  for (int shift = 56; shift >= 0; shift -= 8) {
    text += static_cast<char>((static_cast<std::uint64_t>(counter) >> shift) & 0xffU);
  }
  const crypto::Sha1Digest mac = crypto::hmac_sha1(secret.reveal(), text);
  const std::size_t offset = std::to_integer<std::size_t>(mac.back() & std::byte{15});
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    number = (number << 8U) | std::to_integer<std::uint32_t>(mac[offset + i]);
  }
  std::string code = std::to_string(number & 0x7fffffffU);
  const auto length = static_cast<std::size_t>(digits);
  code.insert(0, length - std::min(length, code.size()), '0');
  return code.substr(code.size() - length);
}

std::optional<std::int64_t> matching_step(const CodeSecret& secret, std::string_view typed,
                                          WallTime now, std::int64_t after) {
  std::optional<std::int64_t> found;
  const std::int64_t middle = code_step(now);
  for (std::int64_t step = middle - kCodeDrift; step <= middle + kCodeDrift; ++step) {
    const bool is_it = crypto::constant_time_equal(one_time_code(secret, step), typed);
    if (is_it && step > after) found = step;
  }
  return found;
}

}  // namespace strongroom::identity
