#pragma once
// JOSE from the other side, for tests and for published vectors: reads JWKs, private ones too, and
// verifies what was signed. Nothing of this is in the server.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/json/fwd.hpp>

#include "crypto/jws.h"
#include "crypto/private_key.h"

namespace strongroom::crypto {

// A public key, or a secret for HS256.
class VerifyingKey {
 public:
  explicit VerifyingKey(const PrivateKey& key);  // its public half
  // The public half of a JWK of type RSA, EC (P-256) or OKP (Ed25519), or the secret of one of type
  // oct. nullopt: anything else, or damage.
  static std::optional<VerifyingKey> from_jwk(const boost::json::object& jwk);
  // A SubjectPublicKeyInfo (RFC 5280 section 4.1), DER.
  static std::optional<VerifyingKey> from_spki(std::string_view der);

  // Whether `signature` is one of `text` in the form that JOSE wants.
  bool verify(SignatureAlgorithm algorithm, std::string_view text,
              std::string_view signature) const;
  // Whether `jws` is in the compact form, its header says `algorithm` and nothing that would have
  // to be understood ("crit", "b64"), and it verifies.
  bool verify_compact(SignatureAlgorithm algorithm, std::string_view jws) const;

 private:
  explicit VerifyingKey(std::shared_ptr<evp_pkey_st> key) : key_(std::move(key)) {}

  std::shared_ptr<evp_pkey_st> key_;  // nullptr: secret_
  std::string secret_;
};

// A private JWK (RFC 7518 section 6, RFC 8037 section 2) as a PrivateKey. Errors: kInvalidArgument.
Result<PrivateKey> private_key_from_jwk(std::string_view json);

// The three parts of a compact JWS, decoded; nullopt if it is none.
struct JwsParts {
  std::string header, payload, signature;
  std::string signing_input;
};
std::optional<JwsParts> jws_parts(std::string_view jws);

}  // namespace strongroom::crypto
