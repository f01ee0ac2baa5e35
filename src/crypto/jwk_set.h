#pragma once
// The public keys that an issuer publishes: a JWK set (RFC 7517 section 5), read strictly.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "crypto/jws.h"
#include "crypto/private_key.h"

struct evp_pkey_st;  // OpenSSL's EVP_PKEY

namespace strongroom::crypto {

// A key that signatures can be verified with: RSA of 2048 to 8192 bits, P-256 or Ed25519. Never a
// shared secret: a set that anybody can read has none. Immutable, so threads may share it;
// a copy is the same key.
class PublicKey {
 public:
  KeyType type() const { return type_; }
  const std::string& kid() const { return kid_; }  // empty: it has none
  // Whether the key may verify this: by its type, and by what it says that it is for.
  bool is_for(SignatureAlgorithm algorithm) const;

  // Whether `signature` is one of `text`, in the form that JOSE has (as sign() in jws.h). Safe from
  // any thread.
  bool verify(SignatureAlgorithm algorithm, std::string_view text,
              std::string_view signature) const;

 private:
  friend class JwkReader;
  PublicKey(std::shared_ptr<evp_pkey_st> key, KeyType type) : key_(std::move(key)), type_(type) {}

  std::shared_ptr<evp_pkey_st> key_;
  KeyType type_;
  std::string kid_;
  std::optional<SignatureAlgorithm> algorithm_;  // nullopt: any that its type has
};

// Immutable, so threads may share it.
class JwkSet {
 public:
  static constexpr std::size_t kMaxBytes = std::size_t{256} * 1024;
  static constexpr std::size_t kMaxKeys = 100;
  static constexpr std::size_t kMaxKidBytes = 256;

  // Keys that are for something else, of another kind or damaged are left out, as section 5 asks:
  // others may have a use for them. So is one that has a private member: it is everybody's.
  //
  // Errors: kInvalidArgument: not JSON, no set, more than kMaxBytes or kMaxKeys, a name twice.
  static Result<JwkSet> parse(std::string_view json);

  const std::vector<PublicKey>& keys() const { return keys_; }

  // The one key for a signature whose header has this `kid` (empty: none) and algorithm.
  //
  // Errors, both kInvalidArgument:
  //   "unknown_signing_key"    none; a set that is fetched anew may have it, seldom
  //   "ambiguous_signing_key"  several, and nothing says which
  Result<PublicKey> choose(std::string_view kid, SignatureAlgorithm algorithm) const;

 private:
  std::vector<PublicKey> keys_;
};

}  // namespace strongroom::crypto
