#pragma once
// What a client shows of itself in a TLS handshake: RFC 8446 section 4.4.2, RFC 8705 section 2.

#include <string>

#include "base/secret.h"

namespace strongroom::http {

// A private key in unencrypted PKCS#8, DER (RFC 5958).
using ClientKeyDer = Secret<struct ClientKeyDerKind>;

// A certificate and its key. It is shown to the server alone, never to a proxy, and only where the
// server asks for one; no connection and no TLS session that knew it is used for another request
//
struct ClientIdentity {
  std::string certificate_pem;  // the chain, the client's own first
  ClientKeyDer private_key;
};

}  // namespace strongroom::http
