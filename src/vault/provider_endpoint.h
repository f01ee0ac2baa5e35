#pragma once
// Which token endpoint a target system's requests go to, as far as limits and breakers care.

#include <cstddef>
#include <string>

#include "catalogue/catalogue.h"
#include "vault/types.h"

namespace strongroom::vault {

struct ProviderEndpoint {
  // "https://id.example:8443" and the proxy to it: what is counted by; empty: settings make none.
  std::string host;
  // The endpoint, the proxy that leads to it, and whose it is, a project's or the target system's
  // own: whether it works may be another thing for those who have another way, or other clients.
  std::string address;
};

// A pure function of the settings: clients with a tenant of their own count as the others.
ProviderEndpoint provider_endpoint(const catalogue::Catalogue& catalogue,
                                   const TargetSystem& system);
// The same of another address that its requests go to.
ProviderEndpoint endpoint_at(const std::string& address, const TargetSystem& system);

}  // namespace strongroom::vault
