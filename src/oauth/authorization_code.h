#pragma once
// Trades the code that a person's browser brought for tokens: RFC 6749 section 4.1.3, RFC 7636
// section 4.5.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "oauth/authorization_response.h"
#include "oauth/grant_request.h"
#include "oauth/pkce.h"

namespace strongroom::oauth {

// Everything that can be said of settings before anybody signs in, as check_client_credentials for
// its grant. An empty consumer key is one that is still to come.
//
// Errors: kInvalidArgument at the field: as check_client_credentials; at "/scopes": ID tokens are
// asked for, and nobody knows whose signature they must have.
Status check_sign_in(const catalogue::Provider& provider, const catalogue::Parameters& parameters,
                     std::string_view tenant, std::string_view consumer_key,
                     std::optional<catalogue::ClientAuthentication> authentication,
                     const std::vector<std::string>& scopes, bool allow_plain_http = false);

// Borrows everything for the duration of one call.
struct CodeExchange {
  const GrantClient& client;
  const AuthorizationCode& code;
  std::string_view redirect_uri;  // the very text that the authorization request had
  const CodeVerifier* verifier = nullptr;  // nullptr only where the entry says pkce unsupported
  const std::vector<std::string>& scopes;  // of the settings, as for the authorization request
  bool on_loopback = false;                // as there
};

// How the answer to such a request is read. Errors: as catalogue::sign_in_scopes.
Result<Expectation> code_expectation(const catalogue::Provider& provider,
                                     const std::vector<std::string>& scopes);

// A code is redeemed once, at once: a request that may have arrived is never sent again.
// Its answer must have an ID token where one was asked for.
//
// Errors: as check_grant_and_tenant, check_redirect_uri, catalogue::sign_in_scopes and
// build_grant_request; kInternal: the verifier is missing, or there and not wanted.
Result<TokenRequest> build_code_request(const CodeExchange& exchange);

// The scopes that an answer to somebody's signing in is compared with: those of the settings.
// What the entry asks for besides, such as offline_access, names no access and may not come back.
std::vector<std::string> scopes_to_expect(const catalogue::Provider& provider,
                                          const std::vector<std::string>& scopes);

}  // namespace strongroom::oauth
