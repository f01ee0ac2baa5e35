#include "catalogue/endpoint_template.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace strongroom::catalogue {
namespace {

constexpr std::string_view kScheme = "https://";
constexpr std::size_t kFixedLabels = 2;  // "{shop}.example.com", but not "{shop}.com"

bool is_name(std::string_view name) {
  const auto allowed = [](char c) {
    return ('a' <= c && c <= 'z') || ('0' <= c && c <= '9') || c == '_';
  };
  return !name.empty() && name.size() <= 64 && 'a' <= name.front() && name.front() <= 'z' &&
         std::ranges::all_of(name, allowed);
}

bool is_unreserved(char c) {
  return ('A' <= c && c <= 'Z') || ('a' <= c && c <= 'z') || ('0' <= c && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

// "@me": behind the host it names no user (RFC 3986 section 3.3).
bool may_stand_in_path(char c) { return is_unreserved(c) || c == '@'; }

// The name in "{name}" if that is all of `piece`.
std::optional<std::string_view> whole_hole(std::string_view piece) {
  if (piece.size() < 3 || piece.front() != '{' || piece.back() != '}') return std::nullopt;
  const std::string_view name = piece.substr(1, piece.size() - 2);
  if (!is_name(name)) return std::nullopt;
  return name;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (;;) {
    const std::size_t at = text.find(separator);
    pieces.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return pieces;
    text.remove_prefix(at + 1);
  }
}

bool is_port(std::string_view port) {
  return !port.empty() && port.size() <= 5 && port.front() != '0' &&
         std::ranges::all_of(port, [](char c) { return '0' <= c && c <= '9'; }) &&
         std::stoi(std::string(port)) <= 65535;
}

Status read_host(std::string_view host, std::vector<TemplateHole>& holes) {
  if (const auto name = whole_hole(host)) {
    holes.push_back({std::string(*name), VariablePlace::kHost});
    return {};
  }
  std::size_t fixed_at_end = 0;
  bool has_hole = false;
  std::string filled;  // the host with a letter in each hole, to be judged as a name
  for (const std::string_view label : split(host, '.')) {
    const auto name = whole_hole(label);
    fixed_at_end = name ? 0 : fixed_at_end + 1;
    has_hole = has_hole || name.has_value();
    if (name) holes.push_back({std::string(*name), VariablePlace::kHostLabel});
    filled += (filled.empty() ? "" : ".") + (name ? std::string("a") : std::string(label));
  }
  if (!has_format(filled, ValueFormat::kDnsName)) {
    return Error{Code::kInvalidArgument, "The address has no proper host name."};
  }
  if (has_hole && fixed_at_end < kFixedLabels) {
    return Error{Code::kInvalidArgument,
                 "A variable label of a host name needs two fixed labels behind it."};
  }
  return {};
}

Status read_path(std::string_view path, std::vector<TemplateHole>& holes) {
  for (const std::string_view segment : split(path, '/')) {
    if (const auto name = whole_hole(segment)) {
      holes.push_back({std::string(*name), VariablePlace::kPathSegment});
    } else if (!std::ranges::all_of(segment, may_stand_in_path) || segment == "." ||
               segment == "..") {
      return Error{Code::kInvalidArgument,
                   "A segment of the path is neither plain text nor one variable."};
    }
  }
  return {};
}

}  // namespace

Result<std::vector<TemplateHole>> parse_endpoint_template(std::string_view text) {
  std::vector<TemplateHole> holes;
  if (const auto name = whole_hole(text)) {
    holes.push_back({std::string(*name), VariablePlace::kUrl});
    return holes;
  }
  if (!text.starts_with(kScheme)) {
    return Error{Code::kInvalidArgument, "The address does not begin with https://."};
  }
  text.remove_prefix(kScheme.size());
  const std::size_t slash = text.find('/');
  std::string_view authority = text.substr(0, slash);
  const std::size_t colon = authority.find(':');
  if (colon != std::string_view::npos) {
    if (!is_port(authority.substr(colon + 1))) {
      return Error{Code::kInvalidArgument, "The address has no proper port."};
    }
    authority = authority.substr(0, colon);
  }
  STRONGROOM_CHECK(read_host(authority, holes));
  if (slash != std::string_view::npos) STRONGROOM_CHECK(read_path(text.substr(slash + 1), holes));
  for (auto hole = holes.begin(); hole != holes.end(); ++hole) {
    const auto same = [&](const TemplateHole& other) { return other.name == hole->name; };
    if (std::find_if(std::next(hole), holes.end(), same) != holes.end()) {
      return Error{Code::kInvalidArgument, "A variable stands twice in the address."};
    }
  }
  return holes;
}

std::string fill_endpoint_template(std::string_view text,
                                   const std::function<std::string(std::string_view)>& fill) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = text.find('}', open);
    if (close == std::string_view::npos) break;
    out += fill(text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
  return out;
}

std::string percent_encode_segment(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_unreserved(c)) {
      out.push_back(c);
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out.push_back('%');
    out.push_back(kHex[byte >> 4U]);
    out.push_back(kHex[byte & 15U]);
  }
  return out;
}

}  // namespace strongroom::catalogue
