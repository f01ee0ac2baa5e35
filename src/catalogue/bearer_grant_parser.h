#pragma once
// Reads and judges what an entry says of the JWT bearer grant. For provider_parser.cc and
// provider_rules.cc.

#include "catalogue/bearer_grant_rules.h"
#include "catalogue/file_reader.h"
#include "catalogue/provider.h"

namespace strongroom::catalogue {

// The longest that an assertion may live: Google takes an hour, and nobody needs more than minutes.
inline constexpr Seconds kMaxBearerLifetime{300};

// Reads the object of "jwt_bearer". What is wrong is reported to the reader's problems; the rules
// are harmless then, and not to be used.
BearerGrantRules read_bearer_grant(ObjectReader& in);

// That it agrees with the rest of the entry.
void check_bearer_grant(const Provider& provider, Problems& problems);

}  // namespace strongroom::catalogue
