#pragma once
// Private keys that stay in a security token (HSM, smart card) and sign there: PKCS#11 2.40.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/jws.h"
#include "crypto/pkcs11_uri.h"
#include "crypto/private_key.h"

namespace strongroom::crypto {

// The user's PIN of a token. A wrong one locks many tokens after a few attempts.
using TokenPin = Secret<struct TokenPinKind>;

// One token, and the module that leads to it. Safe to use from several threads at once; every call
// may take as long as the token needs, and blocks. A token that went away and is back works again
// without a restart.
class Pkcs11 {
 public:
  struct Options {
    std::string module;  // absolute path of a shared library
    std::string token;   // its label
    TokenPin pin{""};
  };

  // Loads the module, and asks nothing of it yet. Once a process and module: nobody else in it may
  // use the same one.
  //
  // Errors: kInvalidArgument: it cannot be loaded, or is no PKCS#11 module.
  static Result<std::shared_ptr<Pkcs11>> load(Options options);
  ~Pkcs11();
  Pkcs11(const Pkcs11&) = delete;
  Pkcs11& operator=(const Pkcs11&) = delete;

  // Finds the token and signs in, if that has not happened yet. A PIN that was refused is never
  // shown again, nor is one where the token has a single attempt left.
  //
  // Errors, all kUnavailable: "security_token_missing"; "security_token_pin".
  Status sign_in();

  // The key of this name, after it has signed something. `tokens` is this object: the key keeps it.
  //
  // Errors: as sign_in(). kInvalidArgument: there is no such key, or several; it has no public half
  // beside it; it is of a kind, curve or size that PrivateKey refuses; it may not sign.
  static Result<PrivateKey> find(const std::shared_ptr<Pkcs11>& tokens, const Pkcs11Uri& uri);

  // The signature of `text` by the key of this name, in JOSE's form. Tried twice where the token or
  // the session is lost. Whether it is the right key's is for the caller to check.
  //
  // Errors: as sign_in(). kUnavailable "security_token_key_missing": the token has no such key.
  // kConflict "security_token_algorithm": it cannot sign so.
  Result<std::string> sign(const Pkcs11Uri& uri, SignatureAlgorithm algorithm,
                           std::string_view text);

 private:
  class Impl;
  explicit Pkcs11(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace strongroom::crypto
