#pragma once
// JSON Web Signature (RFC 7515) in its compact form, signing only, with the algorithms that servers
// take for client authentication (RFC 7518 section 3, RFC 8037 section 3.1).

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/mac_key.h"
#include "crypto/private_key.h"

namespace strongroom::crypto {

// "none" is not among them, and never will be.
enum class SignatureAlgorithm : std::uint8_t { kRs256, kPs256, kEs256, kEdDsa, kHs256 };

// "RS256", "PS256", "ES256", "EdDSA", "HS256": the names of the IANA registry.
std::string_view to_text(SignatureAlgorithm algorithm);
std::optional<SignatureAlgorithm> signature_algorithm_from_text(std::string_view text);

// What a key of this type can sign with, the better one first. Never HS256: a public key that is
// taken for a shared secret is one that everybody has.
std::span<const SignatureAlgorithm> algorithms_of(KeyType type);
bool can_sign(KeyType type, SignatureAlgorithm algorithm);

// The signature of `text` as JOSE has it: for ES256 the 64 bytes r || s, not DER (RFC 7518 section
// 3.4); for PS256 with MGF1-SHA-256 and 32 bytes of salt (section 3.5). Safe from any thread.
//
// Errors:
//   kInvalidArgument  the key cannot sign with this algorithm
//   kInternal         OpenSSL failed
//   as sign_in_token(), for a key in a token, which may also take its time
Result<std::string> sign(const PrivateKey& key, SignatureAlgorithm algorithm,
                         std::string_view text);

// header.payload.signature, each base64url. `header` is JSON whose "alg" is `algorithm`: the caller
// wrote it and answers for it. Errors: as sign().
Result<std::string> compact_jws(const PrivateKey& key, SignatureAlgorithm algorithm,
                                std::string_view header, std::string_view payload);

// The same with HS256. RFC 7518 section 3.2 wants a key of 32 bytes or more.
std::string compact_jws(const MacKey& key, std::string_view header, std::string_view payload);

}  // namespace strongroom::crypto
