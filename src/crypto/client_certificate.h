#pragma once
// The certificate that a client signs in with, and its chain.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/private_key.h"

namespace strongroom::crypto {

enum class CertificateUse : std::uint8_t {
  kSigning,    // of assertions: keyUsage has digitalSignature, if it is there at all
  kTlsClient,  // the same, and extendedKeyUsage has clientAuth, if it is there (RFC 5280 4.2.1.12)
};

// Not secret. Safe to read from several threads at once.
class ClientCertificate {
 public:
  static constexpr std::size_t kMaxFileBytes = std::size_t{64} * 1024;
  static constexpr std::size_t kMaxChain = 10;

  // Reads PEM, the client's own certificate first and each next the issuer of the one before it,
  // or one certificate in DER. What the certificate is good for is not judged here.
  //
  // Errors, all kInvalidArgument: no certificate; something else in the file, such as a private
  // key; damage; no chain; more than kMaxChain certificates or kMaxFileBytes.
  static Result<ClientCertificate> parse(std::string_view file);

  // What names the client's own certificate: base64url of the hash of its DER (RFC 7515 sections
  // 4.1.7 and 4.1.8, RFC 8705 section 3.1).
  std::string x5t() const;       // SHA-1
  std::string x5t_s256() const;  // SHA-256

  WallTime not_before() const;
  WallTime not_after() const;
  std::string subject() const;  // "CN=robot,O=Example" (RFC 2253), for people

  bool matches(const PrivateKey& key) const;

  // Whether it can be used with `key` at `now`.
  //
  // Errors, all kInvalidArgument: it belongs to another key; it has expired, or is not valid yet
  // (with the parameter "not_after" or "not_before"); it is not meant for `use`.
  Status check(const PrivateKey& key, CertificateUse use, WallTime now) const;

  // The chain, the client's own certificate first.
  std::string pem() const;

  struct Impl;  // client_certificate_impl.h
  explicit ClientCertificate(std::unique_ptr<Impl> impl);
  ClientCertificate(ClientCertificate&&) noexcept;
  ClientCertificate& operator=(ClientCertificate&&) noexcept;
  ~ClientCertificate();

 private:
  std::unique_ptr<Impl> impl_;
};

// A request to sign a certificate for `key` (PKCS#10, RFC 2986) in PEM, with nothing in it but the
// name: what a certificate is for is said by who signs it.
//
// Errors: kInvalidArgument: the name is empty, longer than 64 characters, not UTF-8, or holds
// control characters. kInternal. As sign(), for a key in a token.
Result<std::string> certificate_request(const PrivateKey& key, std::string_view common_name);

}  // namespace strongroom::crypto
