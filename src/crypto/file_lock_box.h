#pragma once
// The locks of a sealed file: each holds the file key for one reader. For sealed_file.cc.

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/secret.h"
#include "crypto/sealed_file.h"

namespace strongroom::crypto {

inline constexpr std::size_t kFileKeyBytes = 32;
inline constexpr std::size_t kMaxRecipients = 100;

// Under a passphrase: salt (16), passes (4), KiB of memory (4), nonce (24), box (48).
inline constexpr std::size_t kPassphraseLockBytes = 96;
// For a recipient: an anonymous box.
inline constexpr std::size_t kRecipientLockBytes = 80;

// libsodium wants to be started. False: it cannot be used.
bool sodium_is_ready();

// Errors: kUnavailable, there is not enough memory.
Result<std::string> lock_with_passphrase(std::string_view file_key, const FilePassphrase& by,
                                         PasswordCost cost, Random& random);
// Errors: kInvalidArgument, it is no public key.
Result<std::string> lock_for_recipient(std::string_view file_key, const Recipient& recipient);

// The file key; nullopt: the lock is not of this passphrase, or was changed.
// Errors: kUnavailable, there is not enough memory.
Result<std::optional<SecretBytes>> unlock_with_passphrase(std::string_view lock,
                                                          const FilePassphrase& passphrase);
// The file key; nullopt: none of `locks`, one after another, is of this identity.
// Errors: kInvalidArgument, it is no identity.
Result<std::optional<SecretBytes>> unlock_with_identity(std::string_view locks,
                                                        const FileIdentity& identity);

}  // namespace strongroom::crypto
