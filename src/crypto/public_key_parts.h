#pragma once
// Public keys out of the numbers that they are made of. For the sources of this room, which judge
// the key that comes of it; null: these numbers make none.

#include <cstddef>
#include <string_view>

#include "crypto/openssl_ptr.h"

namespace strongroom::crypto {

inline constexpr std::size_t kP256PointBytes = 65;  // uncompressed (SEC 1 section 2.3.3)
inline constexpr std::size_t kEd25519Bytes = 32;

// Both most significant byte first.
EvpKeyPtr rsa_public_key(std::string_view modulus, std::string_view exponent);
// OpenSSL takes only points on the curve.
EvpKeyPtr p256_public_key(std::string_view uncompressed_point);
EvpKeyPtr ed25519_public_key(std::string_view raw);  // RFC 8032 section 5.1.5

}  // namespace strongroom::crypto
