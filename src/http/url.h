#pragma once
// An absolute URL taken apart, strictly.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace strongroom::http {

// Immutable once parsed. `text` is what was parsed, unchanged.
struct Url {
  std::string text;
  std::string scheme;  // "https" or "http", lower case
  std::string host;    // lower case; an IPv6 literal without brackets
  std::uint16_t port = 443;
  std::string path;   // at least "/"
  std::string query;  // without '?'; may be empty

  // Errors:
  //   kInvalidArgument  not absolute, another scheme, user info, a fragment, a host that is not a
  //                     DNS name, an IPv4 address in plain dotted form or an IPv6 literal, a port
  //                     out of range, a character outside RFC 3986, longer than 2,048 characters.
  static Result<Url> parse(std::string_view text);

  // "https://host[:port]", the port only where it is not the scheme's own.
  std::string origin() const;
};

}  // namespace strongroom::http
