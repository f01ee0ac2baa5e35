#pragma once
// The name that everything stored has for ever: 128 bits, never reused.

#include <array>
#include <compare>
#include <cstddef>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace strongroom {

// A plain value. The text form is the lower-case 36 characters of RFC 9562 section 4.
struct Uuid {
  std::array<std::byte, 16> bytes{};

  // Takes the 36-character form in either case; nullopt for anything else.
  static std::optional<Uuid> parse(std::string_view text);
  // From the 16 bytes that a database column holds; nullopt for any other length.
  static std::optional<Uuid> from_bytes(std::string_view raw);

  std::string text() const;
  // The text at the end of `out`, without a string in between.
  void append_text(std::string& out) const;
  // The 16 bytes as a database column holds them. Valid while *this lives.
  std::string_view raw() const& {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  std::string_view raw() const&& = delete;
  bool is_nil() const { return *this == Uuid{}; }

  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 sees a 0 in the defaulted operator
  auto operator<=>(const Uuid&) const = default;
};

// A Uuid that knows what it names, so that a robot's id cannot go where a client's belongs:
//   using RobotId = Id<struct RobotKind>;
template <class Kind>
struct Id {
  Uuid uuid;

  static std::optional<Id> parse(std::string_view text) {
    const std::optional<Uuid> uuid = Uuid::parse(text);
    if (!uuid) return std::nullopt;
    return Id{*uuid};
  }
  std::string text() const { return uuid.text(); }
  std::string_view raw() const& { return uuid.raw(); }
  std::string_view raw() const&& = delete;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 sees a 0 in the defaulted operator
  auto operator<=>(const Id&) const = default;
};

// Ids hold random bits from their ninth byte on (RFC 9562 section 5.7), so those serve as they are.
struct UuidHash {
  std::size_t operator()(const Uuid& uuid) const {
    std::size_t hash = 0;
    std::memcpy(&hash, uuid.bytes.data() + 8, sizeof(hash));
    return hash;
  }
  template <class Kind>
  std::size_t operator()(const Id<Kind>& id) const {
    return (*this)(id.uuid);
  }
};

}  // namespace strongroom
