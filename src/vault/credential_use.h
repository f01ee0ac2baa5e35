#pragma once
// Which of a target system's secrets, keys or certificates the provider accepts: remembered, tried
// first for a day, and reason enough to drop the secret that a newer one replaced.

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "oauth/token_failure.h"
#include "storage/target_system_rows.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

// The credential that one token request proves with.
struct UsedCredential {
  Uuid id;
  std::string kind;  // storage::kSecretKind, ...
  std::int64_t position = 0;
  std::optional<WallTime> expires_on;
  bool is_remembered = false;  // the provider took it last, less than kRemembered ago
};

// After it, the order in which the credentials were entered counts again, so that a new one comes
// into use though the old one is still accepted; and for as long nothing more is written down.
inline constexpr Milliseconds kRemembered = std::chrono::hours(24);

// Puts the credential that the provider took last, within kRemembered of `now`, in front of the
// others of its kind. Answers what is tried then, in that order.
std::vector<UsedCredential> put_remembered_first(std::vector<storage::ConsumerSecretRow>& rows,
                                                 WallTime now);

// Notes in the transaction that keeps a token that the provider accepted `used`. Where that is the
// newest of two consumer secrets, the other is dropped: a change of the target system, with its
// event. Keys and certificates overlap until somebody replaces them. Nothing happens where `used`
// was replaced meanwhile.
Status note_accepted(Context& context, storage::Transaction& tx, TargetSystemId id,
                     const UsedCredential& used);

// Says of a credential that was refused that it has expired, where its date says so.
void explain_by_expiry(oauth::TokenFailure& failure, const UsedCredential& used, WallTime now);

}  // namespace strongroom::vault
