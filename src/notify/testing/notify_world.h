#pragma once
// A client that somebody signed in for, an audit trail that tells of it, and whoever listens.
// Nothing is told by itself: each step is the test's.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "audit/event.h"
#include "http/network.h"
#include "http/testing/fake_client.h"
#include "notify/announcer.h"
#include "notify/outbox.h"
#include "notify/targets.h"
#include "notify/webhook_courier.h"
#include "storage/notification_rows.h"
#include "vault/testing/sign_in_world.h"

namespace strongroom::notify {

class NotifyWorld : public vault::SignInWorld {
 public:
  ~NotifyWorld() override;

 protected:
  using Types = std::vector<std::string>;

  NotifyWorld();

  void SetUp() override;

  // Whoever gets mail from here on.
  void make_parts(const MailRecipients& mail);
  // As a new process would.
  void restart();
  // A webhook that is told of these.
  TargetId target(std::vector<EventKind> events = {kAllEventKinds.begin(), kAllEventKinds.end()});
  // Puts an event into the trail; of the world's client where no subject is named.
  void happen(audit::Action action, std::string_view reason = {}, Uuid subject = {},
              std::string resource = {});
  // The client's state in the store, as the vault would leave it.
  void state(const std::string& state);
  // Reads all there is of the trail; "", or the error.
  std::string read_on();
  // Deliveries that were not taken yet, dead or not, the newest first.
  std::vector<storage::NotificationDeliveryRow> waiting();
  // Reads on. The events of what waits, in the order of the alphabet.
  Types told();

  http::FakeClient http_;
  http::Network machine_;
  int number_ = 0;  // of targets
  int woken_ = 0;   // how often the courier asked for its next turn
  std::unique_ptr<Targets> targets_;
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<Announcer> announcer_;
  std::unique_ptr<WebhookCourier> courier_;
};

}  // namespace strongroom::notify
