#include "vault/robot_access_validity.h"

#include <optional>
#include <string>

#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

// A robot that may read a client, in a strict project.
class StrictAccessTest : public VaultWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(VaultWorld::SetUp());
    project_ = project("Finance");
    set_strict(true);
    system_ = system("CRM").id;
    client_ = client(project_, system_, "nightly").id;
    robot_ = robot(project_, "finance", "reader").id;
    rule_ = rules().grant(admin_, {client_, robot_, {}})->id;
    report("r1");
  }
  void set_strict(bool strict) {
    const auto now = projects().get(admin_, project_);
    ProjectFields fields;
    fields.strict_robot_access = strict;
    ASSERT_TRUE(projects().update(admin_, project_, now->stamps.revision, fields).has_value());
  }
  std::int64_t report(const std::string& revision, std::vector<std::string> missing = {}) {
    const auto reported = robots().report(admin_, robot_, {revision, std::move(missing)});
    EXPECT_TRUE(reported.has_value()) << answer_of(reported);
    return reported ? reported->invalidated : -1;
  }
  bool may_look_up() const {
    const auto robot = index_.find(robot_);
    const auto client = index_.find(client_).client;
    return robot && client && may_read(*robot, *client);
  }
  std::string reason() { return rules().get(admin_, rule_)->invalid_reason; }
  RuleChanges update() {
    const auto changes = rules().update_to_latest(admin_, {{rule_}, {}}, false);
    EXPECT_TRUE(changes.has_value()) << answer_of(changes);
    return changes ? *changes : RuleChanges{};
  }

  ProjectId project_;
  TargetSystemId system_;
  OAuthClientId client_;
  RobotId robot_;
  RobotAccessId rule_;
};

TEST_F(StrictAccessTest, TheFirstReportIsWhatWasThereAndTheNextIsAChange) {
  EXPECT_TRUE(may_look_up());
  EXPECT_EQ(report("r1"), 0);
  EXPECT_TRUE(may_look_up());
  EXPECT_EQ(report("r2"), 1);
  EXPECT_FALSE(may_look_up());
  EXPECT_EQ(reason(), "robot_changed");
  EXPECT_EQ(update().changed, 1);
  EXPECT_TRUE(may_look_up());
  EXPECT_EQ(update().changed, 0) << "what is valid stays as it is";
}

TEST_F(StrictAccessTest, TakesRightsAwayWhileTheTrailCannotBeWrittenAndGivesNoneBack) {
  ASSERT_NO_FATAL_FAILURE(break_audit());
  EXPECT_EQ(report("r2"), 1);
  EXPECT_FALSE(may_look_up());
  EXPECT_EQ(answer_of(rules().update_to_latest(admin_, {{rule_}, {}}, false)), "audit_unavailable");
}

TEST_F(StrictAccessTest, ARobotThatAPersonEditedIsAnother) {
  const auto edit = [&](const std::string& path) {
    RobotFields fields;
    fields.path = path;
    const auto now = robots().get(admin_, robot_);
    ASSERT_TRUE(robots().update(admin_, robot_, now->stamps.revision, fields).has_value());
  };
  edit("finance");
  EXPECT_TRUE(may_look_up()) << "nothing was changed";
  edit("elsewhere");
  EXPECT_FALSE(may_look_up());
  EXPECT_EQ(reason(), "robot_changed");
  EXPECT_EQ(update().changed, 1);
  EXPECT_TRUE(may_look_up());
}

TEST_F(StrictAccessTest, AnApprovedDestinationIsAnEditOfTheTargetSystem) {
  const auto now = [&] { return systems().get(admin_, system_)->stamps.revision; };
  TargetSystemFields fields;
  fields.endpoint_parameters.emplace();
  (*fields.endpoint_parameters)["token_endpoint"] = "https://elsewhere.example/token";
  const auto moved = systems().update(admin_, system_, now(), fields);
  ASSERT_TRUE(moved.has_value()) << answer_of(moved);
  ASSERT_TRUE(moved->destination_held);
  EXPECT_EQ(update().changed, 1);
  ASSERT_TRUE(may_look_up());
  ASSERT_TRUE(systems().approve_destination(admin_, system_, now()).has_value());
  EXPECT_FALSE(may_look_up());
  EXPECT_EQ(reason(), "target_system_edited");
}

TEST_F(StrictAccessTest, WhatIsInvalidIsSoAfterARestart) {
  report("r1", {"snippet"});
  LookupIndex index;
  Context context{*faults_, *trail_, keys_,       sealer_, random_,
                  clock_,   log_,    *catalogue_, index,   network_};
  ASSERT_TRUE(load_index(context));
  EXPECT_FALSE(may_read(*index.find(robot_), *index.find(client_).client));
  EXPECT_EQ(update().blocked, 1);
  report("r1");
  EXPECT_EQ(update().changed, 1);
}

TEST_F(StrictAccessTest, OneThatSomebodyElseMakesValidLetsNobodyIn) {
  report("r2");
  tamper("UPDATE robot_access SET invalid_reason = ''");
  LookupIndex index;
  Context context{*faults_, *trail_, keys_,       sealer_, random_,
                  clock_,   log_,    *catalogue_, index,   network_};
  ASSERT_TRUE(load_index(context));
  EXPECT_FALSE(may_read(*index.find(robot_), *index.find(client_).client));
}

TEST_F(StrictAccessTest, NothingOfItHoldsInOtherProjects) {
  set_strict(false);
  EXPECT_EQ(report("r2", {"snippet"}), 0);
  EXPECT_TRUE(may_look_up());
}

TEST_F(StrictAccessTest, APatternNamesNoRobot) {
  ASSERT_TRUE(rules().grant(admin_, {client_, {}, "finance/**"}).has_value());
  EXPECT_EQ(report("r2"), 1);
  EXPECT_TRUE(may_look_up()) << "by the pattern";
}

TEST_F(StrictAccessTest, ReportsNeedTheirPermission) {
  const auto as = [&](const Actor& actor) {
    return answer_of(robots().report(actor, robot_, {"r1", {}}));
  };
  EXPECT_EQ(as(with({Permission::kView, Permission::kGrantAccess})), "denied");
  EXPECT_EQ(as(with({Permission::kRunRobots})), "ok");
  EXPECT_EQ(as(with(project("Other"), {Permission::kRunRobots})), "not found");
  EXPECT_EQ(answer_of(robots().report(admin_, robot_, {"", {}})), "invalid at /revision");
  EXPECT_EQ(answer_of(robots().report(admin_, robot_, {"r1", {""}})),
            "invalid at /missing_dependencies");
}

TEST_F(StrictAccessTest, RulesKnowWhenTheyWereUsedLast) {
  const auto used = [&] { return rules().get(admin_, rule_)->last_used_at; };
  EXPECT_EQ(used(), std::nullopt);
  clock_.advance(Milliseconds(1'000));
  index_.uses().note(rule_, clock_.now());
  EXPECT_EQ(used(), clock_.now());
  faults_->fail_call(1);
  EXPECT_FALSE(rules().write_uses());
  EXPECT_EQ(used(), clock_.now()) << "it is written the next time";
  EXPECT_TRUE(rules().write_uses());
  EXPECT_EQ(index_.uses().last(rule_), std::nullopt);
  EXPECT_EQ(used(), clock_.now());
}

TEST_F(StrictAccessTest, UnusedOnesGoTogetherButNotThoseOfOthers) {
  clock_.advance(Milliseconds(1'000));
  RuleSelection unused;
  unused.query.unused_since = clock_.now();
  const auto told = rules().revoke_all(admin_, unused, true);
  EXPECT_EQ(told->changed, 1);
  EXPECT_EQ(rules()
                .revoke_all(with(project("Other"), {Permission::kView, Permission::kGrantAccess}),
                            unused, false)
                ->changed,
            0);
  EXPECT_TRUE(may_look_up());
  EXPECT_EQ(rules().revoke_all(admin_, unused, false)->changed, 1);
  EXPECT_FALSE(may_look_up());
}

}  // namespace
}  // namespace strongroom::vault
