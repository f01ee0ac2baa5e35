#pragma once
// The client credentials grant: RFC 6749 section 4.4. A client asks in its own name.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalogue/provider.h"
#include "catalogue/settings.h"
#include "oauth/grant_request.h"
#include "oauth/token_request.h"

namespace strongroom::oauth {

// What the request is made of. Borrows everything for the duration of one call.
struct ClientCredentials {
  GrantClient client;
  const std::vector<std::string>& scopes;
  std::string_view resource = {};  // one of those that check_resources let pass; empty: none
};

// Everything that can be said of settings without a secret: the grant is offered, the parameters,
// scopes and endpoint are as they must be. What passes here, build_client_credentials_request
// takes. Of an entry with `discovery` there is no endpoint to judge before it is complete.
//
// Errors: kInvalidArgument at the field: "/grant", "/client_authentication", "/consumer_key",
// "/scopes", "/endpoint_parameters/...", "/tenant".
Status check_client_credentials(const catalogue::Provider& provider,
                                const catalogue::Parameters& parameters, std::string_view tenant,
                                std::string_view consumer_key,
                                std::optional<catalogue::ClientAuthentication> authentication,
                                const std::vector<std::string>& scopes,
                                bool allow_plain_http = false);

// The token request of section 4.4.2. Errors: as check_client_credentials, authenticate and
// sign_client_assertion; kInternal: what the method needs was not given.
Result<TokenRequest> build_client_credentials_request(const ClientCredentials& credentials);

}  // namespace strongroom::oauth
