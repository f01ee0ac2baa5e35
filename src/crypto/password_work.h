#pragma once
// How much work a file under a password may ask for before it is opened: a key derivation names its
// own cost, and a stranger may have named a day's worth.

#include <cstdint>

#include <openssl/types.h>

#include "base/result.h"

namespace strongroom::crypto {

// One budget for one file, however many parts of it are encrypted.
class PasswordWork {
 public:
  // PBKDF2 with SHA-512 does these in about two seconds; OpenSSL itself writes 2,048, careful tools
  // up to a million. scrypt counts with N * r * p; OpenSSL writes 2^17.
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  static constexpr std::int64_t kMaxIterations = 150'000;  // sanitizers make each ten times slower
#else
  static constexpr std::int64_t kMaxIterations = 2'000'000;
#endif

  // Takes off the cost of deriving one key as `algorithm` says. Taken are PBES2 (RFC 8018) with
  // scrypt or PBKDF2, HMAC of the SHA family, and AES or Triple DES; and PKCS#12's own Triple DES.
  //
  // Errors: kInvalidArgument: it costs too much; it is another algorithm, or malformed.
  Status spend(const X509_ALGOR* algorithm);

  // The same for a count of iterations that stands by itself.
  Status spend_iterations(const ASN1_INTEGER* iterations);

 private:
  Status spend_pbes2(const ASN1_STRING* parameters);
  Status spend_scrypt(const ASN1_STRING* parameters);
  Status spend_count(std::int64_t iterations);

  std::int64_t left_ = kMaxIterations;
};

}  // namespace strongroom::crypto
