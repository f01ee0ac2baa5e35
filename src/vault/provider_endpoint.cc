#include "vault/provider_endpoint.h"

#include "vault/destination.h"

namespace strongroom::vault {

ProviderEndpoint provider_endpoint(const catalogue::Catalogue& catalogue,
                                   const TargetSystem& system) {
  return endpoint_at(displayed_endpoint(catalogue, system, system.default_tenant), system);
}

ProviderEndpoint endpoint_at(const std::string& shown, const TargetSystem& system) {
  const std::size_t scheme = shown.find("://");
  if (scheme == std::string::npos) return {};
  ProviderEndpoint endpoint;
  endpoint.host = shown.substr(0, shown.find_first_of("/?#", scheme + 3));
  endpoint.address = shown.substr(0, shown.find_first_of("?#"));
  if (!system.proxy.empty()) {
    endpoint.host.append(" by ").append(system.proxy);
    endpoint.address.append(" by ").append(system.proxy);
  }
  // What the one application is told there, or one directory's server does, is not the others'; and
  // what one project's clients provoke there is not the other projects'.
  if (shown.find('{') != std::string::npos) {
    endpoint.address.append(" of ").append(system.id.text());
  } else if (system.project) {
    endpoint.address.append(" of project ").append(system.project->text());
  }
  return endpoint;
}

}  // namespace strongroom::vault
