#pragma once
// What libcurl's TLS lets us see and add: the chain that was judged, and CAs beside the system's.

#include <string>

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "http/exchange_trace.h"

namespace strongroom::http {

// Trusts the certificates in `pem` besides those that `tls` trusts already. False, with some of
// them trusted or none, if it holds anything else, or nothing.
bool trust_also(SSL_CTX* tls, const std::string& pem);

// What came of the verification of a server's certificate.
struct SeenVerification {
  ExchangeTrace* trace = nullptr;  // learns the certificate, and the CA that vouched for it
  int error = X509_V_OK;           // why OpenSSL does not trust it
};

// From now on `seen` learns of the certificate that a server shows to a connection of `tls`. The
// verdict stays OpenSSL's own. `seen` must outlive the connection.
void watch_verification(SSL_CTX* tls, SeenVerification& seen);

}  // namespace strongroom::http
