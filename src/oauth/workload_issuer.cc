#include "oauth/workload_issuer.h"

#include <boost/json.hpp>

#include "base/json.h"

namespace strongroom::oauth {
namespace {

constexpr std::size_t kMostBytes = std::size_t{64} * 1024;
constexpr std::size_t kLongestUrl = 2048;
constexpr std::string_view kScheme = "https://";
constexpr std::string_view kWellKnown = "/.well-known/openid-configuration";

Error refused(std::string detail) {
  return Error{Code::kInvalidArgument, "The issuer does not say where its keys are.",
               std::move(detail)};
}

std::string_view text_in(const boost::json::object& members, std::string_view name) {
  const boost::json::value* const value = members.if_contains(name);
  if (value == nullptr || !value->is_string()) return {};
  return {value->get_string().data(), value->get_string().size()};
}

}  // namespace

bool is_workload_issuer(std::string_view text) {
  if (!text.starts_with(kScheme) || text.size() == kScheme.size() || text.size() > kLongestUrl) {
    return false;
  }
  for (const char c : text) {
    if (c <= ' ' || c >= 0x7f || c == '?' || c == '#' || c == '@' || c == '\\') return false;
  }
  return text[kScheme.size()] != '/';
}

TokenRequest workload_issuer_request(std::string_view issuer) {
  while (issuer.ends_with('/')) issuer.remove_suffix(1);
  TokenRequest request;
  request.message.method = "GET";
  request.message.url = std::string(issuer).append(kWellKnown);
  request.message.headers = {{"Accept", "application/json"}};
  request.message.limits.max_response_bytes = kMostBytes;
  return request;
}

Result<std::string> jwks_uri_of(std::string_view document, std::string_view issuer) {
  const auto parsed = parse_json(document, {.max_bytes = kMostBytes, .max_depth = 8});
  const boost::json::object* const members = parsed ? parsed->if_object() : nullptr;
  if (members == nullptr) return refused("it is no JSON object");
  if (text_in(*members, "issuer") != issuer) return refused("it is another issuer's");
  const std::string_view uri = text_in(*members, "jwks_uri");
  if (!uri.starts_with(kScheme) || uri.size() > kLongestUrl) return refused("jwks_uri");
  return std::string(uri);
}

}  // namespace strongroom::oauth
