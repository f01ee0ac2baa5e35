#pragma once
// JSON as hostile peers may send it, read strictly; and written safely.
//
// Boost.JSON lets the last of two equal names win; two programs that disagree about which one wins
// are an attack, so here a duplicate is an error.

#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "base/result.h"

namespace strongroom {

struct JsonLimits {
  std::size_t max_bytes = 1 << 20;
  std::size_t max_depth = 32;
};

// Parses one JSON text (RFC 8259), UTF-8, nothing before or after it but white space.
//
// Errors:
//   kInvalidArgument  not JSON, not UTF-8, a member name twice in one object, too deep, too long.
//                     The detail says which and at what offset; it never quotes the text. A name
//                     that is there twice is at its JSON pointer, as far as that can be shown
//                     (base/json_pointer.h).
Result<boost::json::value> parse_json(std::string_view text, JsonLimits limits = {});

// Appends `text` to `out` as a JSON string, quotes included. Invalid UTF-8 is replaced by U+FFFD.
void append_json_string(std::string& out, std::string_view text);

}  // namespace strongroom
