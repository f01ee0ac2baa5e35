#pragma once
// Where an issuer of workload tokens has its keys: the two members of OpenID Connect Discovery that
// clusters and CI systems publish. They are no authorization servers, so the rest is missing.

#include <string>
#include <string_view>

#include "base/result.h"
#include "oauth/token_request.h"

namespace strongroom::oauth {

// Whether this can be the issuer of workload tokens: an https URL without query or fragment.
bool is_workload_issuer(std::string_view text);

// The request for the document, without where it may go.
TokenRequest workload_issuer_request(std::string_view issuer);

// The address of the keys that the document names: https, and said by `issuer` itself (OpenID
// Connect Discovery section 4.3). Errors: kInvalidArgument.
Result<std::string> jwks_uri_of(std::string_view document, std::string_view issuer);

}  // namespace strongroom::oauth
