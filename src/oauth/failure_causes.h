#pragma once
// The closed list of reasons why a token request gave no token, each with plain words, the one who
// must act, and where.

#include <cstdint>
#include <string_view>

#include "base/result.h"

namespace strongroom::oauth {

enum class FailureCause : std::uint8_t {
  kInvalidClient,       // consumer key or secret is wrong (RFC 6749 section 5.2); every final 401
  kInvalidGrant,        // the grant itself was refused
  kUnauthorizedClient,  // this registration may not use this grant
  kUnsupportedGrantType,
  kInvalidScope,
  kInvalidTarget,  // audience or resource (RFC 8707 section 2)
  kInvalidRequest,
  kAccessDenied,
  kRefused,              // refused, with no registered error code
  kEndpointNotFound,     // 404, 405, 410: no token endpoint at this address
  kRateLimited,          // 429
  kProviderUnavailable,  // 408, 5xx, temporarily_unavailable, server_error
  kNameUnresolved,
  kUnreachable,
  kTls,            // for none of the reasons that have a cause of their own
  kAddressPolicy,  // the address is one that the target system's policy does not allow
  kRedirected,     // 3xx: never followed
  kMalformedAnswer,
  kUnusableTokenType,  // neither missing nor "Bearer"
  kOversized,          // more bytes than we take
  kInterrupted,        // the answer broke off
  kTimedOut,           // the answer did not come, or not whole, in time
  kOverloaded,         // we ourselves: too much to do, no memory, or stopping
  kInvalidSettings,    // our own settings make no request: the URL is not one
  kProxy,              // the proxy on the way dropped, or let something else through
  // What providers say by numbers of their own (catalogue::StatedCause), or we know besides.
  kSecretWrong,
  kSecretExpired,
  kCertificateNotRegistered,
  kCertificateExpired,  // or the key, by the date that was entered with it
  kAssertionRefused,    // invalid_client to an assertion (RFC 7523 section 3.2)
  kClockSkew,           // an assertion was refused, and the clocks differ (clock_skew.h)
  kTenantNotFound,
  kApplicationNotFound,
  kApplicationDisabled,
  kAdminConsentMissing,
  kConditionalAccess,
  // What a handshake with the server ended with.
  kTlsUntrusted,  // no trusted CA vouches for its certificate
  kTlsNameMismatch,
  kTlsExpired,
  kTlsClientCertificate,     // the server wants a certificate of ours, or another one
  kProxyAuthentication,      // the proxy answers 407
  kProxyRefused,             // the proxy does not let through to this server
  kUnusableMetadata,         // the issuer has no metadata document, or none that is to be believed
  kSingleTenantApplication,  // it was asked at an address for the accounts of many directories
  kAccountNotInTenant,       // who signed in is of another directory
  // Why a person has to sign in again.
  kSignInEnded,     // the provider takes the refresh token no more: invalid_grant to a refresh
  kRefreshLost,     // the same, after an answer was lost that may have brought another one
  kNoRefreshToken,  // the access token has ended, and nothing came with it to get another one
  kRefreshedAnother,  // the ID token of a refresh is of another account
  // The provider wants to see the account's owner before it gives another token; the refresh token
  // may still be good, as after a policy was changed back, so it is kept.
  kInteractionRequired,
  // Of token exchange (RFC 8693).
  kIssuedTypeMissing,    // the answer does not name the type of token that was issued
  kOtherTokenType,       // it names another one than was asked for, or none that can be used
  kSubjectSignInNeeded,  // somebody has to sign in for the client whose token is exchanged
  kSubjectFailed,        // that client has no token, for another reason
  kSubjectUnavailable,   // the same, and its provider is in trouble
  kSubjectBound,         // its tokens are bound to a key or certificate
};

inline constexpr FailureCause kLastFailureCause = FailureCause::kSubjectBound;

enum class WhoMustAct : std::uint8_t {
  kNobody,                 // it is tried again by itself
  kTargetSystemOwner,      // the one who entered consumer key, secret, scopes, endpoint
  kOperator,               // the one who runs this server: network, trusted CAs, address policy
  kProvider,               // the one who runs the provider's servers
  kProviderAdministrator,  // the one who decides over the organisation's tenant at the provider
  kAccountOwner,           // the one whose account at the provider it is
};

// What is known of a cause, whoever met it.
struct CauseFacts {
  FailureCause cause;
  LiteralText name;     // stable: "invalid_client"
  LiteralText message;  // plain words, for the person who looks
  WhoMustAct who;
  LiteralText where;  // "at the provider: the application's secrets"
  bool transient;     // true: worth trying again without anybody changing anything
  Code code;          // kProviderRefused, kNeedsConsent, kUnavailable or kRateLimited
};
const CauseFacts& facts_of(FailureCause cause);
// The cause with this name; nullptr for a name that an older or newer version wrote.
const CauseFacts* find_cause(std::string_view name);
std::string_view to_text(WhoMustAct value);  // "nobody", "target_system_owner", ...

// True: another credential may be taken where this one was not.
bool is_of_credential(FailureCause cause);

}  // namespace strongroom::oauth
