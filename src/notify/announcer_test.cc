// field.md pain 4: people are told before a job fails, once, and in one piece.
#include "notify/announcer.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "crypto/uuid.h"
#include "http/testing/fake_client.h"
#include "notify/mail_courier.h"
#include "notify/targets.h"
#include "notify/warnings.h"
#include "notify/webhook_courier.h"
#include "storage/notification_rows.h"
#include "vault/testing/sign_in_world.h"

namespace strongroom::notify {
namespace {

using audit::Action;
using vault::answer_of;

class NotifyTest : public vault::SignInWorld {
 protected:
  void SetUp() override {
    vault::SignInWorld::SetUp();
    make_parts({});
    ASSERT_EQ(read_on(), "");  // from here on
    state("active");
  }
  void make_parts(const MailRecipients& mail) {
    const auto source = [] { return std::string("https://vault.example.org"); };
    targets_ = std::make_unique<Targets>(Targets::Parts{*context_, http_, machine_, source});
    outbox_ = std::make_unique<Outbox>(*context_, mail, source);
    restart();
  }
  // As a new process would.
  void restart() {
    announcer_ = std::make_unique<Announcer>(*context_, *outbox_);
    courier_ = std::make_unique<WebhookCourier>(
        WebhookCourier::Parts{*context_, http_, machine_, [this] { ++woken_; }});
  }
  TargetId target(std::vector<EventKind> events = {kAllEventKinds.begin(), kAllEventKinds.end()}) {
    auto made = targets_->create(admin_, {.name = "target " + std::to_string(++number_),
                                          .url = "https://hooks.example.org/",
                                          .events = std::move(events)});
    EXPECT_TRUE(made) << answer_of(made);
    return made->target.id;
  }
  void happen(Action action, std::string_view reason = {}, Uuid subject = {},
              std::string resource = {}) {
    audit::Event event{
        .id = crypto::make_uuid(clock_.now(), random_), .at = clock_.now(), .action = action};
    event.subject_id = subject.is_nil() ? client_.uuid : subject;
    event.reason = reason;
    event.resource = std::move(resource);
    ASSERT_TRUE(
        store_->write([&](storage::Transaction& tx) { return trail_->record_change(tx, event); }));
  }
  void state(const std::string& state) {
    ASSERT_TRUE(store_->write([&](storage::Transaction& tx) -> Status {
      STRONGROOM_CHECK(tx.execute("UPDATE oauth_clients SET state = ? WHERE id = ?",
                                  {state, storage::to_value(client_.uuid)}));
      return {};
    }));
  }
  // Reads all there is; "" or the error.
  std::string read_on() {
    EXPECT_TRUE(trail_->flush());
    while (true) {
      const auto found = announcer_->go_on();
      if (!found) return answer_of(found.error());
      if (*found == Announcer::Found::kNothing) return "";
    }
  }
  std::vector<storage::NotificationDeliveryRow> waiting() {
    auto page = storage::read<storage::RowPage<storage::NotificationDeliveryRow>>(
        *store_, [](storage::Snapshot& snapshot) {
          return storage::list_notification_deliveries(snapshot, {.limit = 1000});
        });
    return page.value().rows;
  }
  // The types of what waits, without what all have in common.
  std::vector<std::string> told() {
    EXPECT_EQ(read_on(), "");
    std::vector<std::string> types;
    for (const auto& row : waiting()) types.push_back(row.event_type.substr(24));
    std::ranges::sort(types);
    return types;
  }
  using Types = std::vector<std::string>;

  http::FakeClient http_;
  http::Network machine_;
  int number_ = 0;
  int woken_ = 0;
  std::unique_ptr<Targets> targets_;
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<Announcer> announcer_;
  std::unique_ptr<WebhookCourier> courier_;
};

TEST_F(NotifyTest, TellsTheThirdFailureInARowOnceAndThatItRecovered) {
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

TEST_F(NotifyTest, TellsNothingOfAHiccup) {
  target();
  happen(Action::kRetrievalFailed, "unreachable");
  EXPECT_EQ(told(), Types{});
  happen(Action::kTokensRetrieved);
  happen(Action::kRetrievalFailed, "unreachable");
  happen(Action::kRetrievalFailed, "unreachable");
  happen(Action::kTokensRetrieved);
  EXPECT_EQ(told(), Types{});
}

TEST_F(NotifyTest, TellsThatSomebodyHasToSignInAtTheFirstFailure) {
  target();
  state("needs_sign_in");
  happen(Action::kRetrievalFailed, "sign_in_ended");
  happen(Action::kRetrievalFailed, "sign_in_ended");
  EXPECT_EQ(told(), Types{"needs_sign_in"});
  state("active");
  happen(Action::kAuthorizationCompleted);
  EXPECT_EQ(told(), (Types{"needs_sign_in", "recovered"}));
}

TEST_F(NotifyTest, TellsNothingOfDisabledOrDeletedClientsOrOfOneResource) {
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

TEST_F(NotifyTest, TellsOfAGrantThatEndedWithOneResource) {
  target();
  state("needs_sign_in");
  happen(Action::kRetrievalFailed, "sign_in_ended", {}, "https://mail.example.org");
  EXPECT_EQ(told(), Types{"needs_sign_in"});
}

TEST_F(NotifyTest, TellsOfAGrantThatEndsBecauseNothingRenewsIt) {
  target();
  sign_in("", Seconds(600));
  clock_.advance(Seconds(700));
  restart_retrievals();
  EXPECT_EQ(asked(), "needs_sign_in");
  EXPECT_EQ(told(), Types{"needs_sign_in"});
}

TEST_F(NotifyTest, TellsAnewOfWhatEndedAfterNobodyListened) {
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

TEST_F(NotifyTest, TellsAfterACrashNothingOfBeforeAnybodyListened) {
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told(), Types{});
  target();
  EXPECT_EQ(told(), Types{});
  restart();
  EXPECT_EQ(told(), Types{});
}

TEST_F(NotifyTest, ReadsOnAtOnceWhereThereIsMore) {
  target();
  for (std::size_t i = 0; i <= Announcer::kAtOnce; ++i) happen(Action::kScopesNarrowed);
  ASSERT_TRUE(trail_->flush());
  EXPECT_EQ(announcer_->go_on().value(), Announcer::Found::kMore);
  EXPECT_EQ(read_on(), "");
  EXPECT_EQ(announcer_->position(), trail_->standing()->last_sequence);
}

TEST_F(NotifyTest, TellsARefusedTargetSystemWithAllItsClients) {
  target();
  happen(Action::kTargetSystemAtFault, "invalid_client", system_.id.uuid);
  happen(Action::kTargetSystemAccepted, {}, system_.id.uuid);
  EXPECT_EQ(told(), (Types{"failing", "recovered"}));
}

TEST_F(NotifyTest, DoesNotTellLaterWhatHappenedBeforeAnybodyListened) {
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told(), Types{});
  target();
  EXPECT_EQ(told(), Types{});
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told(), Types{"scopes_narrowed"});
}

TEST_F(NotifyTest, TellsOnlyWhatSomebodyWantsToBeTold) {
  target({EventKind::kDying});
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told(), Types{});
}

// A crash between any two calls of the store: nothing is told twice, and nothing is left out.
TEST_F(NotifyTest, TellsEachOnceWhateverCallOfTheStoreFails) {
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

TEST_F(NotifyTest, LeavesOutATargetThatSomebodyElseWrote) {
  target();
  tamper("UPDATE notification_targets SET url = 'https://evil.example.org/'");
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told(), Types{});
}

TEST_F(NotifyTest, WarnsOfEachEndOnceForEachNumberOfDays) {
  target({EventKind::kDying});
  vault::Forecasts forecasts(*context_, {});
  Warnings warnings(*context_, forecasts, *outbox_);
  const auto warned = [&] {
    EXPECT_TRUE(warnings.announce());
    return told().size();
  };
  sign_in("", std::chrono::days(20));
  EXPECT_EQ(warned(), 1U);  // 30
  EXPECT_EQ(warned(), 1U);
  clock_.advance(std::chrono::days(6));  // 15
  EXPECT_EQ(warned(), 2U);
  sign_in("", std::chrono::days(200));
  EXPECT_EQ(warned(), 2U);
  sign_in("", std::chrono::days(14));  // as near as before, but another end
  EXPECT_EQ(warned(), 3U);
  clock_.advance(std::chrono::hours(24 * 13 + 1));
  EXPECT_EQ(warned(), 4U);
}

TEST_F(NotifyTest, WarnsNobodyOfWhatIsOver) {
  target({EventKind::kDying});
  vault::Forecasts forecasts(*context_, {});
  Warnings warnings(*context_, forecasts, *outbox_);
  sign_in("", std::chrono::days(2));
  clock_.advance(std::chrono::days(3));
  EXPECT_TRUE(warnings.announce());
  EXPECT_EQ(told(), Types{});
}

TEST_F(NotifyTest, SendsNothingThatSomebodyElseWrote) {
  target();
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told().size(), 1U);
  tamper("UPDATE notification_deliveries SET body = '{\"data\":{}}'");
  ASSERT_TRUE(courier_->go_on());
  EXPECT_EQ(http_.count(), 0U);
  ASSERT_TRUE(courier_->go_on());
  EXPECT_EQ(waiting()[0].failure, "A notification was changed from outside.");
}

TEST_F(NotifyTest, KeepsATargetOnThatGoesElsewhereByNow) {
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

TEST_F(NotifyTest, TriesAgainForWhoAskedWhileATryWasUnderWay) {
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

TEST_F(NotifyTest, ForgetsAReplacedSecretOnceItSignsNoMore) {
  const TargetId id = target();
  ASSERT_TRUE(targets_->rotate_secret(admin_, id));
  ASSERT_TRUE(Targets::forget_old_secrets(*context_));
  EXPECT_TRUE(targets_->find(admin_, id)->target.previous_secret_until);
  clock_.advance(Targets::kBothSecrets);
  ASSERT_TRUE(Targets::forget_old_secrets(*context_));
  EXPECT_FALSE(targets_->find(admin_, id)->target.previous_secret_until);
  http_.answer(204, "");
  EXPECT_TRUE(targets_->test(admin_, id)->taken);
}

TEST_F(NotifyTest, TakesWhatIsDueAndForgetsWhatWasTaken) {
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

TEST_F(NotifyTest, TriesAgainUnderTheSameIdUntilThreeDaysAreOver) {
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

TEST_F(NotifyTest, TurnsATargetOffThatIsGone) {
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

TEST_F(NotifyTest, HasFourOfATargetUnderWayAtMost) {
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

class MailTest : public NotifyTest {
 protected:
  void SetUp() override {
    NotifyTest::SetUp();
    make_parts({.enabled = true, .fallback = "ops@example.org"});
    mails_ = std::make_unique<MailCourier>(
        MailCourier::Parts{*context_,
                           [this](const http::Mail& mail) -> http::MailResult {
                             sent_.push_back(mail);
                             if (answers_.empty()) return {};
                             const http::MailTrouble trouble = answers_.front();
                             answers_.erase(answers_.begin());
                             return tl::make_unexpected(http::MailFailure{
                                 .trouble = trouble, .message = "The test refuses it."});
                           },
                           "strongroom@example.org"});
  }

  std::vector<http::Mail> sent_;
  std::vector<http::MailTrouble> answers_;
  std::unique_ptr<MailCourier> mails_;
};

TEST_F(MailTest, IsOneForAllThatHappenedWithinMinutes) {
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told().size(), 1U);
  state("needs_sign_in");
  happen(Action::kRetrievalFailed, "sign_in_ended");
  EXPECT_EQ(told().size(), 2U);
  ASSERT_TRUE(mails_->go_on());
  EXPECT_TRUE(sent_.empty());
  clock_.advance(MailRecipients{}.gathered);
  ASSERT_TRUE(mails_->go_on());
  ASSERT_EQ(sent_.size(), 1U);
  EXPECT_EQ(sent_[0].to, "ops@example.org");
  EXPECT_NE(sent_[0].text.find("1 OAuth client needs somebody to sign in."), std::string::npos);
  EXPECT_NE(sent_[0].text.find("1 OAuth client may do less than before."), std::string::npos);
  EXPECT_TRUE(waiting().empty());
  EXPECT_EQ(mails_->counters().taken, 2U);
}

TEST_F(MailTest, IsTriedAgainAsItWasAndNewsGoInAnother) {
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told().size(), 1U);
  clock_.advance(MailRecipients{}.gathered);
  answers_ = {http::MailTrouble::kLater};
  ASSERT_TRUE(mails_->go_on());
  state("needs_sign_in");
  happen(Action::kRetrievalFailed, "sign_in_ended");
  EXPECT_EQ(told().size(), 2U);
  clock_.advance(std::chrono::hours(1));
  ASSERT_TRUE(mails_->go_on());
  ASSERT_TRUE(mails_->go_on());
  ASSERT_EQ(sent_.size(), 3U);
  const auto id_of = [](const http::Mail& mail) {
    const std::size_t at = mail.text.find("Message-ID: ");
    return mail.text.substr(at, mail.text.find('\r', at) - at);
  };
  EXPECT_EQ(id_of(sent_[0]), id_of(sent_[1]));
  EXPECT_NE(id_of(sent_[1]), id_of(sent_[2]));
  EXPECT_TRUE(waiting().empty());
}

TEST_F(MailTest, GoesToNoOwnerOutsideOfTheDomainsThatAreNamed) {
  make_parts({.enabled = true, .fallback = "ops@example.org", .domains = {"example.org"}});
  EXPECT_EQ(read_on(), "");
  for (const char* const owner :
       {"ada@Example.ORG", "eve@example.org.evil.example", "eve@elsewhere"}) {
    ASSERT_TRUE(store_->write([&](storage::Transaction& tx) -> Status {
      STRONGROOM_CHECK(tx.execute("UPDATE oauth_clients SET owner_email = ? WHERE id = ?",
                                  {std::string_view(owner), storage::to_value(client_.uuid)}));
      return {};
    }));
    happen(Action::kScopesNarrowed);
    EXPECT_EQ(read_on(), "");
  }
  Types recipients;
  for (const auto& row : waiting()) recipients.push_back(row.recipient);
  std::ranges::sort(recipients);
  EXPECT_EQ(recipients, (Types{"ada@Example.ORG", "ops@example.org", "ops@example.org"}));
}

TEST_F(MailTest, OfSeveralEventsStaysOneMailHoweverOftenItIsTried) {
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told().size(), 1U);
  state("needs_sign_in");
  happen(Action::kRetrievalFailed, "sign_in_ended");
  EXPECT_EQ(told().size(), 2U);
  clock_.advance(MailRecipients{}.gathered);
  answers_ = {http::MailTrouble::kLater, http::MailTrouble::kConnect};
  for (int tries = 0; tries < 3; ++tries) {
    ASSERT_TRUE(mails_->go_on());
    clock_.advance(std::chrono::hours(1));
  }
  ASSERT_EQ(sent_.size(), 3U);
  EXPECT_EQ(sent_[0].text.substr(sent_[0].text.find("Message-ID")).substr(0, 60),
            sent_[2].text.substr(sent_[2].text.find("Message-ID")).substr(0, 60));
  EXPECT_TRUE(waiting().empty());
}

TEST_F(MailTest, ThatSomebodyElseWroteIsNotSent) {
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told().size(), 1U);
  clock_.advance(MailRecipients{}.gathered);
  tamper("UPDATE notification_deliveries SET body = '[]'");
  ASSERT_TRUE(mails_->go_on());
  EXPECT_TRUE(sent_.empty());
  EXPECT_FALSE(waiting()[0].next_try_at);
}

TEST_F(MailTest, ThatIsRefusedForGoodIsADeadLetterAtOnce) {
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told().size(), 1U);
  clock_.advance(MailRecipients{}.gathered);
  answers_ = {http::MailTrouble::kRecipient};
  ASSERT_TRUE(mails_->go_on());
  ASSERT_EQ(waiting().size(), 1U);
  EXPECT_FALSE(waiting()[0].next_try_at);
  EXPECT_EQ(mails_->counters().given_up, 1U);
}

}  // namespace
}  // namespace strongroom::notify
