#pragma once
// Pushed authorization requests (RFC 9126): what the browser would carry goes to the server
// directly, and the browser carries a reference to it.

#include <string>

#include <tl/expected.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "oauth/authorization_request.h"
#include "oauth/grant_request.h"
#include "oauth/raw_answer.h"
#include "oauth/token_failure.h"
#include "oauth/token_request.h"

namespace strongroom::oauth {

// Stands for a whole request, once: of as much use as that to whoever has it first.
using RequestUri = Secret<struct RequestUriKind>;

struct PushedAuthorization {
  RequestUri request_uri;
  Seconds lifetime{0};  // from when the request was sent
};

// Whether requests for this provider are pushed by a client that authenticates by `method`: its
// entry or its metadata has the endpoint, and what the client shows can be shown there.
bool pushes_authorization(const catalogue::Provider& provider,
                          catalogue::ClientAuthentication method);

// The request of RFC 9126 section 2.1, proved as one at the token endpoint is. `client` is
// the one of `request`.
//
// Errors: as authorization_form and prove_who_it_is; kInvalidArgument, the endpoint is no https
// address, or has a query that says what the form says.
Result<TokenRequest> build_pushed_authorization(const AuthorizationRequest& request,
                                                const GrantClient& client);

// Reads the answer (RFC 9126 sections 2.2 and 2.3): 201, a reference that can stand in an address,
// and how long it counts. Anything else is a failure.
using PushedResult = tl::expected<PushedAuthorization, TokenFailure>;
PushedResult read_pushed_authorization(const RawResult& answer);

// Whether the same may be said through the browser after `failure`, where the server does not
// insist on such requests: nothing looked at the request. One that it refused would be
// refused again.
bool may_go_unpushed(const TokenFailure& failure);

// The address with the client's name and the reference alone (RFC 9126 section 4). Errors: as
// authorization_endpoint.
Result<AuthorizationUrl> pushed_authorization_url(const AuthorizationRequest& request,
                                                  const RequestUri& request_uri);

}  // namespace strongroom::oauth
