// field.md pain 4: people are told by the server itself, and no receiver holds its stop up.
#include "app/notifier.h"

#include <optional>

#include "notify/testing/notify_world.h"

namespace strongroom::app {
namespace {

class NotifierTest : public notify::NotifyWorld {
 protected:
  void SetUp() override {
    notify::NotifyWorld::SetUp();
    forecasts_.emplace(*context_, catalogue::RefreshLifetimesById{});
    target();
    notifier_.emplace(Notifier::Parts{*context_, *forecasts_, *outbox_, http_, machine_},
                      std::nullopt);
  }
  void TearDown() override {
    notifier_.reset();
    http_.release();
    notify::NotifyWorld::TearDown();
  }

  std::optional<vault::Forecasts> forecasts_;
  std::optional<Notifier> notifier_;
};

TEST_F(NotifierTest, TellsWhatHappensByItself) {
  http_.answer(204, "");
  notifier_->start();
  happen(audit::Action::kScopesNarrowed);
  EXPECT_TRUE(http_.wait_for_requests(1));
  notifier_->stop();
  EXPECT_EQ(notifier_->dropped(), 0U);
  EXPECT_LE(notifier_->counters().taken, 1U);  // its answer may have come after the stop
}

TEST_F(NotifierTest, StopsWhileAReceiverHangsAndTellsItAfterTheNextStart) {
  http_.hold();
  notifier_->start();
  happen(audit::Action::kScopesNarrowed);
  ASSERT_TRUE(http_.wait_for_requests(1));
  notifier_->stop();
  ASSERT_EQ(waiting().size(), 1U);
  http_.release();
  Notifier next({*context_, *forecasts_, *outbox_, http_, machine_}, std::nullopt);
  next.start();
  EXPECT_TRUE(http_.wait_for_requests(2));
  next.stop();
  EXPECT_EQ(*http::find_header(http_.request(0).headers, "webhook-id"),
            *http::find_header(http_.request(1).headers, "webhook-id"));
}

}  // namespace
}  // namespace strongroom::app
