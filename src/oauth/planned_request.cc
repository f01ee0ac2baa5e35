#include "oauth/planned_request.h"

#include <algorithm>
#include <array>

namespace strongroom::oauth {
namespace {

// Headers of ours. Others are of the provider's entry, and settings may be in their values.
constexpr std::array<std::string_view, 2> kSeenHeaders{"Content-Type", "Accept"};

std::vector<SeenParameter> seen_headers(const http::OutgoingRequest& message) {
  std::vector<SeenParameter> seen;
  seen.reserve(message.headers.size() + 1);
  for (const http::Header& header : message.headers) {
    const bool may_be_seen = std::ranges::find(kSeenHeaders, header.name) != kSeenHeaders.end();
    seen.push_back({header.name, may_be_seen ? header.value : std::string()});
  }
  // Token requests have no other secret header (RFC 6749 section 2.3.1).
  if (message.secret_header) seen.push_back({"Authorization", ""});
  return seen;
}

}  // namespace

PlannedRequest planned(const TokenRequest& request) {
  const http::OutgoingRequest& message = request.message;
  PlannedRequest plan;
  plan.method = message.method;
  plan.url = without_query(message.url);
  if (message.proxy) {
    plan.proxy = message.proxy->url;
    plan.has_proxy_credentials = message.proxy->credentials.has_value();
  }
  plan.authentication = request.summary.authentication;
  plan.shows_certificate = message.identity.has_value();
  plan.headers = seen_headers(message);
  plan.parameters = request.summary.parameters;
  plan.has_own_ca = !message.trusted_ca_pem.empty();
  plan.allowed_addresses.reserve(message.policy.allowed.size());
  for (const http::AddressRange& range : message.policy.allowed) {
    plan.allowed_addresses.push_back(range.text());
  }
  plan.connect_timeout = message.limits.connect_timeout;
  plan.total_timeout = message.limits.total_timeout;
  return plan;
}

}  // namespace strongroom::oauth
