#include "refresh/rounds.h"

#include <chrono>
#include <map>
#include <string>
#include <thread>

#include "refresh/scheduler.h"
#include "vault/refresh_plan.h"
#include "vault/target_system_faults.h"
#include "vault/testing/sign_in_world.h"

namespace strongroom::refresh {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using vault::OAuthClientId;

class RoundsTest : public vault::SignInWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SignInWorld::SetUp());
    context_->refresh_plan = &plan_;
    due_.emplace(*context_);
    restart();
  }
  Rounds::Parts parts() { return {*due_, *retrievals_, clock_, lines_log_, at_once_, {}}; }
  // Until all times are right.
  void restart() {
    rounds_.emplace(parts());
    for (int i = 0; i < 5; ++i) rounds_->round();
  }
  // Half a minute at a time, on both clocks.
  void live_for(Milliseconds time) {
    for (Milliseconds passed{0}; passed < time; passed += Seconds(30)) {
      rounds_->round();
      clock_.advance(Seconds(30));
    }
    rounds_->round();
  }
  std::uint64_t ended(Outcome outcome) {
    std::uint64_t sum = 0;
    for (const auto& [which, count] : rounds_->counters().ended) {
      if (which.second == outcome) sum += count;
    }
    return sum;
  }
  void renew_times(int times, int lifetime_s = 3600) {
    for (int i = 1; i <= times; ++i) {
      provider_.renews("access-" + std::to_string(i), lifetime_s,
                       "refresh-" + std::to_string(i + 1));
    }
  }

  std::size_t at_once_ = 4;
  vault::RefreshPlan plan_{vault::RefreshSettings{}};
  std::optional<vault::DueRefreshes> due_;
  std::optional<Rounds> rounds_;
};

TEST_F(RoundsTest, AClientStaysFreshForHoursThoughNobodyAsks) {
  // A-089, field.md pain 4, field.md pain 10
  sign_in("refresh-1", hours(1));
  renew_times(4);
  for (int i = 0; i < 4 * 110; ++i) {  // of half a minute: each of its lives has 96 to 108
    rounds_->round();
    clock_.advance(Seconds(30));
    const auto token = index_.find(client_).client->token;
    ASSERT_GT(token->deadline->left(clock_.now(), clock_.boot_now()), minutes(5));
    if (provider_.requests() == 4 && access_token() == "access-4") break;
  }
  EXPECT_EQ(access_token(), "access-4");
  EXPECT_EQ(refresh_token(), "refresh-5");
  EXPECT_EQ(provider_.requests(), 4U) << "one a lifetime";
  EXPECT_EQ(ended(Outcome::kRenewed), 4U);
  EXPECT_EQ(rounds_->counters().late, 0U);
  EXPECT_EQ(rounds_->in_flight(), 0U);
}

TEST_F(RoundsTest, ALivingTokenIsServedWhileItIsRenewedAndWhateverComesOfThat) {
  // field.md pain 9
  sign_in("refresh-1", hours(1));
  clock_.advance(minutes(55));
  provider_.hold();
  provider_.refuses(500, "server_error");
  rounds_->round();
  EXPECT_EQ(rounds_->in_flight(), 1U);
  EXPECT_EQ(access_token(), "access-0");
  provider_.release();
  EXPECT_EQ(rounds_->in_flight(), 0U);
  EXPECT_EQ(ended(Outcome::kFailed), 1U);
  EXPECT_EQ(access_token(), "access-0");
  rounds_->round();
  EXPECT_EQ(provider_.requests(), 1U) << "it waits for the next try";
}

TEST_F(RoundsTest, AfterAFailureItIsTriedAgainBeforeTheTokenEnds) {
  //
  sign_in("refresh-1", hours(1));
  clock_.advance(minutes(54));
  provider_.refuses(503, "temporarily_unavailable");
  provider_.renews("access-1", 3600, "refresh-2");
  live_for(minutes(5));
  EXPECT_EQ(access_token(), "access-1");
  EXPECT_EQ(provider_.requests(), 2U);
  EXPECT_EQ(rounds_->counters().late, 0U);
}

TEST_F(RoundsTest, NoMoreAreUnderWayThanAreAllowedAndOneTargetSystemHasNotAll) {
  for (int i = 0; i < 6; ++i) {
    const OAuthClientId id = client(project_, system_.id, "box " + std::to_string(i)).id;
    sign_in(id, "refresh-of-" + std::to_string(i), "access-0", hours(1));
  }
  clock_.advance(minutes(55));
  provider_.hold();
  for (int i = 0; i < 6; ++i) provider_.renews("access-1", 3600, "next-" + std::to_string(i));
  rounds_->round();
  EXPECT_EQ(rounds_->in_flight(), 3U);
  EXPECT_EQ(provider_.requests(), 3U);
  system_ = sign_in_system("Other");
  const OAuthClientId other = client(project("another"), system_.id, "elsewhere").id;
  sign_in(other, "refresh-1", "access-0", minutes(5));
  clock_.advance(minutes(4));
  rounds_->round();
  EXPECT_EQ(rounds_->in_flight(), 4U) << "there is room for another's";
  provider_.release();
  EXPECT_EQ(rounds_->in_flight(), 0U);
}

TEST_F(RoundsTest, OneProjectWithManyTargetSystemsLeavesTheOthersRoom) {
  at_once_ = 16;
  restart();
  const auto have_due = [this](const vault::ProjectId& project, const std::string& name, int many) {
    for (int i = 0; i < many; ++i) {
      system_ = sign_in_system(name + std::to_string(i));
      sign_in(client(project, system_.id, "box").id, name, "access", hours(1));
      provider_.renews("access-1", 3600, "");
    }
  };
  have_due(project_, "first", 20);
  clock_.advance(minutes(10));  // what it has is due before what the others have
  have_due(project("second"), "second", 4);
  have_due(project("third"), "third", 4);
  clock_.advance(minutes(55));
  provider_.hold();
  rounds_->round();
  std::map<std::string, int> under_way;
  for (std::size_t i = 0; i < provider_.requests(); ++i) ++under_way[sent(i, "refresh_token")];
  EXPECT_EQ(under_way["first"], 12) << "three quarters";
  EXPECT_GE(under_way["second"], 1);
  EXPECT_GE(under_way["third"], 1);
  provider_.release();
  for (int i = 0; i < 3; ++i) rounds_->round();
  EXPECT_EQ(ended(Outcome::kRenewed), 28U);
}

TEST_F(RoundsTest, ATargetSystemAtFaultHoldsNobodyUp) {
  // field.md pain 8
  vault::TargetSystemFaults faults(*context_);
  ASSERT_TRUE(faults.load());
  context_->faults = &faults;
  constexpr int kMany = 60;
  for (int i = 0; i < kMany; ++i) {
    const OAuthClientId id = client(project_, system_.id, "box " + std::to_string(i)).id;
    sign_in(id, "refresh-of-" + std::to_string(i), "access-0", hours(1));
  }
  system_ = sign_in_system("Other");
  project_ = project("another");
  client_ = client(project_, system_.id, "elsewhere").id;
  sign_in("refresh-1", hours(1));
  clock_.advance(minutes(55));
  provider_.refuses(401, "invalid_client");
  provider_.renews("access-1", 3600, "refresh-2");
  rounds_->round();
  EXPECT_EQ(access_token(), "access-1");
  EXPECT_EQ(provider_.requests(), 2U);
  EXPECT_LE(ended(Outcome::kFailed), 3U)
      << "the others were not even tried, and nothing is written";
  EXPECT_GE(*due_->count(), kMany - 3);
  const std::uint64_t before = ended(Outcome::kFailed);
  for (int i = 0; i < 5; ++i) rounds_->round();
  EXPECT_EQ(ended(Outcome::kFailed), before);
  clock_.advance(Seconds(31));
  rounds_->round();
  EXPECT_LE(ended(Outcome::kFailed), before + 1) << "one finds out whether it still does";
  EXPECT_EQ(provider_.requests(), 2U);
  context_->faults = nullptr;
}

TEST_F(RoundsTest, AClientThatSomebodyElseRefreshesHoldsNobodyUp) {
  //
  sign_in("refresh-1", hours(1));
  const OAuthClientId other = client(project_, system_.id, "other").id;
  sign_in(other, "other-1", "other-0", hours(1));
  clock_.advance(minutes(59));
  const WallTime now = clock_.now();
  storage::RefreshDueRow first;
  first.oauth_client_id = client_.uuid;
  first.generation = index_.find(client_).client->token->generation;
  ASSERT_TRUE(store_->write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(storage::claim_lease(tx, client_.uuid, Uuid{}, now, now + hours(1)));
    return storage::put_off_refresh(tx, first, now - hours(1));
  }));
  provider_.renews("access-1", 3600, "");
  rounds_->round();
  EXPECT_EQ(ended(Outcome::kFailed), 1U);
  EXPECT_EQ(ended(Outcome::kRenewed), 1U) << "the other one, in the same round";
}

TEST_F(RoundsTest, AVeryGreatManyAreTakenInParts) {
  for (int i = 0; i < 40; ++i) {
    const OAuthClientId id = client(project_, system_.id, "box " + std::to_string(i)).id;
    sign_in(id, "refresh-of-" + std::to_string(i), "access-0", hours(1));
    provider_.renews("access-1", 3600, "");
  }
  at_once_ = 1;
  restart();
  clock_.advance(minutes(55));
  EXPECT_EQ(rounds_->round(), Milliseconds(1)) << "whoever stops the thread is heard in between";
  EXPECT_EQ(provider_.requests(), 32U);
  rounds_->round();
  EXPECT_EQ(provider_.requests(), 40U);
}

TEST_F(RoundsTest, WhatWasRenewedMeanwhileIsNotRenewedAgain) {
  // A-080, field.md pain 1
  sign_in("refresh-1", hours(1));
  clock_.advance(minutes(55));
  const auto batch = due_->take(1, {}, {});
  ASSERT_EQ(batch->due.size(), 1U);
  provider_.renews("access-1", 3600, "refresh-2");
  EXPECT_EQ(asked(), "token");
  std::string answer;
  retrievals_->renew(batch->due[0].key, batch->due[0].row.generation,
                     [&](const auto& result) { answer = result ? "token" : "error"; });
  EXPECT_EQ(answer, "token");
  EXPECT_EQ(provider_.requests(), 1U);
}

TEST_F(RoundsTest, WhoeverLooksUpMeanwhileJoinsTheRenewal) {
  // A-080, field.md pain 1
  sign_in("refresh-1", hours(1));
  clock_.advance(minutes(55));
  provider_.hold();
  provider_.renews("access-1", 3600, "refresh-2");
  rounds_->round();
  std::string answer = "none yet";
  retrievals_->retrieve({client_, {}}, std::nullopt,
                        [&](const auto& result) { answer = result ? "token" : "error"; });
  EXPECT_EQ(answer, "none yet");
  provider_.release();
  EXPECT_EQ(answer, "token");
  EXPECT_EQ(provider_.requests(), 1U);
}

// Each look costs a query over all that is due and under way.
TEST_F(RoundsTest, WhileMostAreUnderWayWhatIsDueIsLookedForAtIntervals) {
  at_once_ = 8;
  restart();
  for (int i = 0; i < 5; ++i) {
    const OAuthClientId id = client(project_, system_.id, "box " + std::to_string(i)).id;
    sign_in(id, "refresh-of-" + std::to_string(i), "access-0", hours(1));
    provider_.renews("access-1", 3600, "next-" + std::to_string(i));
  }
  clock_.advance(minutes(55));
  provider_.hold();
  rounds_->round();
  ASSERT_EQ(rounds_->in_flight(), 5U) << "of eight";
  constexpr Milliseconds kInterval(20);
  EXPECT_EQ(rounds_->round(), kInterval) << "it looked just now";
  clock_.advance(kInterval / 2);
  EXPECT_EQ(rounds_->round(), kInterval);
  clock_.advance(kInterval / 2);
  EXPECT_GT(rounds_->round(), kInterval) << "it looked, and found nothing";
  EXPECT_EQ(rounds_->round(), kInterval);
  provider_.release();
  EXPECT_EQ(rounds_->in_flight(), 0U);
  EXPECT_GT(rounds_->round(), kInterval) << "there is much room: it looks at once";
}

TEST_F(RoundsTest, ARefusedGrantIsAskedForOnce) {
  // A-064, field.md pain 8
  sign_in("refresh-1", hours(1));
  clock_.advance(minutes(55));
  provider_.refuses(400, "invalid_grant");
  live_for(minutes(30));
  EXPECT_EQ(provider_.requests(), 1U);
  EXPECT_EQ(ended(Outcome::kNeedsSignIn), 1U);
  EXPECT_EQ(stored().state, vault::OAuthClientState::kNeedsSignIn);
}

TEST_F(RoundsTest, AClockThatIsPutBackForADayMakesNothingLate) {
  //
  sign_in("refresh-1", hours(1));
  rounds_->round();
  clock_.advance_wall(-hours(24));
  renew_times(1);
  for (int i = 0; i < 5; ++i) rounds_->round();
  live_for(minutes(55));
  EXPECT_EQ(access_token(), "access-1");
  EXPECT_EQ(provider_.requests(), 1U);
  EXPECT_EQ(rounds_->counters().late, 0U);
}

TEST_F(RoundsTest, AClockThatIsPutForwardAndBackCostsTwoRequestsAndNoToken) {
  //
  sign_in("refresh-1", hours(1));
  renew_times(2);
  clock_.advance(minutes(1));  // what is younger by boot time waits for a minute
  clock_.advance_wall(hours(24));
  for (int i = 0; i < 5; ++i) rounds_->round();
  EXPECT_EQ(access_token(), "access-1");
  clock_.advance_wall(-hours(24));
  for (int i = 0; i < 5; ++i) rounds_->round();
  EXPECT_EQ(provider_.requests(), 1U) << "by boot time it is new";
  live_for(minutes(55));
  EXPECT_EQ(access_token(), "access-2");
  EXPECT_EQ(provider_.requests(), 2U);
}

TEST_F(RoundsTest, AStoreThatCannotBeWrittenIsNotAskedWithoutAPause) {
  sign_in("refresh-1", hours(1));
  clock_.advance(minutes(55));
  faults_->fail_writes(true);
  EXPECT_GE(rounds_->round(), Seconds(1));
  rounds_->round();
  EXPECT_EQ(provider_.requests(), 0U);
  EXPECT_EQ(access_token(), "access-0");
  faults_->fail_writes(false);
  renew_times(1);
  clock_.advance(Seconds(10));
  live_for(minutes(1));
  EXPECT_EQ(access_token(), "access-1");
}

TEST_F(RoundsTest, TheLifeThatWasLeftIsCounted) {
  sign_in("refresh-1", hours(1));
  clock_.advance(minutes(55));
  renew_times(1);
  rounds_->round();
  const Counters counted = rounds_->counters();
  EXPECT_EQ(counted.life_left[3], 1U) << "between a minute and five";
  EXPECT_EQ(counted.life_left_sum, minutes(5));
}

TEST_F(RoundsTest, TheThreadRenewsWhatIsDueAndWhatBecomesDue) {
  sign_in("refresh-1", hours(1));
  clock_.advance(minutes(55));
  renew_times(1);
  Scheduler scheduler(parts(), plan_);
  ASSERT_TRUE(provider_.wait_for_requests(1));
  while (access_token() != "access-1") std::this_thread::yield();
  const OAuthClientId other = client(project_, system_.id, "other").id;
  provider_.renews("other-1", 3600, "other-2");
  clock_.advance(minutes(1));
  sign_in(other, "other-1", "other-0", Seconds(100));  // is due in a minute of a clock that stands
  clock_.advance(Seconds(70));
  plan_.ring(clock_.now());
  ASSERT_TRUE(provider_.wait_for_requests(2));
  scheduler.stop();
  EXPECT_TRUE(retrievals_->drain(Seconds(30)));
}

}  // namespace
}  // namespace strongroom::refresh
