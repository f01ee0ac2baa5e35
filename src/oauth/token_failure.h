#pragma once
// Why a token request gave no token: a closed list, each with plain words and the one who must act.
//
// Nothing that a provider writes leaves through here: of its error code only a registered one is
// kept, as our own literal, and of Microsoft's codes the numbers.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
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
  kTls,
  kAddressPolicy,  // the address is one that the target system's policy does not allow
  kRedirected,     // 3xx: never followed
  kMalformedAnswer,
  kUnusableTokenType,  // neither missing nor "Bearer"
  kOversized,          // more bytes than we take
  kInterrupted,        // the answer broke off
  kTimedOut,           // the answer did not come, or not whole, in time
  kOverloaded,         // we ourselves: too much to do, no memory, or stopping
  kInvalidSettings,    // our own settings make no request: the URL is not one
  kProxy,              // the proxy on the way refused, dropped, or let something else through
  kUnusableMetadata,   // the issuer has no metadata document, or none that is to be believed
};

inline constexpr FailureCause kLastFailureCause = FailureCause::kUnusableMetadata;

enum class WhoMustAct : std::uint8_t {
  kNobody,             // it is tried again by itself
  kTargetSystemOwner,  // the one who entered consumer key, secret, scopes, endpoint
  kOperator,           // the one who runs this server: network, trusted CAs, address policy
  kProvider,
};

// What is known of a cause, whoever met it.
struct CauseFacts {
  FailureCause cause;
  LiteralText name;     // stable: "invalid_client"
  LiteralText message;  // plain words, for the person who looks
  WhoMustAct who;
  bool transient;  // true: worth trying again without anybody changing anything
  Code code;       // kProviderRefused, kUnavailable or kRateLimited
};
const CauseFacts& facts_of(FailureCause cause);
std::string_view to_text(WhoMustAct value);  // "nobody", "target_system_owner", ...

struct TokenFailure {
  FailureCause cause;
  LiteralText message = "";                       // more precise than the cause's; or empty
  std::optional<Seconds> retry_after = {};        // as the provider asks, 1 s to one day
  std::string_view error_code = {};               // a literal of ours: "invalid_client"; or empty
  std::vector<std::int64_t> provider_codes = {};  // at most four
  int status = 0;                                 // of the answer; 0: there was none
  std::string detail = {};                        // for the log
  bool may_have_arrived = true;                   // false: the provider certainly never saw it
};

// The failure as an Error for whoever asked for the token: code and message of its cause, and the
// parameters "cause", "who_must_act", and where known "retry_after" (seconds; of transient causes
// only), "provider_code".
Error as_error(const TokenFailure& failure);

// Reads Retry-After (RFC 9110 section 10.2.3), seconds or a date in any of the three forms of
// section 5.6.7; clamped to 1 s and one day. nullopt: absent or not one.
std::optional<Seconds> parse_retry_after(std::string_view value, WallTime now);

}  // namespace strongroom::oauth
