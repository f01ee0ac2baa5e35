#pragma once
// What is to be told: kept in the store, in the transaction that decides on it, until it was taken.

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "notify/notification.h"
#include "storage/notification_rows.h"
#include "storage/store.h"
#include "vault/context.h"

namespace strongroom::notify {

// To whom mails go.
struct MailRecipients {
  bool enabled = false;                   // false: no mail is sent by this server
  std::string fallback;                   // who is told of what has no owner; empty: nobody
  std::vector<std::string> domains = {};  // in lower case: no others get mail; empty: any
  // Mails of what just happened wait so long, so that one tells of all of it.
  Milliseconds gathered = std::chrono::minutes(5);
};

class Outbox {
 public:
  // More than so many wait for one target, or as mails: what comes then is not told, and counted.
  static constexpr std::int64_t kMostWaiting = 10'000;

  // `context` must outlive it. `source`: the server's public URL.
  Outbox(vault::Context& context, MailRecipients mail, std::function<std::string()> source)
      : context_(context), mail_(std::move(mail)), source_(std::move(source)) {}

  // Whether anybody is told anything. Errors: as Snapshot::query().
  Result<bool> has_listeners(storage::Snapshot& snapshot) const;

  // A delivery of each notification to each target that is told of it, and a mail to its owner.
  // A target that was changed from outside is told nothing, which is logged. One thread at a time.
  // Errors: as Transaction::execute().
  Status put(storage::Transaction& tx, std::span<const Notification> notifications);

  // How many were not told because too much waited. Any thread.
  std::uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  struct Listener;
  Result<std::vector<Listener>> listeners(storage::Snapshot& snapshot) const;
  Status put_webhooks(storage::Transaction& tx, std::vector<Listener>& listeners,
                      const Notification& notification);
  Status put_mail(storage::Transaction& tx, const Notification& notification,
                  std::int64_t& waiting);
  // Whether mail goes to that address at all.
  bool may_get_mail(std::string_view address) const;
  Status insert(storage::Transaction& tx, storage::NotificationDeliveryRow row);
  // False: too much waits. `waiting` counts one more otherwise.
  bool has_room(std::int64_t& waiting, const Uuid& target);

  vault::Context& context_;
  const MailRecipients mail_;
  const std::function<std::string()> source_;
  std::atomic<std::uint64_t> dropped_{0};
};

}  // namespace strongroom::notify
