#pragma once
// Which token endpoint a target system's requests go to, as far as limits and breakers care.

#include <cstddef>
#include <string>

#include "catalogue/catalogue.h"
#include "vault/types.h"

namespace strongroom::vault {

struct ProviderEndpoint {
  // "https://id.example:8443", and the proxy that leads to it: what requests are counted by, so
  // that a proxy which hangs takes no place of those who go another way. Empty: the settings make
  // none.
  std::string host;
  // The endpoint, and the proxy that leads to it: whether it works may be another thing for those
  // who have another way. Where each client has a tenant of its own, the target system too.
  std::string address;
};

// A pure function of the settings: clients with a tenant of their own count as the others.
ProviderEndpoint provider_endpoint(const catalogue::Catalogue& catalogue,
                                   const TargetSystem& system);

}  // namespace strongroom::vault
