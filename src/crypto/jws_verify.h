#pragma once
// Verifies a JSON Web Signature (RFC 7515) in its compact form with an issuer's own keys, as RFC
// 8725 (best current practices of JWT) asks for it.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/jwk_set.h"
#include "crypto/jws.h"

namespace strongroom::crypto {

inline constexpr std::size_t kMaxJwsBytes = std::size_t{64} * 1024;

struct VerifiedJws {
  SignatureAlgorithm algorithm;
  std::string type;     // "typ" of the header as it stands; empty: it has none
  std::string payload;  // bytes, whatever they are
};

// The payload of `jws`, if one of `keys` signed it with one of `allowed`. The header chooses among
// these and never beyond: what it says of other keys (jwk, jku, x5u, x5c) is not looked at, so
// nothing is fetched from where a token points. HS256 never verifies here, "none" is no
// algorithm, and an extension that would have to be understood (crit, b64) is not.
//
// Errors, all kInvalidArgument:
//   not three parts of base64url with a JSON header, or longer than kMaxJwsBytes
//   "unknown_signing_key", "ambiguous_signing_key"  as JwkSet::choose
//   "signature_algorithm"  it is not one of `allowed`
//   "bad_signature"        the key did not sign this
Result<VerifiedJws> verify_jws(std::string_view jws, const JwkSet& keys,
                               std::span<const SignatureAlgorithm> allowed);

}  // namespace strongroom::crypto
