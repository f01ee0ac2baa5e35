#pragma once
// Which hosts, and whose certificates, a target system's requests may meet.

#include <string>
#include <vector>

#include "base/result.h"
#include "http/network.h"
#include "oauth/token_request.h"

namespace strongroom::oauth {

// How this machine reaches other servers; for rooms that do not know http.
using Network = http::Network;

// Errors: kInvalidArgument at "/allowed_addresses/{index}": not an address or a range of them.
Status check_allowed_addresses(const std::vector<std::string>& ranges);

// Lets `request` go to the public internet and `allowed_addresses` only, and to servers that
// `trusted_ca_pem` vouches for (empty: the system's roots and the machine's extra CAs), by the
// machine's proxy and within its time limits. Errors: as check_allowed_addresses().
Status restrict_destination(TokenRequest& request, const Network& network,
                            const std::string& trusted_ca_pem,
                            const std::vector<std::string>& allowed_addresses);

}  // namespace strongroom::oauth
