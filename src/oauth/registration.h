#pragma once
// Dynamic client registration (RFC 7591) and its management (RFC 7592): what a client says of
// itself, and what the authorization server makes of it. Pure functions.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <tl/expected.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "catalogue/provider.h"
#include "oauth/raw_answer.h"
#include "oauth/server_metadata.h"
#include "oauth/token_failure.h"
#include "oauth/token_request.h"
#include "oauth/tokens.h"

namespace strongroom::oauth {

// "initial_access_token" of RFC 7591 section 1.2: who may register at all.
using InitialAccessToken = Secret<struct InitialAccessTokenKind>;
// "registration_access_token" of RFC 7592: who may change or end one registration.
using RegistrationAccessToken = Secret<struct RegistrationAccessTokenKind>;

// What a client says of itself (RFC 7591 section 2).
struct ClientFacts {
  std::string client_name;
  std::vector<std::string> redirect_uris;  // exactly those that are used; none: nobody is sent back
  std::vector<std::string> grant_types;
  std::vector<std::string> response_types;
  catalogue::ClientAuthentication method = catalogue::ClientAuthentication::kClientSecretBasic;
  std::string jwks = {};  // a JWK set of public keys, of private_key_jwt; empty: none
  std::string scope = {};
};

// The facts of a client of `grant`; what the server does not list of grants is not asked for
// besides. `redirect_uri` empty: nobody is sent back.
ClientFacts facts_for(catalogue::Grant grant, const ServerMetadata& metadata,
                      std::string_view redirect_uri, const std::vector<std::string>& scopes);

// The strongest method that both sides have: private_key_jwt where there are keys, HTTP Basic, the
// form, none. `provider`: complete. Errors: kConflict "no_registration_method".
Result<catalogue::ClientAuthentication> registration_method(const catalogue::Provider& provider,
                                                            const ServerMetadata& metadata,
                                                            bool has_keys);

// The facts as a JSON object, application_type included. `client_id`: of a client that has
// one, for RFC 7592 section 2.2 and for client id metadata documents; empty: none.
std::string to_json(const ClientFacts& facts, std::string_view client_id);

// The request of RFC 7591 section 3.1, complete but for where it may go. `endpoint` is an https
// address of accepted metadata; nullptr: registration is open. The token goes there alone.
// Errors: kInvalidArgument at "/initial_access_token": it has a control character.
Result<TokenRequest> registration_request(std::string_view endpoint, const ClientFacts& facts,
                                          const InitialAccessToken* token);

// The requests of RFC 7592 sections 2.2 and 2.3, in the same way.
TokenRequest registration_update(std::string_view endpoint, const RegistrationAccessToken& token,
                                 const ClientFacts& facts, std::string_view client_id);
TokenRequest registration_removal(std::string_view endpoint, const RegistrationAccessToken& token);

// What the server made of it.
struct RegisteredClient {
  std::string client_id;
  std::optional<ConsumerSecret> secret = {};
  std::optional<WallTime> secret_expires_at = {};  // nullopt: never
  std::string configuration_endpoint = {};         // empty: the registration cannot be managed
  std::optional<RegistrationAccessToken> access_token = {};  // for that endpoint
  // Why this is not the client that was asked for, and must not be used; empty: it is.
  LiteralText unacceptable = "";
};

// Reads the answer to a registration, or to a change of one, for what `asked` says. Of what else is
// in it nothing is kept: no name, and no address of a picture or page. The configuration
// endpoint is https and of the origin of `endpoint`: an answer cannot send the token elsewhere.
//
// A failure says why there is none: the errors of RFC 7591 section 3.2.2 in plain words.
using RegistrationResult = tl::expected<RegisteredClient, TokenFailure>;
RegistrationResult read_registration(const RawResult& answer, const ClientFacts& asked,
                                     std::string_view endpoint);

// What came of asking the server to forget a client (RFC 7592 section 2.3).
enum class Removal : std::uint8_t {
  kGone,         // it has, or knew nothing of it
  kNotPossible,  // it does not do that, or not for this token: somebody has to go there
  kNotNow,       // it could not be asked, or is in trouble
};
Removal read_removal(const RawResult& answer);

}  // namespace strongroom::oauth
