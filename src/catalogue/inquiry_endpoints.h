#pragma once
// Where a provider is asked about a token that is there already: filled-in templates, as in
// settings.h.

#include <string>
#include <string_view>

#include "base/result.h"
#include "catalogue/settings.h"

namespace strongroom::catalogue {

// Of RFC 7662; empty: there is none, or one with a variable that has no value. Errors: as
// expand_token_endpoint.
Result<std::string> expand_introspection_endpoint(const Provider& provider,
                                                  const Parameters& parameters,
                                                  std::string_view tenant);

// Of VerificationRules, in the same way.
Result<std::string> expand_verification_endpoint(const Provider& provider,
                                                 const Parameters& parameters,
                                                 std::string_view tenant);
// The same for people to look at, and to compare: as displayed_token_endpoint.
std::string displayed_verification_endpoint(const Provider& provider, const Parameters& parameters,
                                            std::string_view tenant);

}  // namespace strongroom::catalogue
