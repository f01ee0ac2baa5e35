#pragma once
// A PKCS#11 module that was loaded: its functions, and what its answers mean. For the sources of
// this room.

#include <memory>
#include <string>

#include <p11-kit/pkcs11.h>

#include "base/result.h"

namespace strongroom::crypto {

// What an answer other than CKR_OK of `function` means for the one who waits: "security_token_pin",
// "security_token_algorithm", or else "security_token_missing", which is worth another try.
Error token_error(CK_RV answer, LiteralText function);

class Pkcs11Module {
 public:
  // Errors: as Pkcs11::load().
  static Result<std::unique_ptr<Pkcs11Module>> load(const std::string& path);
  ~Pkcs11Module();
  Pkcs11Module(const Pkcs11Module&) = delete;
  Pkcs11Module& operator=(const Pkcs11Module&) = delete;

  const CK_FUNCTION_LIST& functions() const { return functions_; }

  // Begins, or ends every session and begins anew: some modules see what was plugged in only then.
  // Nobody may be inside a function. Errors: kUnavailable "security_token_missing".
  Status begin_anew();

 private:
  explicit Pkcs11Module(const CK_FUNCTION_LIST& functions) : functions_(functions) {}
  Status begin();
  void end();

  const CK_FUNCTION_LIST& functions_;  // the library is never unloaded
  bool begun_ = false;
};

}  // namespace strongroom::crypto
