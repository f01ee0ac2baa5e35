#include "vault/lookup.h"

#include <functional>
#include <future>
#include <memory>
#include <utility>

#include "oauth/testing/scripted_token_endpoint.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

// Has something happen once, in the middle of whatever asks for boot time next.
class InterruptingClock final : public Clock {
 public:
  explicit InterruptingClock(const FakeClock& clock) : clock_(clock) {}
  WallTime now() const override { return clock_.now(); }
  BootTime boot_now() const override {
    if (interruption) std::exchange(interruption, nullptr)();
    return clock_.boot_now();
  }
  mutable std::function<void()> interruption;

 private:
  const FakeClock& clock_;
};

class LookupsTest : public VaultWorld {
 protected:
  void SetUp() override {
    VaultWorld::SetUp();
    project_ = project("Finance");
    const TargetSystem crm = system("CRM");
    system_ = crm.id;
    client_ = client(project_, crm.id, "nightly").id;
    robot_ = robot(project_, "finance", "reader").id;
    rule_ =
        rules().grant(admin_, {.oauth_client = client_, .robot = robot_, .path_pattern = {}})->id;
    auto key = robots().create_key(admin_, robot_);
    ASSERT_TRUE(key.has_value()) << answer_of(key);
    key_ = std::make_unique<NewRobotKey>(*std::move(key));
    put_token("a-token");
    lookup_context_ =
        std::make_unique<Context>(Context{*faults_, *trail_, keys_, sealer_, random_, lookup_clock_,
                                          log_, *catalogue_, index_, network_});
    retrievals_ = std::make_unique<Retrievals>(
        *lookup_context_, provider_.client(),
        Retrievals::Workers{.start = [](Task task) { return task(), true; },
                            .finish = [](Task task) { return task(), true; }},
        crypto::make_uuid(clock_.now(), random_));
    lookups_ = std::make_unique<Lookups>(*lookup_context_, *retrievals_, RateLimit{});
  }

  void put_token(const std::string& text, const std::function<void(TokenEntry&)>& change = {}) {
    auto token = std::make_shared<TokenEntry>();
    token->generation = 1;
    token->token_type = "Bearer";
    token->lifetime = Milliseconds(3'600'000);
    token->deadline = Deadline::after(clock_.now(), clock_.boot_now(), *token->lifetime);
    token->expires_at = token->deadline->wall;
    const auto sealed = sealer_.seal({.table = "oauth_clients",
                                      .row = client_.uuid,
                                      .column = "sealed_token",
                                      .scope = project_.uuid,
                                      .generation = 1},
                                     text);
    ASSERT_TRUE(sealed.has_value());
    token->sealed = *sealed;
    if (change) change(*token);
    index_.put_retrieved(client_, std::move(token));
  }

  // Another key takes the place of the one before.
  void use_key(const KeyRestrictions& restrictions) {
    ASSERT_TRUE(robots().revoke_key(admin_, robot_, key_->info.id).has_value());
    auto key = robots().create_key(admin_, robot_, restrictions);
    ASSERT_TRUE(key.has_value()) << answer_of(key);
    key_ = std::make_unique<NewRobotKey>(*std::move(key));
  }

  LookupQuestion question(std::optional<Seconds> min_ttl = {}) const {
    return {.robot_key = key_->key.reveal(),
            .proven = {},
            .in_the_name_of = {},
            .project = "Finance",
            .target_system = "CRM",
            .label = "nightly",
            .id = {},
            .min_ttl = min_ttl,
            .resource = {},
            .peer = "127.0.0.1",
            .request_id = "r"};
  }
  Result<Handout> ask(std::optional<Seconds> min_ttl = {}) {
    std::promise<Result<Handout>> answered;
    lookups_->ask(question(min_ttl),
                  [&](Result<Handout> answer) { answered.set_value(std::move(answer)); });
    return answered.get_future().get();
  }
  // "ok" and the token in `token_`, or what the robot is told instead.
  std::string asked_and_collected() {
    const auto handout = ask();
    return handout ? collected(*handout) : answer_of(handout);
  }
  std::string collected(const Handout& handout) {
    token_.clear();
    const Status opened = lookups_->collect(handout, token_);
    return opened ? "ok" : answer_of(opened.error());
  }

  // The same for a request to a resource; "ok" and its headers, each on a line, in `token_`.
  LookupQuestion header_question() const {
    LookupQuestion asked = question();
    asked.request = std::make_shared<const RequestToAuthorize>(
        RequestToAuthorize{.method = "GET",
                           .url = "https://API.example.com/orders?page=2",
                           .host = "api.example.com",
                           .query = "page=2"});
    return asked;
  }
  Result<Handout> ask_for_header() {
    std::promise<Result<Handout>> answered;
    lookups_->ask(header_question(),
                  [&](Result<Handout> answer) { answered.set_value(std::move(answer)); });
    return answered.get_future().get();
  }
  std::string collected_headers(const Handout& handout) {
    token_.clear();
    const auto headers = lookups_->collect_headers(handout);
    if (!headers) return answer_of(headers.error());
    for (const RequestHeader& header : *headers) {
      token_.append(header.name).append(": ").append(header.letters.reveal()).append("\n");
    }
    return "ok";
  }
  // The only event of that action.
  std::string event_of(const std::string& action) {
    if (!trail_->flush()) return {};
    const auto page = trail_->list({.action = action, .limit = 10});
    return page && page->entries.size() == 1 ? page->entries.front().json : std::string();
  }

  // The trail says that the token which it called handed out was not.
  void expect_taken_back(std::string_view reason) {
    ASSERT_TRUE(trail_->flush());
    const auto page = trail_->list({.action = "lookup.denied", .limit = 10});
    ASSERT_TRUE(page && page->entries.size() == 1);
    const std::string& event = page->entries.front().json;
    for (const std::string& part :
         {"\"reason\":\"" + std::string(reason) + "\"", "\"actor_id\":\"" + robot_.text(),
          "\"subject_id\":\"" + client_.text(), std::string(R"("request_id":"r")"),
          std::string(R"("peer":"127.0.0.1")")}) {
      EXPECT_NE(event.find(part), std::string::npos) << event;
    }
  }

  ProjectId project_;
  TargetSystemId system_;
  OAuthClientId client_;
  RobotId robot_;
  RobotAccessId rule_;
  std::unique_ptr<NewRobotKey> key_;
  std::string token_;
  oauth::ScriptedTokenEndpoint provider_{clock_};
  InterruptingClock lookup_clock_{clock_};
  std::unique_ptr<Context> lookup_context_;
  std::unique_ptr<Retrievals> retrievals_;
  std::unique_ptr<Lookups> lookups_;
};

TEST_F(LookupsTest, ARobotThatMayGetsTheToken) {
  EXPECT_EQ(asked_and_collected(), "ok");
  EXPECT_EQ(token_, "a-token");
  EXPECT_EQ(lookups_->counters().handed_out, 1U);
}

TEST_F(LookupsTest, ADenialKeepsTheNamesThatWereAskedFor) {
  // To the robot, not there and not its own stay one answer (invariant 12).
  LookupQuestion wrong = question();
  const std::string label = "nihgtly\xe2\x80\xae" + std::string(5000, 'x');
  wrong.label = label;
  const auto denied = [&](const LookupQuestion& asked) {
    std::promise<std::string> answered;
    lookups_->ask(asked, [&](const Result<Handout>& answer) {
      answered.set_value(answer ? "ok" : std::string(answer.error().message.view()));
    });
    return answered.get_future().get();
  };
  const std::string not_there = denied(wrong);
  ASSERT_TRUE(rules().revoke(admin_, rule_).has_value());
  EXPECT_EQ(denied(question()), not_there);
  LookupQuestion by_id = question();
  by_id.id = OAuthClientId{};
  EXPECT_EQ(denied(by_id), not_there);
  ASSERT_TRUE(trail_->flush());
  const auto page = trail_->list({.action = "lookup.denied", .limit = 10});
  ASSERT_TRUE(page && page->entries.size() == 3);
  EXPECT_EQ(page->entries[0].json.find("asked_"), std::string::npos);
  EXPECT_NE(page->entries[1].json.find(R"("asked_project":"Finance","asked_target_system":"CRM",)"
                                       R"("asked_label":"nightly"})"),
            std::string::npos);
  const std::string& event = page->entries[2].json;
  EXPECT_NE(event.find("\"asked_label\":\"nihgtly\xef\xbf\xbdxxx"), std::string::npos) << event;
  EXPECT_NE(event.find("xxx…\"}"), std::string::npos) << event;
  EXPECT_LT(event.size(), 1000U);
}

TEST_F(LookupsTest, NothingIsCollectedAfterTheKeyWasRevoked) {
  const auto handout = ask();
  ASSERT_TRUE(handout.has_value());
  ASSERT_TRUE(robots().revoke_key(admin_, robot_, key_->info.id).has_value());
  EXPECT_EQ(collected(*handout), "unauthenticated");
  EXPECT_EQ(token_, "");
  expect_taken_back("key_revoked");
  EXPECT_EQ(lookups_->counters().unauthenticated, 1U);
}

TEST_F(LookupsTest, AKeyThatIsRestrictedIsToldWhatOneWithoutAccessIsTold) {
  use_key({.addresses = {"10.0.0.0/8"}, .times = {}, .max_uses = {}, .oauth_clients = {}});
  EXPECT_EQ(asked_and_collected(), "not found");
  expect_taken_back("key_restricted");
}

TEST_F(LookupsTest, AKeyForSingleClientsOpensNoOther) {
  const auto other = client(project_, system_, "other").id;
  use_key({.addresses = {}, .times = {}, .max_uses = {}, .oauth_clients = {other}});
  EXPECT_EQ(asked_and_collected(), "not found");
  use_key({.addresses = {}, .times = {}, .max_uses = {}, .oauth_clients = {other, client_}});
  EXPECT_EQ(asked_and_collected(), "ok");
}

TEST_F(LookupsTest, UsesAreCountedInTheTrailAndNotForgottenByARestart) {
  use_key({.addresses = {}, .times = {}, .max_uses = 2, .oauth_clients = {}});
  EXPECT_EQ(asked_and_collected(), "ok");
  EXPECT_EQ(asked_and_collected(), "ok");
  EXPECT_EQ(asked_and_collected(), "not found");
  const auto counted = trail_->key_uses();
  ASSERT_TRUE(counted && counted->size() == 1);
  EXPECT_EQ(counted->front().uses, 2);
  LookupIndex fresh;
  Context other{*store_, *trail_, keys_,       sealer_, random_,
                clock_,  log_,    *catalogue_, fresh,   network_};
  ASSERT_TRUE(load_index(other).has_value());
  EXPECT_EQ(fresh.uses_of(key_->info.id)->counted(), 2);
  // Nor by the robot's going and coming back.
  ASSERT_TRUE(robots().remove(admin_, robot_).has_value());
  ASSERT_TRUE(robots().restore(admin_, robot_).has_value());
  EXPECT_EQ(asked_and_collected(), "not found");
}

TEST_F(LookupsTest, AUseThatCouldNotBeAuditedIsNoUse) {
  use_key({.addresses = {}, .times = {}, .max_uses = 1, .oauth_clients = {}});
  vfs_.fail_all_syncs(true);
  EXPECT_EQ(asked_and_collected(), "audit_unavailable");
  vfs_.fail_all_syncs(false);
  std::string answer = "audit_unavailable";
  for (int i = 0; i < 1000 && answer == "audit_unavailable"; ++i) {
    clock_.advance(Seconds(1));
    answer = asked_and_collected();
  }
  EXPECT_EQ(answer, "ok");
  EXPECT_EQ(asked_and_collected(), "not found");
}

// The robot of the fixture is run by another, whose key is shown.
class RunnersTest : public LookupsTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(LookupsTest::SetUp());
    RobotFields fields;
    fields.project = project_;
    fields.name = "machine";
    fields.path = "machines";
    fields.kind = RobotKind::kRunner;
    fields.serves = {"finance"};
    const auto made = robots().create(admin_, fields);
    ASSERT_TRUE(made.has_value()) << answer_of(made);
    runner_ = made->id;
    auto key = robots().create_key(admin_, runner_);
    ASSERT_TRUE(key.has_value()) << answer_of(key);
    runner_key_ = std::make_unique<NewRobotKey>(*std::move(key));
  }
  Result<Handout> ask_for(std::string_view name) {
    LookupQuestion asked = question();
    asked.robot_key = runner_key_->key.reveal();
    asked.in_the_name_of = name;
    std::promise<Result<Handout>> answered;
    lookups_->ask(asked, [&](Result<Handout> answer) { answered.set_value(std::move(answer)); });
    return answered.get_future().get();
  }
  RobotId runner_;
  std::unique_ptr<NewRobotKey> runner_key_;
};

TEST_F(RunnersTest, TheRobotThatIsNamedDecides) {
  const auto handout = ask_for("Finance/READER");
  ASSERT_TRUE(handout.has_value()) << answer_of(handout);
  EXPECT_EQ(handout->robot, robot_);
  EXPECT_EQ(handout->runner, runner_);
  EXPECT_EQ(collected(*handout), "ok");
  ASSERT_TRUE(rules().revoke(admin_, rule_).has_value());
  EXPECT_EQ(answer_of(ask_for("finance/reader")), "not found");
}

TEST_F(RunnersTest, NothingIsCollectedAfterTheRunnerRunsOthers) {
  const auto handout = ask_for("finance/reader");
  ASSERT_TRUE(handout.has_value());
  RobotFields fields;
  fields.serves = {"sales"};
  ASSERT_TRUE(robots().update(admin_, runner_, 1, fields).has_value());
  EXPECT_EQ(collected(*handout), "not found");
  expect_taken_back("no_access");
}

TEST_F(RunnersTest, NothingIsCollectedAfterTheRobotWentElsewhere) {
  const auto handout = ask_for("finance/reader");
  ASSERT_TRUE(handout.has_value());
  RobotFields fields;
  fields.path = "sales";
  ASSERT_TRUE(robots().update(admin_, robot_, 1, fields).has_value());
  EXPECT_EQ(collected(*handout), "not found");
}

TEST_F(LookupsTest, TheLastUseOfAKeyIsShownAtOnceAndWrittenLater) {
  EXPECT_EQ(asked_and_collected(), "ok");
  const auto shown = robots().list_keys(admin_, robot_);
  ASSERT_TRUE(shown.has_value());
  EXPECT_EQ(shown->front().last_used_at, clock_.now());
  EXPECT_EQ(shown->front().last_used_from, "127.0.0.1");
  const auto stored = [&] {
    return storage::raw_rows(directory_.file("state.db"),
                             "SELECT id FROM robot_keys WHERE last_used_from = '127.0.0.1'")
        .size();
  };
  EXPECT_EQ(stored(), 0U);
  ASSERT_TRUE(robots().write_last_uses().has_value());
  EXPECT_EQ(stored(), 1U);
}

TEST_F(LookupsTest, NothingIsCollectedAfterTheRobotWasDeleted) {
  const auto handout = ask();
  ASSERT_TRUE(handout.has_value());
  ASSERT_TRUE(robots().remove(admin_, robot_).has_value());
  EXPECT_EQ(collected(*handout), "unauthenticated");
  expect_taken_back("key_revoked");
}

TEST_F(LookupsTest, NothingIsCollectedAfterTheRuleWasRevoked) {
  const auto handout = ask();
  ASSERT_TRUE(handout.has_value());
  ASSERT_TRUE(rules().revoke(admin_, rule_).has_value());
  EXPECT_EQ(collected(*handout), "not found");
  expect_taken_back("no_access");
  EXPECT_EQ(lookups_->counters().denied, 1U);
  EXPECT_EQ(lookups_->counters().handed_out, 0U) << "one look-up counts once";
}

TEST_F(LookupsTest, NothingIsCollectedAfterTheClientWasDeleted) {
  const auto handout = ask();
  ASSERT_TRUE(handout.has_value());
  ASSERT_TRUE(clients().remove(admin_, client_).has_value());
  EXPECT_EQ(collected(*handout), "not found");
  expect_taken_back("unknown_client");
}

TEST_F(LookupsTest, NothingIsCollectedAfterTheTokensWereRevoked) {
  // A-088; invariant 7
  const auto handout = ask();
  ASSERT_TRUE(handout.has_value());
  index_.withdraw_tokens(client_, OAuthClientState::kNeedsRetrieval);
  EXPECT_EQ(collected(*handout), "overloaded");
  EXPECT_EQ(token_, "");
  expect_taken_back("tokens_withdrawn");
  EXPECT_EQ(lookups_->counters().failed, 1U);
  EXPECT_EQ(lookups_->counters().handed_out, 0U);
  provider_.grants("another-token", 600);
  EXPECT_EQ(asked_and_collected(), "ok");
  EXPECT_EQ(token_, "another-token");
}

TEST_F(LookupsTest, WhatSomebodyElseLostChangesNothing) {
  const RobotId other = robot(project_, "finance", "other").id;
  const auto handout = ask();
  ASSERT_TRUE(handout.has_value());
  ASSERT_TRUE(robots().remove(admin_, other).has_value());
  EXPECT_EQ(collected(*handout), "ok");
  EXPECT_EQ(std::ranges::count(actions(100), "lookup.denied"), 0);
}

TEST_F(LookupsTest, AKeyThatIsRevokedWhileItsQuestionIsDecidedGetsNothing) {
  // A-274. The key was found when the revoke came, and is not looked at again before the end.
  lookup_clock_.interruption = [&] {
    ASSERT_TRUE(robots().revoke_key(admin_, robot_, key_->info.id).has_value());
  };
  EXPECT_NE(asked_and_collected(), "ok");
  EXPECT_EQ(token_, "");
}

TEST_F(LookupsTest, ARobotThatIsDeletedWhileItsQuestionIsDecidedGetsNothing) {
  // A-274
  lookup_clock_.interruption = [&] { ASSERT_TRUE(robots().remove(admin_, robot_).has_value()); };
  EXPECT_NE(asked_and_collected(), "ok");
  EXPECT_EQ(token_, "");
}

TEST_F(LookupsTest, TheHeaderOfARequestIsHandedOutAsATokenIs) {
  // A-276
  const auto handout = ask_for_header();
  ASSERT_TRUE(handout.has_value()) << answer_of(handout);
  EXPECT_EQ(collected_headers(*handout), "ok");
  EXPECT_EQ(token_, "Authorization: Bearer a-token\n");
  EXPECT_EQ(lookups_->counters().handed_out, 1U);
  const std::string event = event_of("token.handed_out");
  EXPECT_NE(event.find(R"("reason":"authorization_header")"), std::string::npos) << event;
  EXPECT_NE(event.find(R"("fields":["api.example.com"])"), std::string::npos) << event;
  EXPECT_EQ(event.find("orders"), std::string::npos) << "an address may hold what is secret";
}

TEST_F(LookupsTest, NoHeaderIsCollectedAfterTheRuleWasRevoked) {
  // A-274
  const auto handout = ask_for_header();
  ASSERT_TRUE(handout.has_value());
  ASSERT_TRUE(rules().revoke(admin_, rule_).has_value());
  EXPECT_EQ(collected_headers(*handout), "not found");
  EXPECT_EQ(token_, "");
  expect_taken_back("no_access");
  EXPECT_EQ(lookups_->counters().handed_out, 0U);
  EXPECT_EQ(lookups_->counters().denied, 1U);
}

TEST_F(LookupsTest, WhoMayNotReadAClientGetsNoHeaderOfIt) {
  // A-271
  ASSERT_TRUE(rules().revoke(admin_, rule_).has_value());
  EXPECT_EQ(answer_of(ask_for_header()), "not found");
  EXPECT_NE(event_of("lookup.denied").find(R"("reason":"no_access")"), std::string::npos);
}

TEST_F(LookupsTest, ATokenThatNoHeaderMakesUsableIsRefusedOneToo) {
  // A-063
  put_token("bound", [](TokenEntry& token) { token.is_bound = true; });
  EXPECT_EQ(answer_of(ask_for_header()), "token_is_bound");
  EXPECT_EQ(answer_of(ask()), "token_is_bound");
}

TEST_F(LookupsTest, NotYoursAndNotThereAreTheSameAnswer) {
  // A-271
  ASSERT_TRUE(rules().revoke(admin_, rule_).has_value());
  const auto not_yours = ask();
  ASSERT_TRUE(clients().remove(admin_, client_).has_value());
  const auto not_there = ask();
  ASSERT_FALSE(not_yours.has_value());
  ASSERT_FALSE(not_there.has_value());
  EXPECT_EQ(not_yours.error().message.view(), not_there.error().message.view());
  EXPECT_EQ(not_yours.error().parameters.size(), not_there.error().parameters.size());
  EXPECT_EQ(std::ranges::count(actions(100), "lookup.denied"), 2);
}

TEST_F(LookupsTest, APromiseThatCannotBeKeptCostsOneRequestHoweverOftenItIsAskedFor) {
  // A-270
  clock_.advance(Seconds(3000));  // the token that is there has 600 s left
  for (int i = 0; i < 30; ++i) provider_.grants("as-long-as-ever", 3600);
  for (int i = 0; i < 20; ++i) {
    const auto refused = ask(Seconds(7200));
    EXPECT_EQ(answer_of(refused), "min_ttl_not_met");
    EXPECT_EQ(std::get<std::int64_t>(*refused.error().find("max_ttl")), 3600 - i);
    clock_.advance(Seconds(1));
  }
  EXPECT_EQ(provider_.requests(), 1U);
  EXPECT_EQ(answer_of(ask(Seconds(3000))), "ok") << "what can be kept is";
  EXPECT_EQ(provider_.requests(), 1U);
  clock_.advance(Seconds(10));
  EXPECT_EQ(answer_of(ask(Seconds(7200))), "min_ttl_not_met");
  EXPECT_EQ(provider_.requests(), 2U) << "after the interval the provider may grant more";
}

TEST_F(LookupsTest, AYoungTokenIsRetrievedAnewOnceItHasExpiredOrHalfOfItsLifeIsOver) {
  clock_.advance(Seconds(3600));
  provider_.grants("first", 8);
  provider_.grants("second", 8);
  provider_.grants("third", 8);
  EXPECT_EQ(answer_of(ask(Seconds(8))), "ok");
  clock_.advance(Seconds(3));
  EXPECT_EQ(answer_of(ask(Seconds(8))), "min_ttl_not_met");
  EXPECT_EQ(provider_.requests(), 1U);
  clock_.advance(Seconds(1));
  EXPECT_EQ(answer_of(ask(Seconds(8))), "ok");
  EXPECT_EQ(provider_.requests(), 2U);
  clock_.advance(Seconds(8));
  EXPECT_EQ(answer_of(ask()), "ok");
  EXPECT_EQ(provider_.requests(), 3U);
}

TEST_F(LookupsTest, ATokenThatNeverLivedIsGivenToNobodyAndNotAskedForAgainAtOnce) {
  // A-060
  clock_.advance(Seconds(3600));
  for (int i = 0; i < 5; ++i) provider_.grants("stillborn", i % 2 == 0 ? 0 : -1);
  for (int i = 0; i < 3; ++i) {
    const auto refused = ask();
    EXPECT_EQ(answer_of(refused), "token_expired_on_arrival");
    EXPECT_EQ(std::get<std::int64_t>(*refused.error().find("retry_after")), 30);
  }
  for (const int min_ttl : {0, 1, 7200}) {
    EXPECT_EQ(answer_of(ask(Seconds(min_ttl))), "token_expired_on_arrival") << min_ttl;
  }
  EXPECT_EQ(provider_.requests(), 1U);
  clock_.advance(Seconds(30));
  EXPECT_EQ(answer_of(ask()), "token_expired_on_arrival");
  EXPECT_EQ(provider_.requests(), 2U);
}

TEST_F(LookupsTest, ATokenForTheOldSettingsIsNotServedWhenItsRenewalComesTooLate) {
  // A-166. It lives, and would do while its renewal fails; but it is for other scopes.
  clock_.advance(Seconds(3600 - 30));
  provider_.grants("late-token", 3600);
  provider_.hold();
  std::vector<std::string> answers;
  lookups_->ask(question(),
                [&](const Result<Handout>& answer) { answers.push_back(answer_of(answer)); });
  ASSERT_EQ(provider_.requests(), 1U);
  TargetSystemFields fields;
  fields.scopes = {"other"};
  ASSERT_TRUE(systems().update(admin_, system_, 1, fields).has_value());
  provider_.release();
  EXPECT_EQ(answers, std::vector<std::string>{"overloaded"});
  provider_.grants("right-token", 3600);
  EXPECT_EQ(asked_and_collected(), "ok");
  EXPECT_EQ(token_, "right-token");
  EXPECT_NE(provider_.body(1).find("scope=other"), std::string_view::npos);
}

TEST_F(LookupsTest, NoTokenLeavesWhileTheAuditTrailCannotBeWritten) {
  break_audit();
  EXPECT_EQ(asked_and_collected(), "audit_unavailable");
}

TEST_F(LookupsTest, APersonExtractsByTheRulesOfALookUp) {
  const auto extracted = [&](const Actor& actor) {
    std::promise<Result<Handout>> answered;
    lookups_->extract(actor, {client_, {}, {}},
                      [&](Result<Handout> answer) { answered.set_value(std::move(answer)); });
    const auto handout = answered.get_future().get();
    return handout ? collected(*handout) : answer_of(handout);
  };
  EXPECT_EQ(extracted(admin_), "ok");
  EXPECT_EQ(token_, "a-token");
  EXPECT_EQ(lookups_->counters().extracted, 1U);
  EXPECT_EQ(extracted(with({Permission::kView})), "denied");
  EXPECT_EQ(extracted(with(project("Other"), {Permission::kView, Permission::kExtract})),
            "not found");
  index_.put_kill(KillId{project_.uuid}, {.scope = KillScope::kProject, .id = project_.uuid});
  EXPECT_EQ(extracted(admin_), "killed");
}

TEST_F(LookupsTest, APersonGetsNothingWhoseRightWentMeanwhile) {
  const auto ask_for = [&](const Actor& actor) {
    std::promise<Result<Handout>> answered;
    lookups_->extract(actor, {client_, {}, {}},
                      [&](Result<Handout> answer) { answered.set_value(std::move(answer)); });
    return answered.get_future().get();
  };
  auto handout = ask_for(admin_);
  handout->person->grants = Permissions{Permission::kView};
  EXPECT_EQ(collected(*handout), "denied");
  handout = ask_for(admin_);
  index_.put_kill(KillId{client_.uuid}, {.scope = KillScope::kOAuthClient, .id = client_.uuid});
  EXPECT_EQ(collected(*handout), "killed");
}

}  // namespace
}  // namespace strongroom::vault
