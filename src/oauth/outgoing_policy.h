#pragma once
// Which hosts, and whose certificates, a target system's requests may meet.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "http/network.h"
#include "oauth/token_request.h"

namespace strongroom::oauth {

// How this machine reaches other servers; for rooms that do not know http.
using Network = http::Network;

using ProxyCredentials = http::ProxyCredentials;

// What a target system says of the way to its server.
struct Destination {
  const std::string& trusted_ca_pem;                  // empty: as the machine trusts
  const std::vector<std::string>& allowed_addresses;  // beyond the public internet
  const std::string& proxy;                           // empty: the machine's; "none"; or a URL
  std::optional<ProxyCredentials> proxy_credentials;  // for a proxy that is a URL
};

// Errors: kInvalidArgument at "/allowed_addresses/{index}": not an address or a range of them.
Status check_allowed_addresses(const std::vector<std::string>& ranges);

// Errors: kInvalidArgument at "/proxy": neither empty, nor "none", nor a proxy's URL.
Status check_proxy(const std::string& proxy);
bool is_proxy_url(const std::string& proxy);
// Errors: kInvalidArgument at "/proxy_credentials".
Status check_proxy_credentials(const ProxyCredentials& credentials);

// Lets `request` go to the public internet and the allowed addresses only, and to servers that the
// trusted CA vouches for, within the machine's time limits. A proxy of the target system's own is
// judged by the same addresses as its server: whoever configures a target system may not reach
// further by it. If it speaks TLS, the trusted CA counts for it too, besides those of the machine:
// a server with a private CA may be behind a proxy with a public one.
// Errors: as check_allowed_addresses().
Status restrict_destination(TokenRequest& request, const Network& network, Destination destination);

}  // namespace strongroom::oauth
