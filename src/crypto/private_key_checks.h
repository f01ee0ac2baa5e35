#pragma once
// What stands between a file and a PrivateKey. For the sources of this room.

#include <string_view>

#include "crypto/openssl_ptr.h"
#include "crypto/password_work.h"
#include "crypto/private_key.h"

namespace strongroom::crypto {

class PrivateKeyChecks {
 public:
  // Errors: kInvalidArgument: another kind, curve or size, or parts that do not belong together.
  static Result<PrivateKey> admit(EvpKeyPtr key);

  // The key in a token whose public half is `half` (SubjectPublicKeyInfo, DER). The first has it
  // sign something. Errors: kInvalidArgument, as admit(); the first also as sign_in_token().
  static Result<PrivateKey> admit_in_token(std::string_view half,
                                           std::shared_ptr<const TokenKey> place);
  static Result<PrivateKey> open_in_token(std::string_view half,
                                          std::shared_ptr<const TokenKey> place);
};

// Errors: kInvalidArgument: a kind, curve or size that PrivateKey refuses.
Result<KeyType> public_type(const EVP_PKEY* key);

// Errors: kInvalidArgument: a kind or curve that is not supported, or damage. Nothing is computed
// for a kind that is not supported: the parameters of others can ask for any amount of work.
Result<EvpKeyPtr> key_of(const PKCS8_PRIV_KEY_INFO* info);

// Errors: kInvalidArgument: as PrivateKey::parse says of passwords.
Result<EvpKeyPtr> decrypted_key(const X509_SIG* encrypted, const KeyPassword& password,
                                PasswordWork& work);

// Whether `der` is one SEQUENCE of definite length, and nothing behind it.
bool is_one_sequence(std::string_view der);

// The Error, and OpenSSL's queue of errors emptied.
Error key_refused(LiteralText message);

}  // namespace strongroom::crypto
