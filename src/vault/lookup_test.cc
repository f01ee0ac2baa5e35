#include "vault/lookup.h"

#include <functional>
#include <future>
#include <memory>
#include <utility>

#include "vault/testing/lookup_world.h"

namespace strongroom::vault {
namespace {

class LookupsTest : public LookupWorld {};

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
