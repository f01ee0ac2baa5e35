#include "base/json_pointer.h"

#include <algorithm>

namespace strongroom {
namespace {

constexpr std::size_t kLongestName = 64;

}  // namespace

bool can_be_shown(std::string_view name) {
  return name.size() <= kLongestName &&
         std::ranges::all_of(name, [](char c) { return ' ' <= c && c <= '~'; });
}

std::string pointer_to(std::string_view parent, std::string_view name) {
  std::string pointer(parent);
  if (!can_be_shown(name)) return pointer;
  pointer += '/';
  for (const char c : name) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

}  // namespace strongroom
