#pragma once
// How far a provider's clock is from ours: a client that signs what it sends is refused where they
// differ (RFC 7519 sections 4.1.4 and 4.1.5).

#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "http/message.h"
#include "oauth/token_failure.h"

namespace strongroom::oauth {

// Half the life of an assertion (kAssertionLifetime): past it, what we sign is over, or has not
// begun, where nobody allows for more.
inline constexpr Seconds kTolerableSkew{30};

// How far the clock of the one who answered is ahead of ours, by the answer's Date (RFC 9110
// section 6.6.1), to a request that was sent at `sent_at` and answered within `took`: zero where
// the two may be the same. nullopt: there is no such date, or it is that of a stored answer.
std::optional<Seconds> clock_skew(const std::vector<http::Header>& headers, WallTime sent_at,
                                  Milliseconds took);

// Names the cause of a refusal of something that was signed: the clock, where the two differ by
// more than kTolerableSkew, and otherwise the assertion in place of the client as a whole.
void explain_refused_assertion(TokenFailure& failure);

// A date of RFC 9110 section 5.6.7 in any of its three forms; nullopt: it is none. `now` says which
// century one with two digits means.
std::optional<WallTime> parse_http_date(std::string_view value, WallTime now);

}  // namespace strongroom::oauth
