#include "vault/secret_access.h"

#include <string>
#include <vector>

#include "base/unicode.h"
#include "vault/testing/secret_world.h"

namespace strongroom::vault {
namespace {

// A robot that may read a secret, in a strict project: what vault/robot_access_validity_test.cc
// says of clients.
class StrictSecretAccessTest : public SecretWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SecretWorld::SetUp());
    set_strict(true);
    report("r1");
    ASSERT_EQ(look_up(), "the value");
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
  std::string edit(SecretFields fields) {
    const auto now = secrets_of().get(admin_, secret_);
    return answer_of(secrets_of().update(admin_, secret_, now->stamps.revision, std::move(fields)));
  }
  std::string reason() { return access().get(admin_, rule_)->invalid_reason; }
  SecretRuleChanges update(bool dry_run = false) {
    const auto changes = access().update_to_latest(admin_, {{rule_}, {}}, dry_run);
    EXPECT_TRUE(changes.has_value()) << answer_of(changes);
    return changes ? *changes : SecretRuleChanges{};
  }
  // Shut out for `why`, also after a restart, until it is updated.
  void expect_shut_out(const std::string& why) {
    EXPECT_EQ(look_up(), "not found");
    EXPECT_EQ(look_up_after_restart(), "not found");
    EXPECT_EQ(reason(), why);
    EXPECT_EQ(update(true).rules.front().invalid_reason, why);
    EXPECT_EQ(look_up(), "not found") << "it was only asked";
    EXPECT_EQ(update().changed, 1);
    EXPECT_EQ(look_up(), "the value");
    EXPECT_EQ(look_up_after_restart(), "the value");
  }
};

TEST_F(StrictSecretAccessTest, AnotherRevisionOfTheRobotShutsItOut) {
  EXPECT_EQ(report("r1"), 0);
  EXPECT_EQ(report("r2"), 1);
  ASSERT_NO_FATAL_FAILURE(expect_shut_out("robot_changed"));
  EXPECT_EQ(update().changed, 0) << "what is valid stays as it is";
}

TEST_F(StrictSecretAccessTest, WhatTheRobotLacksHasToBePutBackFirst) {
  report("r1", {"snippet"});
  EXPECT_EQ(reason(), "dependency_missing");
  EXPECT_EQ(update().blocked, 1);
  EXPECT_EQ(look_up(), "not found");
  report("r1");
  ASSERT_NO_FATAL_FAILURE(expect_shut_out("dependency_missing"));
}

TEST_F(StrictSecretAccessTest, APersonWhoEditsWhatRobotsSeeOfItShutsThemOut) {
  SecretFields user;
  user.user_name = "BATCH02";
  ASSERT_EQ(edit(std::move(user)), "ok");
  ASSERT_NO_FATAL_FAILURE(expect_shut_out("secret_edited"));
  SecretFields notes;
  notes.notes = "for people";
  notes.owner = Owner{"Ada", "ada@example.org"};
  ASSERT_EQ(edit(std::move(notes)), "ok");
  EXPECT_EQ(look_up(), "the value");
  ASSERT_TRUE(add("another value", true).has_value()) << "a value is replaced because it has to be";
  EXPECT_EQ(reason(), "");
}

TEST_F(StrictSecretAccessTest, APersonWhoEditsTheTargetSystemOrTheRobotShutsItOut) {
  TargetSystemFields fields;
  fields.scopes = std::vector<std::string>{"read"};
  const auto now = systems().get(admin_, system_);
  const auto changed = systems().update(admin_, system_, now->stamps.revision, fields);
  ASSERT_TRUE(changed.has_value()) << answer_of(changed);
  ASSERT_NO_FATAL_FAILURE(expect_shut_out("target_system_edited"));
  RobotFields moved;
  moved.path = "elsewhere";
  const auto robot = robots().get(admin_, robot_);
  ASSERT_TRUE(robots().update(admin_, robot_, robot->stamps.revision, moved).has_value());
  ASSERT_NO_FATAL_FAILURE(expect_shut_out("robot_changed"));
}

TEST_F(StrictSecretAccessTest, ARobotThatWasDeletedAndComesBackIsShutOut) {
  ASSERT_TRUE(robots().remove(admin_, robot_, {}).has_value());
  ASSERT_TRUE(robots().restore(admin_, robot_).has_value());
  ASSERT_NO_FATAL_FAILURE(expect_shut_out("robot_gone"));
}

TEST_F(StrictSecretAccessTest, TakesRightsAwayWhileTheTrailCannotBeWrittenAndGivesNoneBack) {
  ASSERT_NO_FATAL_FAILURE(break_audit());
  EXPECT_EQ(report("r2"), 1);
  EXPECT_EQ(secret_index_.find(secret_)->access.front().is_valid, false);
  EXPECT_EQ(answer_of(access().update_to_latest(admin_, {{rule_}, {}}, false)),
            "audit_unavailable");
}

TEST_F(StrictSecretAccessTest, OneThatSomebodyElseMakesValidLetsNobodyIn) {
  report("r2");
  tamper("UPDATE secret_access SET invalid_reason = ''");
  EXPECT_EQ(look_up_after_restart(), "not found");
}

TEST_F(StrictSecretAccessTest, OnlyWhoMayGrantUpdatesAndOnlyTheirs) {
  report("r2");
  const Actor viewer = with({Permission::kView, Permission::kConfigure});
  EXPECT_EQ(answer_of(access().update_to_latest(viewer, {}, false)), "denied");
  const Actor elsewhere = with(project("Other"), {Permission::kView, Permission::kGrantAccess});
  EXPECT_EQ(access().update_to_latest(elsewhere, {}, false)->changed, 0);
  EXPECT_EQ(answer_of(access().update_to_latest(elsewhere, {{rule_}, {}}, false)), "not found");
  SecretRuleSelection valid;
  valid.query.list.valid = true;
  EXPECT_EQ(access().update_to_latest(admin_, valid, false)->changed, 0);
  SecretRuleSelection of_robot;
  of_robot.query.list.robot = robot_;
  EXPECT_EQ(access().update_to_latest(admin_, of_robot, false)->changed, 1);
}

TEST_F(StrictSecretAccessTest, ListsTellValidRulesFromOthers) {
  SecretAccessQuery query;
  query.list.valid = false;
  EXPECT_EQ(access().list(admin_, query)->total, 0);
  report("r2");
  ASSERT_EQ(access().list(admin_, query)->total, 1);
  EXPECT_EQ(access().list(admin_, query)->items.front().invalid_reason, "robot_changed");
}

TEST_F(StrictSecretAccessTest, NothingOfItHoldsInOtherProjects) {
  set_strict(false);
  EXPECT_EQ(report("r2", {"snippet"}), 0);
  EXPECT_EQ(look_up(), "the value");
}

// A renamed secret answers to its old label, as a renamed client does.
class RenamedSecretTest : public SecretWorld {
 protected:
  std::string rename(SecretId id, const std::string& label) {
    SecretFields fields;
    fields.label = label;
    const auto now = secrets_of().get(admin_, id);
    return answer_of(secrets_of().update(admin_, id, now->stamps.revision, std::move(fields)));
  }
  NamedSecret named(std::string_view label) {
    return secret_index_.find(project_, system_, name_key(label), clock_.now());
  }
};

TEST_F(RenamedSecretTest, AnswersForThirtyDaysAndTheLabelIsNobodyElsesMeanwhile) {
  ASSERT_EQ(rename(secret_, "night user"), "ok");
  EXPECT_EQ(look_up(), "the value");
  EXPECT_EQ(look_up_after_restart(), "the value");
  EXPECT_EQ(named("batch user").old_label_until, clock_.now() + kOldLabelLifetime);
  EXPECT_FALSE(named("night user").old_label_until.has_value());
  EXPECT_EQ(look_up(question("night user"), *lookups_), "the value");
  EXPECT_EQ(answer_of(secrets_of().create(admin_, fields("BATCH User", "x"))),
            "duplicate at /label");
  clock_.advance(kOldLabelLifetime);
  EXPECT_EQ(look_up(), "not found");
  EXPECT_EQ(answer_of(secrets_of().create(admin_, fields("batch user", "x"))), "ok");
  ASSERT_TRUE(secrets_of().purge().has_value());
  EXPECT_TRUE(secret_index_.find(secret_)->old_labels.empty());
}

TEST_F(RenamedSecretTest, CanTakeItsOwnOldLabelBack) {
  ASSERT_EQ(rename(secret_, "night user"), "ok");
  ASSERT_EQ(rename(secret_, "batch user"), "ok");
  EXPECT_FALSE(named("batch user").old_label_until.has_value());
  EXPECT_TRUE(named("night user").old_label_until.has_value());
  EXPECT_EQ(secret_index_.find(secret_)->old_labels.size(), 1U);
}

TEST_F(RenamedSecretTest, OneThatIsRestoredHasLostTheOldLabelsThatSomebodyElseHasByThen) {
  ASSERT_EQ(rename(secret_, "night user"), "ok");
  ASSERT_TRUE(secrets_of().remove(admin_, secret_).has_value());
  const auto another = secrets_of().create(admin_, fields("batch user", "another's"));
  ASSERT_TRUE(another.has_value()) << answer_of(another);
  ASSERT_TRUE(secrets_of().restore(admin_, secret_).has_value());
  EXPECT_EQ(named("batch user").secret->id, another->id);
  EXPECT_TRUE(secret_index_.find(secret_)->old_labels.empty());
  ASSERT_TRUE(secrets_of().remove(admin_, another->id).has_value());
  EXPECT_EQ(named("batch user").secret, nullptr);
}

}  // namespace
}  // namespace strongroom::vault
