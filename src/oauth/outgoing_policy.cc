#include "http/address_policy.h"
#include "oauth/outgoing_policy.h"

namespace strongroom::oauth {

Status check_allowed_addresses(const std::vector<std::string>& ranges) {
  STRONGROOM_TRY([[maybe_unused]] const http::AddressPolicy policy,
                 http::AddressPolicy::parse(ranges));
  return {};
}

Status restrict_destination(TokenRequest& request, const Network& network,
                            const std::string& trusted_ca_pem,
                            const std::vector<std::string>& allowed_addresses) {
  STRONGROOM_TRY(request.message.policy, http::AddressPolicy::parse(allowed_addresses));
  request.message.trusted_ca_pem = trusted_ca_pem;
  network.apply_to(request.message);
  request.message.proxy = network.proxy_for(request.message.url);
  return {};
}

}  // namespace strongroom::oauth
