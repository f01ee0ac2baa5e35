#pragma once
// The thread that tells people and systems: it follows the trail, warns once a day, and sends what
// is due.

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>

#include "base/clock.h"
#include "http/client.h"
#include "http/network.h"
#include "notify/announcer.h"
#include "notify/outbox.h"
#include "notify/warnings.h"
#include "notify/webhook_courier.h"
#include "storage/notification_rows.h"
#include "vault/context.h"
#include "vault/forecast.h"

namespace strongroom::app {

// Safe to use from any thread.
class Notifier {
 public:
  static constexpr Milliseconds kLookAgain{500};  // for new events, and for what is due
  static constexpr Milliseconds kGather{5'000};   // what happens then is told together
  static constexpr Milliseconds kAfterError{10'000};
  static constexpr Milliseconds kDeadLettersKept = std::chrono::days(30);

  // All must outlive it; `client` may end first, once stop() was called.
  struct Parts {
    vault::Context& context;
    vault::Forecasts& forecasts;
    notify::Outbox& outbox;
    http::Client& client;
    const http::Network& network;
  };
  explicit Notifier(const Parts& parts);
  ~Notifier() { stop(); }
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  void start();
  // Tells nothing more: what waits is told after the next start, and what is on the way now is told
  // again then, under the same id.
  void stop();

  notify::DeliveryCounters webhooks() const { return courier_.counters(); }
  std::uint64_t dropped() const { return parts_.outbox.dropped(); }
  // As of some seconds ago at most, once it has run.
  storage::NotificationCounts deliveries() const;

 private:
  void run();
  Status turn(bool& more);
  Status announce(bool& more);
  Status warn_daily();
  Status count();
  void wake();

  const Parts parts_;
  notify::Announcer announcer_;
  notify::Warnings warnings_;
  notify::WebhookCourier courier_;
  std::optional<std::chrono::sys_days> warned_on_;  // these two are the thread's own
  BootTime announce_at_{};
  bool was_failing_ = false;
  mutable std::mutex mutex_;  // for what follows
  std::condition_variable changed_;
  bool stopping_ = false;
  bool woken_ = false;
  storage::NotificationCounts counts_;
  std::thread thread_;
};

}  // namespace strongroom::app
