#pragma once
// How often passwords may be tried at a provider for one client: whoever guesses would lock the
// account there.

#include <cstddef>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/result.h"
#include "vault/types.h"

namespace strongroom::vault {

inline constexpr std::size_t kMaxPasswordTries = 5;  // in kPasswordTriesFor
inline constexpr Seconds kPasswordTriesFor{600};

// Safe to use from any thread. A restart forgets all of them.
class PasswordTries {
 public:
  // Counts one. Errors: kRateLimited "too_many_attempts".
  Status take(OAuthClientId client, BootTime now);
  // The password was right: what was mistyped before counts no more.
  void succeeded(OAuthClientId client);

 private:
  Guarded<std::unordered_map<OAuthClientId, std::vector<BootTime>, UuidHash>> tries_;
};

}  // namespace strongroom::vault
