#pragma once
// Passwords that nobody thinks up.

#include <cstddef>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/random.h"

namespace strongroom::crypto {

using GeneratedPassword = Secret<struct GeneratedPasswordKind>;

struct PasswordWish {
  std::size_t length = 24;
  bool lower_case = true;
  bool upper_case = true;
  bool digits = true;
  bool symbols = true;
  bool unmistakable = false;  // without characters that people take for others: 0 O o 1 l I |
};
inline constexpr std::size_t kShortestPassword = 8;
inline constexpr std::size_t kLongestPassword = 256;

// At random, each password of that length that has at least one character of each class wanted as
// likely as any other. ASCII; symbols that shells, SQL and URLs read as their own are left out.
//
// Errors: kInvalidArgument at /length: not from kShortestPassword to kLongestPassword; at
// /lower_case: no class is wanted.
Result<GeneratedPassword> generate_password(const PasswordWish& wish, Random& random);

}  // namespace strongroom::crypto
