#include "refresh/scheduler.h"

#include <utility>

namespace strongroom::refresh {

Scheduler::Scheduler(Rounds::Parts parts, vault::RefreshPlan& plan)
    : clock_(parts.clock), plan_(plan), rounds_(waking(std::move(parts))) {
  plan_.listen([this](WallTime due) { becomes_due(due); });
  thread_ = std::thread([this] { run(); });
}

Scheduler::~Scheduler() { stop(); }

void Scheduler::stop() {
  plan_.listen({});
  {
    const std::lock_guard lock(mutex_);
    is_stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

Rounds::Parts Scheduler::waking(Rounds::Parts parts) {
  parts.landed = [this] { wake(); };
  return parts;
}

void Scheduler::wake() {
  {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
  }
  changed_.notify_all();
}

// Mostly what was stored is due long after the thread wakes anyway.
void Scheduler::becomes_due(WallTime due) {
  {
    const std::lock_guard lock(mutex_);
    if (asleep_until_ && due >= *asleep_until_) return;
    is_woken_ = true;
  }
  changed_.notify_all();
}

void Scheduler::run() {
  std::unique_lock lock(mutex_);
  while (!is_stopping_) {
    is_woken_ = false;
    asleep_until_.reset();
    lock.unlock();
    const Milliseconds nap = rounds_.round();
    lock.lock();
    asleep_until_ = clock_.now() + nap;
    changed_.wait_for(lock, nap, [this] { return is_stopping_ || is_woken_; });
  }
}

}  // namespace strongroom::refresh
