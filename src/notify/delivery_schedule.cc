#include "notify/delivery_schedule.h"

#include <algorithm>
#include <limits>

namespace strongroom::notify {
namespace {

constexpr Milliseconds kLeast = Seconds(5);
constexpr Milliseconds kFirst = Seconds(30);
constexpr Milliseconds kLongest = std::chrono::hours(6);
constexpr Milliseconds kLongestPatience = std::chrono::hours(24);
constexpr Milliseconds kGivenUpAfter = std::chrono::days(3);
constexpr int kMostDoublings = 10;  // 30 s * 2^10 is more than 6 h

}  // namespace

std::optional<WallTime> next_try(const FailedTry& failed, std::uint32_t chance) {
  const int doublings = std::clamp(failed.tries - 1, 0, kMostDoublings);
  const Milliseconds most = std::min(kFirst * (1 << doublings), kLongest);
  Milliseconds wait =
      kLeast + most * std::int64_t{chance} / std::numeric_limits<std::uint32_t>::max();
  if (failed.retry_after) {
    // Seconds are compared as they are: in milliseconds a large number would overflow.
    const Seconds most_patience = std::chrono::duration_cast<Seconds>(kLongestPatience);
    wait = std::max<Milliseconds>(wait, std::min(*failed.retry_after, most_patience));
  }
  const WallTime next = failed.now + wait;
  if (next > failed.first_tried_at + kGivenUpAfter) return std::nullopt;
  return next;
}

}  // namespace strongroom::notify
