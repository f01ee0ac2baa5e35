#include "catalogue/asked_value.h"

#include <algorithm>
#include <cstddef>

#include "base/ascii.h"
#include "base/unicode.h"

namespace strongroom::catalogue {
namespace {

constexpr std::size_t kMaxText = 1024;
constexpr std::size_t kMaxToken = 128;
constexpr std::size_t kMaxDigits = 20;
constexpr std::size_t kMaxUrl = 2048;
constexpr std::size_t kMaxDnsName = 253;  // RFC 1035 section 2.3.4, without the final dot
constexpr std::size_t kMaxDnsLabel = 63;

constexpr bool is_token_character(char c) {
  return is_digit(c) || is_letter(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

// RFC 3986 section 2: reserved and unreserved characters and '%', without '#'.
constexpr bool is_url_character(char c) {
  return is_token_character(c) ||
         std::string_view(":/?[]@!$&'()*+,;=%").find(c) != std::string_view::npos;
}

// C0, DEL and, in UTF-8, C1 (U+0080 to U+009F), which some terminals and parsers act on.
bool has_control_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) {
      return true;
    }
  }
  return false;
}

bool is_text(std::string_view text) {
  return !text.empty() && text.size() <= kMaxText && is_utf8(text) && !has_control_character(text);
}

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= kMaxToken && text != "." && text != ".." &&
         std::ranges::all_of(text, is_token_character);
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.size() <= kMaxDigits && std::ranges::all_of(text, is_digit);
}

bool is_guid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
    if (hyphen ? text[i] != '-' : !is_hex(text[i])) return false;
  }
  return true;
}

bool is_dns_label(std::string_view label) {
  const auto allowed = [](char c) { return is_digit(c) || is_letter(c) || c == '-'; };
  return !label.empty() && label.size() <= kMaxDnsLabel && label.front() != '-' &&
         label.back() != '-' && std::ranges::all_of(label, allowed);
}

bool is_dns_name(std::string_view name) {
  if (name.size() > kMaxDnsName) return false;
  std::size_t labels = 0;
  for (;;) {
    const std::size_t dot = name.find('.');
    const std::string_view label = name.substr(0, dot);
    if (!is_dns_label(label)) return false;
    ++labels;
    if (dot == std::string_view::npos) {
      // A last label of digits, or 0x and more, is read as an IPv4 address by some resolvers.
      return labels > 1 && !is_digit(label.front());
    }
    name.remove_prefix(dot + 1);
  }
}

// Each "%" is the beginning of an escape (RFC 3986 section 2.1).
bool has_whole_escapes(std::string_view text) {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
    if (text.size() - at < 3 || !is_hex(text[at + 1]) || !is_hex(text[at + 2])) return false;
  }
  return true;
}

bool is_absolute_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == 0 || colon == std::string_view::npos || text.size() > kMaxText) return false;
  const std::string_view scheme = text.substr(0, colon);
  const auto in_scheme = [](char c) {
    return is_digit(c) || is_letter(c) || c == '+' || c == '-' || c == '.';
  };
  return is_letter(scheme.front()) && std::ranges::all_of(scheme, in_scheme) &&
         colon + 1 < text.size() && std::ranges::all_of(text, is_url_character) &&
         has_whole_escapes(text);
}

bool is_http_url(std::string_view text) {
  const bool scheme = text.starts_with("https://") || text.starts_with("http://");
  return scheme && text.size() <= kMaxUrl && std::ranges::all_of(text, is_url_character);
}

bool is_below(std::string_view name, std::string_view suffix) {
  return name.size() > suffix.size() + 1 && name.ends_with(suffix) &&
         name[name.size() - suffix.size() - 1] == '.';
}

}  // namespace

bool has_format(std::string_view text, ValueFormat format) {
  switch (format) {
    case ValueFormat::kText:
      return is_text(text);
    case ValueFormat::kToken:
      return is_token(text);
    case ValueFormat::kDigits:
      return is_digits(text);
    case ValueFormat::kGuid:
      return is_guid(text);
    case ValueFormat::kGuidOrDomain:
      return is_guid(text) || is_dns_name(text);
    case ValueFormat::kDnsLabel:
      return is_dns_label(text);
    case ValueFormat::kDnsName:
      return is_dns_name(text);
    case ValueFormat::kAbsoluteUri:
      return is_absolute_uri(text);
    case ValueFormat::kHttpUrl:
      return is_http_url(text);
  }
  return false;
}

bool accepts(const AskedValue& asked, std::string_view text) {
  if (!has_format(text, asked.format)) return false;
  if (!asked.allowed.empty() && std::ranges::find(asked.allowed, text) == asked.allowed.end()) {
    return false;
  }
  return asked.allowed_suffixes.empty() ||
         std::ranges::any_of(asked.allowed_suffixes,
                             [&](const std::string& suffix) { return is_below(text, suffix); });
}

std::string_view to_text(ValueFormat value) {
  switch (value) {
    case ValueFormat::kText:
      return "text";
    case ValueFormat::kToken:
      return "token";
    case ValueFormat::kDigits:
      return "digits";
    case ValueFormat::kGuid:
      return "guid";
    case ValueFormat::kGuidOrDomain:
      return "guid_or_domain";
    case ValueFormat::kDnsLabel:
      return "dns_label";
    case ValueFormat::kDnsName:
      return "dns_name";
    case ValueFormat::kAbsoluteUri:
      return "absolute_uri";
    case ValueFormat::kHttpUrl:
      return "http_url";
  }
  return "";
}

}  // namespace strongroom::catalogue
