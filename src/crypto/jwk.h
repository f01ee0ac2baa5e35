#pragma once
// The public half of a key as JSON (RFC 7517), to be pasted at a provider or fetched by one.

#include <span>
#include <string>
#include <string_view>

#include "crypto/jws.h"
#include "crypto/private_key.h"

namespace strongroom::crypto {

// The required members alone, in lexicographic order, without white space: the form that RFC 7638
// section 3.2 hashes. Never a private member.
std::string public_jwk(const PrivateKey& key);

// base64url of the SHA-256 of that (RFC 7638): 43 characters, fit for a "kid".
std::string jwk_thumbprint(const PrivateKey& key);

struct PublishedKey {
  const PrivateKey& key;
  std::string_view kid;
  SignatureAlgorithm algorithm;  // one that the key can sign with
};

// {"keys":[...]} (RFC 7517 section 5), each with kid, use "sig" and alg, in the order given.
std::string jwks_document(std::span<const PublishedKey> keys);

}  // namespace strongroom::crypto
