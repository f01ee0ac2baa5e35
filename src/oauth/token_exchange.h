#pragma once
// Token exchange: RFC 8693, and Microsoft's on-behalf-of. A client asks with the access token of
// somebody else for a token of its own, for the same subject.
//
// No actor token is ever sent: the client itself is the actor (RFC 8693 section 2.1).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/exchange_rules.h"
#include "catalogue/settings.h"
#include "oauth/grant_request.h"
#include "oauth/token_request.h"
#include "oauth/tokens.h"

namespace strongroom::oauth {

// What the request is made of. Borrows everything for the duration of one call.
struct TokenExchange {
  GrantClient client;
  const catalogue::ExchangeRules& rules;
  const AccessToken& subject_token;  // of the client that was chosen, never of a robot
  const std::vector<std::string>& scopes;
  std::string_view resource = {};  // one of those that check_resources let pass; empty: none
};

// Everything that can be said of settings without a secret, as check_client_credentials for its
// grant. Errors: kInvalidArgument at the field.
Status check_token_exchange(const catalogue::Provider& provider,
                            const catalogue::Parameters& parameters, std::string_view tenant,
                            std::string_view consumer_key,
                            std::optional<catalogue::ClientAuthentication> authentication,
                            const std::vector<std::string>& scopes, bool allow_plain_http = false);

// The token request of RFC 8693 section 2.1, or the one that Microsoft calls on-behalf-of: a JWT
// bearer grant whose assertion is the token.
//
// Errors: as check_token_exchange; as build_grant_request.
Result<TokenRequest> build_token_exchange_request(const TokenExchange& exchange);

}  // namespace strongroom::oauth
