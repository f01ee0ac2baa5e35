// Invariant 2: who writes to the database neither invents what is told nor whom it is told to.
#include "notify/delivery.h"

#include <functional>
#include <string>

#include "notify/testing/notify_world.h"

namespace strongroom::notify {
namespace {

using DeliveryTest = NotifyWorld;

TEST_F(DeliveryTest, IsBelievedAsItWasWrittenAndNoOtherWay) {
  target();
  happen(audit::Action::kScopesNarrowed);
  ASSERT_EQ(told().size(), 1U);
  const storage::NotificationDeliveryRow row = waiting().front();
  EXPECT_TRUE(check_delivery(sealer_, row));
  const auto changed = [&](const std::function<void(storage::NotificationDeliveryRow&)>& change) {
    storage::NotificationDeliveryRow other = row;
    change(other);
    return vault::answer_of(check_delivery(sealer_, other));
  };
  EXPECT_EQ(changed([](auto& other) { other.id = other.event_id; }), "corrupt");
  EXPECT_EQ(changed([](auto& other) { other.target_id = other.event_id; }), "corrupt");
  EXPECT_EQ(changed([](auto& other) { other.target_id.reset(); }), "corrupt");
  EXPECT_EQ(changed([](auto& other) { other.recipient = "eve@example.org"; }), "corrupt");
  EXPECT_EQ(changed([](auto& other) { other.event_id = other.id; }), "corrupt");
  EXPECT_EQ(changed([](auto& other) { other.event_type += "x"; }), "corrupt");
  EXPECT_EQ(changed([](auto& other) { other.body += " "; }), "corrupt");
  EXPECT_EQ(changed([](auto& other) { other.mac.clear(); }), "corrupt");
  // How it went is not covered: it is written with each try.
  EXPECT_EQ(changed([](auto& other) { other.tries = 9; }), "ok");
}

}  // namespace
}  // namespace strongroom::notify
