#pragma once
// When rules of access let somebody in last: noted in memory at each hand-out, written down from
// time to time.

#include <algorithm>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/clock.h"
#include "vault/types.h"

namespace strongroom::vault {

// Safe to use from any thread.
class AccessUses {
 public:
  using Times = std::unordered_map<RobotAccessId, WallTime, UuidHash>;

  void note(RobotAccessId rule, WallTime time) {
    const std::lock_guard lock(mutex_);
    WallTime& last = unwritten_[rule];
    last = std::max(last, time);
  }
  // Of those that were not taken yet; nullopt: none.
  std::optional<WallTime> last(RobotAccessId rule) const {
    const std::lock_guard lock(mutex_);
    const auto found = unwritten_.find(rule);
    return found == unwritten_.end() ? std::nullopt : std::optional(found->second);
  }
  // What is to be written down; whoever cannot do so notes it again.
  Times take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(unwritten_, {});
  }

 private:
  mutable std::mutex mutex_;
  Times unwritten_;
};

}  // namespace strongroom::vault
