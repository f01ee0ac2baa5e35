// field.md pain 4: an owner gets one mail, and what was not taken goes again as it was.
#include "notify/mail_courier.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "notify/testing/notify_world.h"

namespace strongroom::notify {
namespace {

using audit::Action;

class MailCourierTest : public NotifyWorld {
 protected:
  void SetUp() override {
    NotifyWorld::SetUp();
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

TEST_F(MailCourierTest, IsOneForAllThatHappenedWithinMinutes) {
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

TEST_F(MailCourierTest, IsTriedAgainAsItWasAndNewsGoInAnother) {
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

TEST_F(MailCourierTest, GoesToNoOwnerOutsideOfTheDomainsThatAreNamed) {
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

TEST_F(MailCourierTest, OfSeveralEventsStaysOneMailHoweverOftenItIsTried) {
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

TEST_F(MailCourierTest, ThatSomebodyElseWroteIsNotSent) {
  happen(Action::kScopesNarrowed);
  EXPECT_EQ(told().size(), 1U);
  clock_.advance(MailRecipients{}.gathered);
  tamper("UPDATE notification_deliveries SET body = '[]'");
  ASSERT_TRUE(mails_->go_on());
  EXPECT_TRUE(sent_.empty());
  EXPECT_FALSE(waiting()[0].next_try_at);
}

TEST_F(MailCourierTest, ThatIsRefusedForGoodIsADeadLetterAtOnce) {
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
