#pragma once
// Tokens with which a workload says who it is: JSON Web Tokens (RFC 7519) that a cluster or a CI
// system signs. Read with the same distrust as anything that comes from outside (RFC 8725).

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/jwk_set.h"

namespace strongroom::oauth {

inline constexpr std::size_t kMaxWorkloadTokenBytes = std::size_t{16} * 1024;
inline constexpr Seconds kWorkloadTokenClockSkew{60};

// What a token says, by the JSON pointer of each claim (RFC 6901): "/sub",
// "/kubernetes.io/namespace". Texts, numbers and booleans as text; a list has one for each of its
// items.
using Claims = std::map<std::string, std::vector<std::string>, std::less<>>;

// Whether this may be one at all: what is none is a robot key, or nothing.
bool looks_like_workload_token(std::string_view text);

// The issuer that `token` names, of whom nobody knows yet whether it signed it: only for finding
// the keys. Errors: kInvalidArgument.
Result<std::string> issuer_named_by(std::string_view token);

// The claims of `token`, if one of `keys` signed it with RS256, PS256, ES256 or EdDSA, and it is
// valid at `now`: exp is needed; nbf and iat are honoured; clocks may differ by a minute.
//
// Errors, all kInvalidArgument:
//   "unknown_signing_key"  the set lacks the key; one that is fetched anew may have it
//   "bad_signature"        the key did not sign this
//   "workload_claims"      it did, but the token has expired, is not valid yet, or says too much
//   the rest               it is no token, longer than kMaxWorkloadTokenBytes, a member is there
//                          twice, or another algorithm
Result<Claims> read_workload_token(std::string_view token, const crypto::JwkSet& keys,
                                   WallTime now);

// Whether a claim's text fits: `pattern` is that text, or has "*" for any characters, none
// included.
bool claim_fits(std::string_view pattern, std::string_view text);

// Whether `claims` have one at `pointer` of which a text fits.
bool has_claim(const Claims& claims, std::string_view pointer, std::string_view pattern);

// Verifies a signature that nobody made with a key that nobody has: so that a token which is
// refused before its signature is looked at costs what the others cost.
void verify_in_vain();

}  // namespace strongroom::oauth
