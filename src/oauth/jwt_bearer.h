#pragma once
// The JWT bearer grant: RFC 7523 section 2.1. A client signs for whom it wants a token; nobody has
// to be there, and there is no refresh token to keep.
//
// Pure but for the random id: each call makes a new assertion, and each request, each retry too,
// needs one, because servers remember the ids that they have seen.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "catalogue/bearer_grant_rules.h"
#include "catalogue/settings.h"
#include "crypto/random.h"
#include "oauth/client_assertion.h"
#include "oauth/grant_request.h"
#include "oauth/token_request.h"

namespace strongroom::oauth {

// Who holds it can have a token for its subject, for a minute: in no log.
using GrantAssertion = Secret<struct GrantAssertionKind>;

// The longest subject that is asserted: an address of mail has 254 bytes (RFC 5321 section
// 4.5.3.1.3).
inline constexpr std::size_t kMaxSubject = 255;

// What one assertion says. Borrows everything for the duration of one call.
struct BearerClaims {
  const catalogue::BearerGrantRules& rules;
  std::string_view issuer;          // whom the provider knows the key by: the claim "iss"
  std::string_view subject;         // as check_subject let pass; never chosen by a robot
  std::string_view token_endpoint;  // the address that the request goes to, exactly
  std::string_view scope = {};      // joined; for rules that want it as a claim
};

// What the request is made of. Borrows everything for the duration of one call.
struct JwtBearer {
  // Its `key` is null: the key of this grant is the one below. What it holds besides is used only
  // where the rules want the client to prove who it is as well.
  GrantClient client;
  const catalogue::BearerGrantRules& rules;
  const AssertionKey& key;
  std::string_view issuer;
  std::string_view subject;
  const std::vector<std::string>& scopes;
};

// Everything that can be said of settings without a key, as check_client_credentials for its grant.
// An empty consumer key is one that is still to come: a key file may bring it.
//
// Errors: kInvalidArgument at the field: "/grant", "/client_authentication", "/consumer_key",
// "/scopes", "/endpoint_parameters/...", "/tenant".
Status check_jwt_bearer(const catalogue::Provider& provider,
                        const catalogue::Parameters& parameters, std::string_view tenant,
                        std::string_view consumer_key,
                        std::optional<catalogue::ClientAuthentication> authentication,
                        const std::vector<std::string>& scopes, bool allow_plain_http = false);

// Whether tokens can be asked for for `subject`: printable ASCII without spaces, up to kMaxSubject,
// which user names, addresses of mail, GUIDs and numbers are.
//
// Errors: kInvalidArgument at "/subject".
Status check_subject(const catalogue::BearerGrantRules& rules, std::string_view subject);

// The first algorithm of the rules that a key of this type can make. Errors: kInvalidArgument at
// "/consumer_secrets": there is none.
Result<crypto::SignatureAlgorithm> choose_bearer_algorithm(const catalogue::BearerGrantRules& rules,
                                                           crypto::KeyType key);

// An assertion that begins `now` and lives as long as the rules say. Of `key` only the id is named.
//
// Errors, kInvalidArgument:
//   at "/consumer_key"      there is no issuer
//   at "/consumer_secrets"  the key can make none of the signatures that are taken
//   as check_subject
// and as crypto::sign.
Result<GrantAssertion> sign_grant_assertion(const BearerClaims& claims, const AssertionKey& key,
                                            crypto::Random& random, WallTime now);

// The token request of RFC 7523 section 2.1, with one assertion. What its answer says of a refusal
// is invalid_grant (section 3.1).
//
// Errors: as sign_grant_assertion, check_jwt_bearer, token_endpoint_for; as
// build_grant_request where the client proves who it is.
Result<TokenRequest> build_jwt_bearer_request(const JwtBearer& grant);

}  // namespace strongroom::oauth
