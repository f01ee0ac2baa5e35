#pragma once
// Codes that an app on somebody's phone shows, each for half a minute: RFC 6238 (TOTP) over RFC
// 4226 (HOTP), with SHA-1, six digits and steps of 30 seconds, which is what every such app can do.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/secret.h"
#include "crypto/random.h"

namespace strongroom::identity {

using CodeSecret = Secret<struct CodeSecretKind>;          // as bytes
using CodeSecretText = Secret<struct CodeSecretTextKind>;  // in base32, as people type it
using OtpauthUri = Secret<struct OtpauthUriKind>;          // as they scan it

inline constexpr Seconds kCodeStep{30};
inline constexpr int kCodeDigits = 6;
// Steps to each side that are taken too: clocks drift, and people type slowly (RFC 6238 section
// 5.2).
inline constexpr std::int64_t kCodeDrift = 1;

// 160 bits, as long as the hash (RFC 4226 section 4, R6).
CodeSecret make_code_secret(crypto::Random& random);
CodeSecretText shown(const CodeSecret& secret);
// otpauth://totp/SERVER:USER?secret=…&issuer=SERVER&…; `server`, which host it is, tells
// people the entries of two servers apart.
OtpauthUri otpauth_uri(const CodeSecret& secret, std::string_view user, std::string_view server);

// How many steps have begun since 1970.
std::int64_t code_step(WallTime time);

// RFC 4226 section 5.3: the code of `counter`, of 1 to 9 digits.
std::string one_time_code(const CodeSecret& secret, std::int64_t counter, int digits = kCodeDigits);

// The step, later than `after`, whose code `typed` is, at the time `now`; nullopt: of none.
// Compares with each step in the same way, in constant time.
std::optional<std::int64_t> matching_step(const CodeSecret& secret, std::string_view typed,
                                          WallTime now, std::int64_t after);

}  // namespace strongroom::identity
