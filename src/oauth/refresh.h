#pragma once
// Gets a new access token with the refresh token of somebody who signed in: RFC 6749 section 6.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "oauth/grant_request.h"
#include "oauth/token_response.h"
#include "oauth/tokens.h"

namespace strongroom::oauth {

// Borrows everything for the duration of one call.
struct Refresh {
  const GrantClient& client;
  const RefreshToken& refresh_token;
  const std::vector<std::string>& granted;  // what the sign-in gave
  // Some of them, where the access token is to have less; nullptr: all that were granted.
  const std::vector<std::string>* narrower = nullptr;
  // The one resource that the access token is for, one of those that check_resources let pass;
  // empty: as it was granted. Where the entry says it by a scope, that scope takes the place of
  // `granted`.
  std::string_view resource = {};
};

// Scopes are named only where they are fewer than what was granted, or the provider's entry says
// that it needs them; never more.
//
// Errors: as check_grant_and_tenant and build_grant_request; kInvalidArgument at "/scopes" or
// "/scopes/{index}": one was not granted, or none is left; at "/refresh_token": it is empty; at
// "/resources": the provider has no way to name one.
Result<TokenRequest> build_refresh_request(const Refresh& refresh);

// How the answer to such a request is read; `resource` as above.
Expectation refresh_expectation(const catalogue::Provider& provider,
                                const std::vector<std::string>& asked, std::string_view resource);

// Says of a refresh that was refused with invalid_grant what that means: nobody but the account's
// owner can mend it. `answer_was_lost`: an earlier answer was, which may have brought another
// refresh token.
void explain_refused_refresh(TokenFailure& failure, bool answer_was_lost);

// The refresh token that counts from now on: the one that came, else the one that there was
// . Durable before anybody uses what came with it. Takes it out of `tokens`.
struct CurrentRefreshToken {
  RefreshToken token;
  bool is_new;
};
CurrentRefreshToken current_refresh_token(RefreshToken before, TokenSet& tokens);

}  // namespace strongroom::oauth
