// Sign-ins with the user name and password of an account: RFC 6749 section 4.3.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "vault/authorizations.h"
#include "vault/issuer_keys.h"
#include "vault/journal_settlement.h"
#include "vault/password_tries.h"
#include "vault/sign_ins.h"
#include "vault/testing/sign_in_world.h"

namespace strongroom::vault {
namespace {

constexpr std::string_view kSecretWord = "correct-horse-battery";

class PasswordSignInsTest : public SignInWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SignInWorld::SetUp());
    asker_.id = crypto::make_uuid(clock_.now(), random_);
    TargetSystemFields fields = system_fields("Old");
    fields.service_provider = "generic-password";
    fields.grant = GrantFlow::kPassword;
    fields.scopes = {"mail.read"};
    const auto made = systems().create(admin_, fields);
    ASSERT_TRUE(made.has_value()) << answer_of(made);
    system_ = *made;
    shown_ = system_.token_endpoint;
    client_ = client(project_, system_.id, "old inbox").id;
    restart();
  }

  // As a new process does on what the one before left.
  void restart() {
    issuer_keys_.emplace(*context_, key_sets_);
    authorizations_.emplace(*context_);
    sign_ins_.emplace(
        *context_, provider_.client(), *issuer_keys_, *journal_,
        [] { return std::string("https://vault.example"); },
        [this](Task task) {
          if (!stopping_) task();
          return !stopping_;
        });
    JournalSettlement(
        *context_, process_,
        [this](const JournalIntent& intent, std::optional<oauth::TokenAnswer> answer) {
          return sign_ins_->settle(intent, std::move(answer));
        })
        .settle_all();
    ASSERT_TRUE(sign_ins_->give_up_unfinished().has_value());
  }
  void restart_on_the_disk() {
    disk_.crash(false);
    process_ = crypto::make_uuid(clock_.now(), random_);
    open_journal();
    ASSERT_TRUE(store_->write(storage::release_leases).has_value());
    stopping_ = false;
    restart();
  }

  Result<AuthorizationId> tried(const Actor& actor, const std::string& username = "ann",
                                std::string_view password = kSecretWord) {
    // Shared with an answer that comes later.
    const auto id =
        std::make_shared<Result<AuthorizationId>>(Error{Code::kInternal, "Nobody answered."});
    sign_ins_->sign_in_with_password(actor, client_, shown_, username,
                                     oauth::AccountPassword(password),
                                     [id](Result<AuthorizationId> made) { *id = std::move(made); });
    return *id;
  }
  Authorization signed_in(const std::string& username = "ann") {
    const auto id = tried(asker_, username);
    EXPECT_TRUE(id.has_value()) << answer_of(id);
    return *authorizations_->get(asker_, *id);
  }
  static std::string cause_of(const Authorization& authorization) {
    return authorization.failure ? authorization.failure->cause : "";
  }

  Actor asker_ = admin_;
  std::string shown_;  // where the password goes, as whoever types it was told
  http::FakeClient http_;
  oauth::KeySetClient key_sets_{http_};
  std::optional<IssuerKeys> issuer_keys_;
  std::optional<Authorizations> authorizations_;
  std::optional<SignIns> sign_ins_;
};

TEST_F(PasswordSignInsTest, BringTokensAtOnceWithOneRequest) {
  //
  provider_.renews("access-1", 600, "refresh-1");
  const Authorization done = signed_in();
  EXPECT_EQ(done.state, AuthorizationState::kCompleted);
  ASSERT_TRUE(done.account.has_value());
  EXPECT_EQ(done.account->name, "ann");
  EXPECT_EQ(provider_.requests(), 1U);
  EXPECT_EQ(sent(0, "grant_type"), "password");
  EXPECT_EQ(sent(0, "password"), kSecretWord);
  EXPECT_EQ(access_token(), "access-1");
  EXPECT_EQ(refresh_token(), "refresh-1");
  EXPECT_EQ(journal_->free_slots(), kJournalSlots);
  EXPECT_EQ(actions(2),
            (std::vector<std::string>{"authorization.completed", "authorization.started"}));
}

TEST_F(PasswordSignInsTest, GoNowhereElseThanWasShown) {
  //
  shown_ = "https://login.example/token-of-before";
  EXPECT_EQ(answer_of(tried(asker_)), "destination_changed at /token_endpoint");
  EXPECT_EQ(provider_.requests(), 0U);
  EXPECT_EQ(journal_->free_slots(), kJournalSlots);
  // Who configures does not lead the passwords of others elsewhere, whatever secret they enter.
  const auto elsewhere = [&](const Actor& actor) {
    TargetSystemFields fields;
    fields.endpoint_parameters.emplace();
    fields.endpoint_parameters->emplace("token_endpoint", "https://evil.example/token");
    fields.consumer_secrets = secrets({"another"});
    const auto now = systems().get(admin_, system_.id);
    return answer_of(systems().update(actor, system_.id, now->stamps.revision, fields));
  };
  EXPECT_EQ(elsewhere(with({Permission::kView, Permission::kConfigure})), "denied");
  EXPECT_EQ(
      elsewhere(with({Permission::kView, Permission::kConfigure, Permission::kApproveDestination})),
      "ok");
}

TEST_F(PasswordSignInsTest, AreRenewedWithTheRefreshTokenFromThenOn) {
  //
  provider_.renews("access-1", 30, "refresh-1");
  signed_in();
  provider_.renews("access-2", 600, "refresh-2");
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(sent(1, "grant_type"), "refresh_token");
  EXPECT_EQ(sent(1, "refresh_token"), "refresh-1");
  EXPECT_EQ(sent(1, "password"), "");
  EXPECT_EQ(refresh_token(), "refresh-2");
}

TEST_F(PasswordSignInsTest, NeedThePersonAgainWhereNoRefreshTokenCame) {
  //
  provider_.renews("access-1", 600, "");
  EXPECT_EQ(signed_in().state, AuthorizationState::kCompleted);
  EXPECT_EQ(stored().state, OAuthClientState::kActive);
  EXPECT_FALSE(stored().refresh_token.has_value());
  clock_.advance(Seconds(601));
  EXPECT_EQ(asked(), "needs_sign_in");
  EXPECT_EQ(provider_.requests(), 1U);
}

TEST_F(PasswordSignInsTest, LeaveNothingOfThePasswordInTheJournalAndTheLog) {
  //
  provider_.renews("access-1", 600, "refresh-1");
  provider_.hold();
  const auto before = tried(asker_);  // on its way
  EXPECT_EQ(disk_.bytes().find(kSecretWord), std::string::npos);
  provider_.release();
  provider_.refuses(400, "invalid_grant");
  signed_in();
  EXPECT_EQ(disk_.bytes().find(kSecretWord), std::string::npos);
  for (const std::string& line : lines_) EXPECT_EQ(line.find(kSecretWord), std::string::npos);
}

TEST_F(PasswordSignInsTest, SayThatTheProviderDoesNotTakeThem) {
  //
  provider_.refuses(400, "invalid_grant");
  const Authorization failed = signed_in();
  EXPECT_EQ(failed.state, AuthorizationState::kFailed);
  EXPECT_EQ(cause_of(failed), "password_refused");
  EXPECT_EQ(refresh_token(), "none");
  provider_.answers(403, "");
  EXPECT_EQ(cause_of(signed_in()), "password_refused") << "and does not say why";
  provider_.refuses(400, "invalid_scope");
  EXPECT_EQ(cause_of(signed_in()), "invalid_scope");
}

TEST_F(PasswordSignInsTest, AreNeverSentAgainWhereNoAnswerCame) {
  //
  provider_.takes_it_and_is_silent();
  const Authorization failed = signed_in();
  EXPECT_EQ(failed.state, AuthorizationState::kFailed);
  EXPECT_EQ(cause_of(failed), "password_answer_lost");
  sign_ins_->store_again();
  clock_.advance(Seconds(600));
  sign_ins_->store_again();
  EXPECT_EQ(provider_.requests(), 1U);
}

TEST_F(PasswordSignInsTest, AreOverWhereTheServerWasStoppedMeanwhile) {
  //
  provider_.renews("access-1", 600, "refresh-1");
  provider_.hold();
  EXPECT_FALSE(tried(asker_).has_value());  // nobody answered yet
  stopping_ = true;
  provider_.release();
  restart_on_the_disk();
  EXPECT_EQ(refresh_token(), "none");
  EXPECT_EQ(provider_.requests(), 1U);
  EXPECT_EQ(actions(2),
            (std::vector<std::string>{"authorization.failed", "authorization.started"}));
  EXPECT_EQ(journal_->free_slots(), kJournalSlots);
}

TEST_F(PasswordSignInsTest, AskWhetherAnotherAccountIsTheRightOne) {
  //
  provider_.renews("access-1", 600, "refresh-1");
  signed_in();
  provider_.renews("access-2", 600, "refresh-2");
  const Authorization same = signed_in();
  EXPECT_EQ(same.state, AuthorizationState::kCompleted);
  provider_.renews("access-3", 600, "refresh-3");
  const Authorization other = signed_in("ben");
  EXPECT_EQ(other.state, AuthorizationState::kConfirmationNeeded);
  EXPECT_EQ(other.confirmation_reason, ConfirmationReason::kOtherAccount);
  EXPECT_EQ(refresh_token(), "refresh-2");
  EXPECT_EQ(answer_of(sign_ins_->confirm(asker_, other.id)), "ok");
  EXPECT_EQ(refresh_token(), "refresh-3");
}

TEST_F(PasswordSignInsTest, AreTriedFiveTimesInTenMinutes) {
  //
  for (std::size_t i = 0; i < kMaxPasswordTries; ++i) {
    provider_.refuses(400, "invalid_grant");
    EXPECT_TRUE(tried(asker_).has_value());
  }
  EXPECT_EQ(answer_of(tried(asker_)), "too_many_attempts");
  EXPECT_EQ(provider_.requests(), kMaxPasswordTries);
  const OAuthClientId first = client_;
  client_ = client(project_, system_.id, "another inbox").id;
  EXPECT_EQ(answer_of(tried(asker_, "ANN")), "too_many_attempts") << "of the account, too";
  client_ = first;
  EXPECT_EQ(provider_.requests(), kMaxPasswordTries);
  clock_.advance(kPasswordTriesFor);
  provider_.renews("access-1", 600, "refresh-1");
  EXPECT_EQ(signed_in().state, AuthorizationState::kCompleted);
}

TEST_F(PasswordSignInsTest, NeedPermissionAndAClientOfTheirKind) {
  EXPECT_EQ(answer_of(tried(with({Permission::kView}))), "denied");
  EXPECT_EQ(answer_of(tried(asker_, "")), "invalid at /username");
  EXPECT_EQ(answer_of(authorizations_->start(asker_, client_)), "no_link");
  client_ = client(project_, sign_in_system("Other").id, "other").id;
  EXPECT_EQ(answer_of(tried(asker_)), "no_password_grant");
  EXPECT_EQ(provider_.requests(), 0U);
}

}  // namespace
}  // namespace strongroom::vault
