#pragma once
// Slows down whoever shows wrong keys: after a few failures, an address has to wait.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace strongroom::api {

// A token bucket for each address that failed lately. Keys have 256 bits, so this is no defence
// against guessing; it keeps the noise down and makes a misconfigured client visible.
//
// Memory is bounded: addresses share a fixed number of buckets, chosen by a hash. Two that
// share one share its failures. A caller whose key is right is never refused for a neighbour's
// failures: whoever uses this looks at the key first. Safe to use from any thread.
class FailedAttempts {
 public:
  struct Limit {
    std::int64_t burst = 20;       // failures that are free
    std::int64_t per_minute = 30;  // that are forgotten
  };

  // `clock` must outlive this.
  FailedAttempts(const Clock& clock, Limit limit);
  explicit FailedAttempts(const Clock& clock) : FailedAttempts(clock, Limit{}) {}

  // Notes a failure from `peer`. nullopt: answer it as it is; otherwise how long it must wait.
  std::optional<Seconds> failed(std::string_view peer);

  // How often the answer was to wait.
  std::uint64_t throttled() const { return throttled_.load(std::memory_order_relaxed); }

 private:
  struct Bucket {
    double failures = 0;
    BootTime since{};
  };
  static constexpr std::size_t kBuckets = 4096;

  const Clock& clock_;
  const Limit limit_;
  std::atomic<std::uint64_t> throttled_{0};
  std::mutex mutex_;
  std::array<Bucket, kBuckets> buckets_{};
};

// 429, with what failed() said as its "retry_after".
Error too_many_wrong_keys(Seconds wait);

}  // namespace strongroom::api
