#pragma once
// The way to the provider: what is made anew for each sign-in, and the address that it leads to.

#include <string>

#include "base/result.h"
#include "oauth/authorization_request.h"
#include "oauth/flow_secrets.h"
#include "vault/authorization_record.h"
#include "vault/context.h"
#include "vault/sign_in_parties.h"

namespace strongroom::vault {

struct SignInWay {
  SignInFlow flow;  // without what only the browser's binding adds
  oauth::State state;
  oauth::AuthorizationUrl address;
};

// As the settings are now; the provider will send the browser back to `redirect_uri`. Errors: as
// check_can_sign_in() and sign_in_tenant(); kConflict, the provider left the catalogue;
// kInvalidArgument, the settings make no address.
Result<SignInWay> find_way(Context& context, const SignInParties& parties,
                           const std::string& redirect_uri);

}  // namespace strongroom::vault
