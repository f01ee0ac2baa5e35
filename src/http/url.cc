#include "http/url.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/ascii.h"
#include "http/address_policy.h"

namespace strongroom::http {
namespace {

constexpr std::size_t kMaxLength = 2'048;
constexpr std::size_t kMaxHostLength = 253;  // RFC 1035 section 2.3.4, as text without a final dot
constexpr std::size_t kMaxLabelLength = 63;

// RFC 3986 appendix A: pchar, "/" and "?", without the percent sign.
constexpr bool is_path_or_query(char c) {
  return is_letter(c) || is_digit(c) ||
         std::string_view("-._~!$&'()*+,;=:@/?").find(c) != std::string_view::npos;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if ('A' <= c && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

Error refused(LiteralText message) { return Error{Code::kInvalidArgument, message}; }

bool is_well_formed(std::string_view path_and_query) {
  for (std::size_t i = 0; i < path_and_query.size(); ++i) {
    if (path_and_query[i] == '%') {
      if (i + 2 >= path_and_query.size() || !is_hex(path_and_query[i + 1]) ||
          !is_hex(path_and_query[i + 2])) {
        return false;
      }
      i += 2;
    } else if (!is_path_or_query(path_and_query[i])) {
      return false;
    }
  }
  return true;
}

// RFC 1123 section 2.1: letters, digits and hyphens, with no hyphen at either end.
bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kMaxLabelLength && label.front() != '-' &&
         label.back() != '-' &&
         std::ranges::all_of(label, [](char c) { return is_letter(c) || is_digit(c) || c == '-'; });
}

// Whether some parser would take a host that ends in this label for an IPv4 address: inet_aton(3)
// reads "127.1", "0x7f000001" and "2130706433" as one.
bool looks_like_a_number(std::string_view label) {
  if (std::ranges::all_of(label, is_digit)) return true;
  return (label.starts_with("0x") || label.starts_with("0X")) &&
         std::ranges::all_of(label.substr(2), is_hex);
}

bool is_name_or_ipv4(std::string_view host) {
  if (host.empty() || host.size() > kMaxHostLength) return false;
  std::string_view rest = host;
  while (true) {
    const std::size_t dot = rest.find('.');
    if (!is_label(rest.substr(0, dot))) return false;
    if (dot == std::string_view::npos) break;
    rest.remove_prefix(dot + 1);
  }
  return !looks_like_a_number(rest) || IpAddress::parse(host).has_value();
}

// "[" IPv6 "]": no zone (RFC 6874), no IPvFuture.
bool is_ipv6(std::string_view host) {
  return host.find(':') != std::string_view::npos && IpAddress::parse(host).has_value();
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  if (text.empty() || text.size() > 5 || text.front() == '0') return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : text) {
    if (!is_digit(c)) return std::nullopt;
    value = value * 10 + static_cast<std::uint32_t>(c - '0');
  }
  if (value > 65'535) return std::nullopt;
  return static_cast<std::uint16_t>(value);
}

// Takes `scheme` "://" off the front of `rest`, whatever its case.
bool take_scheme(std::string_view& rest, std::string_view scheme) {
  if (lower_case(rest.substr(0, scheme.size())) != scheme) return false;
  if (rest.substr(scheme.size(), 3) != "://") return false;
  rest.remove_prefix(scheme.size() + 3);
  return true;
}

Status parse_authority(std::string_view authority, Url& url) {
  if (authority.find('@') != std::string_view::npos) {
    return refused("A URL here must not carry a user name or password.");
  }
  const bool bracketed = authority.starts_with('[');
  const std::size_t end = bracketed ? authority.find(']') : authority.find(':');
  if (bracketed && end == std::string_view::npos) {
    return refused("The host of the URL is not well-formed.");
  }
  const std::string_view host = bracketed ? authority.substr(1, end - 1) : authority.substr(0, end);
  if (bracketed ? !is_ipv6(host) : !is_name_or_ipv4(host)) {
    return refused(
        "The host of the URL must be a DNS name (international ones as xn--…), an IPv4 address "
        "of four decimal numbers, or an IPv6 address in brackets.");
  }
  url.host = lower_case(host);

  std::string_view rest = end == std::string_view::npos ? "" : authority.substr(end);
  if (bracketed) rest.remove_prefix(1);
  if (rest.empty()) return {};
  const auto port = rest.front() == ':' ? parse_port(rest.substr(1)) : std::nullopt;
  if (!port) return refused("The port of the URL must be a number from 1 to 65535.");
  url.port = *port;
  return {};
}

}  // namespace

Result<Url> Url::parse(std::string_view text) {
  if (text.size() > kMaxLength) return refused("The URL is longer than 2,048 characters.");
  if (text.find('#') != std::string_view::npos) {
    return refused("A URL here must not have a fragment.");
  }
  Url url;
  url.text = text;
  std::string_view rest = text;
  if (take_scheme(rest, "https")) {
    url.scheme = "https";
    url.port = 443;
  } else if (take_scheme(rest, "http")) {
    url.scheme = "http";
    url.port = 80;
  } else {
    return refused("The URL must be absolute and begin with https://.");
  }

  const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
  STRONGROOM_CHECK(parse_authority(rest.substr(0, end), url));
  rest.remove_prefix(end);
  if (!is_well_formed(rest)) {
    return refused("The URL has a character that must be percent-encoded.");
  }
  const std::size_t question = std::min(rest.find('?'), rest.size());
  url.path = question == 0 ? "/" : std::string(rest.substr(0, question));
  if (question < rest.size()) url.query = rest.substr(question + 1);
  return url;
}

std::string Url::origin() const {
  std::string out = scheme + "://";
  out += host.find(':') == std::string::npos ? host : '[' + host + ']';
  if (port != (scheme == "https" ? 443 : 80)) out += ':' + std::to_string(port);
  return out;
}

}  // namespace strongroom::http
