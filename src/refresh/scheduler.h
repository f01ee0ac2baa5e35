#pragma once
// Renews tokens before they end. Owns time and concurrency, and no rules: what is due, the vault
// says (vault/due_refreshes.h); how it is renewed, too (vault/retrievals.h).

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "refresh/rounds.h"
#include "vault/refresh_plan.h"

namespace strongroom::refresh {

// Owns its thread, which sleeps until the next token is due, one becomes due earlier (RefreshPlan
// tells), or a renewal ends and makes room. Safe to use from any thread. What it started goes on
// after stop(), and has to end before the scheduler does: Retrievals::drain().
class Scheduler {
 public:
  // Starts at once; first it puts the times of all clients right. `parts.landed` is its own.
  Scheduler(Rounds::Parts parts, vault::RefreshPlan& plan);
  ~Scheduler();  // as stop()
  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // Starts nothing any more. Safe to call twice.
  void stop();

  std::size_t in_flight() { return rounds_.in_flight(); }
  Counters counters() { return rounds_.counters(); }

 private:
  Rounds::Parts waking(Rounds::Parts parts);
  void wake();
  void becomes_due(WallTime due);
  void run();

  const Clock& clock_;
  vault::RefreshPlan& plan_;
  Rounds rounds_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<WallTime> asleep_until_;  // nullopt: awake
  bool is_woken_ = false;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace strongroom::refresh
