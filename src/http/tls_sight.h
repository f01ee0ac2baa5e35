#pragma once
// What libcurl's TLS lets us see and add: the chain that was judged, and CAs beside the system's.

#include <string>

#include <openssl/ssl.h>

#include "http/exchange_trace.h"

namespace strongroom::http {

// Trusts the certificates in `pem` besides those that `tls` trusts already. False, with some of
// them trusted or none, if it holds anything else, or nothing.
bool trust_also(SSL_CTX* tls, const std::string& pem);

// From now on `trace` learns the certificate that a server shows to a connection of `tls`, and the
// CA that vouched for it. The verdict stays OpenSSL's own. `trace` must outlive the connection.
void watch_verification(SSL_CTX* tls, ExchangeTrace& trace);

}  // namespace strongroom::http
