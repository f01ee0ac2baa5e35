#pragma once
// The client's own certificate in a TLS handshake, and what the server did about it.

#include <optional>

#include <curl/curl.h>
#include <openssl/ssl.h>

#include "base/result.h"
#include "http/client_identity.h"

namespace strongroom::http {

// Shows `identity` in handshakes of `tls` where the server asks. False where OpenSSL does not take
// it: damaged, too weak for TLS, or a key of another certificate.
bool show_identity(SSL_CTX* tls, const ClientIdentity& identity);

// What a server wanted of the client's certificate on one connection.
struct CertificateDemand {
  bool asked = false;  // for a certificate, in the handshake or after it
  int alert = 0;       // that it ended the connection with (RFC 8446 section 6); 0: none
};

// From now on `demand` learns what servers want on connections of `tls`, and must outlive them.
void watch_demand(SSL_CTX* tls, CertificateDemand& demand);

// Why an exchange failed that got no byte of an answer, if the client's certificate was the reason;
// `shown`: the request had one. nullopt: something else was.
std::optional<LiteralText> certificate_refusal(const CertificateDemand& demand, bool shown,
                                               CURLcode code);

}  // namespace strongroom::http
