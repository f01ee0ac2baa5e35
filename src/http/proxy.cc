#include "http/proxy.h"

#include <algorithm>
#include <utility>

namespace strongroom::http {

Result<Url> parse_proxy_url(std::string_view text) {
  STRONGROOM_TRY(Url url, Url::parse(text));
  if (url.path != "/" || !url.query.empty()) {
    return Error{Code::kInvalidArgument,
                 "A proxy's address is a scheme, a host and a port: http://proxy.example:3128."};
  }
  return url;
}

Status check_proxy_credentials(const ProxyCredentials& credentials) {
  constexpr std::size_t kMaxBytes = 1'024;
  const std::string_view text = credentials.reveal();
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) {
    return Error{Code::kInvalidArgument, "A proxy's credentials are written user:password."};
  }
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  if (text.size() > kMaxBytes || std::ranges::any_of(text, is_control)) {
    return Error{Code::kInvalidArgument,
                 "A proxy's credentials are at most 1,024 bytes, without control characters."};
  }
  return {};
}

}  // namespace strongroom::http
