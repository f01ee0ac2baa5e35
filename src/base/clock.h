#pragma once
// Time, twice: what the calendar says, and what has really passed.
//
// The calendar can be set, by a person or by NTP; boot time cannot, and it runs on while the
// machine sleeps. A token is too old when either of them says so.

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace strongroom {

using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;

// UTC, milliseconds since 1970. 64 bits wide, so 2038 is a year like any other.
using WallTime = std::chrono::sys_time<Milliseconds>;

// Tag for CLOCK_BOOTTIME: milliseconds since this machine started, suspend included. Means nothing
// on another machine or after a reboot, so it is never stored.
struct BootClock {
  using duration = Milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<BootClock, duration>;
  // NOLINTNEXTLINE(readability-identifier-naming): the standard's name for it (Cpp17Clock)
  static constexpr bool is_steady = true;
};
using BootTime = BootClock::time_point;

// Tests pass a FakeClock; only app/main.cc makes a SystemClock. Safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual WallTime now() const = 0;
  virtual BootTime boot_now() const = 0;
};

class SystemClock final : public Clock {
 public:
  WallTime now() const override;
  BootTime boot_now() const override;
};

// "2026-11-24T03:08:20Z", or with milliseconds "2026-11-24T03:08:20.125Z" (RFC 3339, UTC).
// RFC 3339 has four digits for a year: what lies outside 0000 to 9999 is shown as its nearest end.
std::string rfc3339(WallTime time);
std::string rfc3339_millis(WallTime time);
// The same at the end of `out`, without a string in between.
void append_rfc3339(std::string& out, WallTime time);
void append_rfc3339_millis(std::string& out, WallTime time);

// Reads "2026-11-24", "2026-11-24T03:08:20Z" and forms with a fraction (cut to milliseconds) or a
// numeric offset; nullopt for anything else, including dates that do not exist (RFC 3339 section
// 5.6). A leap second reads as the second after it.
std::optional<WallTime> parse_rfc3339(std::string_view text);

// A moment on both clocks. It has passed as soon as either of them says so.
struct Deadline {
  WallTime wall;
  BootTime boot;

  // The moment `lifetime` after (wall, boot).
  static Deadline after(WallTime wall, BootTime boot, Milliseconds lifetime) {
    return {wall + lifetime, boot + lifetime};
  }
  // What is left of it, by the clock that says less. Negative once it has passed.
  Milliseconds left(WallTime wall_now, BootTime boot_now) const {
    return std::min(wall - wall_now, boot - boot_now);
  }
};

}  // namespace strongroom
