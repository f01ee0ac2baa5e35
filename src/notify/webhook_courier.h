#pragma once
// Takes deliveries to their targets, and brings back what came of them.

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/client.h"
#include "http/network.h"
#include "notify/failed_delivery.h"
#include "notify/webhook.h"
#include "storage/notification_rows.h"
#include "vault/context.h"

namespace strongroom::notify {

// go_on() is for one thread; it does not wait for the network. counters() is for any.
class WebhookCourier {
 public:
  // On the way at once: a target that hangs keeps neither the others nor its own queue's order
  // waiting for long.
  static constexpr std::size_t kMostOfTarget = 4;

  struct Parts {
    vault::Context& context;
    http::Client& client;
    const http::Network& network;
    // Called on a thread of the client's, when go_on() has something to do.
    std::function<void()> wake;
  };
  // All must outlive it, and it the requests that it sent.
  explicit WebhookCourier(Parts parts) : parts_(std::move(parts)) {}

  // Writes down what came back, and sends what is due. Errors: of the store; what came back is kept
  // for the next call.
  Status go_on();

  DeliveryCounters counters() const;

 private:
  struct Returned {
    storage::NotificationDeliveryRow delivery;
    std::string url;  // where it was sent
    WebhookOutcome outcome;
  };
  struct Departure {
    storage::NotificationTargetRow target;
    std::vector<storage::NotificationDeliveryRow> deliveries;
  };

  Status write_down();
  Status settle(storage::Transaction& tx, const Returned& returned, DeliveryCounters& counted);
  Result<std::vector<Departure>> due();
  void send(const storage::NotificationTargetRow& target,
            const storage::NotificationDeliveryRow& delivery);
  void bring_back(Returned returned);

  const Parts parts_;
  std::map<Uuid, std::set<Uuid>> under_way_;  // by target
  mutable std::mutex mutex_;                  // for what follows
  std::vector<Returned> returned_;
  DeliveryCounters counters_;
};

}  // namespace strongroom::notify
