#pragma once
// Scopes as one text: RFC 6749 section 3.3.

#include <string>
#include <string_view>
#include <vector>

namespace strongroom::oauth {

// With `delimiter` between them, which is a space but for a few providers.
inline std::string join_scopes(const std::vector<std::string>& scopes, std::string_view delimiter) {
  std::string joined;
  for (const std::string& scope : scopes) {
    if (!joined.empty()) joined += delimiter;
    joined += scope;
  }
  return joined;
}

}  // namespace strongroom::oauth
