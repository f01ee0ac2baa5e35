#pragma once
// How a client proves who it is at the token endpoint: RFC 6749 section 2.3. One method a request
// and the secret never in a URL.

#include <string_view>

#include "base/result.h"
#include "catalogue/provider.h"
#include "http/client.h"
#include "oauth/token_request.h"
#include "oauth/tokens.h"

namespace strongroom::oauth {

// "Authorization: Basic ..." as RFC 6749 section 2.3.1 wants it: id and secret form-encoded, each
// by itself, joined by ':', base64. `raw` leaves out the encoding, for providers that want it so;
// then an id with ':' cannot be said.
http::SecretHeader basic_authorization(std::string_view client_id, const ConsumerSecret& secret,
                                       bool raw);

// Adds the one method to the request: a header, or client_id and client_secret to the form.
//
// Errors:
//   kInvalidArgument  the id is empty, or holds control characters; `method` is not one that the
//                     provider offers; basic_raw and an id with ':'
Status authenticate(const catalogue::Provider& provider, catalogue::ClientAuthentication method,
                    std::string_view client_id, const ConsumerSecret& secret, TokenForm& form,
                    http::OutgoingRequest& message);

}  // namespace strongroom::oauth
