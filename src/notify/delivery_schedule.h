#pragma once
// When a delivery that did not arrive is tried again, and when it is tried no more.

#include <cstdint>
#include <optional>

#include "base/clock.h"

namespace strongroom::notify {

// What is known of a delivery when a try has just failed.
struct FailedTry {
  WallTime first_tried_at = {};
  WallTime now = {};
  std::optional<Seconds> retry_after = {};  // what the receiver asked for (RFC 9110 section 10.2.3)
  int tries = 1;                            // that have failed, this one too
};

// When to try again: after 5 s and up to 30, 60, 120 s ... 6 h more (full jitter), never sooner
// than the receiver asked for, of which at most a day counts. `chance` is a random number, all of
// them equally likely. Nothing once the next try would come more than 3 days after the first: the
// delivery is a dead letter then. Safe to call from any thread.
std::optional<WallTime> next_try(const FailedTry& failed, std::uint32_t chance);

}  // namespace strongroom::notify
