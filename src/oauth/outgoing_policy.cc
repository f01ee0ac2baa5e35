#include "oauth/outgoing_policy.h"

#include <string_view>
#include <utility>

#include "http/address_policy.h"

namespace strongroom::oauth {
namespace {

constexpr std::string_view kDirect = "none";

}  // namespace

Status check_allowed_addresses(const std::vector<std::string>& ranges) {
  STRONGROOM_TRY([[maybe_unused]] const http::AddressPolicy policy,
                 http::AddressPolicy::parse(ranges));
  return {};
}

bool is_proxy_url(const std::string& proxy) { return !proxy.empty() && proxy != kDirect; }

Status check_proxy(const std::string& proxy) {
  if (!is_proxy_url(proxy)) return {};
  auto url = http::parse_proxy_url(proxy);
  if (!url) return std::move(url).error().at("/proxy");
  return {};
}

Status check_proxy_credentials(const ProxyCredentials& credentials) {
  auto checked = http::check_proxy_credentials(credentials);
  if (!checked) return std::move(checked).error().at("/proxy_credentials");
  return {};
}

Status restrict_destination(TokenRequest& request, const Network& network,
                            Destination destination) {
  http::OutgoingRequest& message = request.message;
  STRONGROOM_TRY(message.policy, http::AddressPolicy::parse(destination.allowed_addresses));
  message.trusted_ca_pem = destination.trusted_ca_pem;
  network.apply_to(message);
  if (destination.proxy.empty()) message.proxy = network.proxy_for(message.url);
  if (is_proxy_url(destination.proxy)) {
    message.proxy = http::OutgoingProxy{.url = destination.proxy,
                                        .credentials = std::move(destination.proxy_credentials),
                                        .trusted_ca_pem = "",
                                        .extra_ca_pem = destination.trusted_ca_pem,
                                        .policy = message.policy};
  }
  return {};
}

}  // namespace strongroom::oauth
