#include "vault/kills.h"

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "oauth/testing/scripted_token_endpoint.h"
#include "vault/lookup.h"
#include "vault/retrievals.h"
#include "vault/testing/vault_world.h"
#include "vault/token_request_builder.h"

namespace strongroom::vault {
namespace {

// One robot that may read one client, which has a token.
class KillsTest : public VaultWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(VaultWorld::SetUp());
    project_ = project("Finance");
    system_ = system("CRM").id;
    client_ = client(project_, system_, "nightly").id;
    robot_ = robot(project_, "finance", "reader").id;
    ASSERT_TRUE(rules().grant(admin_, {client_, robot_, {}}).has_value());
    auto key = robots().create_key(admin_, robot_);
    ASSERT_TRUE(key.has_value());
    key_ = std::make_unique<NewRobotKey>(*std::move(key));
    kills_ = std::make_unique<Kills>(*context_);
    retrievals_ = std::make_unique<Retrievals>(
        *context_, provider_.client(),
        Retrievals::Workers{.start = [](Task task) { return task(), true; },
                            .finish = [](Task task) { return task(), true; }},
        crypto::make_uuid(clock_.now(), random_));
    lookups_ = std::make_unique<Lookups>(*context_, *retrievals_, RateLimit{});
    retrieve();
  }
  void retrieve() {
    provider_.grants("a-token", 3600);
    EXPECT_EQ(retrieved(), "ok");
  }
  std::string retrieved() {
    std::string said;
    retrievals_->retrieve({client_}, admin_,
                          [&](const RetrievalResult& result) { said = answer_of(result); });
    return said;
  }
  Result<Handout> ask() {
    std::promise<Result<Handout>> answered;
    lookups_->ask({.robot_key = key_->key.reveal(),
                   .project = "Finance",
                   .target_system = "CRM",
                   .label = "nightly",
                   .id = {},
                   .min_ttl = {},
                   .resource = {},
                   .peer = "127.0.0.1",
                   .request_id = "r"},
                  [&](Result<Handout> answer) { answered.set_value(std::move(answer)); });
    return answered.get_future().get();
  }
  std::string looked_up() {
    const auto handout = ask();
    return handout ? collected(*handout) : answer_of(handout);
  }
  std::string collected(const Handout& handout) {
    std::string token;
    const Status opened = lookups_->collect(handout, token);
    return opened ? token : answer_of(opened.error());
  }
  // Why the last look-up was denied, as the trail says it.
  std::string last_denial() {
    lookups_->write_denials(true);
    EXPECT_TRUE(trail_->flush());
    const auto page = trail_->list({.action = "lookup.denied", .limit = 1});
    if (!page || page->entries.empty()) return "none";
    const std::string& event = page->entries.front().json;
    const std::size_t at = event.find("\"reason\":\"");
    return at == std::string::npos ? "" : event.substr(at + 10, event.find('"', at + 10) - at - 10);
  }
  std::vector<KillSubject> subjects() const {
    return {{.scope = KillScope::kRobot, .id = robot_.uuid},
            {.scope = KillScope::kOAuthClient, .id = client_.uuid},
            {.scope = KillScope::kTargetSystem, .id = system_.uuid},
            {.scope = KillScope::kServiceProvider, .service_provider = "generic"},
            {.scope = KillScope::kProject, .id = project_.uuid}};
  }
  KillSubject the_client() const { return subjects()[1]; }
  Result<Kill> kill(const KillSubject& subject, bool revoke_upstream = false) {
    return kills_->set(admin_, {subject, "It leaked.", revoke_upstream});
  }

  ProjectId project_;
  TargetSystemId system_;
  OAuthClientId client_;
  RobotId robot_;
  std::unique_ptr<NewRobotKey> key_;
  oauth::ScriptedTokenEndpoint provider_{clock_};
  std::unique_ptr<Kills> kills_;
  std::unique_ptr<Retrievals> retrievals_;
  std::unique_ptr<Lookups> lookups_;
};

TEST_F(KillsTest, StopLookUpsOfEverythingBelowAndLetThemGoOnWhenLifted) {
  for (const KillSubject& subject : subjects()) {
    ASSERT_EQ(looked_up(), "a-token") << to_text(subject.scope);
    const auto made = kill(subject);
    ASSERT_TRUE(made.has_value()) << answer_of(made);
    EXPECT_TRUE(made->is_durable);
    EXPECT_EQ(looked_up(), "not found") << to_text(subject.scope);
    EXPECT_EQ(last_denial(), "killed");
    EXPECT_EQ(rules().test_look_up(admin_, client_, robot_)->reason, "killed");
    ASSERT_TRUE(kills_->lift(admin_, made->id));
  }
  EXPECT_EQ(looked_up(), "a-token");
}

TEST_F(KillsTest, ALookUpThatIsUnderWayGivesNothing) {
  const auto handout = ask();
  ASSERT_TRUE(handout.has_value());
  ASSERT_TRUE(kill(the_client()).has_value());
  EXPECT_EQ(collected(*handout), "not found");
  EXPECT_EQ(last_denial(), "killed");
}

TEST_F(KillsTest, NothingIsAskedForAnyMore) {
  for (const KillSubject& subject : subjects()) {
    if (subject.scope == KillScope::kRobot) continue;  // others may use the client
    const auto made = kill(subject);
    EXPECT_EQ(retrieved(), "killed") << to_text(subject.scope);
    EXPECT_EQ(answer_of(build_token_requests(*context_, {client_})), "killed");
    ASSERT_TRUE(kills_->lift(admin_, made->id));
  }
  retrieve();
}

TEST_F(KillsTest, WorkWhileNothingCanBeWritten) {
  ASSERT_NO_FATAL_FAILURE(break_audit());
  faults_->fail_call(1);
  const auto made = kill(the_client());
  ASSERT_TRUE(made.has_value()) << answer_of(made);
  ASSERT_TRUE(faults_->has_failed());
  EXPECT_FALSE(made->is_durable);
  EXPECT_EQ(kills_->not_durable_count(), 1);
  EXPECT_EQ(index_.find(client_).killed_by, made->id);

  EXPECT_TRUE(kills_->write_pending());
  EXPECT_EQ(kills_->not_durable_count(), 0);
  EXPECT_TRUE(kills_->get(admin_, made->id)->is_durable);
  // Letting it go on gives a right, which needs the trail.
  EXPECT_EQ(answer_of(kills_->lift(admin_, made->id).error()), "audit_unavailable");
}

TEST_F(KillsTest, OneWhoseAnswerWasLostIsWrittenOnce) {
  faults_->fail_call(1, storage::FaultStore::Kind::kAfter);
  const auto made = kill(the_client());
  ASSERT_TRUE(faults_->has_failed());
  EXPECT_FALSE(made->is_durable);
  EXPECT_TRUE(kills_->write_pending());
  EXPECT_TRUE(kills_->get(admin_, made->id)->is_durable);
}

TEST_F(KillsTest, AreInForceAfterARestart) {
  const auto made = kill(the_client());
  LookupIndex index;
  Context context{*faults_, *trail_, keys_,       sealer_, random_,
                  clock_,   log_,    *catalogue_, index,   network_};
  Kills again(context);
  ASSERT_TRUE(again.load());
  ASSERT_TRUE(load_index(context));
  EXPECT_EQ(index.find(client_).killed_by, made->id);
  EXPECT_EQ(again.get(admin_, made->id)->reason, "It leaked.");
}

TEST_F(KillsTest, OneThatSomebodyElseChangedKeepsTheServerFromStarting) {
  ASSERT_TRUE(kill(the_client()).has_value());
  tamper("UPDATE kills SET subject_id = zeroblob(16)");
  LookupIndex index;
  Context context{*faults_, *trail_, keys_,       sealer_, random_,
                  clock_,   log_,    *catalogue_, index,   network_};
  EXPECT_EQ(answer_of(Kills(context).load().error()), "corrupt");
}

TEST_F(KillsTest, NeedTheirPermissionWhereTheSubjectIs) {
  const ProjectId other = project("Other");
  const auto as = [&](const Actor& actor, const KillSubject& subject) {
    return answer_of(kills_->set(actor, {subject, "Why.", false}));
  };
  const Permissions kill_and_view{Permission::kView, Permission::kKill};
  for (const KillSubject& subject : subjects()) {
    EXPECT_EQ(as(with({Permission::kView, Permission::kLiftKill}), subject), "denied");
    EXPECT_EQ(
        as(with(other, kill_and_view), subject).substr(0, 2),
        subject.scope == KillScope::kTargetSystem || subject.scope == KillScope::kServiceProvider
            ? "de"
            : "in")
        << to_text(subject.scope);
  }
  EXPECT_EQ(index_.find(client_).killed_by, std::nullopt);
  EXPECT_EQ(as(with(project_, kill_and_view), the_client()), "ok");
  const KillId id = kills_->list(admin_)->front().id;
  const auto lift = [&](const Actor& actor) {
    const Status lifted = kills_->lift(actor, id);
    return lifted ? "ok" : answer_of(lifted.error());
  };
  EXPECT_EQ(lift(with(project_, kill_and_view)), "denied");
  EXPECT_EQ(lift(with(other, {Permission::kView, Permission::kLiftKill})), "not found");
  EXPECT_EQ(lift(with(project_, {Permission::kView, Permission::kLiftKill})), "ok");
}

TEST_F(KillsTest, WhatIsStoppedAlreadyIsStoppedOnce) {
  const auto first = kill(the_client());
  const auto second = kill(the_client());
  EXPECT_EQ(first->id, second->id);
  EXPECT_EQ(kills_->count(), 1);
  EXPECT_EQ(answer_of(kills_->set(admin_, {the_client(), "", false})), "invalid at /reason");
  EXPECT_EQ(answer_of(kill({.scope = KillScope::kServiceProvider, .service_provider = "none"})),
            "invalid at /service_provider");
}

TEST_F(KillsTest, TakeTheTokensBelowAway) {
  for (const KillSubject& subject : subjects()) {
    const auto made = kill(subject, true);
    ASSERT_EQ(made->revocation, KillRevocation::kQueued);
    ASSERT_TRUE(kills_->withdraw_some());
    EXPECT_FALSE(clients().get(admin_, client_)->token) << to_text(subject.scope);
    EXPECT_TRUE(clients().get(admin_, client_)->revocation);
    // What was on its way at that time has until its lease runs out.
    EXPECT_EQ(kills_->get(admin_, made->id)->revocation, KillRevocation::kQueued);
    clock_.advance(Milliseconds(61'000));
    ASSERT_TRUE(kills_->withdraw_some());
    EXPECT_EQ(kills_->get(admin_, made->id)->revocation, KillRevocation::kDone);
    ASSERT_TRUE(kills_->lift(admin_, made->id));
    retrieve();
  }
  ASSERT_TRUE(kill(the_client(), false).has_value());
  ASSERT_TRUE(kills_->withdraw_some());
  EXPECT_TRUE(clients().get(admin_, client_)->token);
}

TEST_F(KillsTest, ASecondOneMayTakeTheTokensThatTheFirstLeft) {
  const auto first = kill(the_client(), false);
  ASSERT_EQ(first->revocation, KillRevocation::kOff);
  const auto second = kill(the_client(), true);
  EXPECT_EQ(second->id, first->id);
  EXPECT_EQ(second->revocation, KillRevocation::kQueued);
  ASSERT_TRUE(kills_->withdraw_some());
  EXPECT_FALSE(clients().get(admin_, client_)->token);
}

// A runner that looks up for the robot of this test.
class KilledRunnerTest : public KillsTest {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(KillsTest::SetUp());
    RobotFields fields;
    fields.project = project_;
    fields.name = "runner";
    fields.path = "machines";
    fields.kind = RobotKind::kRunner;
    fields.serves = std::vector<std::string>{"finance"};
    runner_ = robots().create(admin_, fields)->id;
    auto key = robots().create_key(admin_, runner_);
    ASSERT_TRUE(key.has_value());
    key_ = std::make_unique<NewRobotKey>(*std::move(key));
  }
  Result<Handout> ask_for_the_robot() {
    std::promise<Result<Handout>> answered;
    lookups_->ask({.robot_key = key_->key.reveal(),
                   .in_the_name_of = "finance/reader",
                   .project = "Finance",
                   .target_system = "CRM",
                   .label = "nightly",
                   .id = {},
                   .min_ttl = {},
                   .resource = {},
                   .peer = "127.0.0.1",
                   .request_id = "r"},
                  [&](Result<Handout> answer) { answered.set_value(std::move(answer)); });
    return answered.get_future().get();
  }

  RobotId runner_;
};

TEST_F(KilledRunnerTest, GetsNothingForARobotThatIsNotKilledNotEvenIfItAskedBefore) {
  const auto handout = ask_for_the_robot();
  ASSERT_TRUE(handout.has_value()) << answer_of(handout);
  ASSERT_TRUE(kill({.scope = KillScope::kRobot, .id = runner_.uuid}).has_value());
  EXPECT_EQ(collected(*handout), "not found");
  EXPECT_EQ(answer_of(ask_for_the_robot()), "not found");
  EXPECT_EQ(last_denial(), "killed");
}

TEST_F(KilledRunnerTest, LosesTheTokensThatItGotForOthers) {
  ASSERT_TRUE(kill({.scope = KillScope::kRobot, .id = runner_.uuid}, true).has_value());
  ASSERT_TRUE(kills_->withdraw_some());
  EXPECT_FALSE(clients().get(admin_, client_)->token);
}

TEST_F(KillsTest, NobodyMovesOutOfOneWhatItStops) {
  ASSERT_TRUE(kill({.scope = KillScope::kProject, .id = project_.uuid}).has_value());
  OAuthClientFields away;
  away.project = project("Other");
  const Revision now = clients().get(admin_, client_)->stamps.revision;
  EXPECT_EQ(answer_of(clients().update(admin_, client_, now, away)), "killed");
}

TEST_F(KillsTest, ATargetSystemThatIsStoppedStaysItsProviders) {
  ASSERT_TRUE(
      kill({.scope = KillScope::kServiceProvider, .service_provider = "generic"}).has_value());
  TargetSystemFields fields;
  fields.service_provider = "google";
  fields.endpoint_parameters = std::map<std::string, std::string>{};
  const auto system = systems().get(admin_, system_);
  EXPECT_EQ(answer_of(systems().update(admin_, system_, system->stamps.revision, fields)),
            "killed");
}

}  // namespace
}  // namespace strongroom::vault
