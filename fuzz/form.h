#pragma once
// A query or form, written for a target to read back.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "http/message.h"

namespace strongroom::fuzz {

// "a=1&b=2" from pairs, each side encoded.
inline std::string form_body(
    std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    if (!out.empty()) out += '&';
    out.append(http::form_encode(name)).append("=").append(http::form_encode(value));
  }
  return out;
}

}  // namespace strongroom::fuzz
