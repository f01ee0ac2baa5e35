#include "base/uuid.h"

namespace strongroom {
namespace {

constexpr std::size_t kTextLength = 36;  // RFC 9562 section 4

constexpr bool is_hyphen_place(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

constexpr int hex_value(char c) {
  if ('0' <= c && c <= '9') return c - '0';
  if ('a' <= c && c <= 'f') return c - 'a' + 10;
  if ('A' <= c && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != kTextLength) return std::nullopt;
  Uuid uuid;
  std::size_t digits = 0;
  for (std::size_t i = 0; i < kTextLength; ++i) {
    if (is_hyphen_place(i)) {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const int value = hex_value(text[i]);
    if (value < 0) return std::nullopt;
    std::byte& byte = uuid.bytes[digits / 2];
    byte = (byte << 4) | static_cast<std::byte>(value);
    ++digits;
  }
  return uuid;
}

std::optional<Uuid> Uuid::from_bytes(std::string_view raw) {
  Uuid uuid;
  if (raw.size() != uuid.bytes.size()) return std::nullopt;
  std::memcpy(uuid.bytes.data(), raw.data(), raw.size());
  return uuid;
}

std::string Uuid::text() const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(kTextLength);
  for (const std::byte byte : bytes) {
    if (is_hyphen_place(out.size())) out.push_back('-');
    out.push_back(kDigits[std::to_integer<std::size_t>(byte >> 4)]);
    out.push_back(kDigits[std::to_integer<std::size_t>(byte & std::byte{15})]);
  }
  return out;
}

}  // namespace strongroom
