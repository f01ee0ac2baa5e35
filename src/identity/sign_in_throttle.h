#pragma once
// Slows down whoever guesses passwords: by account, whichever addresses the guesses come from, and
// by address, whichever accounts they are for.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace strongroom::identity {

// A few attempts are free; then each one that fails doubles the wait, up to a longest one: nobody
// is locked out for ever, and a guesser gets some hundred guesses a day. What is refused meanwhile
// costs no work and counts for nothing. Names that nobody has count like all others.
//
// Memory is bounded: names share a fixed number of counters, chosen by a hash, as do addresses.
// Safe to use from any thread.
class SignInThrottle {
 public:
  struct Limit {
    std::uint32_t free;  // attempts without a wait
    Seconds longest;     // wait
  };
  static constexpr Limit kPerAccount{5, Seconds(300)};
  static constexpr Limit kPerAddress{20, Seconds(60)};  // one may stand for a whole office
  static constexpr std::chrono::hours kForgotten{1};    // after which a failure is forgotten

  // `clock` must outlive this.
  explicit SignInThrottle(const Clock& clock) : clock_(clock) {}

  // Before a password is looked at. Counts as a failure, so that many attempts at one moment are as
  // many failures. nullopt: look at it; otherwise how long to wait.
  std::optional<Seconds> begin(std::string_view account, std::string_view address);
  // The attempt was right: it does not count, and the account's failures are forgotten.
  void succeeded(std::string_view account, std::string_view address);
  // The attempt was no guess: it does not count, and what was counted before still does.
  void excused(std::string_view account, std::string_view address);
  // Forgets the account's failures.
  void forgive(std::string_view account);

  // How often the answer was to wait.
  std::uint64_t throttled() const { return throttled_.load(std::memory_order_relaxed); }

 private:
  struct Counter {
    std::uint32_t failures = 0;
    BootTime last{};
    BootTime closed_until{};
  };
  static constexpr std::size_t kCounters = 4096;
  using Counters = std::array<Counter, kCounters>;

  static Counter& of(Counters& counters, std::string_view text);
  static void take_back(Counter& counter);
  static void count(Counter& counter, const Limit& limit, BootTime now);

  const Clock& clock_;
  std::atomic<std::uint64_t> throttled_{0};
  std::mutex mutex_;
  Counters accounts_{};
  Counters addresses_{};
};

}  // namespace strongroom::identity
