// Tokens that are tried at their provider by the clock.

#include "vault/verification_schedule.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "vault/testing/sign_in_world.h"
#include "vault/verifications.h"

namespace strongroom::vault {
namespace {

constexpr std::int64_t kEvery = 10;  // hours

class VerificationScheduleTest : public SignInWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SignInWorld::SetUp());
    TargetSystemFields fields;
    fields.endpoint_parameters = systems().get(admin_, system_.id)->endpoint_parameters;
    (*fields.endpoint_parameters)["introspection_endpoint"] = "https://id.example/introspect";
    fields.consumer_secrets = secrets({"very-secret"});
    ASSERT_EQ(changed(fields), "ok");
    restart();
  }

  std::string changed(const TargetSystemFields& fields) {
    const auto before = *systems().get(admin_, system_.id);
    return answer_of(systems().update(admin_, system_.id, before.stamps.revision, fields));
  }
  std::string every(std::int64_t hours) {
    TargetSystemFields fields;
    fields.verify_every_hours = hours;
    return changed(fields);
  }

  // As a new process does on what the one before left.
  void restart() {
    restart_retrievals();
    schedule_.reset();
    verifications_.emplace(
        *context_, provider_.client(), *retrievals_,
        Verifications::Workers{.finish = [](Task task) { return task(), true; }});
    schedule_.emplace(*context_, *verifications_);
  }

  void works() { provider_.answers(200, R"({"active":true,"sub":"ann"})"); }
  void is_dead() { provider_.answers(200, R"({"active":false})"); }
  void turn() {
    const Status turned = schedule_->turn();
    EXPECT_TRUE(turned.has_value()) << answer_of(turned.error());
  }
  // The time goes on, and the schedule is called so often that nothing waits for it.
  void pass(Seconds time) {
    constexpr Seconds kStep{300};
    for (Seconds gone{0}; gone < time; gone += kStep) {
      clock_.advance(kStep);
      turn();
    }
  }
  std::optional<Verification> last() { return *verifications_->last(admin_, client_); }
  std::size_t events() {
    EXPECT_TRUE(trail_->flush().has_value());
    std::size_t count = 0;
    const auto page = trail_->list({.action = "oauth_client.updated", .limit = 100});
    for (const auto& entry : page->entries) {
      if (entry.json.find(R"("verification")") != std::string::npos) ++count;
    }
    return count;
  }
  static constexpr Seconds kHours{kEvery * 3600};

  std::optional<Verifications> verifications_;
  std::optional<VerificationSchedule> schedule_;
};

TEST_F(VerificationScheduleTest, TriesATokenOnceInSoManyHours) {
  // A-194
  ASSERT_EQ(every(kEvery), "ok");
  sign_in("refresh-1", Seconds(1'000'000));
  for (int i = 0; i < 3; ++i) works();
  pass(kHours);
  EXPECT_EQ(provider_.requests(), 1U) << "anywhere in the first hours, once";
  ASSERT_TRUE(last().has_value());
  EXPECT_EQ(last()->outcome, VerificationOutcome::kWorks);
  ASSERT_TRUE(last()->next_at.has_value());
  EXPECT_LE(*last()->next_at, last()->at + kHours);
  EXPECT_GE(*last()->next_at, last()->at + kHours * 9 / 10);
  pass(kHours);
  EXPECT_EQ(provider_.requests(), 2U);
  EXPECT_EQ(schedule_->counts().at(0), 2U);
  EXPECT_EQ(events(), 0U) << "nothing changed";
}

TEST_F(VerificationScheduleTest, AsksNothingWhereNobodyWantsIt) {
  sign_in("refresh-1", Seconds(1'000'000));
  pass(kHours);
  ASSERT_EQ(every(kEvery), "ok");
  turn();
  ASSERT_EQ(every(0), "ok");
  pass(2 * kHours);
  EXPECT_EQ(provider_.requests(), 0U);
}

TEST_F(VerificationScheduleTest, HasWhatTheProviderCallsDeadRenewed) {
  // A-194
  ASSERT_EQ(every(kEvery), "ok");
  sign_in("refresh-1", Seconds(1'000'000));
  is_dead();
  provider_.renews("access-1", 1'000'000, "refresh-2");
  pass(kHours);
  EXPECT_EQ(access_token(), "access-1");
  EXPECT_EQ(last()->outcome, VerificationOutcome::kRefused);
  EXPECT_EQ(last()->renewal, Renewal::kRenewed);
  EXPECT_EQ(stored().state, OAuthClientState::kActive);
  EXPECT_EQ(events(), 1U);
  works();
  pass(kHours);
  EXPECT_EQ(last()->outcome, VerificationOutcome::kWorks);
  EXPECT_EQ(events(), 2U) << "it changed back";
}

TEST_F(VerificationScheduleTest, HasThePersonAskedWhereNobodyElseCanRenew) {
  // A-194
  ASSERT_EQ(every(kEvery), "ok");
  sign_in("", Seconds(1'000'000));
  is_dead();
  pass(kHours);
  EXPECT_EQ(access_token(), "none");
  EXPECT_EQ(stored().state, OAuthClientState::kNeedsSignIn);
  pass(2 * kHours);
  EXPECT_EQ(provider_.requests(), 1U) << "there is nothing to ask about any more";
}

TEST_F(VerificationScheduleTest, ForgetsNothingOverARestart) {
  ASSERT_EQ(every(kEvery), "ok");
  sign_in("refresh-1", Seconds(1'000'000));
  works();
  pass(kHours);
  const auto before = last();
  ASSERT_TRUE(before.has_value());
  restart();
  ASSERT_TRUE(last().has_value());
  EXPECT_EQ(last()->at, before->at);
  EXPECT_EQ(last()->account, "ann");
  EXPECT_EQ(last()->next_at, before->next_at);
  turn();
  EXPECT_EQ(provider_.requests(), 1U) << "it is not due because the server was started";
}

TEST_F(VerificationScheduleTest, TriesAFewAtATimeHoweverManyAreDue) {
  ASSERT_EQ(every(kEvery), "ok");
  constexpr std::size_t kClients = 3 * VerificationSchedule::kAtOnce;
  for (std::size_t i = 0; i < kClients; ++i) {
    const OAuthClientId id = client(project_, system_.id, "client " + std::to_string(i)).id;
    sign_in(id, "refresh", "access", Seconds(10'000'000));
    works();
  }
  turn();                      // all of them have a time
  clock_.advance(3 * kHours);  // the server did not run, and all are late
  restart();
  provider_.hold();
  for (int i = 0; i < 5; ++i) turn();
  EXPECT_EQ(provider_.requests(), VerificationSchedule::kAtOnce);
  EXPECT_EQ(schedule_->under_way(), VerificationSchedule::kAtOnce);
  provider_.release();
  EXPECT_EQ(schedule_->under_way(), 0U);
  for (int i = 0; i < 5; ++i) turn();
  EXPECT_EQ(provider_.requests(), kClients);
}

TEST_F(VerificationScheduleTest, PutsOffWhatCannotBeAsked) {
  ASSERT_EQ(every(kEvery), "ok");
  sign_in("refresh-1", Seconds(1'000'000));
  turn();
  clock_.advance(kHours);
  provider_.cannot_be_reached();
  turn();
  EXPECT_EQ(provider_.requests(), 1U);
  EXPECT_EQ(last()->outcome, VerificationOutcome::kUnknown);
  EXPECT_EQ(access_token(), "access-0") << "nothing is known, so nothing changes";
}

TEST_F(VerificationScheduleTest, IsForProvidersThatCanBeAsked) {
  TargetSystemFields fields;
  fields.endpoint_parameters = systems().get(admin_, system_.id)->endpoint_parameters;
  fields.endpoint_parameters->erase("introspection_endpoint");
  fields.consumer_secrets = secrets({"very-secret"});
  ASSERT_EQ(changed(fields), "ok");
  EXPECT_EQ(every(kEvery), "invalid at /verify_every_hours");
  EXPECT_EQ(every(8761), "invalid at /verify_every_hours");
  EXPECT_EQ(every(-1), "invalid at /verify_every_hours");
  EXPECT_EQ(every(0), "ok");
  (*fields.endpoint_parameters)["verification_endpoint"] = "https://id.example/me";
  fields.verify_every_hours = 8760;
  EXPECT_EQ(changed(fields), "ok");
}

}  // namespace
}  // namespace strongroom::vault
