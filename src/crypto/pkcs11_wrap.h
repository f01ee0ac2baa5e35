#pragma once
// A secret wrapped by a key that never leaves its security token (PKCS#11 2.40): AES-GCM in there.

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/pkcs11.h"
#include "crypto/random.h"

namespace strongroom::crypto {

// Which key of which token; all of it must outlive the call.
struct WrappingKey {
  std::string module;  // absolute path of a shared library
  std::string token;   // the token's label
  std::string label;   // of an AES key in it
  const TokenPin& pin;
};

// `plaintext` for unwrap_by_token(): format (1 byte), nonce (12), ciphertext and tag.
//
// Errors of both: kInvalidArgument: the module cannot be loaded, or the token has no such key, or
// several; kUnavailable "security_token_missing", "security_token_pin"; kConflict
// "security_token_algorithm", the key is none for AES-GCM.
Result<std::string> wrap_by_token(const WrappingKey& key, Random& random,
                                  std::string_view plaintext);
// Also kCorrupt: it was changed, or wrapped by another key.
Result<SecretBytes> unwrap_by_token(const WrappingKey& key, std::string_view wrapped);

}  // namespace strongroom::crypto
