#pragma once
// A client's certificate, as its connection showed it and a configured CA vouches for it.

#include <memory>
#include <string>
#include <vector>

struct ssl_st;
struct x509_store_st;

namespace strongroom::http {

struct ShownCertificate {
  // Fingerprints (SHA-256, 64 lower-case hexadecimal digits) of the CAs that vouch for it, its
  // issuer first and the configured one last. By them, and not by a name that any CA can write,
  // certificates are told apart.
  std::vector<std::string> ca_sha256;
  std::string subject;                // RFC 2253: "CN=reader,O=Example"
  std::vector<std::string> san_uris;  // subject alternative names
  std::vector<std::string> san_dns;
};

// What the client of `session` showed, verified now with the CAs, and the revocation lists if there
// are any, of `store`: for TLS clients, in its time, not revoked. nullptr: nothing, or nothing that
// counts. Made by the event loop's thread that has the session.
std::shared_ptr<const ShownCertificate> verified_certificate(ssl_st* session, x509_store_st* store);

}  // namespace strongroom::http
