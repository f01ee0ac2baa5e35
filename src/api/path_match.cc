#include "api/path_match.h"

#include <algorithm>

#include "base/unicode.h"
#include "http/message.h"

namespace strongroom::api {

std::optional<RawParameters> match_path(std::string_view pattern, std::string_view path) {
  RawParameters found;
  std::size_t count = 0;
  while (true) {
    const std::size_t brace = pattern.find('{');
    if (brace == std::string_view::npos) {
      if (pattern != path) return std::nullopt;
      return found;
    }
    if (!path.starts_with(pattern.substr(0, brace))) return std::nullopt;
    path.remove_prefix(brace);
    const std::size_t end = std::min(path.find('/'), path.size());
    if (end == 0 || count == found.size()) return std::nullopt;
    found[count++] = path.substr(0, end);
    path.remove_prefix(end);
    pattern.remove_prefix(pattern.find('}') + 1);
  }
}

Result<PathParameters> decode_parameters(const RawParameters& raw) {
  PathParameters decoded;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    std::string& value = decoded.values[i];
    const bool sound = http::percent_decode(raw[i], false, value) && is_utf8(value) &&
                       std::ranges::none_of(value, [](char c) {
                         const auto byte = static_cast<unsigned char>(c);
                         return byte < 0x20 || byte == 0x7f;
                       });
    if (!sound) {
      return Error{Code::kInvalidArgument,
                   "The path is not percent-encoded UTF-8 without control characters."};
    }
  }
  return decoded;
}

}  // namespace strongroom::api
