#pragma once
// Reads what an entry says of the JWT bearer grant.

#include "catalogue/bearer_grant_rules.h"
#include "catalogue/file_reader.h"

namespace strongroom::catalogue {

// The longest that an assertion may live: Google takes an hour, and nobody needs more than minutes.
inline constexpr Seconds kMaxBearerLifetime{300};

// Reads the object of "jwt_bearer". What is wrong is reported to the reader's problems; the rules
// are harmless then, and not to be used.
BearerGrantRules read_bearer_grant(ObjectReader& in);

}  // namespace strongroom::catalogue
