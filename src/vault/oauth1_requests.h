#pragma once
// The requests of OAuth 1.0a for one client, made from what is stored.

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "oauth/oauth1_credentials.h"
#include "vault/context.h"
#include "vault/token_request_builder.h"
#include "vault/types.h"

namespace strongroom::vault {

// Asks for temporary credentials (RFC 5849 section 2.1), one request for each credential of the
// target system, in the order in which to try them. `callback`: as callback_url(); `skew`: how far
// the provider's clock is ahead. Each has a nonce of its own, so who tries again builds them again
// . Blocks.
//
// Errors: as build_code_requests(); as oauth::build_temporary_credentials_request().
Result<TokenRequests> build_temporary_requests(Context& context, OAuthClientId id,
                                               const std::string& callback,
                                               Seconds skew = Seconds{0});

// What a person brought back. Borrows everything for the duration of one call.
struct VerifierGrant {
  const oauth::Oauth1Credentials& temporary;
  const oauth::Oauth1Verifier& verifier;
  Seconds skew{0};
};

// Trades the temporary credentials in (section 2.3); otherwise as above.
Result<TokenRequests> build_verifier_requests(Context& context, OAuthClientId id,
                                              const VerifierGrant& grant);

}  // namespace strongroom::vault
