#include "api/session_cookie.h"

#include <algorithm>

namespace strongroom::api {
namespace {

constexpr std::string_view kAttributes = "; Path=/; Secure; HttpOnly; SameSite=Lax";

std::string_view without_outer_space(std::string_view text) {
  constexpr std::string_view kSpace = " \t";
  const std::size_t begin = std::min(text.find_first_not_of(kSpace), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(kSpace) + 1);
}

}  // namespace

std::string_view session_cookie(std::string_view cookie_header) {
  std::string_view value;
  bool seen = false;
  while (!cookie_header.empty()) {
    const std::size_t end = std::min(cookie_header.find(';'), cookie_header.size());
    const std::string_view pair = without_outer_space(cookie_header.substr(0, end));
    cookie_header.remove_prefix(std::min(end + 1, cookie_header.size()));
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != kSessionCookie) continue;
    if (seen) return {};
    seen = true;
    value = pair.substr(equals + 1);
  }
  return value;
}

std::string_view session_cookie(const http::Request& request) {
  if (!request.authorization.empty()) return {};
  return session_cookie(request.header("Cookie"));
}

std::string set_session_cookie(std::string_view value) {
  return std::string(kSessionCookie).append("=").append(value).append(kAttributes);
}

std::string clear_session_cookie() { return set_session_cookie({}).append("; Max-Age=0"); }

bool is_safe_method(std::string_view method) { return method == "GET" || method == "HEAD"; }

Status refuse_cross_site(const http::Request& request) {
  if (request.header("Sec-Fetch-Site") != "cross-site") return {};
  return Error{Code::kPermissionDenied,
               "A page of another site sent this request. Open the console itself.",
               {},
               "cross_site_request"};
}

}  // namespace strongroom::api
