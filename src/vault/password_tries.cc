#include "vault/password_tries.h"

namespace strongroom::vault {

Status PasswordTries::take(OAuthClientId client, BootTime now) {
  const auto tries = tries_.lock();
  for (auto& [id, tried] : *tries) {
    std::erase_if(tried, [&](BootTime at) { return at + kPasswordTriesFor <= now; });
  }
  std::erase_if(*tries, [](const auto& one) { return one.second.empty(); });
  std::vector<BootTime>& own = (*tries)[client];
  if (own.size() >= kMaxPasswordTries) {
    return Error{Code::kRateLimited,
                 "Too many passwords were tried for this client. Wait for ten minutes, and make "
                 "sure that the account is not locked at the service provider.",
                 {},
                 "too_many_attempts"};
  }
  own.push_back(now);
  return {};
}

void PasswordTries::succeeded(OAuthClientId client) { tries_.lock()->erase(client); }

}  // namespace strongroom::vault
