#pragma once
// Where a target system's stored secrets may go, and whether that is still where they were entered
// for (invariant 5). Pure functions.

#include <cstddef>
#include <string>

#include "base/result.h"
#include "catalogue/catalogue.h"
#include "vault/types.h"

namespace strongroom::vault {

// SHA-256 (32 bytes) over the provider's id, the endpoint parameters, the trusted CA, the allowed
// addresses, the target system's own proxy and which credentials it gets, the default tenant, the
// protected resource, and the endpoints for tokens, for revoking and for verifying that the
// catalogue, or the issuer's accepted metadata, makes of them: a provider file that is changed on
// disk is another destination too.
std::string destination_digest(const catalogue::Catalogue& catalogue, const TargetSystem& system);

// The token endpoint that the chosen method uses, for people to look at, with "{tenant}" where none
// is known; empty if the catalogue has no such provider.
std::string displayed_endpoint(const catalogue::Catalogue& catalogue, const TargetSystem& system,
                               std::string_view tenant);

// Whether secrets are stored that were entered for another destination than today's: then no token
// request may be sent.
bool is_held(std::string_view secrets_destination, std::string_view todays_digest,
             std::size_t stored_secrets);

}  // namespace strongroom::vault
