#pragma once
// How long look-ups wait before the provider is asked again for a token whose retrieval failed.

#include <optional>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/random.h"
#include "vault/lookup_index.h"
#include "vault/token_key.h"
#include "vault/types.h"

namespace strongroom::vault {

// What a retrieval was planned from. Whoever changes the settings, or enters secrets, makes another
// one of them, and has what failed before tried again at once.
struct SettingsRevision {
  Revision client = 0;
  Revision target_system = 0;

  friend bool operator==(const SettingsRevision&, const SettingsRevision&) = default;
};
// As the index has it; nullopt if the client is not there.
std::optional<SettingsRevision> settings_revision(const LookupIndex& index, OAuthClientId id);

// The pause after the `failures`-th failure in a row: 1, 2, 4 ... s, from 30 s where trying again
// alone does not help (`transient` is false), at most 300 s, and a quarter more or less by `chance`
// (of 255), so that clients that failed together do not come back together. Never shorter than the
// provider asks for.
Milliseconds pause_after(int failures, bool transient, std::optional<Seconds> asked_for,
                         std::uint8_t chance);

// Not safe to use from two threads at a time.
class RetrievalPauses {
 public:
  // Notes that a retrieval failed with `error`. Answers what those who wait are told: the same
  // error, with the pause as its retry_after if it is `transient`; to something final nobody is
  // advised to come back.
  Error note(const TokenKey& key, const SettingsRevision& settings, Error error, bool transient,
             BootTime now, crypto::Random& random);
  // What look-ups are told while `key` pauses; nullopt: it does not, or the settings are others
  // now.
  std::optional<Error> find(const TokenKey& key, const std::optional<SettingsRevision>& settings,
                            BootTime now) const;
  // What is left of that; zero: nothing.
  Milliseconds left(const TokenKey& key, const std::optional<SettingsRevision>& settings,
                    BootTime now) const;
  void forget(const TokenKey& key) { pauses_.erase(key); }

 private:
  struct Pause {
    Error error{Code::kUnavailable, "The provider failed."};
    SettingsRevision settings;
    bool transient = true;
    int failures = 0;
    BootTime until;
  };

  std::unordered_map<TokenKey, Pause, TokenKeyHash> pauses_;
};

}  // namespace strongroom::vault
