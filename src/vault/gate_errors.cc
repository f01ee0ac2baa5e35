#include "vault/gate_errors.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "oauth/token_failure.h"

namespace strongroom::vault {
namespace {

constexpr std::int64_t kComeBackAfter = 2;  // seconds

}  // namespace

Error too_many_wait() {
  return Error{Code::kUnavailable,
               "Too many token requests to this service provider wait already; "
               "ask again.",
               {},
               "overloaded"}
      .with("retry_after", kComeBackAfter);
}

Error waited_too_long() {
  return Error{Code::kUnavailable,
               "The service provider is too slow for all that is asked of it; "
               "ask again.",
               {},
               "overloaded"}
      .with("retry_after", kComeBackAfter);
}

Error gates_closed() {
  return Error{Code::kUnavailable, "The server is stopping.", {}, "provider_unreachable"};
}

Error pausing(const EndpointPause& pause, BootTime now) {
  const Seconds left = std::max(std::chrono::ceil<Seconds>(pause.until - now), Seconds(1));
  Error error = oauth::as_error({.cause = pause.cause, .retry_after = left});
  error.problem = "provider_unreachable";
  return error;
}

}  // namespace strongroom::vault
