#include "oauth/learned_values.h"

#include <algorithm>
#include <utility>

#include <boost/json.hpp>

#include "base/ascii.h"
#include "catalogue/asked_value.h"
#include "http/message.h"
#include "http/url.h"
#include "oauth/answer.h"
#include "oauth/answer_members.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;
using catalogue::LearnedFrom;
using catalogue::LearnedKind;
using catalogue::LearnedValue;
using catalogue::Provider;

bool is_alphanumeric(char c) { return is_digit(c) || is_letter(c); }

bool is_identifier(std::string_view text) {
  const auto fits = [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; };
  return is_alphanumeric(text.front()) && is_alphanumeric(text.back()) &&
         std::ranges::all_of(text, fits);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = 'A' <= c && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return out;
}

// `host` is in lower case. Other letters that look like those of a name are written with "xn--"
// (RFC 5890 section 2.3.2.1): no vendor's API has such a name.
bool is_host(std::string_view host, const std::vector<std::string>& suffixes) {
  const auto is_below = [&](const std::string& suffix) {
    return suffix.starts_with('.') && host.size() > suffix.size() && host.ends_with(suffix);
  };
  return catalogue::has_format(host, catalogue::ValueFormat::kDnsName) &&
         !host.starts_with("xn--") && host.find(".xn--") == std::string_view::npos &&
         std::ranges::any_of(suffixes, is_below);
}

// "/", "/a/b", "/a/": what no client takes for a step somewhere else.
bool is_path(std::string_view path) {
  const auto fits = [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '~' || c == '/';
  };
  if (!std::ranges::all_of(path, fits) || path.find("//") != std::string_view::npos) return false;
  while (!path.empty()) {
    path.remove_prefix(1);  // '/'
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    if (segment == "." || segment == "..") return false;
    path.remove_prefix(end);
  }
  return true;
}

std::optional<std::string> address_of(std::string_view text,
                                      const std::vector<std::string>& suffixes) {
  constexpr std::string_view kScheme = "https://";
  if (!text.starts_with(kScheme)) return std::nullopt;
  const std::string_view rest = text.substr(kScheme.size());
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  const std::string host = lower(rest.substr(0, slash));
  const std::string_view path = rest.substr(slash);
  // Whoever reads it by the book finds the same host in it.
  const auto url = http::Url::parse(text);
  if (!url || url->host != host || !is_host(host, suffixes) || !is_path(path)) return std::nullopt;
  std::string address(kScheme);
  address.append(host).append(path);
  return address;
}

// A text, or a whole number, which some send for an identifier.
std::optional<std::string> text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_int64()) return std::to_string(value.get_int64());
  if (value.is_uint64()) return std::to_string(value.get_uint64());
  return std::nullopt;
}

void take(const LearnedValue& value, const std::optional<std::string>& said, Learned& learned) {
  std::optional<std::string> text = said ? learned_text(value, *said) : std::nullopt;
  if (text) {
    learned.values[value.name] = *std::move(text);
  } else {
    learned.dropped.push_back(value.name);
  }
}

// The value of the first parameter called `name`; nullopt: there is none, or it is empty.
std::optional<std::string> parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    std::string decoded;
    if (!http::percent_decode(pair.substr(0, equals), true, decoded) || decoded != name) continue;
    std::string value;
    const std::string_view encoded = pair.substr(std::min(equals + 1, pair.size()));
    if (encoded.empty()) return std::nullopt;
    return http::percent_decode(encoded, true, value) ? value : "";
  }
  return std::nullopt;
}

bool learns(const Provider& provider, LearnedFrom from) {
  return std::ranges::find(provider.learned, from, &LearnedValue::from) != provider.learned.end();
}

}  // namespace

std::optional<std::string> learned_text(const LearnedValue& value, std::string_view text) {
  if (text.empty() || text.size() > kMaxLearnedValue) return std::nullopt;
  switch (value.kind) {
    case LearnedKind::kText:
      return is_identifier(text) ? std::optional(std::string(text)) : std::nullopt;
    case LearnedKind::kHost: {
      std::string host = lower(text);
      return is_host(host, value.host_suffixes) ? std::optional(std::move(host)) : std::nullopt;
    }
    case LearnedKind::kUrl:
      return address_of(text, value.host_suffixes);
  }
  return std::nullopt;
}

Learned learned_from_answer(const Provider& provider, const http::IncomingResponse& answer) {
  Learned learned;
  if (!learns(provider, LearnedFrom::kAnswer)) return learned;
  const auto body = read_answer(answer.headers, answer.body.reveal(), provider.response.format);
  const json::object* const object =
      body ? within(body->get_object(), provider.response.envelope) : nullptr;
  if (object == nullptr) return learned;
  for (const LearnedValue& value : provider.learned) {
    if (value.from != LearnedFrom::kAnswer) continue;
    if (const json::value* said = member(*object, value.member)) {
      take(value, text_of(*said), learned);
    }
  }
  return learned;
}

Learned learned_from_callback(const Provider& provider, std::string_view query) {
  Learned learned;
  for (const LearnedValue& value : provider.learned) {
    if (value.from != LearnedFrom::kCallback) continue;
    const auto said = parameter(query, value.member);
    if (said) take(value, said, learned);
  }
  return learned;
}

}  // namespace strongroom::oauth
