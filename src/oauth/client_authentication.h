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

// Everything that can be said without the secret.
//
// Errors:
//   kInvalidArgument  at "/consumer_key": the id is empty, longer than 2,048 bytes, or holds
//   control
//                     characters; or it holds ':' and the provider has basic_raw. At
//                     "/client_authentication": the provider does not offer `method`.
Status check_client_id(const catalogue::Provider& provider, catalogue::ClientAuthentication method,
                       std::string_view client_id);

// Adds the id to the form, by the name that the provider has for it, unless it names this very
// client already, as a pushed authorization request does. False: it names another one.
bool name_client(std::string_view parameter, std::string_view client_id, TokenForm& form);

// Adds the one method to the request: a header, or client_id and client_secret to the form.
//
// Errors: as check_client_id; kInvalidArgument at "/consumer_secrets": the secret is empty, or at
// "/client_authentication": the method needs an assertion (client_assertion.h).
Status authenticate(const catalogue::Provider& provider, catalogue::ClientAuthentication method,
                    std::string_view client_id, const ConsumerSecret& secret, TokenForm& form,
                    http::OutgoingRequest& message);

// Whether a client that has nothing to prove with may use `grant`: a person has to sign in, and
// what goes through the browser is bound to the client by PKCE (RFC 6749 section 4.4, RFC 9700
// section 2.1.1). Any other `method` may. Errors: kInvalidArgument at "/client_authentication".
Status check_public_client(const catalogue::Provider& provider,
                           catalogue::ClientAuthentication method, catalogue::Grant grant);

// Adds the id of such a client to the form, and nothing else (RFC 6749 section 3.2.1). Errors: as
// check_client_id; kInternal: the request proves something already.
Status name_public_client(const catalogue::Provider& provider, std::string_view client_id,
                          TokenForm& form, const http::OutgoingRequest& message);

}  // namespace strongroom::oauth
