#pragma once
// The resource owner password credentials grant, RFC 6749 section 4.3: somebody gives their user
// name and password away, and they are traded in for tokens. RFC 9700 section 2.4 says that it must
// not be used; it is here for what has no other way, in entries that are marked legacy.
// Pure functions.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "oauth/grant_request.h"
#include "oauth/token_request.h"

namespace strongroom::oauth {

// Of somebody's account at the provider: in one request, and nowhere else.
using AccountPassword = Secret<struct AccountPasswordKind>;

inline constexpr std::size_t kMaxUsernameBytes = 512;
inline constexpr std::size_t kMaxAccountPasswordBytes = 1024;

// As check_sign_in for its grant, in which there is no authorization endpoint. Errors: as there.
Status check_password_grant(const catalogue::Provider& provider,
                            const catalogue::Parameters& parameters, std::string_view tenant,
                            std::string_view consumer_key,
                            std::optional<catalogue::ClientAuthentication> authentication,
                            const std::vector<std::string>& scopes, bool allow_plain_http = false);

// What RFC 6749 appendices A.15 and A.16 let be sent. Errors: kInvalidArgument at "/username" or
// "/password": empty, too long, not UTF-8, or with a control character.
Status check_account(std::string_view username, const AccountPassword& password);

// Borrows everything for the duration of one call.
struct PasswordGrant {
  const GrantClient& client;
  std::string_view username;
  const AccountPassword& password;
  const std::vector<std::string>& scopes;  // of the settings
};

// The request of section 4.3.2, which names the scopes. Its answer must have an ID token where one
// was asked for. Errors: as check_account, check_grant_and_tenant, catalogue::sign_in_scopes and
// build_grant_request.
Result<TokenRequest> build_password_request(const PasswordGrant& grant);

}  // namespace strongroom::oauth
