// field.md pain 4: people are told before a job fails, once, and in one piece.
#include "notify/announcer.h"

#include <string>

#include "notify/testing/notify_world.h"

namespace strongroom::notify {
namespace {

using audit::Action;

using AnnouncerTest = NotifyWorld;

TEST_F(AnnouncerTest, TellsTheThirdFailureInARowOnceAndThatItRecovered) {
  target();
  happen(Action::kRetrievalFailed, "unreachable");
  happen(Action::kRetrievalFailed, "unreachable");
  EXPECT_EQ(told(), Types{});
  happen(Action::kRetrievalFailed, "unreachable");
  happen(Action::kRetrievalFailed, "unreachable");
  EXPECT_EQ(told(), Types{"failing"});
  restart();
  happen(Action::kTokensRetrieved);
  happen(Action::kTokensRetrieved);
  EXPECT_EQ(told(), (Types{"failing", "recovered"}));
}

TEST_F(AnnouncerTest, TellsNothingOfAHiccup) {
  target();
  happen(Action::kRetrievalFailed, "unreachable");
  EXPECT_EQ(told(), Types{});
  happen(Action::kTokensRetrieved);
  happen(Action::kRetrievalFailed, "unreachable");
  happen(Action::kRetrievalFailed, "unreachable");
  happen(Action::kTokensRetrieved);
  EXPECT_EQ(told(), Types{});
}

TEST_F(AnnouncerTest, TellsThatSomebodyHasToSignInAtTheFirstFailure) {
  target();
  state("needs_sign_in");
  happen(Action::kRetrievalFailed, "sign_in_ended");
  happen(Action::kRetrievalFailed, "sign_in_ended");
  EXPECT_EQ(told(), Types{"needs_sign_in"});
  state("active");
  happen(Action::kAuthorizationCompleted);
  EXPECT_EQ(told(), (Types{"needs_sign_in", "recovered"}));
}

TEST_F(AnnouncerTest, TellsNothingOfDisabledOrDeletedClientsOrOfOneResource) {
  target();
  happen(Action::kScopesNarrowed, {}, {}, "https://mail.example.org");
  state("disabled");
  happen(Action::kScopesNarrowed);
  state("active");
  ASSERT_TRUE(clients().remove(admin_, client_));
  happen(Action::kScopesNarrowed);
  happen(Action::kScopesNarrowed, {}, crypto::make_uuid(clock_.now(), random_));
  EXPECT_EQ(told(), Types{});
}

TEST_F(AnnouncerTest, TellsOfAGrantThatEndedWithOneResource) {
  target();
  state("needs_sign_in");
  happen(Action::kRetrievalFailed, "sign_in_ended", {}, "https://mail.example.org");
  EXPECT_EQ(told(), Types{"needs_sign_in"});
}

TEST_F(AnnouncerTest, TellsOfAGrantThatEndsBecauseNothingRenewsIt) {
  target();
  sign_in("", Seconds(600));
  clock_.advance(Seconds(700));
  restart_retrievals();
  EXPECT_EQ(asked(), "needs_sign_in");
  EXPECT_EQ(told(), Types{"needs_sign_in"});
}

TEST_F(AnnouncerTest, TellsAnewOfWhatEndedAfterNobodyListened) {
  const TargetId id = target();
  state("needs_sign_in");
  happen(Action::kRetrievalFailed, "sign_in_ended");
  EXPECT_EQ(told(), Types{"needs_sign_in"});
  ASSERT_TRUE(targets_->remove(admin_, id));
  EXPECT_EQ(read_on(), "");
  happen(Action::kAuthorizationCompleted);
  EXPECT_EQ(read_on(), "");
  target();
  happen(Action::kRetrievalFailed, "sign_in_ended");
  EXPECT_EQ(told(), Types{"needs_sign_in"});
}

TEST_F(AnnouncerTest, TellsAfterACrashNothingOfBeforeAnybodyListened) {
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told(), Types{});
  target();
  EXPECT_EQ(told(), Types{});
  restart();
  EXPECT_EQ(told(), Types{});
}

TEST_F(AnnouncerTest, ReadsOnAtOnceWhereThereIsMore) {
  target();
  for (std::size_t i = 0; i <= Announcer::kAtOnce; ++i) happen(Action::kScopesNarrowed);
  ASSERT_TRUE(trail_->flush());
  EXPECT_EQ(announcer_->go_on().value(), Announcer::Found::kMore);
  EXPECT_EQ(read_on(), "");
  EXPECT_EQ(announcer_->position(), trail_->standing()->last_sequence);
}

TEST_F(AnnouncerTest, TellsARefusedTargetSystemWithAllItsClients) {
  target();
  happen(Action::kTargetSystemAtFault, "invalid_client", system_.id.uuid);
  happen(Action::kTargetSystemAccepted, {}, system_.id.uuid);
  EXPECT_EQ(told(), (Types{"failing", "recovered"}));
}

TEST_F(AnnouncerTest, DoesNotTellLaterWhatHappenedBeforeAnybodyListened) {
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told(), Types{});
  target();
  EXPECT_EQ(told(), Types{});
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told(), Types{"scopes_narrowed"});
}

TEST_F(AnnouncerTest, TellsOnlyWhatSomebodyWantsToBeTold) {
  target({EventKind::kDying});
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told(), Types{});
}

// A crash between any two calls of the store: nothing is told twice, and nothing is left out.
TEST_F(AnnouncerTest, TellsEachOnceWhateverCallOfTheStoreFails) {
  target();
  std::size_t expected = 0;
  with_every_fault(
      [&] {
        happen(Action::kScopesNarrowed);
        EXPECT_TRUE(trail_->flush());
        ++expected;
        restart();
        vault::Context faulty{*faults_, *trail_, keys_,       sealer_, random_,
                              clock_,   log_,    *catalogue_, index_,  network_};
        Outbox outbox(faulty, {}, [] { return std::string("https://vault.example.org"); });
        return Announcer(faulty, outbox).go_on().has_value();
      },
      [&](bool /*failed*/) { EXPECT_EQ(told().size(), expected); });
}

TEST_F(AnnouncerTest, LeavesOutATargetThatSomebodyElseWrote) {
  target();
  tamper("UPDATE notification_targets SET url = 'https://evil.example.org/'");
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told(), Types{});
}

}  // namespace
}  // namespace strongroom::notify
