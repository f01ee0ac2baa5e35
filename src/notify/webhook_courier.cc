#include "notify/webhook_courier.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>
#include <string>

#include "notify/delivery.h"
#include "notify/targets.h"

namespace strongroom::notify {

using storage::NotificationDeliveryRow;
using storage::NotificationTargetRow;
using storage::Snapshot;
using storage::Transaction;

Status WebhookCourier::go_on() {
  STRONGROOM_CHECK(write_down());
  STRONGROOM_TRY(const std::vector<Departure> departures, due());
  for (const Departure& departure : departures) {
    for (const NotificationDeliveryRow& delivery : departure.deliveries) {
      send(departure.target, delivery);
    }
  }
  return {};
}

DeliveryCounters WebhookCourier::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

Status WebhookCourier::write_down() {
  std::vector<Returned> returned;
  {
    const std::lock_guard lock(mutex_);
    returned.swap(returned_);
  }
  if (returned.empty()) return {};
  DeliveryCounters counted;
  Status written = parts_.context.store.write([&](Transaction& tx) -> Status {
    counted = {};
    for (const Returned& one : returned) STRONGROOM_CHECK(settle(tx, one, counted));
    return {};
  });
  const std::lock_guard lock(mutex_);
  if (!written) {
    std::ranges::move(returned, std::back_inserter(returned_));
    return written;
  }
  counters_ += counted;
  for (const Returned& one : returned) {
    under_way_[*one.delivery.target_id].erase(one.delivery.id);
  }
  return {};
}

Status WebhookCourier::settle(Transaction& tx, const Returned& returned,
                              DeliveryCounters& counted) {
  const WallTime now = parts_.context.clock.now();
  const Uuid& target = *returned.delivery.target_id;
  STRONGROOM_CHECK(storage::note_notification_target(tx, target, returned.outcome.taken, now));
  if (returned.outcome.taken) {
    counted.taken += 1;
    STRONGROOM_TRY([[maybe_unused]] const bool there,
                   storage::delete_notification_delivery(tx, returned.delivery.id));
    return {};
  }
  DeliveryFailure failure{.what = returned.outcome.failure,
                          .final_reason = returned.outcome.gone ? "gone" : "",
                          .retry_after = returned.outcome.retry_after};
  parts_.context.random.fill(std::as_writable_bytes(std::span(&failure.chance, 1)));
  STRONGROOM_CHECK(note_failure(parts_.context, tx, returned.delivery.id, now, failure, counted));
  if (!returned.outcome.gone) return {};
  return Targets::turn_off(parts_.context, tx, target, returned.url);
}

Result<std::vector<WebhookCourier::Departure>> WebhookCourier::due() {
  const WallTime now = parts_.context.clock.now();
  using Departures = std::vector<Departure>;
  return storage::read<Departures>(
      parts_.context.store, [&](Snapshot& snapshot) -> Result<Departures> {
        STRONGROOM_TRY(const auto targets, storage::all_notification_targets(snapshot));
        Departures departures;
        for (const NotificationTargetRow& target : targets) {
          if (!target.enabled) continue;
          const std::set<Uuid>& away = under_way_[target.id];
          if (away.size() >= kMostOfTarget) continue;
          // Those that are away already are still due in the store.
          STRONGROOM_TRY(auto deliveries,
                         storage::due_deliveries_to(snapshot, target.id, now,
                                                    static_cast<std::int64_t>(kMostOfTarget)));
          std::erase_if(deliveries, [&](const auto& one) { return away.contains(one.id); });
          deliveries.resize(std::min(deliveries.size(), kMostOfTarget - away.size()));
          departures.push_back({.target = target, .deliveries = std::move(deliveries)});
        }
        return departures;
      });
}

void WebhookCourier::send(const NotificationTargetRow& target,
                          const NotificationDeliveryRow& delivery) {
  under_way_[target.id].insert(delivery.id);
  Returned returned{.delivery = delivery, .url = target.url, .outcome = {}};
  const std::string id = delivery.event_id.text();
  Status genuine = check_delivery(parts_.context.sealer, delivery);
  auto request =
      genuine ? webhook_request(parts_.context.sealer, parts_.network, target,
                                {.id = id, .body = delivery.body, .at = parts_.context.clock.now()})
              : Result<http::OutgoingRequest>(std::move(genuine).error());
  if (!request) {
    parts_.context.log.failed("A notification cannot be sent.", request.error(),
                              {{"target", target.id}});
    returned.outcome.failure = request.error().message.view();
    return bring_back(std::move(returned));
  }
  parts_.client.send(*std::move(request),
                     [this, returned = std::move(returned)](http::ExchangeResult result) mutable {
                       returned.outcome = outcome_of(result, parts_.context.clock.now());
                       bring_back(std::move(returned));
                     });
}

void WebhookCourier::bring_back(Returned returned) {
  {
    const std::lock_guard lock(mutex_);
    returned_.push_back(std::move(returned));
  }
  parts_.wake();
}

}  // namespace strongroom::notify
