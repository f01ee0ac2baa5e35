#pragma once
// Passwords that people sign in with: kept as Argon2id hashes (RFC 9106), by libsodium.

#include <cstddef>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/random.h"

namespace strongroom::crypto {

using Password = Secret<struct PasswordKind>;

// What one hash costs whoever computes it, us and a guesser alike.
struct PasswordCost {
  unsigned passes = 1;
  std::size_t memory_bytes = 8192;
};
// The second recommendation of RFC 9106 section 4: 64 MiB, three passes. About a tenth of a second
// here, so a sign-in is not felt, and four at a time take no more than 256 MiB from the look-ups.
// libsodium's MODERATE would take as much for a single one.
inline constexpr PasswordCost kPasswordCost{3, std::size_t{64} << 20};
// The least that libsodium computes. For tests.
inline constexpr PasswordCost kLeastPasswordCost{1, 8192};

// "$argon2id$v=19$m=65536,t=3,p=1$…$…" with a new salt. Safe to call from any thread.
// Errors: kUnavailable, there is not enough memory.
Result<std::string> hash_password(const Password& password, PasswordCost cost = kPasswordCost);

// Whether `hash` was made of `password`. False, too, for a text that is no hash.
bool verify_password(const std::string& hash, const Password& password);

// Whether `hash` was made at another cost, and is to be made anew once the password is at hand.
bool needs_rehash(const std::string& hash, PasswordCost cost = kPasswordCost);

// A hash of no password: verifying against it costs what it costs against a real one.
std::string unmatched_hash(PasswordCost cost = kPasswordCost);

// A password of 125 bits for a person to copy once, without letters that look like others:
// "x7k2m-9qdav-…", five groups of five.
Password make_password(Random& random);

}  // namespace strongroom::crypto
