#include "vault/credential_use.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "oauth/testing/scripted_token_endpoint.h"
#include "vault/retrievals.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class CredentialUse : public VaultWorld {
 protected:
  void SetUp() override {
    VaultWorld::SetUp();
    project_ = project("Finance");
    TargetSystemFields fields = system_fields("CRM");
    fields.client_authentication = ClientAuthentication::kPost;
    fields.consumer_secrets = secrets({"newer-secret", "older-secret"});
    system_ = systems().create(admin_, fields)->id;
    client_ = client(project_, system_, "nightly").id;
    retrievals_ = std::make_unique<Retrievals>(
        *context_, provider_.client(),
        Retrievals::Workers{.start = [](Task task) { return task(), true; },
                            .finish = [](Task task) { return task(), true; }},
        crypto::make_uuid(clock_.now(), random_));
  }

  // "token", or the cause.
  std::string asked(OAuthClientId id) {
    std::string answer = "none";
    retrievals_->retrieve({id}, admin_, [&](const RetrievalResult& result) {
      if (result) {
        answer = "token";
        return;
      }
      const ErrorValue* const cause = result.error().find("cause");
      answer = cause == nullptr ? answer_of(result) : std::get<VisibleName>(*cause).text;
    });
    return answer;
  }
  std::string asked() { return asked(client_); }
  // Which of the two secrets request number `index` proved with.
  std::string secret_of(std::size_t index) {
    const std::string_view body = provider_.body(index);
    if (body.find("newer-secret") != std::string_view::npos) return "newer";
    return body.find("older-secret") != std::string_view::npos ? "older" : "none";
  }
  TargetSystem stored() { return *systems().get(admin_, system_); }
  void enter(const std::vector<std::string>& values) {
    TargetSystemFields fields;
    fields.consumer_secrets = secrets(values);
    ASSERT_TRUE(systems().update(admin_, system_, stored().stamps.revision, fields).has_value());
  }

  ProjectId project_;
  TargetSystemId system_;
  OAuthClientId client_;
  oauth::ScriptedTokenEndpoint provider_{clock_};
  std::unique_ptr<Retrievals> retrievals_;
};

TEST_F(CredentialUse, TheOlderSecretIsDroppedWhenTheNewerOneWasAccepted) {
  const TargetSystem before = stored();
  ASSERT_EQ(before.consumer_secrets.size(), 2U);
  provider_.grants("a-token", 3600);
  EXPECT_EQ(asked(), "token");
  const TargetSystem after = stored();
  ASSERT_EQ(after.consumer_secrets.size(), 1U);
  EXPECT_EQ(after.consumer_secrets[0].id, before.consumer_secrets[0].id);
  EXPECT_EQ(after.consumer_secrets[0].accepted_at, clock_.now());
  EXPECT_EQ(after.stamps.revision, before.stamps.revision + 1) << "it is a change";
  EXPECT_FALSE(after.destination_held);
  EXPECT_EQ(std::ranges::count(actions(100), "target_system.secret_dropped"), 1);
  EXPECT_TRUE(clients().get(admin_, client_)->token.has_value());
  expect_index_as_after_restart({client_});

  provider_.grants("another", 3600);
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(secret_of(1), "newer");
  EXPECT_EQ(stored().stamps.revision, after.stamps.revision);
}

TEST_F(CredentialUse, WhileTheNewerOneIsRefusedTheOlderStaysAndIsTriedFirstForADay) {
  //
  provider_.refuses(401, "invalid_client");
  provider_.grants("first", 3600);
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(secret_of(0), "newer");
  EXPECT_EQ(secret_of(1), "older");
  const TargetSystem remembered = stored();
  ASSERT_EQ(remembered.consumer_secrets.size(), 2U);
  EXPECT_EQ(remembered.consumer_secrets[0].accepted_at, std::nullopt);
  EXPECT_EQ(remembered.consumer_secrets[1].accepted_at, clock_.now());

  provider_.grants("second", 3600);
  clock_.advance(kRemembered - Milliseconds(1));
  EXPECT_EQ(asked(), "token");
  ASSERT_EQ(provider_.requests(), 3U);
  EXPECT_EQ(secret_of(2), "older");
  EXPECT_EQ(stored().consumer_secrets[1].accepted_at, remembered.consumer_secrets[1].accepted_at)
      << "written down once a day";

  clock_.advance(Milliseconds(1));
  provider_.grants("third", 3600);
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(secret_of(3), "newer") << "so that it comes into use";
  EXPECT_EQ(stored().consumer_secrets.size(), 1U);
}

TEST_F(CredentialUse, WhenTheRememberedOneIsRefusedTheOtherOneIsTried) {
  //
  provider_.refuses(401, "invalid_client");
  provider_.grants("first", 3600);
  EXPECT_EQ(asked(), "token");
  provider_.refuses_with_code(401, "invalid_client", 7);
  provider_.grants("second", 3600);
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(secret_of(2), "older");
  EXPECT_EQ(secret_of(3), "newer");
  EXPECT_EQ(stored().consumer_secrets.size(), 1U);
}

TEST_F(CredentialUse, AcceptanceForOneClientIsEnoughForAll) {
  const OAuthClientId other = client(project_, system_, "weekly").id;
  provider_.grants("a-token", 3600);
  EXPECT_EQ(asked(), "token");
  provider_.grants("b-token", 3600);
  EXPECT_EQ(asked(other), "token");
  EXPECT_EQ(secret_of(1), "newer");
}

TEST_F(CredentialUse, WhatWasReplacedMeanwhileIsNeitherNotedNorDropsAnything) {
  provider_.grants("a-token", 3600);
  provider_.hold();
  std::string ignored = asked();
  enter({"newer-secret of tomorrow", "older-secret of tomorrow"});
  provider_.release();
  const TargetSystem after = stored();
  ASSERT_EQ(after.consumer_secrets.size(), 2U);
  EXPECT_EQ(after.consumer_secrets[0].accepted_at, std::nullopt);
  EXPECT_EQ(std::ranges::count(actions(100), "target_system.secret_dropped"), 0);
}

TEST_F(CredentialUse, KeysAreNotDropped) {
  TargetSystemFields fields = system_fields("Keys");
  fields.client_authentication = ClientAuthentication::kPrivateKeyJwt;
  fields.consumer_secrets.reset();
  fields.client_keys.emplace();
  for (int i = 0; i < 2; ++i) {
    NewClientKey key;
    key.generate = crypto::NewKey::kEd25519;
    fields.client_keys->push_back(std::move(key));
  }
  const auto made = systems().create(admin_, fields);
  if (!made) GTEST_FAIL() << answer_of(made);
  system_ = made->id;
  client_ = client(project_, system_, "signs").id;
  provider_.grants("a-token", 3600);
  EXPECT_EQ(asked(), "token");
  const TargetSystem after = stored();
  ASSERT_EQ(after.client_keys.size(), 2U);
  EXPECT_EQ(after.client_keys[0].accepted_at, clock_.now());
  EXPECT_EQ(after.client_keys[1].accepted_at, std::nullopt);
}

TEST_F(CredentialUse, ASecretPastItsDateThatIsRefusedHasExpired) {
  TargetSystemFields fields;
  fields.consumer_secrets = secrets({"newer-secret"});
  fields.consumer_secrets->front().expires_on = clock_.now() + Seconds(60);
  ASSERT_TRUE(systems().update(admin_, system_, stored().stamps.revision, fields).has_value());
  provider_.refuses(401, "invalid_client");
  EXPECT_EQ(asked(), "invalid_client");
  clock_.advance(Seconds(60));
  provider_.refuses(401, "invalid_client");
  EXPECT_EQ(asked(), "secret_expired");
  const auto failure = clients().get(admin_, client_)->failure;
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->cause, "secret_expired");
  EXPECT_NE(failure->where.find("consumer secrets"), std::string::npos);
  provider_.refuses(400, "invalid_scope");
  EXPECT_EQ(asked(), "invalid_scope") << "whatever its date is";
}

TEST_F(CredentialUse, ACertificatePastItsDateThatIsRefusedHasExpired) {
  UsedCredential used{.id = {}, .kind = "certificate", .position = 0, .expires_on = clock_.now()};
  oauth::TokenFailure failure{.cause = oauth::FailureCause::kAssertionRefused};
  explain_by_expiry(failure, used, clock_.now() - Seconds(1));
  EXPECT_EQ(failure.cause, oauth::FailureCause::kAssertionRefused);
  explain_by_expiry(failure, used, clock_.now());
  EXPECT_EQ(failure.cause, oauth::FailureCause::kCertificateExpired);
}

}  // namespace
}  // namespace strongroom::vault
