#include "vault/retrievals.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "oauth/testing/scripted_token_endpoint.h"
#include "storage/oauth_client_rows.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class RetrievalsTest : public VaultWorld {
 protected:
  void SetUp() override {
    VaultWorld::SetUp();
    project_ = project("Finance");
    system_ = system("CRM");
    client_ = client(project_, system_.id, "nightly").id;
    retrievals_ = std::make_unique<Retrievals>(
        *context_, provider_.client(),
        Retrievals::Workers{.start =
                                [this](Task task) {
                                  if (!workers_full_) task();
                                  return !workers_full_;
                                },
                            .finish = [](Task task) { return task(), true; }},
        crypto::make_uuid(clock_.now(), random_));
  }

  // Asks for a token; what comes of it is added to `answers_`: the token's fingerprint, or what
  // answer_of() says.
  void ask(RetrievalReason reason = RetrievalReason::kLookup) {
    retrievals_->retrieve(client_, reason, [this](const RetrievalResult& result) {
      answers_.push_back(result ? "token" : answer_of(result));
      last_error_ = result ? std::nullopt : std::optional<Error>(result.error());
    });
  }
  std::string asked(RetrievalReason reason = RetrievalReason::kLookup) {
    ask(reason);
    return answers_.empty() ? "no answer yet" : answers_.back();
  }
  std::int64_t retry_after() const {
    const ErrorValue* const value = last_error_ ? last_error_->find("retry_after") : nullptr;
    return value == nullptr ? -1 : std::get<std::int64_t>(*value);
  }

  std::shared_ptr<const TokenEntry> indexed_token() { return index_.find(client_).client->token; }
  std::string token_text() {
    const auto token = indexed_token();
    if (!token) return "none";
    std::string text;
    const Status opened = sealer_.open_into({.table = "oauth_clients",
                                             .row = client_.uuid,
                                             .column = "sealed_token",
                                             .scope = project_.uuid,
                                             .generation = token->generation},
                                            token->sealed, text);
    return opened ? text : "does not open";
  }
  std::ptrdiff_t events_with(std::string_view text) {
    EXPECT_TRUE(trail_->flush().has_value());
    return std::ranges::count_if(trail_->list({.limit = 100})->entries, [&](const auto& entry) {
      return entry.json.find(text) != std::string::npos;
    });
  }
  OAuthClient stored() { return *clients().get(admin_, client_); }

  ProjectId project_;
  TargetSystem system_;
  OAuthClientId client_;
  oauth::ScriptedTokenEndpoint provider_{clock_};
  bool workers_full_ = false;
  std::vector<std::string> answers_;
  std::optional<Error> last_error_;
  std::unique_ptr<Retrievals> retrievals_;  // last: it answers into what stands above
};

TEST_F(RetrievalsTest, ATokenIsKeptSealedAndIsInTheIndexWhenItIsAnswered) {
  provider_.grants("first-token", 3600);
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(token_text(), "first-token");
  EXPECT_EQ(stored().state, OAuthClientState::kActive);
  EXPECT_EQ(stored().token->expires_at, clock_.now() + Seconds(3600));
  EXPECT_EQ(std::ranges::count(actions(100), "tokens.retrieved"), 1);
  expect_index_as_after_restart({client_});
}

TEST_F(RetrievalsTest, HoweverManyAskAtOnceOneRequestIsSentAndAllGetItsToken) {
  provider_.grants("the-token", 3600);
  provider_.hold();
  for (int i = 0; i < 50; ++i) ask();
  EXPECT_EQ(provider_.requests(), 1U);
  EXPECT_EQ(answers_.size(), 0U);
  provider_.release();
  EXPECT_EQ(answers_, std::vector<std::string>(50, "token"));
  EXPECT_EQ(retrievals_->counters().requests, 1U);
  EXPECT_EQ(retrievals_->in_flight(), 0U);
}

// Invariant 8: whoever has the lease now knows better.
TEST_F(RetrievalsTest, AWriteBackWhoseLeaseHasMovedOnIsRefused) {
  provider_.grants("late-token", 3600);
  provider_.hold();
  ask();
  ASSERT_TRUE(store_->write(
      [&](storage::Transaction& tx) { return storage::drop_token(tx, client_.uuid); }));
  provider_.release();
  EXPECT_EQ(answers_, std::vector<std::string>{"overloaded"});
  EXPECT_EQ(token_text(), "none");
  EXPECT_FALSE(stored().token.has_value());
}

TEST_F(RetrievalsTest, AClientThatWasDeletedMeanwhileGetsNoToken) {
  provider_.grants("late-token", 3600);
  provider_.hold();
  ask();
  ASSERT_TRUE(clients().remove(admin_, client_).has_value());
  provider_.release();
  EXPECT_EQ(answers_, std::vector<std::string>{"overloaded"});
  ASSERT_TRUE(clients().restore(admin_, client_).has_value());
  EXPECT_EQ(token_text(), "none");
}

TEST_F(RetrievalsTest, WhileASecretIsReplacedBothAreTriedNewestFirst) {
  //
  TargetSystemFields fields;
  fields.client_authentication = ClientAuthentication::kPost;
  fields.consumer_secrets = secrets({"newer-secret", "older-secret"});
  ASSERT_TRUE(systems().update(admin_, system_.id, system_.stamps.revision, fields).has_value());
  std::size_t sent = 0;
  for (const auto& [status, code] : {std::pair{400, "invalid_client"},
                                     {401, "invalid_client"},
                                     {401, "unauthorized_client"},
                                     {401, "access_denied"},
                                     {401, "no code of RFC 6749"}}) {
    provider_.refuses(status, code);
    provider_.grants("second-try", 3600);
    EXPECT_EQ(asked(), "token") << code;
    ASSERT_EQ(provider_.requests(), sent + 2) << code;
    EXPECT_NE(provider_.body(sent).find("newer-secret"), std::string_view::npos);
    EXPECT_NE(provider_.body(sent + 1).find("older-secret"), std::string_view::npos);
    sent += 2;
  }
}

TEST_F(RetrievalsTest, TheOtherSecretIsNotTriedWhereTheSecretIsNotTheTrouble) {
  //
  TargetSystemFields fields;
  fields.consumer_secrets = secrets({"newer-secret", "older-secret"});
  ASSERT_TRUE(systems().update(admin_, system_.id, system_.stamps.revision, fields).has_value());
  std::size_t sent = 0;
  for (const auto& [status, code] : {std::pair{400, "unauthorized_client"},
                                     {400, "invalid_scope"},
                                     {403, "access_denied"},
                                     {429, "invalid_client"},
                                     {500, "invalid_client"}}) {
    provider_.refuses(status, code);
    EXPECT_NE(asked(RetrievalReason::kPerson), "token") << code;
    EXPECT_EQ(provider_.requests(), ++sent) << code;
  }
}

TEST_F(RetrievalsTest, ScopesThatWereNotGrantedAreShownAndInTheAuditTrail) {
  //
  TargetSystemFields fields;
  fields.scopes = {"read", "write", "admin"};
  ASSERT_TRUE(systems().update(admin_, system_.id, 1, fields).has_value());
  using Scopes = std::vector<std::string>;
  provider_.grants("all-that-was-asked-for", 3600);
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(stored().token->scope, "read write admin");
  EXPECT_EQ(stored().token->missing_scopes, Scopes{});
  EXPECT_EQ(events_with("\"reason\":\"scopes_missing\""), 0);

  provider_.grants_only("narrower", "write more");
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(stored().token->scope, "write more");
  EXPECT_EQ(stored().token->missing_scopes, (Scopes{"read", "admin"}));
  EXPECT_EQ(stored().state, OAuthClientState::kActive);
  EXPECT_EQ(events_with("\"reason\":\"scopes_missing\""), 1);

  provider_.grants_only("none", "");
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(stored().token->missing_scopes, (Scopes{"read", "write", "admin"}));
}

TEST_F(RetrievalsTest, AfterAFailureLookUpsWaitLongerEachTimeAndAPersonDoesNot) {
  //
  provider_.refuses(400, "invalid_scope");
  EXPECT_EQ(asked(), "provider_refused");
  EXPECT_EQ(stored().state, OAuthClientState::kFailing);
  EXPECT_EQ(stored().failure->cause, "invalid_scope");
  EXPECT_EQ(asked(), "provider_refused");
  EXPECT_EQ(retry_after(), 1);
  EXPECT_EQ(provider_.requests(), 1U);

  clock_.advance(Seconds(1));
  provider_.refuses(400, "invalid_scope");
  EXPECT_EQ(asked(), "provider_refused");
  EXPECT_EQ(asked(), "provider_refused");
  EXPECT_EQ(retry_after(), 2);
  EXPECT_EQ(provider_.requests(), 2U);

  provider_.grants("at-last", 3600);
  EXPECT_EQ(asked(RetrievalReason::kPerson), "token");
  EXPECT_EQ(stored().state, OAuthClientState::kActive);
  EXPECT_FALSE(stored().failure.has_value());
}

TEST_F(RetrievalsTest, RetryAfterIsHonoured) {
  //
  provider_.refuses(503, "temporarily_unavailable", "120");
  EXPECT_EQ(asked(), "provider_unreachable");
  clock_.advance(Seconds(119));
  EXPECT_EQ(asked(), "provider_unreachable");
  EXPECT_EQ(retry_after(), 1);
  EXPECT_EQ(provider_.requests(), 1U);
  clock_.advance(Seconds(1));
  provider_.grants("again", 3600);
  EXPECT_EQ(asked(), "token");
}

TEST_F(RetrievalsTest, ATokenThatIsThereStaysWhenItsRenewalFails) {
  provider_.grants("first-token", 3600);
  ASSERT_EQ(asked(), "token");
  provider_.cannot_be_reached();
  EXPECT_EQ(asked(RetrievalReason::kPerson), "provider_unreachable");
  EXPECT_EQ(token_text(), "first-token");
  expect_index_as_after_restart({client_});
}

TEST_F(RetrievalsTest, ATokenThatCannotBeKeptIsGivenToNobodyAndTheNextRetrievalIsNotBlocked) {
  provider_.grants("unkept-token", 3600);
  provider_.hold();
  ask();
  faults_->fail_call(1, storage::FaultStore::Kind::kBefore);
  provider_.release();
  faults_->fail_call(0);
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_NE(answers_.back(), "token");
  EXPECT_EQ(token_text(), "none");
  provider_.grants("kept-token", 3600);
  EXPECT_EQ(asked(RetrievalReason::kPerson), "token");
  EXPECT_EQ(token_text(), "kept-token");
}

TEST_F(RetrievalsTest, WhoCannotBeServedForLackOfWorkersIsToldSo) {
  workers_full_ = true;
  EXPECT_EQ(asked(), "overloaded");
  EXPECT_EQ(retry_after(), 1);
  EXPECT_EQ(provider_.requests(), 0U);
  workers_full_ = false;
  provider_.grants("later", 3600);
  EXPECT_EQ(asked(), "token");
}

TEST_F(RetrievalsTest, AStopWaitsForWhatIsUnderWayAndStartsNothingNew) {
  provider_.grants("last-token", 3600);
  provider_.hold();
  ask();
  EXPECT_FALSE(retrievals_->drain(Milliseconds(0)));
  provider_.release();
  EXPECT_TRUE(retrievals_->drain(Milliseconds(0)));
  EXPECT_EQ(answers_, std::vector<std::string>{"token"});
  EXPECT_EQ(asked(), "provider_unreachable");
  EXPECT_EQ(provider_.requests(), 1U);
}

}  // namespace
}  // namespace strongroom::vault
