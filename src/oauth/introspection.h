#pragma once
// Asks an authorization server whether a token of its own is active: RFC 7662.

#include <optional>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "oauth/grant_request.h"
#include "oauth/raw_answer.h"
#include "oauth/token_request.h"
#include "oauth/tokens.h"

namespace strongroom::oauth {

// Where a client of this provider that authenticates by `method` asks; empty: nowhere, because the
// entry or the issuer's metadata has no address, or one at another server than the token endpoint:
// credentials go where they go already, and nowhere else.
//
// Errors: kInvalidArgument as catalogue::expand_introspection_endpoint; not an https URL; a query
// that holds a parameter of the request's own.
Result<std::string> introspection_endpoint_text(const catalogue::Provider& provider,
                                                catalogue::ClientAuthentication method,
                                                const catalogue::Parameters& parameters,
                                                std::string_view tenant,
                                                bool allow_plain_http = false);

// The request of section 2.1, proved as one at the token endpoint is. A signed answer (RFC 9701) is
// not asked for.
//
// Errors: as introspection_endpoint_text and prove_who_it_is; kConflict
// "no_introspection_endpoint".
Result<TokenRequest> build_introspection_request(const GrantClient& client,
                                                 const AccessToken& token);

// Whose token it is, as far as that is known: an answer about somebody else's is none.
struct TokenParties {
  std::string client_id;
  std::string issuer;   // of the account; or empty
  std::string subject;  // of the account; or empty
};

struct Introspection {
  bool active = false;
  // The following only of an active token, and empty where the answer does not say them.
  std::optional<WallTime> expires_at = {};
  std::string scope = {};
  std::string subject = {};
};
using IntrospectionResult = tl::expected<Introspection, TokenFailure>;

// What the answer means, strictly: a status of 200 and a JSON object in which `active` is
// true or false, and what else is looked at has its type; kMalformedAnswer otherwise, also where it
// is about another client's or another account's token. `exp` is seconds, and no later than ten
// years from when it was asked: milliseconds are not taken for them.
IntrospectionResult read_introspection(const RawResult& answer, const TokenParties& parties);

}  // namespace strongroom::oauth
