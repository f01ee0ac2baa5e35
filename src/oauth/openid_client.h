#pragma once
// The requests with which people sign in here, at Strongroom itself, by an OpenID provider: OpenID
// Connect Core section 3.1, for a provider of which nothing is known but its metadata.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "crypto/random.h"
#include "oauth/authorization_request.h"
#include "oauth/authorization_response.h"
#include "oauth/flow_secrets.h"
#include "oauth/pkce.h"
#include "oauth/server_metadata.h"
#include "oauth/token_request.h"
#include "oauth/tokens.h"

namespace strongroom::oauth {

// Our registration there. Borrows everything for the duration of one call.
struct OpenidClient {
  const ServerMetadata& metadata;
  std::string_view client_id;
  std::string_view redirect_uri;           // as it is registered: sent byte by byte
  const std::vector<std::string>& scopes;  // openid among them
};

// What of the flow goes along.
struct OpenidSecrets {
  const State& state;
  const Nonce& nonce;
  const CodeVerifier& verifier;
};

// Whether people can sign in by it at all: it has an authorization endpoint, keys, and takes a
// client secret. Errors: kInvalidArgument.
Status check_openid_metadata(const ServerMetadata& metadata);

// Whether somebody who is signed in at the provider has to sign in there again.
enum class SignInAgain : std::uint8_t { kIfNeeded, kAlways };

// Where the browser goes, with PKCE. Errors: as authorization_url().
Result<AuthorizationUrl> openid_authorization_url(const OpenidClient& client,
                                                  const OpenidSecrets& secrets,
                                                  SignInAgain again = SignInAgain::kIfNeeded);

// What the browser came back with.
struct OpenidGrant {
  const ConsumerSecret& client_secret;
  const AuthorizationCode& code;
  const CodeVerifier& verifier;
  crypto::Random& random;
  WallTime now;
};

// Trades it in, without where it may go: the caller adds that (restrict_destination). Errors: as
// build_code_request().
Result<TokenRequest> openid_code_request(const OpenidClient& client, const OpenidGrant& grant);

}  // namespace strongroom::oauth
