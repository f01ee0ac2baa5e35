#include "crypto/bearer_key.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace strongroom::crypto {
namespace {

constexpr std::string_view kBase62 =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kEntropyBytes = 32;
constexpr std::size_t kBodyLength = 43;     // 62^43 > 2^256
constexpr std::size_t kChecksumLength = 6;  // 62^6 > 2^32

// `number`, most significant byte first, in base 62 with leading zeroes. Uses `number` up.
void append_base62(std::string& out, std::span<std::byte> number, std::size_t length) {
  const std::size_t start = out.size();
  out.resize(start + length);
  for (std::size_t i = length; i-- > 0;) {
    unsigned remainder = 0;
    for (std::byte& digit : number) {
      remainder = remainder * 256 + std::to_integer<unsigned>(digit);
      digit = static_cast<std::byte>(remainder / 62);
      remainder %= 62;
    }
    out[start + i] = kBase62[remainder];
  }
}

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1U) != 0 ? 0xEDB88320U : 0U);
    table[i] = crc;
  }
  return table;
}

// The CRC-32 of zlib and Ethernet (ISO 3309).
std::uint32_t crc32(std::string_view text) {
  static constexpr std::array<std::uint32_t, 256> kTable = make_crc_table();
  std::uint32_t crc = ~0U;
  for (const char c : text) crc = kTable[(crc ^ static_cast<unsigned char>(c)) & 255U] ^ (crc >> 8);
  return ~crc;
}

void append_checksum(std::string& out, std::string_view text) {
  const std::uint32_t crc = crc32(text);
  std::array<std::byte, 4> number{static_cast<std::byte>(crc >> 24),
                                  static_cast<std::byte>(crc >> 16),
                                  static_cast<std::byte>(crc >> 8), static_cast<std::byte>(crc)};
  append_base62(out, number, kChecksumLength);
}

constexpr bool is_base62(char c) {
  return ('0' <= c && c <= '9') || ('A' <= c && c <= 'Z') || ('a' <= c && c <= 'z');
}

}  // namespace

BearerKey make_bearer_key(std::string_view prefix, Random& random) {
  std::array<std::byte, kEntropyBytes> entropy;
  random.fill(entropy);
  std::string text;
  text.reserve(prefix.size() + kBodyLength + kChecksumLength);  // never moved, so wiped as a whole
  text = prefix;
  append_base62(text, entropy, kBodyLength);
  append_checksum(text, text);
  BearerKey key(text);
  wipe(text);
  wipe(entropy);
  return key;
}

std::optional<Sha256Digest> bearer_key_hash(std::string_view prefix, std::string_view text) {
  if (text.size() != prefix.size() + kBodyLength + kChecksumLength || !text.starts_with(prefix) ||
      !std::ranges::all_of(text.substr(prefix.size()), is_base62)) {
    return std::nullopt;
  }
  std::string checksum;  // short enough for the string's inline buffer
  append_checksum(checksum, text.substr(0, text.size() - kChecksumLength));
  if (!text.ends_with(checksum)) return std::nullopt;
  return sha256(text);
}

}  // namespace strongroom::crypto
