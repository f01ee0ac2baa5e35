#pragma once
// RSASSA-PKCS1-v1_5 with SHA-1 (RFC 8017 section 8.2), which RFC 5849 section 3.4.3 fixed as
// RSA-SHA1.

#include <string>
#include <string_view>

#include "base/result.h"
#include "crypto/private_key.h"

namespace strongroom::crypto {

// The signature of `text`, as many bytes as the key has. SHA-1 collides, so a text that somebody
// else may choose freely must not be signed with it for anything but OAuth 1.0a. Safe to call from
// any thread.
//
// Errors: kInvalidArgument: the key is not RSA, or lies in a security token, where this scheme is
// not offered. kInternal: OpenSSL failed.
Result<std::string> rsa_sha1_signature(const PrivateKey& key, std::string_view text);

}  // namespace strongroom::crypto
