#pragma once
// What an exchange met on its way, for a person who looks for what is wrong.

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "http/address_policy.h"

namespace strongroom::http {

// The server's words, of which only visible characters are kept. Not to be believed where
// `trusted_ca` is empty: then nobody vouched for them.
struct SeenCertificate {
  std::string subject;  // "CN=login.example.org,O=Example" (RFC 2253)
  std::string issuer;
  std::string sha256;  // of the whole certificate, 64 hexadecimal characters
  WallTime expires_at{};
};

// Filled in as the exchange goes on; what it did not come to stays empty.
struct ExchangeTrace {
  std::vector<IpAddress> addresses;        // of the server, as its name resolves here
  std::vector<IpAddress> proxy_addresses;  // of the proxy
  int proxy_status = 0;                    // what the proxy answered to CONNECT
  bool connected = false;                  // to the server, through the proxy where there is one
  std::string connected_to;                // the address of the server, or of the proxy
  std::optional<SeenCertificate> certificate;  // of the server
  std::string trusted_ca;                      // the CA that vouches for it; empty: none
  std::string tls_protocol;                    // "TLSv1.3"; empty: no handshake was finished
  std::string http_version;                    // "1.1", "2"
};

}  // namespace strongroom::http
