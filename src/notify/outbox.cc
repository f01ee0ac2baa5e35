#include "notify/outbox.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "crypto/uuid.h"
#include "notify/delivery.h"
#include "notify/target.h"
#include "storage/notification_rows.h"

namespace strongroom::notify {

using storage::NotificationDeliveryRow;
using storage::Snapshot;
using storage::Transaction;

struct Outbox::Listener {
  Target target;
  std::int64_t waiting = 0;
};

Result<bool> Outbox::has_listeners(Snapshot& snapshot) const {
  if (mail_.enabled) return true;
  STRONGROOM_TRY(const auto rows, storage::all_notification_targets(snapshot));
  for (const auto& row : rows) {
    if (row.enabled) return true;
  }
  return false;
}

Result<std::vector<Outbox::Listener>> Outbox::listeners(Snapshot& snapshot) const {
  STRONGROOM_TRY(const auto rows, storage::all_notification_targets(snapshot));
  std::vector<Listener> listeners;
  listeners.reserve(rows.size());
  for (const auto& row : rows) {
    if (const Status genuine = check_target(context_.sealer, row); !genuine) {
      context_.log.failed("A notification target is told nothing.", genuine.error(),
                          {{"target", row.id}});
      continue;
    }
    STRONGROOM_TRY(Target target, read(row));
    STRONGROOM_TRY(const auto counts, storage::count_notifications_of(snapshot, row.id));
    listeners.push_back({.target = std::move(target), .waiting = counts.waiting});
  }
  return listeners;
}

Status Outbox::put(Transaction& tx, std::span<const Notification> notifications) {
  STRONGROOM_TRY(std::vector<Listener> listening, listeners(tx));
  STRONGROOM_TRY(std::int64_t mails, storage::count_waiting_mails(tx));
  for (const Notification& notification : notifications) {
    STRONGROOM_CHECK(put_webhooks(tx, listening, notification));
    if (mail_.enabled) STRONGROOM_CHECK(put_mail(tx, notification, mails));
  }
  return {};
}

bool Outbox::has_room(std::int64_t& waiting, const Uuid& target) {
  if (waiting < kMostWaiting) {
    ++waiting;
    return true;
  }
  if (dropped_.fetch_add(1, std::memory_order_relaxed) % kMostWaiting == 0) {
    context_.log.warning("Too much waits for a notification target; it is not told the rest.",
                         {{"target", target}});
  }
  return false;
}

Status Outbox::insert(Transaction& tx, NotificationDeliveryRow row) {
  STRONGROOM_TRY(row.mac, delivery_mac(context_.sealer, row));
  return storage::insert_notification_delivery(tx, row);
}

Status Outbox::put_webhooks(Transaction& tx, std::vector<Listener>& listeners,
                            const Notification& notification) {
  const WallTime now = context_.clock.now();
  const Envelope envelope{
      .id = crypto::make_uuid(now, context_.random), .at = now, .source = source_()};
  const std::string body = cloud_event(notification, envelope);
  for (Listener& listener : listeners) {
    const Uuid& target = listener.target.id.uuid;
    if (!is_for(listener.target.settings, notification)) continue;
    if (!has_room(listener.waiting, target)) continue;
    STRONGROOM_CHECK(insert(tx, {.id = crypto::make_uuid(now, context_.random),
                                 .target_id = target,
                                 .recipient = {},
                                 .event_id = envelope.id,
                                 .event_type = event_type(notification.kind),
                                 .body = body,
                                 .mac = {},
                                 .failure = {},
                                 .created_at = now,
                                 .first_tried_at = {},
                                 .next_try_at = now}));
  }
  return {};
}

bool Outbox::may_get_mail(std::string_view address) const {
  if (mail_.domains.empty()) return true;
  const std::string domain =
      lower_case(std::string(address.substr(std::min(address.rfind('@'), address.size()))));
  return std::ranges::any_of(mail_.domains,
                             [&](const std::string& one) { return domain == "@" + one; });
}

Status Outbox::put_mail(Transaction& tx, const Notification& notification, std::int64_t& waiting) {
  const bool is_owners =
      !notification.owner_email.empty() && may_get_mail(notification.owner_email);
  const std::string& recipient = is_owners ? notification.owner_email : mail_.fallback;
  if (recipient.empty() || !has_room(waiting, {})) return {};
  const WallTime now = context_.clock.now();
  const Envelope envelope{
      .id = crypto::make_uuid(now, context_.random), .at = now, .source = source_()};
  return insert(
      tx, {.id = crypto::make_uuid(now, context_.random),
           .target_id = {},
           .recipient = recipient,
           .event_id = envelope.id,
           .event_type = event_type(notification.kind),
           .body = cloud_event(notification, envelope),
           .mac = {},
           .failure = {},
           .created_at = now,
           .first_tried_at = {},
           .next_try_at = notification.kind == EventKind::kDying ? now : now + mail_.gathered});
}

}  // namespace strongroom::notify
