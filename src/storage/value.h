#pragma once
// What is bound to a statement, and how our own types are stored.

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include "base/clock.h"
#include "base/uuid.h"

namespace strongroom::storage {

// A value to bind to a '?' of a statement. Views must live until the call returns.
struct Blob {
  std::string_view bytes;
};
using Value = std::variant<std::monostate, std::int64_t, std::string_view, Blob>;

// How our own types are stored. Times are milliseconds since 1970, ids 16 bytes.
inline Value to_value(const Uuid& id) { return Blob{id.raw()}; }
template <class Kind>
Value to_value(const Id<Kind>& id) {
  return Blob{id.raw()};
}
inline Value to_value(WallTime time) { return time.time_since_epoch().count(); }
inline Value to_value(std::int64_t number) { return number; }
inline Value to_value(bool flag) { return std::int64_t{flag}; }
inline Value to_value(std::string_view text) { return text; }
inline Value to_value(const char* text) { return std::string_view(text); }  // not as a bool
inline Value to_value(Blob blob) { return blob; }
template <class T>
Value to_value(const std::optional<T>& value) {
  return value ? to_value(*value) : Value{std::monostate{}};
}

}  // namespace strongroom::storage
