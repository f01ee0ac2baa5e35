#pragma once
// A certificate authority for tests, made in memory when a test begins.

#include <chrono>
#include <memory>
#include <string>

#include <openssl/evp.h>
#include <openssl/x509.h>

namespace strongroom::http {

// A certificate and its private key.
struct TestIdentity {
  std::shared_ptr<X509> certificate;
  std::shared_ptr<EVP_PKEY> key;

  std::string certificate_pem() const;
  std::string private_key_der() const;  // PKCS#8
};

// The period in which a certificate holds, from now.
struct TestValidity {
  std::chrono::seconds begins{-3'600};
  std::chrono::seconds ends{86'400};
};

// Throws std::runtime_error where OpenSSL fails.
class TestCa {
 public:
  explicit TestCa(const std::string& name = "Strongroom Test CA");

  // The CA's own certificate, for `trusted_ca_pem`.
  std::string pem() const { return root_.certificate_pem(); }

  // A certificate for a server. `names` as OpenSSL writes subjectAltName:
  // "DNS:provider.example,IP:127.0.0.1".
  TestIdentity issue(const std::string& names, TestValidity validity = {}) const;

  // A certificate for a client whose common name is `name`.
  TestIdentity issue_to_client(const std::string& name, TestValidity validity = {}) const;

  // A certificate that signed itself.
  static TestIdentity self_signed(const std::string& names);

 private:
  TestIdentity root_;
};

}  // namespace strongroom::http
