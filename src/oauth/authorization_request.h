#pragma once
// The address at which a person's browser asks a provider for a code: RFC 6749 section 4.1.1, with
// PKCE (RFC 7636 section 4.3) and, for ID tokens, OpenID Connect Core section 3.1.2.1.

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "catalogue/provider.h"
#include "catalogue/settings.h"
#include "http/url.h"
#include "oauth/flow_secrets.h"
#include "oauth/pkce.h"
#include "oauth/token_request.h"

namespace strongroom::oauth {

// Holds state and nonce, so it goes to the browser that starts the flow and nowhere else.
using AuthorizationUrl = Secret<struct AuthorizationUrlKind>;

// Servers take request lines of 8,000 bytes (RFC 9112 section 3); what is longer may arrive cut.
inline constexpr std::size_t kMaxAuthorizationUrl = 7'900;

// What the address is made of. Borrows everything for the duration of one call.
struct AuthorizationRequest {
  const catalogue::Provider& provider;  // with the endpoints that `complete` found, if it has none
  const catalogue::Parameters& parameters;
  std::string_view tenant;
  std::string_view consumer_key;
  // As it is registered and kept: sent byte by byte. Out of band it is empty, or
  // kOutOfBand.
  std::string_view redirect_uri;
  const std::vector<std::string>& scopes;  // of the settings; the entry's come along
  const State& state;
  const CodeVerifier* verifier = nullptr;  // nullptr only where the entry says pkce unsupported
  const Nonce* nonce = nullptr;            // there if one of the scopes is openid, only then
  std::string_view login_hint = {};        // the account that is expected; empty: any
  std::vector<catalogue::Prompt> prompts = {};  // beside those that the entry always asks for
  bool allow_plain_http = false;                // of the endpoint, in tests
  // How long ago the person may have signed in; the ID token says when that was then (OpenID
  // Connect Core section 3.1.2.1). nullopt: that does not matter.
  std::optional<Seconds> max_age = {};
  // Thumbprint of the key that the code is to be bound to (RFC 9449 section 10); empty: none.
  std::string_view dpop_jkt = {};
  // The callback is that of a program on the person's machine: check_loopback_redirect_uri.
  bool on_loopback = false;
};

// Whether these scopes are answered with an ID token.
bool asks_for_id_token(const std::vector<std::string>& scopes);

// For providers that show the code to the person in place of sending it.
inline constexpr std::string_view kOutOfBand = "oob";

// Errors: kInvalidArgument at "/redirect_uri": not an https address, or one with a fragment or a
// parameter that the answer has; and neither empty nor kOutOfBand.
Status check_redirect_uri(std::string_view redirect_uri);

// The callback of a program on the person's own machine: http, by the address 127.0.0.1 or [::1]
// and not by a name, which may lead elsewhere (RFC 8252 sections 7.3 and 8.3).
// Errors: kInvalidArgument at "/redirect_uri": it is not that, or as check_redirect_uri().
Status check_loopback_redirect_uri(std::string_view redirect_uri);

// The endpoint with everything filled in, judged as an address. A query is kept.
//
// Errors: kInvalidArgument, as catalogue::expand_authorization_endpoint; at "/endpoint_parameters":
// there is none, it is not https, or its query has a parameter that the request has.
Result<http::Url> authorization_endpoint(const catalogue::Provider& provider,
                                         const catalogue::Parameters& parameters,
                                         std::string_view tenant, bool allow_plain_http = false);

// Errors, all kInvalidArgument unless said otherwise:
//   as check_redirect_uri, authorization_endpoint and catalogue::sign_in_scopes
//   at "/grant"         the provider does not let people sign in
//   at "/consumer_key"  empty
//   at "/login_hint", "/prompt"  the entry does not have it
//   at "/scopes"        the address would be longer than kMaxAuthorizationUrl
//   kInternal           verifier or nonce are missing, or there and not wanted
Result<AuthorizationUrl> authorization_url(const AuthorizationRequest& request);

// What the request says, for where it goes to the server and not through the browser (RFC 9126
// section 2.1): as in the address, which may be as long as it likes then. Errors: as
// authorization_url().
Result<TokenForm> authorization_form(const AuthorizationRequest& request);

// The endpoint's address with `form` behind it. Errors: as authorization_endpoint();
// kInvalidArgument at "/scopes": longer than kMaxAuthorizationUrl.
Result<AuthorizationUrl> address_with(const AuthorizationRequest& request, const TokenForm& form);

}  // namespace strongroom::oauth
