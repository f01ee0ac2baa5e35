#pragma once
// Why one token request gave no token: a cause, and what is known besides.
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
#include "oauth/failure_causes.h"

namespace strongroom::oauth {

struct TokenFailure {
  FailureCause cause;
  LiteralText message = "";                       // more precise than the cause's; or empty
  std::optional<Seconds> retry_after = {};        // as the provider asks, 1 s to one day
  std::string_view error_code = {};               // a literal of ours: "invalid_client"; or empty
  std::vector<std::int64_t> provider_codes = {};  // at most four
  int status = 0;                                 // of the answer; 0: there was none
  std::string detail = {};                        // for the log
  bool may_have_arrived = true;                   // false: the provider certainly never saw it
  std::optional<Seconds> clock_skew = {};         // how far the provider's clock is ahead of ours
};

// The failure as an Error for whoever asked for the token: code and message of its cause, and the
// parameters "cause", "who_must_act", "where", and where known "retry_after" (seconds; of transient
// causes only), "provider_code", "clock_skew_s" (of the cause clock_skew only).
Error as_error(const TokenFailure& failure);

// Reads Retry-After (RFC 9110 section 10.2.3), seconds or a date in any of the three forms of
// section 5.6.7; clamped to 1 s and one day. nullopt: absent or not one.
std::optional<Seconds> parse_retry_after(std::string_view value, WallTime now);

}  // namespace strongroom::oauth
