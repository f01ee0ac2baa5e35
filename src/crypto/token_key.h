#pragma once
// What a PrivateKey is made of that stays in a token. For the sources of this room.

#include <memory>
#include <string>
#include <string_view>

#include "crypto/pkcs11.h"

namespace strongroom::crypto {

struct TokenKey {
  std::shared_ptr<Pkcs11> tokens;
  Pkcs11Uri uri;
};

// Signs in the token, and checks that the signature is of the key that was meant: a token may come
// back with another key under the old name.
//
// Errors: as Pkcs11::sign(); kConflict "security_token_other_key".
Result<std::string> sign_in_token(const PrivateKey& key, SignatureAlgorithm algorithm,
                                  std::string_view text);

// SEQUENCE { r, s } in DER out of r || s; empty: not such a signature.
std::string ecdsa_der(std::string_view fixed);

// Whether `signature`, in JOSE's form, is one of `text` by the private half of `key`.
bool is_signed_by(evp_pkey_st* key, SignatureAlgorithm algorithm, std::string_view text,
                  std::string_view signature);

}  // namespace strongroom::crypto
