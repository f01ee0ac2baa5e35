#pragma once
// Makes the token requests of one OAuth client from what is stored.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "oauth/authorization_response.h"
#include "oauth/device_authorization.h"
#include "oauth/grant_request.h"
#include "oauth/password_grant.h"
#include "oauth/pkce.h"
#include "oauth/token_client.h"
#include "oauth/token_request.h"
#include "storage/refresh_token_rows.h"
#include "vault/context.h"
#include "vault/credential_use.h"
#include "vault/retrieval_pauses.h"
#include "vault/subject_tokens.h"
#include "vault/token_key.h"
#include "vault/types.h"

namespace strongroom::vault {

// The refresh token that a client's requests carry, and what may be done with it.
struct UsedRefreshToken {
  oauth::RefreshToken token;  // as it is sent
  storage::RefreshTokenRow row;
  Seconds reuse_window{0};  // for which the provider takes one again that it has replaced
  bool reuse_endangers_more = false;
  bool access_token_lives = false;  // some access token of the client does, of any resource
};

// Requests that may be sent for a token of a client, in the order in which to try them: one for
// each stored consumer secret, key or certificate that can be used now, because while one is
// replaced nobody knows which of two the provider takes.
struct TokenRequests {
  ProjectId project;
  SettingsRevision settings;
  std::int64_t token_generation = 0;  // of the token that is there now
  std::vector<oauth::TokenRequest> requests;
  std::optional<TargetSystemId> discovered = {};  // the endpoint is one that its issuer names
  std::vector<UsedCredential> credentials = {};   // what each of those proves with
  TargetSystemId target_system = {};
  // The grant is a signed assertion: invalid_grant may mean its key (RFC 7523 section 3.1), so that
  // the next one is tried.
  bool grant_is_signed = false;
  bool has_own_tenant = false;  // the client, another one than its target system
  std::string service_provider = {};
  std::string destination = {};                  // digest of where they go
  oauth::ProvedKey key = nullptr;                // that all of them prove, and tokens are bound to
  std::optional<UsedRefreshToken> refresh = {};  // there where a person signs in
  std::optional<SubjectGrant> subject = {};      // whose token is exchanged
};

// Reads the client, its target system and secrets, and builds the requests: of the grant of client
// credentials, or of a signed assertion, or, where a person signs in, refreshes. Blocks.
//
// Errors:
//   kNotFound         there is no such client, or its target system or project was deleted
//   kConflict         "destination_held" (invariant 5), of the secrets or of the refresh token;
//                     "client_disabled"; as keep_usable(); as open_subject_token()
//   kNeedsConsent     "needs_sign_in": there is no refresh token; with "cause", "who_must_act"
//   kInvalidArgument  the settings make no request: no tenant, no secret, ...; at the field;
//                     "unknown_resource": the target system does not list it
//   kCorrupt          a row or a secret is not what was stored
Result<TokenRequests> build_token_requests(Context& context, const TokenKey& key);

// What a person brought back who signed in. Borrows everything for the duration of one call.
struct CodeGrant {
  const oauth::AuthorizationCode& code;
  std::string_view redirect_uri;                  // the very text of the authorization request
  const oauth::CodeVerifier* verifier = nullptr;  // nullptr only where the entry has no PKCE
  std::string_view tenant = {};  // of the authorization request; empty: as the settings say
};

// The requests that trade the code in, one for each credential, as above. A code works once: the
// second is for the case that the provider did not accept the first one's credential, and certainly
// did not look at the code. Their `expectation` says how the answer is read, and `destination` is
// what the new refresh token is sealed for. Drafts are as good as others. Blocks.
//
// Errors: as build_token_requests(), kNeedsConsent aside; as oauth::build_code_request().
Result<TokenRequests> build_code_requests(Context& context, OAuthClientId id,
                                          const CodeGrant& grant);

// The same of another grant for which a person signs in: `build` makes each request.
using SystemGrantBuilder = std::function<Result<oauth::TokenRequest>(
    const TargetSystem& system, const oauth::GrantClient& client)>;
Result<TokenRequests> build_requests_with(Context& context, OAuthClientId id,
                                          const SystemGrantBuilder& build);

// The requests for a code that somebody types in at the provider, in the same way; they carry
// nothing that works once. Errors: as above; as oauth::build_device_authorization_request().
Result<TokenRequests> build_device_requests(Context& context, OAuthClientId id,
                                            std::string_view tenant);
// Those that ask whether somebody has approved meanwhile. Errors: as above; as
// oauth::build_device_token_request().
Result<TokenRequests> build_device_polls(Context& context, OAuthClientId id,
                                         const oauth::DeviceCode& code, std::string_view tenant);

// The request that trades a user name and password in, in the same way as a code. Errors: as above;
// as oauth::build_password_request().
Result<TokenRequests> build_password_requests(Context& context, OAuthClientId id,
                                              std::string_view username,
                                              const oauth::AccountPassword& password,
                                              std::string_view tenant);

// How the answer to a refresh, or to a code, is read that was asked for before a restart: as the
// settings are now, and without a credential. Errors: kNotFound, kConflict "no_service_provider",
// kCorrupt.
Result<oauth::Expectation> refresh_expectation(Context& context, const TokenKey& key);
Result<oauth::Expectation> code_expectation(Context& context, OAuthClientId id);

// The answer to whoever wants a token that only somebody's signing in can bring. `cause`: why the
// one before is over; empty: nobody signed in yet.
Error needs_sign_in(std::string_view cause = {});

}  // namespace strongroom::vault
