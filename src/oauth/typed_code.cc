#include "oauth/typed_code.h"

#include <algorithm>
#include <utility>

#include "http/message.h"
#include "http/url.h"

namespace strongroom::oauth {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// RFC 6749 appendix A.11: 1*VSCHAR; no provider's code has a space in it.
bool could_be_code(std::string_view text) {
  return !text.empty() && text.size() <= kMaxAuthorizationCode &&
         std::ranges::all_of(text, [](char c) { return '!' <= c && c <= '~'; });
}

// The decoded value of one parameter, which is wiped by who gets it; empty: it is not there. False:
// it is there more than once, or not well-formed (RFC 6749 section 3.1).
bool read_parameter(std::string_view query, std::string_view name, std::string& value) {
  bool is_there = false;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view field = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (!field.starts_with(name)) continue;
    if (is_there || !http::percent_decode(field.substr(name.size()), true, value)) return false;
    is_there = true;
  }
  return true;
}

}  // namespace

std::optional<TypedCode> read_typed_code(std::string_view text) {
  if (text.size() > 2 * kMaxAuthorizationCode) return std::nullopt;
  const std::string_view typed = trimmed(text);
  const auto url = http::Url::parse(typed);
  if (!url) {
    if (!could_be_code(typed)) return std::nullopt;
    return TypedCode{.code = AuthorizationCode(typed), .state = {}};
  }
  std::string code;
  std::string state;
  std::string issuer;
  const bool is_clear = read_parameter(url->query, "code=", code) &&
                        read_parameter(url->query, "state=", state) &&
                        read_parameter(url->query, "iss=", issuer);
  std::optional<TypedCode> found;
  if (is_clear && could_be_code(code)) {
    found = TypedCode{.code = AuthorizationCode(code), .state = {}};
    if (!state.empty()) found->state = State(state);
    found->issuer = std::move(issuer);
  }
  wipe(code);
  wipe(state);
  return found;
}

std::string redirect_path(std::string_view redirect_uri) {
  auto url = http::Url::parse(redirect_uri);
  return url ? std::move(url->path) : std::string();
}

}  // namespace strongroom::oauth
