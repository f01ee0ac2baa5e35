#pragma once
// What the token requests of all grants have in common: RFC 6749 sections 2.3 and 3.2. Where they
// go, how the client proves who it is, and what the provider wants besides.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "catalogue/provider.h"
#include "catalogue/settings.h"
#include "crypto/pkcs12.h"
#include "oauth/client_assertion.h"
#include "oauth/token_request.h"
#include "oauth/tokens.h"

namespace strongroom::oauth {

// The client that asks, and whom. Borrows everything for the duration of one call.
struct GrantClient {
  const catalogue::Provider& provider;
  const catalogue::Parameters& parameters;
  std::string_view tenant;  // as catalogue::choose_tenant answered
  std::string_view consumer_key;
  // What the client proves with who it is, one of these: a secret; a key where the method is
  // private_key_jwt; a certificate where it is mutual TLS. None of them where the method is none.
  const ConsumerSecret* consumer_secret = nullptr;
  const AssertionKey* key = nullptr;
  const crypto::KeyAndCertificate* certificate = nullptr;
  std::optional<catalogue::ClientAuthentication> authentication;  // nullopt: the provider's default
  crypto::Random& random;                                         // for the id of an assertion
  WallTime now;                                                   // for its times
  // As AssertionParties: of verified metadata, if there is some.
  std::string_view issuer = {};
  std::optional<std::span<const std::string>> server_algorithms = {};
  bool allow_plain_http = false;
};

// The method that a request will use: the one chosen, or the provider's first; private_key_jwt
// where its entry names none, because what it takes is an assertion anyway.
catalogue::ClientAuthentication authentication_method(
    const catalogue::Provider& provider, std::optional<catalogue::ClientAuthentication> chosen);

// Errors: kInvalidArgument at "/grant" where the provider does not offer it, at "/tenant" where it
// is none for this grant.
Status check_grant_and_tenant(const catalogue::Provider& provider, catalogue::Grant grant,
                              std::string_view tenant);

// Adds the client's one proof to the request, whichever endpoint of the server it goes to.
// An assertion is made out to `token_endpoint`, or as the entry says.
//
// Errors: as authenticate, authenticate_by_tls and sign_client_assertion; kInternal: what the
// method needs was not given.
Status prove_who_it_is(const GrantClient& client, std::string_view token_endpoint, TokenForm& form,
                       http::OutgoingRequest& message);

// Completes `form`, which holds what the grant itself says: nothing that comes behind can say it
// otherwise. `resource`: one of those that check_resources let pass; empty: none.
//
// Errors: as token_endpoint_for, authenticate and sign_client_assertion; kInternal: what the method
// needs was not given.
Result<TokenRequest> build_grant_request(const GrantClient& client, TokenForm form,
                                         Expectation expectation, std::string_view resource = {});

// The same for a form whose grant is an assertion that says by itself who asks (RFC 7521 section
// 4.1): no proof of the client's is added, and none may be there. Errors: as token_endpoint_for.
Result<TokenRequest> build_asserted_request(const GrantClient& client, TokenForm form,
                                            Expectation expectation);

}  // namespace strongroom::oauth
