#pragma once
// The two requests and the one address of OAuth 1.0a's flow: RFC 5849 sections 2.1 to 2.3.
//
// Each call makes a request with its own nonce, so a retry is built anew. Redirects are not
// followed: what they lead to was not signed.

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "catalogue/oauth1_settings.h"
#include "catalogue/provider.h"
#include "crypto/private_key.h"
#include "crypto/random.h"
#include "oauth/authorization_request.h"
#include "oauth/oauth1_header.h"
#include "oauth/token_request.h"

namespace strongroom::oauth {

// The client that asks, and whom. Borrows everything for the duration of one call.
struct Oauth1Client {
  const catalogue::Provider& provider;
  const catalogue::Parameters& parameters;
  std::string_view tenant;  // as catalogue::choose_tenant answered
  std::string_view consumer_key;
  // As catalogue::choose_signature_method answered.
  catalogue::SignatureMethod method = catalogue::SignatureMethod::kHmacSha1;
  const ConsumerSecret* consumer_secret = nullptr;  // of every method but RSA-SHA1
  const crypto::PrivateKey* private_key = nullptr;  // of RSA-SHA1
  crypto::Random& random;
  WallTime now;
  Seconds clock_skew{0};  // how far the provider's clock is ahead of ours
  bool allow_plain_http = false;
};

// Asks for temporary credentials (section 2.1). `callback` is as it is registered, and may have a
// query of ours; empty or kOutOfBand: the provider shows the verifier to the person. The
// caller adds to the message what TokenRequest says.
//
// Errors, all kInvalidArgument:
//   as oauth1_authorization, new_stamp and expand_temporary_credentials_endpoint
//   at "/grant"         the provider has no flow, or only the one from before its session fixation
//                       was mended
//   at "/redirect_uri"  not an https address, or with a fragment, or longer than 2,048 characters
//   at "/endpoint_parameters"  an address that is not https
Result<TokenRequest> build_temporary_credentials_request(const Oauth1Client& client,
                                                         std::string_view callback);

// Where the person's browser goes (section 2.2): the entry's authorization endpoint with
// `oauth_token`, the entry's own parameters, and "scope" where the entry has scopes: `scopes`, or
// its defaults.
//
// Errors: as authorization_endpoint and catalogue::check_scopes; kInvalidArgument at "/grant": as
// above; at "/scopes": the entry has none, or they make an address longer than
// kMaxAuthorizationUrl; at "/endpoint_parameters": the query of the address has a parameter that is
// added.
Result<AuthorizationUrl> oauth1_authorization_url(const Oauth1Client& client,
                                                  const Oauth1Token& temporary,
                                                  const std::vector<std::string>& scopes);

// Asks for token credentials (section 2.3), once: verifier and temporary credentials are used up
// whatever comes.
//
// Errors: as the first, but for the callback; kInvalidArgument at "/code": the verifier is none.
Result<TokenRequest> build_token_credentials_request(const Oauth1Client& client,
                                                     const Oauth1Credentials& temporary,
                                                     const Oauth1Verifier& verifier);

}  // namespace strongroom::oauth
