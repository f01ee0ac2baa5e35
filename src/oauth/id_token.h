#pragma once
// Who signed in: an ID token, validated as OpenID Connect Core section 3.1.3.7 asks for it.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/jwk_set.h"
#include "oauth/authorization_response.h"
#include "oauth/flow_secrets.h"
#include "oauth/tokens.h"

namespace strongroom::oauth {

inline constexpr std::size_t kMaxSubject = 255;  // OpenID Connect Core section 2
inline constexpr Seconds kIdTokenClockSkew{300};

// An account at a provider: these three, and never an e-mail address, which other people can come
// to have.
struct Account {
  std::string issuer;
  std::string subject;
  std::string tenant;  // Microsoft's "tid", in lower case; empty: the provider has none

  bool operator==(const Account&) const = default;
};

// What the token must say. Borrows everything for the duration of one call.
struct IdTokenExpectation {
  // Of the flow; catalogue::kTenantPlaceholder in it is the tenant that the token names.
  std::string_view issuer;
  std::string_view client_id;
  std::string_view tenant_claim = {};  // "tid"; empty: the provider has no tenants
  // Where the request went: a GUID is the one tenant that may answer; "organizations" and the like
  // stand for many, and so does a domain, whose GUID nobody knows before.
  std::string_view tenant = {};
  const Nonce* nonce = nullptr;               // nullptr: none was sent, as with a refresh
  const AccessToken* access_token = nullptr;  // that came with it, for at_hash
  const AuthorizationCode* code = nullptr;    // that it was given for, for c_hash
  const Account* refreshed = nullptr;         // whose it must be, with a refresh (section 12.2)
  WallTime now;
};

struct IdToken {
  Account account;
  // For people to look at, cleaned; empty: there is none. Decides nothing.
  std::string shown_name;
  std::string claims;  // all of them, as the JSON object that was signed; see oauth/claims.h
};

// Errors, all kInvalidArgument, with the claim's name in the detail:
//   as crypto::verify_jws, "unknown_signing_key" among them
//   "id_token"  a claim is missing, wrong or of another type
Result<IdToken> validate_id_token(std::string_view token, const crypto::JwkSet& keys,
                                  const IdTokenExpectation& expected);

}  // namespace strongroom::oauth
