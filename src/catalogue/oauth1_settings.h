#pragma once
// Fills in what an entry says about OAuth 1.0a with what a target system says.

#include <string>
#include <string_view>

#include "base/result.h"
#include "catalogue/settings.h"

namespace strongroom::catalogue {

// Where temporary credentials are, with everything filled in and encoded; empty: the provider has
// no flow. Errors: as expand_token_endpoint.
Result<std::string> expand_temporary_credentials_endpoint(const Provider& provider,
                                                          const Parameters& parameters,
                                                          std::string_view tenant);

// The realm of signed requests, not encoded; empty: none. Only for parameters that check_parameters
// let pass.
std::string oauth1_realm(const Provider& provider, const Parameters& parameters);

// The method that requests are signed with: `chosen`, or where that is empty the entry's first.
//
// Errors: kInvalidArgument at "/signature_method": there is no such method, the provider does not
// take it, or the provider does not speak OAuth 1.0a.
Result<SignatureMethod> choose_signature_method(const Provider& provider, std::string_view chosen);

}  // namespace strongroom::catalogue
