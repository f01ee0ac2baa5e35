#pragma once
// A Clock for tests: stands still until it is told to move.

#include <atomic>

#include "base/clock.h"

namespace strongroom {

// Safe to use from any thread.
class FakeClock final : public Clock {
 public:
  // 2026-11-24T03:08:20Z, a day after this machine started.
  static constexpr WallTime kStart{Milliseconds(1'795'489'700'000)};
  static constexpr BootTime kBootStart{std::chrono::hours(24)};

  explicit FakeClock(WallTime wall = kStart, BootTime boot = kBootStart)
      : wall_(wall.time_since_epoch()), boot_(boot.time_since_epoch()) {}

  WallTime now() const override { return WallTime(wall_.load()); }
  BootTime boot_now() const override { return BootTime(boot_.load()); }

  // Time passes, on both clocks.
  void advance(Milliseconds passed) {
    advance_wall(passed);
    advance_boot(passed);
  }
  // Somebody moves the hands of the calendar's clock; negative is back.
  void advance_wall(Milliseconds passed) { add(wall_, passed); }
  // Time passes that the calendar's clock does not show.
  void advance_boot(Milliseconds passed) { add(boot_, passed); }

  void set_wall(WallTime wall) { wall_ = wall.time_since_epoch(); }
  void set_boot(BootTime boot) { boot_ = boot.time_since_epoch(); }

 private:
  static void add(std::atomic<Milliseconds>& clock, Milliseconds passed) {
    Milliseconds before = clock.load();
    while (!clock.compare_exchange_weak(before, before + passed)) {
    }
  }

  std::atomic<Milliseconds> wall_;
  std::atomic<Milliseconds> boot_;
};

}  // namespace strongroom
