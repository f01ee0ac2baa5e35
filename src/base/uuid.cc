#include "base/uuid.h"

#include <cstdint>

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
  std::string out;
  append_text(out);
  return out;
}

void Uuid::append_text(std::string& out) const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::array<std::uint8_t, 16> kPlaces{0,  2,  4,  6,  9,  11, 14, 16,
                                                 19, 21, 24, 26, 28, 30, 32, 34};
  char text[] = "00000000-0000-0000-0000-000000000000";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text[kPlaces[i]] = kDigits[std::to_integer<std::size_t>(bytes[i] >> 4)];
    text[kPlaces[i] + 1] = kDigits[std::to_integer<std::size_t>(bytes[i] & std::byte{15})];
  }
  out.append(text, kTextLength);
}

}  // namespace strongroom
