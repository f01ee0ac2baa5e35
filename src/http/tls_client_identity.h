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

// Watches one connection from its handshake until *this ends. libcurl from 8.12 on may shut a
// connection down after the exchange it was made for is over, and what it reads then is nobody's.
// For the one thread that drives the connection.
class DemandWatch {
 public:
  DemandWatch() = default;
  ~DemandWatch() { stop(); }
  DemandWatch(const DemandWatch&) = delete;
  DemandWatch& operator=(const DemandWatch&) = delete;

  // From now on of the connection that `tls` is the context of, and of no other. False where
  // OpenSSL has no memory for it.
  bool start(SSL_CTX* tls);

  const CertificateDemand& seen() const { return seen_; }

 private:
  void stop();

  SSL_CTX* tls_ = nullptr;  // held by a reference of ours
  CertificateDemand seen_;
};

// Why an exchange failed that got no byte of an answer, if the client's certificate was the reason;
// `shown`: the request had one. nullopt: something else was.
std::optional<LiteralText> certificate_refusal(const CertificateDemand& demand, bool shown,
                                               CURLcode code);

}  // namespace strongroom::http
