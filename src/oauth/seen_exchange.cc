#include "oauth/seen_exchange.h"

#include <algorithm>
#include <array>

#include "oauth/answer.h"

namespace strongroom::oauth {
namespace {

constexpr std::array<std::string_view, 7> kSeen{"grant_type",         "scope",
                                                "resource",           "audience",
                                                "subject_token_type", "requested_token_type",
                                                "requested_token_use"};

constexpr std::array<std::string_view, 9> kMediaTypes{"application/json",
                                                      "application/problem+json",
                                                      "application/x-www-form-urlencoded",
                                                      "application/jwt",
                                                      "application/xml",
                                                      "text/xml",
                                                      "text/html",
                                                      "text/plain",
                                                      "application/octet-stream"};

}  // namespace

bool may_be_seen(std::string_view parameter) {
  return std::ranges::find(kSeen, parameter) != kSeen.end();
}

std::string_view known_media_type(const std::vector<http::Header>& headers) {
  const std::string type = media_type(headers);
  if (type.empty()) return "";
  const auto* const known = std::ranges::find(kMediaTypes, type);
  return known == kMediaTypes.end() ? "other" : *known;
}

std::string without_query(std::string_view url) {
  return std::string(url.substr(0, url.find_first_of("?#")));
}

}  // namespace strongroom::oauth
