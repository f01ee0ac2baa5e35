#pragma once
// Which canaries were asked for lately: what an administrator is shown until it was looked at.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "vault/types.h"

namespace strongroom::vault {

// Safe to use from any thread.
class CanaryTouches {
 public:
  static constexpr Seconds kShownFor{7 * 24 * 3600};  // after the last time

  struct Touch {
    OAuthClientId client;
    WallTime since{};  // the first time of those that are counted
    WallTime last{};
    std::int64_t count = 0;
  };

  // Somebody asked for it just now: that is counted, too.
  void touch(OAuthClientId client, WallTime at) {
    total_.fetch_add(1, std::memory_order_relaxed);
    note(client, at);
  }
  void note(OAuthClientId client, WallTime at) {
    const auto touches = touches_.lock();
    Touch& touch = touches->try_emplace(client, Touch{client, at, at, 0}).first->second;
    if (at - touch.last > kShownFor) touch = {client, at, at, 0};
    touch.since = std::min(touch.since, at);
    touch.last = std::max(touch.last, at);
    ++touch.count;
  }

  // By touch(), since the start.
  std::uint64_t total() const { return total_.load(std::memory_order_relaxed); }

  // Those that are shown at `now`.
  std::vector<Touch> lately(WallTime now) const {
    std::vector<Touch> lately;
    const auto touches = touches_.lock();
    for (const auto& [id, touch] : *touches) {
      if (now - touch.last <= kShownFor) lately.push_back(touch);
    }
    return lately;
  }

 private:
  using Touches = std::map<OAuthClientId, Touch>;
  mutable Guarded<Touches> touches_;
  std::atomic<std::uint64_t> total_{0};
};

}  // namespace strongroom::vault
