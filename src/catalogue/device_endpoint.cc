#include "catalogue/device_endpoint.h"

#include <utility>

namespace strongroom::catalogue {
namespace {

// Written as a token endpoint, it is filled in as one.
Provider asked_for_devices(const Provider& provider) {
  Provider same = provider;
  same.token_endpoint = provider.device_authorization_endpoint;
  return same;
}

}  // namespace

void check_device_endpoint(const Provider& provider, Problems& problems) {
  const bool has_one = provider.discovery || !provider.device_authorization_endpoint.empty();
  if (provider.offers(Grant::kDeviceCode) && !has_one) {
    problems.report("/device_authorization_endpoint", "The device code grant needs one.");
  }
  if (provider.discovery && !provider.device_authorization_endpoint.empty()) {
    problems.report("/device_authorization_endpoint",
                    "The issuer's metadata has the endpoints, so the entry has none.");
  }
  if (!provider.offers(Grant::kDeviceCode) && !provider.device_authorization_endpoint.empty()) {
    problems.report("/device_authorization_endpoint", "This goes with the device code grant.");
  }
}

Result<std::string> expand_device_endpoint(const Provider& provider, const Parameters& parameters,
                                           std::string_view tenant) {
  if (displayed_device_endpoint(provider, parameters, tenant).find('{') != std::string::npos) {
    STRONGROOM_CHECK(check_parameters(provider, parameters));
    return std::string();
  }
  return expand_token_endpoint(asked_for_devices(provider), parameters, tenant);
}

std::string displayed_device_endpoint(const Provider& provider, const Parameters& parameters,
                                      std::string_view tenant) {
  return displayed_token_endpoint(asked_for_devices(provider), parameters, tenant);
}

}  // namespace strongroom::catalogue
