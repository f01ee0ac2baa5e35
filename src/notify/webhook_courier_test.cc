// conventions.md, Webhooks: retry, dead letters; invariant 2: nobody else decides what is sent.
#include "notify/webhook_courier.h"

#include <chrono>
#include <string>

#include "notify/testing/notify_world.h"

namespace strongroom::notify {
namespace {

using audit::Action;

using WebhookCourierTest = NotifyWorld;

TEST_F(WebhookCourierTest, SendsNothingThatSomebodyElseWrote) {
  target();
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told().size(), 1U);
  tamper("UPDATE notification_deliveries SET body = '{\"data\":{}}'");
  ASSERT_TRUE(courier_->go_on());
  EXPECT_EQ(http_.count(), 0U);
  ASSERT_TRUE(courier_->go_on());
  EXPECT_EQ(waiting()[0].failure, "A notification was changed from outside.");
}

TEST_F(WebhookCourierTest, KeepsATargetOnThatGoesElsewhereByNow) {
  const TargetId id = target();
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told().size(), 1U);
  http_.hold();
  http_.answer(410, "");
  ASSERT_TRUE(courier_->go_on());
  TargetSettings moved = targets_->find(admin_, id)->target.settings;
  moved.url = "https://elsewhere.example.org/";
  ASSERT_TRUE(targets_->update(admin_, id, 1, moved));
  http_.release();
  ASSERT_TRUE(courier_->go_on());
  EXPECT_TRUE(targets_->find(admin_, id)->target.settings.enabled);
}

TEST_F(WebhookCourierTest, TriesAgainForWhoAskedWhileATryWasUnderWay) {
  target();
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told().size(), 1U);
  http_.answer(503, "");
  ASSERT_TRUE(courier_->go_on());
  ASSERT_TRUE(courier_->go_on());
  clock_.advance(std::chrono::hours(71));
  http_.hold();
  http_.answer(503, "");
  ASSERT_TRUE(courier_->go_on());
  clock_.advance(std::chrono::hours(2));
  ASSERT_TRUE(targets_->resend(admin_, waiting()[0].id));
  http_.release();
  ASSERT_TRUE(courier_->go_on());
  EXPECT_TRUE(waiting()[0].next_try_at);
}

TEST_F(WebhookCourierTest, TakesWhatIsDueAndForgetsWhatWasTaken) {
  const TargetId id = target();
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told().size(), 1U);
  http_.answer(204, "");
  ASSERT_TRUE(courier_->go_on());
  EXPECT_EQ(woken_, 1);
  ASSERT_TRUE(courier_->go_on());
  EXPECT_TRUE(waiting().empty());
  EXPECT_EQ(courier_->counters().taken, 1U);
  EXPECT_EQ(targets_->find(admin_, id)->target.delivered_at, clock_.now());
  ASSERT_TRUE(courier_->go_on());
  EXPECT_EQ(http_.count(), 1U);
}

TEST_F(WebhookCourierTest, TriesAgainUnderTheSameIdUntilThreeDaysAreOver) {
  target();
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told().size(), 1U);
  std::size_t tries = 0;
  std::string id;
  while (waiting()[0].next_try_at) {
    clock_.advance(*waiting()[0].next_try_at - clock_.now());
    http_.answer(503, "");
    ASSERT_TRUE(courier_->go_on());
    ASSERT_TRUE(courier_->go_on());
    ++tries;
    ASSERT_EQ(http_.count(), tries);
    const std::string& sent = *http::find_header(http_.request(tries - 1).headers, "webhook-id");
    EXPECT_TRUE(id.empty() || id == sent);
    id = sent;
  }
  EXPECT_GE(tries, 12U);
  EXPECT_EQ(courier_->counters().given_up, 1U);
  ASSERT_TRUE(trail_->flush());
  EXPECT_EQ(actions(1), Types{"notification.given_up"});
}

TEST_F(WebhookCourierTest, TurnsATargetOffThatIsGone) {
  const TargetId id = target();
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told().size(), 1U);
  http_.answer(410, "");
  ASSERT_TRUE(courier_->go_on());
  ASSERT_TRUE(courier_->go_on());
  EXPECT_FALSE(targets_->find(admin_, id)->target.settings.enabled);
  EXPECT_FALSE(waiting()[0].next_try_at);
  EXPECT_EQ(targets_->resend_all(admin_, id).value(), 1);
}

TEST_F(WebhookCourierTest, HasFourOfATargetUnderWayAtMost) {
  target();
  for (int i = 0; i < 6; ++i) {
    happen(Action::kScopesNarrowed);
    EXPECT_EQ(read_on(), "");
  }
  http_.hold();
  ASSERT_TRUE(courier_->go_on());
  ASSERT_TRUE(courier_->go_on());
  EXPECT_EQ(http_.count(), WebhookCourier::kMostOfTarget);
  http_.release();
  ASSERT_TRUE(courier_->go_on());
  EXPECT_EQ(http_.count(), 6U);
}

}  // namespace
}  // namespace strongroom::notify
