#pragma once
// The keys that robots and people show us: recognisable, checkable, shown once, kept as a hash.
//
//   srk_robot_4nQ…(43 base62 characters)…Zt(6 of checksum)
//
// The prefix lets secret scanners find a leaked key; the checksum lets them, and us, tell a real
// one from a look-alike without asking a database.

#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/digest.h"
#include "crypto/random.h"

namespace strongroom::crypto {

using BearerKey = Secret<struct BearerKeyKind>;

inline constexpr std::string_view kRobotKeyPrefix = "srk_robot_";
inline constexpr std::string_view kUserKeyPrefix = "srk_user_";

// A new key with 256 bits of `random` behind `prefix`.
BearerKey make_bearer_key(std::string_view prefix, Random& random);

// SHA-256 of the whole key, what is stored of it; nullopt if `text` does not start with `prefix`,
// has another length or alphabet, or its checksum (CRC-32 of what stands before it) is wrong. Costs
// the same for every well-formed text.
std::optional<Sha256Digest> bearer_key_hash(std::string_view prefix, std::string_view text);

}  // namespace strongroom::crypto
