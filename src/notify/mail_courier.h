#pragma once
// Mails: to each recipient one that tells all that waits for them.

#include <functional>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/mail_sender.h"
#include "notify/failed_delivery.h"
#include "storage/notification_rows.h"
#include "vault/context.h"

namespace strongroom::notify {

// Sends one mail. The production one is http::MailSender::send().
using SendMail = std::function<http::MailResult(const http::Mail&)>;

// go_on() is for one thread, and waits for the mail server; counters() is for any.
class MailCourier {
 public:
  // Of so many notifications one mail tells at most.
  static constexpr std::int64_t kMostInOne = 200;
  static constexpr std::int64_t kRecipientsAtOnce = 20;

  struct Parts {
    vault::Context& context;
    SendMail send;
    std::string from;
  };
  // The context must outlive it.
  explicit MailCourier(Parts parts) : parts_(std::move(parts)) {}

  // Sends what is due, and writes down what came of it. A mail that had to be tried again tells the
  // same as before under the same Message-ID, so that who got it after all sees one mail. Errors:
  // of the store.
  Status go_on();

  DeliveryCounters counters() const;

 private:
  using Rows = std::vector<storage::NotificationDeliveryRow>;
  Result<Rows> next_of(const std::string& recipient);
  http::MailResult send(const Rows& rows);
  Status write_down(const Rows& rows, const http::MailResult& result);
  Status settle(storage::Transaction& tx, const Uuid& id, WallTime now,
                const http::MailResult& result, DeliveryCounters& counted);

  const Parts parts_;
  mutable std::mutex mutex_;
  DeliveryCounters counters_;
};

}  // namespace strongroom::notify
