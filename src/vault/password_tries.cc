#include "vault/password_tries.h"

#include <array>

#include "base/unicode.h"

namespace strongroom::vault {
namespace {

// What is counted: neither is a beginning of the other.
std::array<std::string, 2> counted(OAuthClientId client, std::string_view endpoint,
                                   std::string_view username) {
  std::string account = "account ";
  account.append(endpoint).append(" ").append(name_key(username));
  return {"client " + client.uuid.text(), std::move(account)};
}

}  // namespace

Status PasswordTries::take(OAuthClientId client, std::string_view endpoint,
                           std::string_view username, BootTime now) {
  const auto tries = tries_.lock();
  for (auto& [key, tried] : *tries) {
    std::erase_if(tried, [&](BootTime at) { return at + kPasswordTriesFor <= now; });
  }
  std::erase_if(*tries, [](const auto& one) { return one.second.empty(); });
  const auto keys = counted(client, endpoint, username);
  for (const std::string& key : keys) {
    const auto found = tries->find(key);
    if (found == tries->end() || found->second.size() < kMaxPasswordTries) continue;
    return Error{Code::kRateLimited,
                 "Too many passwords were tried for this client or account. Wait for ten minutes, "
                 "and make sure that the account is not locked at the service provider.",
                 {},
                 "too_many_attempts"};
  }
  for (const std::string& key : keys) (*tries)[key].push_back(now);
  return {};
}

void PasswordTries::succeeded(OAuthClientId client, std::string_view endpoint,
                              std::string_view username) {
  const auto tries = tries_.lock();
  for (const std::string& key : counted(client, endpoint, username)) tries->erase(key);
}

}  // namespace strongroom::vault
