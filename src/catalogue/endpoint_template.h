#pragma once
// Addresses with holes: "https://{domain}/oauth2/{authorization_server}/v1/token".
//
// A hole is a whole host, a label of a host, a segment of a path, or the whole address. So what
// fills a segment cannot change the host, and what fills a label cannot choose another domain.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/provider.h"

namespace strongroom::catalogue {

struct TemplateHole {
  std::string name;
  VariablePlace place;
};

// The holes of `text` in their order.
//
// Errors:
//   kInvalidArgument  not https, a host or path with characters that need no template, braces that
//                     do not pair, a hole that is not a whole label or segment, a label that is not
//                     followed by at least two fixed ones, a name twice
Result<std::vector<TemplateHole>> parse_endpoint_template(std::string_view text);

// `text` with each hole replaced by what `fill` answers for its name. `text` must have parsed.
std::string fill_endpoint_template(std::string_view text,
                                   const std::function<std::string(std::string_view)>& fill);

// RFC 3986 section 2.1: everything but unreserved characters as %XX, for one path segment.
std::string percent_encode_segment(std::string_view text);

}  // namespace strongroom::catalogue
