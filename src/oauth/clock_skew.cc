#include "oauth/clock_skew.h"

#include <chrono>

namespace strongroom::oauth {

std::optional<Seconds> clock_skew(const std::vector<http::Header>& headers, WallTime sent_at,
                                  Milliseconds took) {
  const std::string* const value = http::find_header(headers, "Date");
  if (value == nullptr || http::find_header(headers, "Age") != nullptr) return std::nullopt;
  const auto date = parse_http_date(*value, sent_at);
  if (!date) return std::nullopt;
  // The answer was made at some moment of the round trip, and its date is a whole second.
  constexpr Milliseconds kHalfASecond{500};
  const Milliseconds ahead = (*date + kHalfASecond) - (sent_at + took / 2);
  const Milliseconds uncertain = took / 2 + kHalfASecond;
  if (std::chrono::abs(ahead) <= uncertain) return Seconds{0};
  return std::chrono::round<Seconds>(ahead);
}

void explain_refused_assertion(TokenFailure& failure) {
  switch (failure.cause) {
    case FailureCause::kInvalidClient:
    case FailureCause::kInvalidGrant:
    case FailureCause::kInvalidRequest:
    case FailureCause::kAssertionRefused:
      break;
    default:
      return;
  }
  if (failure.clock_skew && std::chrono::abs(*failure.clock_skew) > kTolerableSkew) {
    failure.cause = FailureCause::kClockSkew;
  } else if (failure.cause == FailureCause::kInvalidClient) {
    failure.cause = FailureCause::kAssertionRefused;
  }
}

}  // namespace strongroom::oauth
