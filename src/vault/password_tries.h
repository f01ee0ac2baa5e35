#pragma once
// How often passwords may be tried at a provider, for one client and for one account: whoever
// guesses would lock the account there, through however many clients.

#include <cstddef>
#include <string>
#include <string_view>
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
  // Counts one, for the client and for the account: a user name at a token endpoint, without regard
  // to case. Errors: kRateLimited "too_many_attempts".
  Status take(OAuthClientId client, std::string_view endpoint, std::string_view username,
              BootTime now);
  // The password was right: what was mistyped before counts no more.
  void succeeded(OAuthClientId client, std::string_view endpoint, std::string_view username);

 private:
  Guarded<std::unordered_map<std::string, std::vector<BootTime>>> tries_;  // of both kinds
};

}  // namespace strongroom::vault
