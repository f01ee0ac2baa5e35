#pragma once
// Which hosts, and whose certificates, a target system's requests may meet.

#include <string>
#include <vector>

#include "base/result.h"
#include "oauth/token_request.h"

namespace strongroom::oauth {

// Errors: kInvalidArgument at "/allowed_addresses/{index}": not an address or a range of them.
Status check_allowed_addresses(const std::vector<std::string>& ranges);

// Lets `request` go to the public internet and `allowed_addresses` only, and to servers that
// `trusted_ca_pem` vouches for (empty: the system's roots). Errors: as check_allowed_addresses().
Status restrict_destination(TokenRequest& request, const std::string& trusted_ca_pem,
                            const std::vector<std::string>& allowed_addresses);

}  // namespace strongroom::oauth
