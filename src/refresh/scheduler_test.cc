#include "refresh/scheduler.h"

#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>

#include "vault/refresh_plan.h"
#include "vault/testing/sign_in_world.h"

namespace strongroom::refresh {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using vault::OAuthClientId;

class SchedulerTest : public vault::SignInWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SignInWorld::SetUp());
    context_->refresh_plan = &plan_;
    due_.emplace(*context_);
  }
  Rounds::Parts parts(std::size_t at_once = 4) {
    return {*due_, *retrievals_, clock_, lines_log_, at_once, {}};
  }

  vault::RefreshPlan plan_{vault::RefreshSettings{}};
  std::optional<vault::DueRefreshes> due_;
};

TEST_F(SchedulerTest, WhatEndsMakesRoomForTheNext) {
  for (int i = 0; i < 3; ++i) {
    const OAuthClientId id = client(project_, system_.id, "box " + std::to_string(i)).id;
    sign_in(id, "refresh-of-" + std::to_string(i), "access-0", hours(1));
    provider_.renews("access-1", 3600, "");
  }
  clock_.advance(minutes(55));
  Scheduler scheduler(parts(1), plan_);
  ASSERT_TRUE(provider_.wait_for_requests(3)) << "one after another, without a nap in between";
  scheduler.stop();
  EXPECT_TRUE(retrievals_->drain(Seconds(30)));
  EXPECT_EQ(scheduler.in_flight(), 0U);
}

TEST_F(SchedulerTest, AfterItStoppedNothingBeginsAndWhatIsUnderWayLands) {
  sign_in("refresh-1", hours(1));
  const OAuthClientId other = client(project_, system_.id, "other").id;
  sign_in(other, "other-1", "other-0", hours(2));
  clock_.advance(minutes(55));
  provider_.hold();
  provider_.renews("access-1", 3600, "refresh-2");
  Scheduler scheduler(parts(), plan_);
  ASSERT_TRUE(provider_.wait_for_requests(1));
  scheduler.stop();  // does not wait for it
  EXPECT_EQ(scheduler.in_flight(), 1U);
  clock_.advance(hours(1));
  plan_.ring(clock_.now());
  scheduler.stop();
  provider_.release();  // lands at a scheduler that has stopped
  EXPECT_TRUE(retrievals_->drain(Seconds(30)));
  EXPECT_EQ(scheduler.in_flight(), 0U);
  EXPECT_EQ(access_token(), "access-1");
  EXPECT_EQ(provider_.requests(), 1U) << "the other is due as well";
}

TEST_F(SchedulerTest, ItStopsThoughItIsWokenAllTheTime) {
  sign_in("refresh-1", hours(1));
  std::atomic<bool> is_over = false;
  std::thread ringing([&] {
    while (!is_over) plan_.ring(WallTime{});
  });
  for (int i = 0; i < 50; ++i) {
    Scheduler scheduler(parts(), plan_);
    if (i % 2 == 0) scheduler.stop();
  }
  is_over = true;
  ringing.join();
  EXPECT_EQ(provider_.requests(), 0U) << "nothing was due";
}

}  // namespace
}  // namespace strongroom::refresh
