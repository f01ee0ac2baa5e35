#pragma once
// The way to the provider: what is made anew for each sign-in, and the address that it leads to.

#include <string>

#include "base/result.h"
#include "oauth/authorization_request.h"
#include "oauth/oauth1_credentials.h"
#include "vault/authorization_record.h"
#include "vault/context.h"
#include "vault/sign_in_parties.h"

namespace strongroom::vault {

struct SignInWay {
  SignInFlow flow;         // without what only the browser's binding adds
  std::string state_hash;  // of what the answer will be known by
  oauth::AuthorizationUrl address;
};

// As the settings are now; the provider will send the browser back to `redirect_uri`. Errors: as
// check_can_sign_in() and sign_in_tenant(); kConflict, the provider left the catalogue;
// kInvalidArgument, the settings make no address.
Result<SignInWay> find_way(Context& context, const SignInParties& parties,
                           const std::string& redirect_uri);

// The same with temporary credentials (RFC 5849 section 2.2), which the answer is known by.
Result<SignInWay> find_signed_way(Context& context, const SignInParties& parties,
                                  const std::string& redirect_uri,
                                  oauth::Oauth1Credentials temporary);
// What the flow of temporary credentials is found by.
std::string signed_state_hash(const oauth::Oauth1Token& temporary);

}  // namespace strongroom::vault
