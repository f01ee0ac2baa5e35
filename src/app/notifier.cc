#include "app/notifier.h"

#include <algorithm>
#include <utility>

#include "notify/targets.h"

namespace strongroom::app {

using storage::Snapshot;
using storage::Transaction;

Notifier::Notifier(const Parts& parts, std::optional<MailSettings> mail)
    : parts_(parts),
      announcer_(parts.context, parts.outbox),
      warnings_(parts.context, parts.forecasts, parts.outbox),
      courier_({.context = parts.context,
                .client = parts.client,
                .network = parts.network,
                .wake = [this] { wake(); }}) {
  if (!mail) return;
  mail_sender_.emplace(std::move(mail->server));
  mail_courier_.emplace(notify::MailCourier::Parts{.context = parts.context,
                                                   .send =
                                                       [this](const http::Mail& message) {
                                                         return mail_sender_->send(message, [this] {
                                                           const std::lock_guard lock(mutex_);
                                                           return stopping_;
                                                         });
                                                       },
                                                   .from = std::move(mail->from)});
}

void Notifier::start() {
  thread_ = std::thread([this] { run(); });
  if (mail_courier_) mail_thread_ = std::thread([this] { run_mail(); });
}

void Notifier::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  if (mail_thread_.joinable()) mail_thread_.join();
}

void Notifier::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

notify::DeliveryCounters Notifier::counters() const {
  notify::DeliveryCounters all = courier_.counters();
  if (mail_courier_) all += mail_courier_->counters();
  return all;
}

storage::NotificationCounts Notifier::deliveries() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

std::int64_t Notifier::behind() const {
  const std::lock_guard lock(mutex_);
  return behind_;
}

void Notifier::run() {
  bool was_failing = false;
  bool more = false;
  Status done;
  do {
    more = false;
    done = turn(more);
    const std::lock_guard lock(mutex_);
    woken_ = woken_ || more;
  } while (!wait(done, was_failing, &woken_));
}

void Notifier::run_mail() {
  bool was_failing = false;
  Status done;
  do {
    done = mail_courier_->go_on();
  } while (!wait(done, was_failing, nullptr));
}

bool Notifier::wait(const Status& done, bool& was_failing, bool* woken) {
  if (!done && !was_failing) {
    parts_.context.log.failed("Notifications wait; they are tried again.", done.error());
  }
  was_failing = !done;
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, done ? kLookAgain : kAfterError,
                    [&] { return stopping_ || (done.has_value() && woken != nullptr && *woken); });
  if (woken != nullptr) *woken = false;
  return stopping_;
}

// Each step, whatever became of the others.
Status Notifier::turn(bool& more) {
  Status outcome;
  const auto note = [&](Status done) {
    if (outcome && !done) outcome = std::move(done);
  };
  note(announce(more));
  note(warn_daily());
  note(courier_.go_on());
  note(count());
  return outcome;
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
  STRONGROOM_CHECK(parts_.context.store.write(
      [&](Transaction& tx) { return storage::delete_old_notifications(tx, now - kKept); }));
  STRONGROOM_CHECK(notify::Targets::forget_old_secrets(parts_.context));
  warned_on_ = today;
  return {};
}

Status Notifier::count() {
  const BootTime now = parts_.context.clock.boot_now();
  const std::uint64_t given_up = counters().given_up;
  if (now < count_at_ && given_up == given_up_) return {};  // a dead letter is shown at once
  count_at_ = now + kCount;
  given_up_ = given_up;
  STRONGROOM_TRY(const auto counts, storage::read<storage::NotificationCounts>(
                                        parts_.context.store, [](Snapshot& snapshot) {
                                          return storage::count_notifications(snapshot);
                                        }));
  STRONGROOM_TRY(const auto standing, parts_.context.trail.standing());
  const std::int64_t read = announcer_.position().value_or(standing.last_sequence);
  const std::lock_guard lock(mutex_);
  counts_ = counts;
  behind_ = std::max(standing.last_sequence - read, std::int64_t{0});
  return {};
}

}  // namespace strongroom::app
