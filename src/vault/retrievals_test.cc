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

// Pauses are as short as chance can make them: three quarters.
class LeastRandom final : public crypto::Random {
 public:
  void fill(std::span<std::byte> out) override {
    counting_.fill(out);
    if (out.size() == 1) out.front() = std::byte{0};
  }

 private:
  crypto::CountingRandom counting_{1};
};

class RetrievalsTest : public VaultWorld {
 protected:
  void SetUp() override {
    VaultWorld::SetUp();
    project_ = project("Finance");
    system_ = system("CRM");
    client_ = client(project_, system_.id, "nightly").id;
    least_context_ =
        std::make_unique<Context>(Context{*faults_, *trail_, keys_, sealer_, least_, clock_,
                                          lines_log_, *catalogue_, index_, network_});
    retrievals_ = std::make_unique<Retrievals>(
        *least_context_, provider_.client(),
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
  void ask(std::optional<Actor> person = std::nullopt) {
    retrievals_->retrieve({client_}, std::move(person), [this](const RetrievalResult& result) {
      answers_.push_back(result ? "token" : answer_of(result));
      last_error_ = result ? std::nullopt : std::optional<Error>(result.error());
    });
  }
  std::string asked(std::optional<Actor> person = std::nullopt) {
    ask(std::move(person));
    return answers_.empty() ? "no answer yet" : answers_.back();
  }
  std::int64_t retry_after() const {
    const ErrorValue* const value = last_error_ ? last_error_->find("retry_after") : nullptr;
    return value == nullptr ? -1 : std::get<std::int64_t>(*value);
  }

  std::string latest_event(std::string action) {
    EXPECT_TRUE(trail_->flush());
    const auto page = trail_->list({.action = std::move(action), .limit = 1});
    return page && !page->entries.empty() ? page->entries.front().json : "none";
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
  std::vector<std::string> lines_;  // of the log
  Log lines_log_{clock_, Log::Format::kText,
                 [this](std::string_view line) { lines_.emplace_back(line); }};
  LeastRandom least_;
  std::unique_ptr<Context> least_context_;
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
  // field.md pain 1, field.md pain 10
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
  // field.md pain 2
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

// Between any two steps of a retrieval somebody may give the client another tenant.
TEST_F(RetrievalsTest, NoTokenOfTheTenantOfBeforeIsKept) {
  TargetSystemFields fields = system_fields("Directory");
  fields.service_provider = "microsoft";
  fields.endpoint_parameters.reset();
  fields.scopes = {"https://graph.microsoft.com/.default"};
  fields.supported_accounts = SupportedAccounts::kThisDirectoryOnly;
  fields.default_tenant = "before.example";
  client_ = client(project_, systems().create(admin_, fields)->id, "moves").id;
  Context direct{*store_, *trail_, keys_,       sealer_, random_,
                 clock_,  log_,    *catalogue_, index_,  network_};
  for (int step = 1; step <= 3; ++step) {
    OAuthClientFields other;
    other.tenant = "tenant" + std::to_string(step) + ".example";
    faults_->before_call(step, [&] {
      OAuthClients clients(direct);
      const Revision revision = clients.get(admin_, client_)->stamps.revision;
      EXPECT_EQ(answer_of(clients.update(admin_, client_, revision, other)), "ok");
    });
    provider_.grants("a-token", 3600);
    const bool kept = asked(admin_) == "token";
    const std::string_view sent_to = provider_.url(provider_.requests() - 1);
    EXPECT_EQ(kept, step == 1) << step;
    const bool asked_the_new_one = sent_to.find(*other.tenant) != std::string_view::npos;
    EXPECT_TRUE(!kept || asked_the_new_one) << step;
    ASSERT_TRUE(stored().token.has_value()) << step;
    EXPECT_EQ(stored().token->is_former, !kept) << step;  // the first one serves on
  }
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
  // A-065
  TargetSystemFields fields;
  fields.client_authentication = ClientAuthentication::kPost;
  Revision revision = system_.stamps.revision;
  std::size_t sent = 0;
  for (const auto& [status, code] : {std::pair{400, "invalid_client"},
                                     {401, "invalid_client"},
                                     {401, "unauthorized_client"},
                                     {401, "access_denied"},
                                     {401, "no code of RFC 6749"}}) {
    fields.consumer_secrets = secrets({"newer-secret", "older-secret"});
    ASSERT_TRUE(systems().update(admin_, system_.id, revision++, fields).has_value());
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
  // A-064
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
    EXPECT_NE(asked(admin_), "token") << code;
    EXPECT_EQ(provider_.requests(), ++sent) << code;
  }
}

TEST_F(RetrievalsTest, ScopesThatWereNotGrantedAreShownAndInTheAuditTrail) {
  // A-061
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

TEST_F(RetrievalsTest, AfterAFailureThatMayPassLookUpsWaitLongerEachTimeAndAreToldHowLong) {
  // A-064
  for (const int seconds : {1, 2, 4, 8}) {
    provider_.refuses(503, "temporarily_unavailable");
    const std::size_t sent = provider_.requests();
    EXPECT_EQ(asked(), "provider_unreachable");
    EXPECT_EQ(retry_after(), (seconds * 3 + 3) / 4) << "the very answer that failed says it too";
    clock_.advance(Milliseconds(seconds * 750 - 1));
    EXPECT_EQ(asked(), "provider_unreachable");
    EXPECT_EQ(retry_after(), 1);
    EXPECT_EQ(provider_.requests(), sent + 1);
    clock_.advance(Milliseconds(1));
  }
  provider_.grants("at-last", 3600);
  EXPECT_EQ(asked(), "token");
  provider_.refuses(503, "temporarily_unavailable");
  EXPECT_EQ(asked(admin_), "provider_unreachable");
  EXPECT_EQ(retry_after(), 1) << "a success begins anew";
}

TEST_F(RetrievalsTest, AfterARefusalTheProviderIsLeftAloneAndNobodyIsAdvisedToComeBack) {
  // A-064
  provider_.refuses(400, "invalid_scope", "7");
  EXPECT_EQ(asked(), "provider_refused");
  EXPECT_EQ(retry_after(), -1);
  EXPECT_EQ(stored().state, OAuthClientState::kFailing);
  EXPECT_EQ(stored().failure->cause, "invalid_scope");
  clock_.advance(Milliseconds(22'499));
  EXPECT_EQ(asked(), "provider_refused");
  EXPECT_EQ(retry_after(), -1);
  EXPECT_EQ(provider_.requests(), 1U);
  clock_.advance(Milliseconds(1));
  provider_.refuses(400, "invalid_scope");
  EXPECT_EQ(asked(), "provider_refused");
  EXPECT_EQ(provider_.requests(), 2U);
}

TEST_F(RetrievalsTest, APersonDoesNotWaitAndEndsThePause) {
  provider_.refuses(400, "invalid_scope");
  EXPECT_EQ(asked(), "provider_refused");
  provider_.refuses(503, "temporarily_unavailable");
  EXPECT_EQ(asked(admin_), "provider_unreachable");
  EXPECT_EQ(retry_after(), 1);
  provider_.grants("at-last", 3600);
  EXPECT_EQ(asked(admin_), "token");
  EXPECT_EQ(stored().state, OAuthClientState::kActive);
  EXPECT_FALSE(stored().failure.has_value());
}

TEST_F(RetrievalsTest, WhoeverMendsTheSettingsIsNotKeptWaiting) {
  // A-064
  const auto refused = [&] {
    provider_.refuses(401, "invalid_client");
    EXPECT_EQ(asked(), "provider_refused");
    const std::size_t sent = provider_.requests();
    EXPECT_EQ(asked(), "provider_refused");
    EXPECT_EQ(provider_.requests(), sent) << "it pauses";
  };
  const auto works = [&] {
    provider_.grants("mended", 3600);
    return asked() == "token";
  };
  const auto change = [&](auto set) {
    TargetSystemFields fields;
    set(fields);
    const Revision now = systems().get(admin_, system_.id)->stamps.revision;
    EXPECT_TRUE(systems().update(admin_, system_.id, now, fields).has_value());
  };
  refused();
  change([](TargetSystemFields& f) { f.consumer_secrets = secrets({"right-secret"}); });
  EXPECT_TRUE(works()) << "new secrets";
  refused();
  change([](TargetSystemFields& f) { f.scopes = {"read"}; });
  EXPECT_TRUE(works()) << "other scopes";
  refused();
  change([](TargetSystemFields& f) { f.allowed_addresses = {"10.0.0.0/8"}; });
  ASSERT_TRUE(systems()
                  .approve_destination(admin_, system_.id,
                                       systems().get(admin_, system_.id)->stamps.revision)
                  .has_value());
  EXPECT_TRUE(works()) << "an approved destination";
  refused();
  OAuthClientFields fields;
  fields.label = "other";
  ASSERT_TRUE(clients().update(admin_, client_, stored().stamps.revision, fields).has_value());
  EXPECT_TRUE(works()) << "another client";
}

TEST_F(RetrievalsTest, WhatKeepsARequestFromBeingMadeIsCountedAndLoggedOnce) {
  const auto revision = [&] { return systems().get(admin_, system_.id)->stamps.revision; };
  const auto hold_destination = [&](std::string addresses) {
    TargetSystemFields fields;
    fields.allowed_addresses = {std::move(addresses)};
    ASSERT_TRUE(systems().update(admin_, system_.id, revision(), fields).has_value());
  };
  const auto said = [&] {
    return std::ranges::count_if(lines_, [&](const std::string& line) {
      return line.find("No token can be asked for.") != std::string::npos &&
             line.find(client_.text()) != std::string::npos;
    });
  };
  hold_destination("10.0.0.0/8");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(asked(), "destination_held");
  EXPECT_EQ(said(), 1);
  EXPECT_EQ(retrievals_->counters().failures, 3U);
  EXPECT_EQ(provider_.requests(), 0U);

  ASSERT_TRUE(systems().approve_destination(admin_, system_.id, revision()).has_value());
  provider_.grants("first-token", 3600);
  EXPECT_EQ(asked(), "token");
  hold_destination("10.0.0.0/16");
  EXPECT_EQ(asked(), "destination_held");
  EXPECT_EQ(said(), 2) << "it is there again";

  ASSERT_TRUE(clients().remove(admin_, client_, stored().stamps.revision).has_value());
  EXPECT_EQ(asked(), "not found");
  EXPECT_EQ(said(), 2);
  EXPECT_EQ(retrievals_->counters().failures, 4U);
}

TEST_F(RetrievalsTest, AFailureOfTheOldSettingsDoesNotHoldUpTheNewOnes) {
  provider_.refuses(401, "invalid_client");
  provider_.hold();
  ask();
  TargetSystemFields fields;
  fields.consumer_secrets = secrets({"right-secret"});
  ASSERT_TRUE(systems().update(admin_, system_.id, 1, fields).has_value());
  provider_.release();
  EXPECT_EQ(answers_.back(), "provider_refused");
  provider_.grants("mended", 3600);
  EXPECT_EQ(asked(), "token");
}

TEST_F(RetrievalsTest, TroubleOfThisServerIsNoFailureOfTheClient) {
  provider_.cannot_be_sent();
  EXPECT_EQ(asked(), "overloaded");
  EXPECT_EQ(std::get<VisibleName>(*last_error_->find("cause")).text, "overloaded");
  EXPECT_EQ(std::get<VisibleName>(*last_error_->find("who_must_act")).text, "operator");
  EXPECT_EQ(retry_after(), 1);
  EXPECT_EQ(stored().state, OAuthClientState::kNeedsRetrieval);
  expect_index_as_after_restart({client_});
  clock_.advance(Seconds(1));
  provider_.grants("later", 3600);
  EXPECT_EQ(asked(), "token");
}

TEST_F(RetrievalsTest, TheTrailNamesThePersonWhoStartedARetrievalAndTheServerForLookUps) {
  Actor ada = admin_;
  ada.id = crypto::make_uuid(clock_.now(), random_);
  ada.request_id = "request-of-ada";
  ada.peer = "192.0.2.7";
  Actor late = ada;
  late.request_id = "request-of-another";
  provider_.grants("for-ada", 3600);
  provider_.hold();
  ask(ada);
  ask(late);
  ask();
  provider_.release();
  const std::string by_ada = latest_event("tokens.retrieved");
  EXPECT_NE(by_ada.find(R"("actor_kind":"user","actor_id":")" + ada.id.text()), std::string::npos);
  EXPECT_NE(by_ada.find(R"("request_id":"request-of-ada","peer":"192.0.2.7")"), std::string::npos);

  provider_.refuses(400, "invalid_scope");
  ask(late);
  EXPECT_NE(latest_event("retrieval.failed").find("request-of-another"), std::string::npos);
  clock_.advance(Seconds(60));
  provider_.grants("for-a-robot", 3600);
  ask();
  const std::string by_server = latest_event("tokens.retrieved");
  EXPECT_NE(by_server.find(R"("actor_kind":"server","subject_id")"), std::string::npos);
}

TEST_F(RetrievalsTest, RetryAfterIsHonoured) {
  // A-064
  provider_.refuses(503, "temporarily_unavailable", "120");
  EXPECT_EQ(asked(), "provider_unreachable");
  EXPECT_EQ(retry_after(), 120);
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
  EXPECT_EQ(asked(admin_), "provider_unreachable");
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
  EXPECT_EQ(asked(admin_), "token");
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

// Invariant 2: whoever can write to the database turns a client to another project's secrets.
TEST_F(RetrievalsTest, NoRequestIsMadeWithTheTargetSystemOfAnotherProject) {
  const TargetSystem foreign = system("Payroll", project("Payroll"));
  tamper(
      "UPDATE oauth_clients SET target_system_id = (SELECT id FROM target_systems "
      "WHERE name = 'Payroll')");
  EXPECT_EQ(asked(), "corrupt");
  EXPECT_EQ(provider_.requests(), 0U);
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
