#pragma once
// Tells people and systems: one thread follows the trail, warns once a day, and sends webhooks that
// are due; another one waits for the mail server.

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>

#include "app/mail_settings.h"
#include "base/clock.h"
#include "http/client.h"
#include "http/mail_sender.h"
#include "http/network.h"
#include "notify/announcer.h"
#include "notify/mail_courier.h"
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
  static constexpr Milliseconds kCount{2'000};  // between two looks at how many wait
  static constexpr Milliseconds kKept =
      std::chrono::days(30);  // what is not taken by then, dead or not

  // All must outlive it; `client` may end first, once stop() was called.
  struct Parts {
    vault::Context& context;
    vault::Forecasts& forecasts;
    notify::Outbox& outbox;
    http::Client& client;
    const http::Network& network;
  };
  // `mail`: nullopt, no mail is sent.
  Notifier(const Parts& parts, std::optional<MailSettings> mail);
  ~Notifier() { stop(); }
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

  void start();
  // Tells nothing more: what waits is told after the next start, and what is on the way now is told
  // again then, under the same id.
  void stop();

  // Of webhooks and mails.
  notify::DeliveryCounters counters() const;
  std::uint64_t dropped() const { return parts_.outbox.dropped(); }
  // As of some seconds ago at most, once it has run.
  storage::NotificationCounts deliveries() const;
  // Events of the audit trail that it has not read yet; likewise.
  std::int64_t behind() const;

 private:
  void run();
  void run_mail();
  // Until the next turn is due, or `woken`, which the lock guards, is set; true: the thread is to
  // end. `done`: what the last turn came to.
  bool wait(const Status& done, bool& was_failing, bool* woken);
  Status turn(bool& more);
  Status announce(bool& more);
  Status warn_daily();
  Status count();
  void wake();

  const Parts parts_;
  notify::Announcer announcer_;
  notify::Warnings warnings_;
  notify::WebhookCourier courier_;
  std::optional<http::MailSender> mail_sender_;
  std::optional<notify::MailCourier> mail_courier_;
  std::optional<std::chrono::sys_days> warned_on_;  // these four are the thread's own
  BootTime announce_at_{};
  BootTime count_at_{};
  std::uint64_t given_up_ = 0;  // as counted last
  mutable std::mutex mutex_;    // for what follows
  std::condition_variable changed_;
  bool stopping_ = false;
  bool woken_ = false;
  storage::NotificationCounts counts_;
  std::int64_t behind_ = 0;
  std::thread thread_;
  std::thread mail_thread_;
};

}  // namespace strongroom::app
