#include "api/failed_attempts.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>

namespace strongroom::api {

FailedAttempts::FailedAttempts(const Clock& clock, Limit limit) : clock_(clock), limit_(limit) {}

std::optional<Seconds> FailedAttempts::failed(std::string_view peer) {
  const BootTime now = clock_.boot_now();
  const double per_second = static_cast<double>(limit_.per_minute) / 60.0;
  const std::lock_guard lock(mutex_);
  Bucket& bucket = buckets_[std::hash<std::string_view>{}(peer) % kBuckets];
  const double passed = std::chrono::duration<double>(now - bucket.since).count();
  bucket.failures = std::max(0.0, bucket.failures - passed * per_second);
  bucket.since = now;
  const auto burst = static_cast<double>(limit_.burst);
  if (bucket.failures + 1.0 <= burst) {
    bucket.failures += 1.0;
    return std::nullopt;
  }
  throttled_.fetch_add(1, std::memory_order_relaxed);
  const double wait = (bucket.failures + 1.0 - burst) / per_second;
  return Seconds(static_cast<std::int64_t>(std::ceil(std::max(wait, 1.0))));
}

Error too_many_wrong_keys(Seconds wait) {
  return Error{Code::kRateLimited, "Too many wrong keys came from this address."}.with(
      "retry_after", std::int64_t{wait.count()});
}

}  // namespace strongroom::api
