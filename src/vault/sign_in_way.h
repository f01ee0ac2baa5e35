#pragma once
// The way to the provider: what is made anew for each sign-in, and the address that it leads to.

#include <optional>
#include <string>

#include "base/result.h"
#include "oauth/authorization_request.h"
#include "oauth/oauth1_credentials.h"
#include "oauth/pushed_authorization.h"
#include "vault/authorization_record.h"
#include "vault/context.h"
#include "vault/sign_in_parties.h"
#include "vault/token_request_builder.h"

namespace strongroom::vault {

struct SignInWay {
  SignInFlow flow;         // without what only the browser's binding adds
  std::string state_hash;  // of what the answer will be known by
  oauth::AuthorizationUrl address;
};

// Where requests are pushed (RFC 9126): what is sent to the provider before a browser leaves.
struct PushedRequest {
  TokenRequests plan;  // in the order of trying, as of a code
  bool is_required = false;
};

// The way, and what is pushed first, where that is done: then the address is the one for a browser
// that carries all of it, or empty where that may not be or would be too long.
struct FoundWay {
  SignInWay way;
  std::optional<PushedRequest> pushed;
};

// As the settings are now; the provider will send the browser back to `redirect_uri`. Errors: as
// check_can_sign_in() and sign_in_tenant(); kConflict, the provider left the catalogue;
// kInvalidArgument, the settings make no address; of what is pushed as build_code_requests().
Result<FoundWay> find_way(Context& context, const SignInParties& parties,
                          const std::string& redirect_uri);
// The address for a browser whose request was pushed. Errors: as find_way().
Result<oauth::AuthorizationUrl> pushed_address(Context& context, const SignInParties& parties,
                                               const std::string& tenant,
                                               const oauth::RequestUri& request_uri);

// The same with temporary credentials (RFC 5849 section 2.2), which the answer is known by.
Result<SignInWay> find_signed_way(Context& context, const SignInParties& parties,
                                  const std::string& redirect_uri,
                                  oauth::Oauth1Credentials temporary);
// What the flow of temporary credentials is found by.
std::string signed_state_hash(const oauth::Oauth1Token& temporary);

}  // namespace strongroom::vault
