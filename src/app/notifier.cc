#include "app/notifier.h"

#include <utility>

namespace strongroom::app {

using storage::Snapshot;
using storage::Transaction;

Notifier::Notifier(const Parts& parts)
    : parts_(parts),
      announcer_(parts.context, parts.outbox),
      warnings_(parts.context, parts.forecasts, parts.outbox),
      courier_({.context = parts.context,
                .client = parts.client,
                .network = parts.network,
                .wake = [this] { wake(); }}) {}

void Notifier::start() {
  thread_ = std::thread([this] { run(); });
}

void Notifier::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Notifier::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

storage::NotificationCounts Notifier::deliveries() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void Notifier::run() {
  while (true) {
    bool more = false;
    const Status done = turn(more);
    if (!done && !was_failing_) {
      parts_.context.log.failed("Notifications wait; they are tried again.", done.error());
    }
    was_failing_ = !done;
    std::unique_lock lock(mutex_);
    if (!more || !done) {
      changed_.wait_for(lock, done ? kLookAgain : kAfterError,
                        [&] { return stopping_ || (woken_ && done.has_value()); });
    }
    woken_ = false;
    if (stopping_) return;
  }
}

Status Notifier::turn(bool& more) {
  STRONGROOM_CHECK(announce(more));
  STRONGROOM_CHECK(warn_daily());
  STRONGROOM_CHECK(courier_.go_on());
  return count();
}

// The first of something is told at once; what comes right behind it is told together.
Status Notifier::announce(bool& more) {
  const BootTime now = parts_.context.clock.boot_now();
  if (now < announce_at_) return {};
  STRONGROOM_TRY(const notify::Announcer::Found found, announcer_.go_on());
  more = found == notify::Announcer::Found::kMore;
  if (found == notify::Announcer::Found::kTold) announce_at_ = now + kGather;
  return {};
}

Status Notifier::warn_daily() {
  const WallTime now = parts_.context.clock.now();
  const auto today = std::chrono::floor<std::chrono::days>(now);
  if (warned_on_ == today) return {};
  STRONGROOM_CHECK(warnings_.announce());
  STRONGROOM_CHECK(parts_.context.store.write([&](Transaction& tx) {
    return storage::delete_dead_notifications(tx, now - kDeadLettersKept);
  }));
  warned_on_ = today;
  return {};
}

Status Notifier::count() {
  STRONGROOM_TRY(const auto counts, storage::read<storage::NotificationCounts>(
                                        parts_.context.store, [](Snapshot& snapshot) {
                                          return storage::count_notifications(snapshot);
                                        }));
  const std::lock_guard lock(mutex_);
  counts_ = counts;
  return {};
}

}  // namespace strongroom::app
