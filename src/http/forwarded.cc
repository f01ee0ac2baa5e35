#include "http/forwarded.h"

#include <algorithm>
#include <cstddef>

#include "http/message.h"
#include "http/request_head.h"

namespace strongroom::http {
namespace {

// Whom one proxy had the request from, as it says; nullopt: it does not say, or nobody can read it.
using Hop = std::optional<IpAddress>;

bool is_digit(char c) { return '0' <= c && c <= '9'; }

bool is_letter(char c) { return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z'); }

// RFC 9110 section 5.6.2.
bool is_token_character(char c) {
  return is_digit(c) || is_letter(c) ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

void skip_space(std::string_view& text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
}

std::string_view without_outer_space(std::string_view text) {
  skip_space(text);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// Nothing, or a port: a number, or a name that a proxy made up for one (RFC 7239 section 6.2).
bool is_port_suffix(std::string_view text) {
  if (text.empty()) return true;
  if (!text.starts_with(':') || text.size() < 2) return false;
  text.remove_prefix(1);
  if (text.front() != '_') return text.size() <= 5 && std::ranges::all_of(text, is_digit);
  return text.size() > 1 && std::ranges::all_of(text, [](char c) {
           return is_digit(c) || is_letter(c) || c == '.' || c == '_' || c == '-';
         });
}

// "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80".
Hop read_node(std::string_view text) {
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || !is_port_suffix(text.substr(end + 1))) return std::nullopt;
    const std::string_view inside = text.substr(1, end - 1);
    return inside.find(':') == std::string_view::npos ? std::nullopt : IpAddress::parse(inside);
  }
  if (const auto address = IpAddress::parse(text)) return address;
  const std::size_t colon = std::min(text.find(':'), text.size());
  return is_port_suffix(text.substr(colon)) ? IpAddress::parse(text.substr(0, colon))
                                            : std::nullopt;
}

// Several fields are one list (RFC 9110 section 5.3).
std::vector<Hop> read_x_forwarded_for(const std::vector<std::string_view>& values) {
  std::vector<Hop> hops;
  for (std::string_view rest : values) {
    for (bool more = true; more;) {
      const std::size_t comma = rest.find(',');
      more = comma != std::string_view::npos;
      const std::string_view entry = without_outer_space(rest.substr(0, comma));
      rest.remove_prefix(more ? comma + 1 : rest.size());
      if (!entry.empty()) hops.push_back(read_node(entry));
    }
  }
  return hops;
}

std::string_view take_token(std::string_view& text) {
  const auto end = std::ranges::find_if_not(text, is_token_character);
  const std::string_view token = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(token.size());
  return token;
}

// What stands between quotes, its escapes as they are: no address has any. nullopt: no end.
std::optional<std::string_view> take_quoted(std::string_view& text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      const std::string_view inside = text.substr(1, i - 1);
      text.remove_prefix(i + 1);
      return inside;
    }
  }
  return std::nullopt;
}

// One element of Forwarded (RFC 7239 section 4): pairs with semicolons between them.
struct Element {
  bool empty = true;
  std::optional<std::string_view> from;  // the value of "for"
};

// Takes "name=value" into `element`. False: it is none, or the second "for".
bool take_pair(std::string_view& text, Element& element) {
  const std::string_view name = take_token(text);
  if (name.empty() || !text.starts_with('=')) return false;
  text.remove_prefix(1);
  const auto value = text.starts_with('"') ? take_quoted(text) : take_token(text);
  if (!value || value->empty()) return false;
  element.empty = false;
  if (!same_field_name(name, "for")) return true;
  if (element.from) return false;
  element.from = value;
  return true;
}

// Takes one element and the comma behind it. nullopt: it is malformed.
std::optional<Element> take_element(std::string_view& text) {
  Element element;
  while (true) {
    skip_space(text);
    if (!text.empty() && text.front() != ',' && text.front() != ';' && !take_pair(text, element)) {
      return std::nullopt;
    }
    skip_space(text);
    if (text.empty()) return element;
    const char separator = text.front();
    if (separator != ',' && separator != ';') return std::nullopt;
    text.remove_prefix(1);
    if (separator == ',') return element;
  }
}

// Nothing of it where any of it is malformed: with a quote that stays open, somebody could make the
// words of the proxy a part of his own.
std::vector<Hop> read_forwarded(const std::vector<std::string_view>& values) {
  std::vector<Hop> hops;
  for (std::string_view rest : values) {
    while (!rest.empty()) {
      const auto element = take_element(rest);
      if (!element) return {};
      if (!element->empty) hops.push_back(element->from ? read_node(*element->from) : std::nullopt);
    }
  }
  return hops;
}

bool is_everybody(const AddressRange& range) {
  const bool all_of_ipv4 = range.prefix_bits == 96 && range.text().ends_with("/0");
  return range.prefix_bits == 0 || all_of_ipv4;
}

}  // namespace

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& entries) {
  TrustedProxies proxies;
  for (const std::string& entry : entries) {
    const auto range = AddressRange::parse(entry);
    if (!range) {
      return Error{Code::kInvalidArgument,
                   "A trusted proxy is an address, or a range such as 10.0.0.0/8.", entry};
    }
    if (is_everybody(*range)) {
      return Error{Code::kInvalidArgument,
                   "All addresses cannot be trusted proxies: everybody could claim to be anybody.",
                   entry};
    }
    proxies.ranges_.push_back(*range);
  }
  return proxies;
}

bool TrustedProxies::contains(const IpAddress& address) const {
  return std::ranges::any_of(ranges_, [&](const auto& range) { return range.contains(address); });
}

bool TrustedProxies::contains(std::string_view address) const {
  const auto parsed = IpAddress::parse(address);
  return parsed && contains(*parsed);
}

IpAddress TrustedProxies::follow(const IpAddress& peer, const std::vector<Hop>& hops) const {
  IpAddress known = peer;
  for (auto hop = hops.rbegin(); hop != hops.rend() && *hop; ++hop) {
    known = **hop;
    if (!contains(known)) break;
  }
  return known;
}

std::string TrustedProxies::client_of(std::string_view peer, std::string_view fields) const {
  const auto own = IpAddress::parse(peer);
  if (!own) return std::string(peer);
  const auto plain = all_fields(fields, "x-forwarded-for");
  const auto standard = all_fields(fields, "forwarded");
  if (plain.empty() && standard.empty()) return own->text();
  const IpAddress by_plain = follow(*own, read_x_forwarded_for(plain));
  const IpAddress by_standard = follow(*own, read_forwarded(standard));
  if (standard.empty()) return by_plain.text();
  if (plain.empty() || by_plain == by_standard) return by_standard.text();
  return own->text();
}

}  // namespace strongroom::http
