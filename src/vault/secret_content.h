#pragma once
// What may be the value of a secret, and what becomes of it before it is sealed.

#include <cstddef>
#include <optional>
#include <string>

#include "base/result.h"
#include "vault/secret_types.h"

namespace strongroom::vault {

// A value that somebody entered.
struct NewSecretValue {
  SecretValue value;
  SecretPassphrase passphrase = SecretPassphrase("");  // of a certificate's key; empty: none
  std::optional<WallTime> expires_on = {};
};
inline constexpr std::size_t kMaxSecretValueBytes = std::size_t{64} * 1024;

// A value as it is stored.
struct SecretContent {
  SecretValue value;
  std::optional<WallTime> expires_on;
  std::string subject;  // of a certificate, like the next one
  std::optional<WallTime> not_after;
};

// Reads `entered`: text as it is; a certificate with its private key from PEM, or from PKCS#12 in
// base64, which must belong together and not have expired at `now`.
//
// Errors, all kInvalidArgument: at /value: empty, longer than 4,096 bytes (a text or certificate:
// 64 KiB), not UTF-8, control characters, white space around a password or API key; as
// crypto::open_pem_bundle() and open_pkcs12(). At /passphrase and /expires_on: not with this kind.
Result<SecretContent> read_secret_content(SecretKind kind, const NewSecretValue& entered,
                                          WallTime now);

}  // namespace strongroom::vault
