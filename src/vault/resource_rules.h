#pragma once
// What a target system may be that was made for one protected resource (RFC 9728): its tokens are
// for that resource and for no other. Pure functions.

#include <string>
#include <string_view>

#include "base/result.h"
#include "catalogue/provider.h"
#include "oauth/server_metadata.h"
#include "vault/types.h"

namespace strongroom::vault {

// `given` as it is stored. One that means what is in use already stays as that is written: the
// resource itself decides about a slash at the end. Errors: kInvalidArgument at
// "/protected_resource".
Result<std::string> clean_protected_resource(std::string_view given, const std::string& in_use);

// The settings besides, where there is such a resource. `entry` is the catalogue's. Errors, all
// kInvalidArgument:
//   at "/protected_resource"   endpoints are not discovered, or resources cannot be named
//   at "/resources"            there are others besides
//   at "/endpoint_parameters"  more than the issuer is entered, which could ask for another
//   audience at "/callback"             it is not the target system's own
Status check_protected_resource(const catalogue::Provider& entry, const TargetSystem& system);

// A server of such a resource has to say that it knows PKCE with S256: whoever does not say so may
// take a code from anybody. Errors: kInvalidArgument at "/endpoint_parameters/issuer",
// problem "no_pkce".
Status check_proves_pkce(const TargetSystem& system, const oauth::ServerMetadata& metadata);

// Names the resource in all requests that are made with `provider`: for authorization, tokens and
// new tokens, in the place of whatever else the entry would put there.
void name_resource(const TargetSystem& system, catalogue::Provider& provider);

}  // namespace strongroom::vault
