#include "identity/sign_in_throttle.h"

#include <algorithm>
#include <chrono>
#include <functional>

namespace strongroom::identity {

std::optional<Seconds> SignInThrottle::begin(std::string_view account, std::string_view address) {
  const BootTime now = clock_.boot_now();
  const std::lock_guard lock(mutex_);
  Counter& by_account = of(accounts_, account);
  Counter& by_address = of(addresses_, address);
  const Milliseconds wait = std::max(by_account.closed_until, by_address.closed_until) - now;
  if (wait > Milliseconds{0}) {
    throttled_.fetch_add(1, std::memory_order_relaxed);
    return std::chrono::ceil<Seconds>(wait);
  }
  count(by_account, kPerAccount, now);
  count(by_address, kPerAddress, now);
  return std::nullopt;
}

void SignInThrottle::succeeded(std::string_view account, std::string_view address) {
  const std::lock_guard lock(mutex_);
  of(accounts_, account) = {};
  take_back(of(addresses_, address));
}

void SignInThrottle::excused(std::string_view account, std::string_view address) {
  const std::lock_guard lock(mutex_);
  take_back(of(accounts_, account));
  take_back(of(addresses_, address));
}

void SignInThrottle::take_back(Counter& counter) {
  if (counter.failures > 0) --counter.failures;
  counter.closed_until = {};
}

void SignInThrottle::forgive(std::string_view account) {
  const std::lock_guard lock(mutex_);
  of(accounts_, account) = {};
}

SignInThrottle::Counter& SignInThrottle::of(Counters& counters, std::string_view text) {
  return counters[std::hash<std::string_view>{}(text) % kCounters];
}

void SignInThrottle::count(Counter& counter, const Limit& limit, BootTime now) {
  if (now - counter.last >= kForgotten) counter.failures = 0;
  counter.last = now;
  if (++counter.failures <= limit.free) return;
  constexpr std::uint32_t kDoublings = 16;  // more than enough for the longest wait
  const std::uint32_t doublings = std::min(counter.failures - limit.free - 1, kDoublings);
  counter.closed_until = now + std::min(Seconds(std::int64_t{1} << doublings), limit.longest);
}

}  // namespace strongroom::identity
