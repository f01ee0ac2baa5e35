#pragma once
// The public keys that ID tokens are verified with, kept for a while.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "base/guarded.h"
#include "crypto/jwk_set.h"
#include "oauth/id_token.h"
#include "oauth/key_set_client.h"
#include "oauth/tokens.h"
#include "storage/target_system_rows.h"
#include "vault/context.h"
#include "vault/types.h"

namespace strongroom::vault {

// Safe to use from any thread; blocks for as long as the issuer takes to answer, ten seconds at
// most: worker threads only.
class IssuerKeys {
 public:
  // Both must outlive it.
  IssuerKeys(Context& context, oauth::KeySetClient& client) : context_(context), client_(client) {}

  // Kept sets are used for this long, and one is not fetched again sooner than that, however many
  // tokens name a key that it has not.
  static constexpr Milliseconds kLifetime = std::chrono::hours(1);
  static constexpr Milliseconds kSoonest = std::chrono::seconds(30);

  // Whether to ask an issuer that did not answer within the last kSoonest: a person who waits for
  // their sign-in is worth another try; refreshes are many, and each try holds a worker for as long
  // as the issuer is silent.
  enum class AfterFailure : std::uint8_t { kAsksAgain, kFails };

  // The keys at `jwks_uri`, fetched the way that the target system's requests go. `unknown_key`:
  // those that are kept lack one.
  // Errors: kUnavailable, kProviderRefused; kInvalidArgument, kCorrupt as restrict_request().
  using Keys = std::shared_ptr<const crypto::JwkSet>;
  Result<Keys> find(const storage::TargetSystemRow& row, const TargetSystem& system,
                    const std::string& jwks_uri, bool unknown_key,
                    AfterFailure after = AfterFailure::kAsksAgain);

  // Validates an ID token with them, and where none of those that are kept signed it, with those
  // that are there now. Errors: as find() and oauth::validate_id_token().
  Result<oauth::IdToken> validate(const storage::TargetSystemRow& row, const TargetSystem& system,
                                  const std::string& jwks_uri, const oauth::IdTokenText& token,
                                  const oauth::IdTokenExpectation& expected,
                                  AfterFailure after = AfterFailure::kAsksAgain);

 private:
  struct Kept {
    Keys keys;  // null: never read
    BootTime at{};
    std::optional<BootTime> failed_at = {};  // since then they could not be read
  };
  Result<Keys> fetch(const storage::TargetSystemRow& row, const TargetSystem& system,
                     const std::string& jwks_uri);
  // By target system and address: what one's network leads to is not what another's does.
  std::string name_of(const TargetSystem& system, const std::string& jwks_uri) const;

  Context& context_;
  oauth::KeySetClient& client_;
  Guarded<std::unordered_map<std::string, Kept>> kept_;
};

}  // namespace strongroom::vault
