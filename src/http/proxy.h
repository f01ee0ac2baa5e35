#pragma once
// A forward proxy on the way to a server: CONNECT (RFC 9110 section 9.3.6).

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "http/address_policy.h"
#include "http/url.h"

namespace strongroom::http {

using ProxyCredentials = Secret<struct ProxyCredentialsKind>;  // "user:password"

// Only TLS goes through a proxy, so it sees where to and how much, and nothing else.
struct OutgoingProxy {
  std::string url;                              // as parse_proxy_url() takes it
  std::optional<ProxyCredentials> credentials;  // Basic (RFC 7617), sent to the proxy alone
  std::string trusted_ca_pem;  // of an https proxy; empty: as for a server without one
  std::string extra_ca_pem;    // of an https proxy: trusted besides those, where they count
  // Where the proxy itself may be. nullopt: wherever its name leads, because whoever runs this
  // server named exactly it.
  std::optional<AddressPolicy> policy;
};

// "http://proxy.example:3128" or "https://…": TLS to the proxy itself.
//
// Errors:
//   kInvalidArgument  as Url::parse(), user name and password included; a path, a query
Result<Url> parse_proxy_url(std::string_view text);

// Whether `credentials` can be sent: a user without ':' before the first ':', no control
// characters, at most 1,024 bytes (RFC 7617 section 2). Errors: kInvalidArgument.
Status check_proxy_credentials(const ProxyCredentials& credentials);

}  // namespace strongroom::http
