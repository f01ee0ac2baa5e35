// Sign-ins with a code that somebody types in at the provider: RFC 8628.

#include "vault/device_sign_ins.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "vault/authorizations.h"
#include "vault/issuer_keys.h"
#include "vault/sign_ins.h"
#include "vault/testing/sign_in_world.h"

namespace strongroom::vault {
namespace {

class DeviceSignInsTest : public SignInWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SignInWorld::SetUp());
    asker_.id = crypto::make_uuid(clock_.now(), random_);
    change_system([](TargetSystemFields& fields) {
      fields.grant = GrantFlow::kDeviceCode;
      (*fields.endpoint_parameters)["device_authorization_endpoint"] = "https://id.example/device";
    });
    restart();
  }

  void change_system(const std::function<void(TargetSystemFields&)>& change) {
    const auto before = *systems().get(admin_, system_.id);
    TargetSystemFields fields;
    fields.endpoint_parameters = before.endpoint_parameters;
    fields.consumer_secrets = secrets({"very-secret"});
    change(fields);
    const auto changed = systems().update(admin_, system_.id, before.stamps.revision, fields);
    ASSERT_TRUE(changed.has_value()) << answer_of(changed);
  }

  // As a new process does on what the one before left.
  void restart() {
    issuer_keys_.emplace(*context_, key_sets_);
    const auto public_url = [] { return std::string("https://vault.example"); };
    authorizations_.emplace(*context_);
    sign_ins_.emplace(*context_, provider_.client(), *issuer_keys_, *journal_, public_url,
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
    ASSERT_TRUE(devices().resume().has_value());
  }
  void restart_on_the_disk() {
    disk_.crash(false);
    process_ = crypto::make_uuid(clock_.now(), random_);
    open_journal();
    ASSERT_TRUE(store_->write(storage::release_leases).has_value());
    stopping_ = false;
    restart();
  }

  DeviceSignIns& devices() { return sign_ins_->devices(); }
  Result<AuthorizationId> tried(const Actor& actor) {
    Result<AuthorizationId> id = Error{Code::kInternal, "Nobody answered."};
    devices().start(actor, client_, [&](Result<AuthorizationId> made) { id = std::move(made); });
    return id;
  }
  // The provider answers with a code; `more` are members.
  AuthorizationId started(std::string_view more = ",\"interval\":5") {
    provider_.answers(200,
                      "{\"device_code\":\"dc-1\",\"user_code\":\"WDJB-MJHT\","
                      "\"verification_uri\":\"https://id.example/enter\",\"expires_in\":600" +
                          std::string(more) + "}");
    const auto id = tried(asker_);
    EXPECT_TRUE(id.has_value()) << answer_of(id);
    return *id;
  }
  Authorization now(AuthorizationId id) { return *authorizations_->get(asker_, id); }
  std::string cause_of(AuthorizationId id) {
    const auto failure = now(id).failure;
    return failure ? failure->cause : "";
  }
  void after(Seconds time) {
    clock_.advance(time);
    devices().poll_due();
  }
  std::size_t polls() const { return provider_.requests() - 1; }  // the first asked for the code
  void pending() { provider_.refuses(400, "authorization_pending"); }

  Actor asker_ = admin_;
  http::FakeClient http_;
  oauth::KeySetClient key_sets_{http_};
  std::optional<IssuerKeys> issuer_keys_;
  std::optional<Authorizations> authorizations_;
  std::optional<SignIns> sign_ins_;
};

TEST_F(DeviceSignInsTest, ShowACodeToWhoAskedAndToNobodyElse) {
  // A-172, A-173
  const AuthorizationId id =
      started(",\"verification_uri_complete\":\"https://id.example/enter?code=WDJB-MJHT\"");
  EXPECT_EQ(provider_.url(0), "https://id.example/device");
  const Authorization seen = now(id);
  EXPECT_EQ(seen.state, AuthorizationState::kStarted);
  EXPECT_TRUE(seen.by_device_code);
  ASSERT_TRUE(seen.device.has_value());
  EXPECT_EQ(seen.device->user_code, "WDJB-MJHT");
  EXPECT_EQ(seen.device->verification_uri, "https://id.example/enter");
  EXPECT_EQ(seen.device->verification_uri_complete, "https://id.example/enter?code=WDJB-MJHT");
  EXPECT_FALSE(authorizations_->get(admin_, id)->device.has_value());
  EXPECT_EQ(answer_of(authorizations_->start(asker_, client_)), "no_link");
}

TEST_F(DeviceSignInsTest, BringTokensOnceSomebodyHasApproved) {
  // A-170, A-173, A-174
  const AuthorizationId id = started("");
  after(Seconds(4));
  EXPECT_EQ(polls(), 0U);  // five seconds where no interval is named
  pending();
  after(Seconds(1));
  EXPECT_EQ(polls(), 1U);
  EXPECT_EQ(sent(1, "grant_type"), "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code");
  EXPECT_EQ(sent(1, "device_code"), "dc-1");
  EXPECT_EQ(now(id).state, AuthorizationState::kStarted);
  after(Seconds(4));
  EXPECT_EQ(polls(), 1U);
  provider_.renews("access-1", 600, "refresh-1");
  after(Seconds(1));
  EXPECT_EQ(now(id).state, AuthorizationState::kCompleted);
  EXPECT_FALSE(now(id).device.has_value());
  EXPECT_EQ(access_token(), "access-1");
  EXPECT_EQ(refresh_token(), "refresh-1");
  after(Seconds(60));
  EXPECT_EQ(polls(), 2U);  // a final answer is the last one
  EXPECT_EQ(journal_->free_slots(), kJournalSlots);
}

TEST_F(DeviceSignInsTest, GoSlowerForGoodWhenTold) {
  // A-170
  const AuthorizationId id = started();
  provider_.refuses(400, "slow_down");
  after(Seconds(5));
  EXPECT_EQ(now(id).device->interval, Seconds(10));
  after(Seconds(9));
  EXPECT_EQ(polls(), 1U);
  pending();
  after(Seconds(1));
  EXPECT_EQ(polls(), 2U);
  after(Seconds(9));
  EXPECT_EQ(polls(), 2U);
}

TEST_F(DeviceSignInsTest, AskLessOftenAfterTimeOuts) {
  // A-171
  const AuthorizationId id = started();
  provider_.takes_it_and_is_silent();
  after(Seconds(5));
  EXPECT_EQ(polls(), 1U);
  after(Seconds(9));
  EXPECT_EQ(polls(), 1U);
  provider_.takes_it_and_is_silent();
  after(Seconds(1));
  EXPECT_EQ(polls(), 2U);
  after(Seconds(19));
  EXPECT_EQ(polls(), 2U);
  provider_.renews("access-1", 600, "refresh-1");
  after(Seconds(1));
  EXPECT_EQ(now(id).state, AuthorizationState::kCompleted);
}

TEST_F(DeviceSignInsTest, EndWhereTheProviderSaysNo) {
  // A-170
  const AuthorizationId denied = started();
  provider_.refuses(400, "access_denied");
  after(Seconds(5));
  EXPECT_EQ(now(denied).state, AuthorizationState::kFailed);
  EXPECT_EQ(cause_of(denied), "consent_refused");
  const AuthorizationId ended = started();
  provider_.refuses(400, "expired_token");
  after(Seconds(5));
  EXPECT_EQ(now(ended).state, AuthorizationState::kExpired);
  EXPECT_EQ(cause_of(ended), "device_code_expired");
  const AuthorizationId strange = started();
  provider_.refuses(400, "invalid_grant");
  after(Seconds(5));
  EXPECT_EQ(now(strange).state, AuthorizationState::kFailed);
  const std::size_t asked = provider_.requests();
  after(Seconds(300));
  EXPECT_EQ(provider_.requests(), asked);
}

TEST_F(DeviceSignInsTest, AreNeverAskedForAfterTheCodeHasEnded) {
  // A-172
  const AuthorizationId id = started();
  after(Seconds(600));
  EXPECT_EQ(polls(), 0U);
  EXPECT_EQ(now(id).state, AuthorizationState::kExpired);
  EXPECT_EQ(cause_of(id), "device_code_expired");
  after(Seconds(60));
  EXPECT_EQ(polls(), 0U);
}

TEST_F(DeviceSignInsTest, EndWhenTheyAreWithdrawnOrReplaced) {
  const AuthorizationId withdrawn = started();
  EXPECT_EQ(answer_of(authorizations_->cancel(asker_, withdrawn)), "ok");
  after(Seconds(5));
  EXPECT_EQ(polls(), 0U);
  const AuthorizationId first = started();
  const AuthorizationId second = started();
  EXPECT_EQ(now(first).state, AuthorizationState::kCancelled);
  EXPECT_EQ(now(second).state, AuthorizationState::kStarted);
  const std::size_t asked = provider_.requests();
  pending();
  after(Seconds(5));
  EXPECT_EQ(provider_.requests(), asked + 1);  // one poller
}

TEST_F(DeviceSignInsTest, EndWithTheirClientAndWithTheSettingsThatTheyBeganWith) {
  const AuthorizationId moved = started();
  change_system([](TargetSystemFields& fields) { fields.consumer_key = "another-key"; });
  after(Seconds(5));
  EXPECT_EQ(polls(), 0U);
  EXPECT_NE(now(moved).state, AuthorizationState::kStarted);
  started();
  ASSERT_TRUE(clients().remove(admin_, client_).has_value());
  const std::size_t asked = provider_.requests();
  after(Seconds(5));
  EXPECT_EQ(provider_.requests(), asked);
}

TEST_F(DeviceSignInsTest, GoOnAfterARestartAsSlowlyAsBefore) {
  // A-170
  const AuthorizationId id = started();
  provider_.refuses(400, "slow_down");
  after(Seconds(5));
  restart_on_the_disk();
  EXPECT_EQ(now(id).device->user_code, "WDJB-MJHT");
  after(Seconds(9));
  EXPECT_EQ(polls(), 1U);
  provider_.renews("access-1", 600, "refresh-1");
  after(Seconds(1));
  EXPECT_EQ(now(id).state, AuthorizationState::kCompleted);
  EXPECT_EQ(refresh_token(), "refresh-1");
}

TEST_F(DeviceSignInsTest, StoreAfterARestartWhatTheJournalHolds) {
  // A-271
  const AuthorizationId id = started();
  provider_.renews("access-1", 600, "refresh-1");
  provider_.hold();
  after(Seconds(5));
  // Durable, and the process ends before anything is stored of it.
  const auto unanswered = journal_->free_slots();
  EXPECT_EQ(unanswered, kJournalSlots - 1);
  faults_->fail_call(1, storage::FaultStore::Kind::kBefore);
  provider_.release();
  faults_->fail_call(0);
  EXPECT_EQ(now(id).state, AuthorizationState::kStarted);
  restart_on_the_disk();
  EXPECT_EQ(now(id).state, AuthorizationState::kCompleted);
  EXPECT_EQ(refresh_token(), "refresh-1");
  EXPECT_EQ(journal_->free_slots(), kJournalSlots);
}

TEST_F(DeviceSignInsTest, NeedPermissionAndAClientOfTheirKind) {
  EXPECT_EQ(answer_of(tried(with({Permission::kView}))), "denied");
  change_system([](TargetSystemFields& fields) { fields.grant = GrantFlow::kAuthorizationCode; });
  EXPECT_EQ(answer_of(tried(asker_)), "no_device_code");
}

TEST_F(DeviceSignInsTest, SayWhatTheProviderRefused) {
  provider_.refuses(400, "unauthorized_client");
  EXPECT_FALSE(tried(asker_).has_value());
  provider_.answers(200,
                    R"({"device_code":"d","user_code":"A","verification_uri":"http://id.example/",)"
                    R"("expires_in":600})");
  EXPECT_FALSE(tried(asker_).has_value());
  EXPECT_TRUE(authorizations_->waiting(admin_, client_)->empty());
}

}  // namespace
}  // namespace strongroom::vault
