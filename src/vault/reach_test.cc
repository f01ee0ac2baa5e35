#include "vault/reach.h"

#include <gtest/gtest.h>

#include "vault/audit_log.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

using enum Permission;

// A client, its robot and its rule in each of two projects, and a target system for all.
class ReachTest : public VaultWorld {
 protected:
  struct Things {
    ProjectId project;
    TargetSystemId system;
    OAuthClientId client;
    RobotId robot;
    RobotAccessId rule;
  };

  void SetUp() override {
    VaultWorld::SetUp();
    shared_ = system("Shared").id;
    own_ = make("Own");
    other_ = make("Other");
  }

  Things make(const std::string& name) {
    Things things;
    things.project = project(name);
    things.system = system(name + " system", things.project).id;
    things.client = client(things.project, things.system, "Mail").id;
    things.robot = robot(things.project, "Finance", "Invoices").id;
    things.rule = rules().grant(admin_, {things.client, things.robot, {}})->id;
    return things;
  }

  // What `actor` is answered for each thing that can be read.
  std::vector<std::string> read_all(const Actor& actor, const Things& things) {
    return {answer_of(projects().get(actor, things.project)),
            answer_of(projects().affected(actor, things.project)),
            answer_of(systems().get(actor, things.system)),
            answer_of(systems().affected(actor, things.system)),
            answer_of(clients().get(actor, things.client)),
            answer_of(clients().affected(actor, things.client)),
            answer_of(robots().get(actor, things.robot)),
            answer_of(robots().affected(actor, things.robot)),
            answer_of(robots().list_keys(actor, things.robot)),
            answer_of(rules().get(actor, things.rule)),
            answer_of(rules().affected(actor, things.rule)),
            answer_of(rules().test_look_up(actor, things.client, things.robot))};
  }

  static TargetSystemFields described() {
    TargetSystemFields fields;
    fields.description = "what it is";
    return fields;
  }
  static OAuthClientFields labelled(const std::string& label) {
    OAuthClientFields fields;
    fields.label = label;
    return fields;
  }
  static OAuthClientFields switched(bool disabled) {
    OAuthClientFields fields;
    fields.disabled = disabled;
    return fields;
  }
  static RobotFields named(const std::string& name, std::optional<ProjectId> project = {}) {
    RobotFields fields;
    fields.name = name;
    fields.project = project;
    return fields;
  }

  // And for each change.
  std::vector<std::string> change_all(const Actor& actor, const Things& things) {
    const auto key = robots().create_key(admin_, things.robot);
    std::vector<std::string> answers{
        answer_of(projects().update(actor, things.project, 1, {{}, "what it is for"})),
        answer_of(systems().update(actor, things.system, 1, described())),
        answer_of(clients().update(actor, things.client, 1, labelled("Letters"))),
        answer_of(robots().update(actor, things.robot, 1, named("Bills"))),
        answer_of(robots().create_key(actor, things.robot)),
        answer_of(robots().revoke_key(actor, things.robot, key->info.id)),
        answer_of(rules().revoke(actor, things.rule)),
        answer_of(clients().remove(actor, things.client)),
        answer_of(clients().restore(actor, things.client)),
        answer_of(robots().remove(actor, things.robot)),
        answer_of(robots().restore(actor, things.robot)),
        answer_of(systems().remove(actor, things.system)),
        answer_of(systems().restore(actor, things.system))};
    return answers;
  }

  template <class Collection>
  std::int64_t count(Collection collection, const Actor& actor) {
    const auto page = collection.list(actor, {});
    EXPECT_TRUE(page.has_value());
    return page ? page->total : -1;
  }

  Actor in_own(Permissions permissions) const { return with(own_.project, permissions); }
  static constexpr Permissions kAll{kView,        kConfigure,       kManageProjects,     kRetrieve,
                                    kGrantAccess, kManageRobotKeys, kApproveDestination, kReadAudit,
                                    kDisable};

  TargetSystemId shared_;
  Things own_;
  Things other_;
};

std::vector<std::string> times(std::size_t count, const std::string& answer) {
  return std::vector<std::string>(count, answer);
}

TEST_F(ReachTest, InTheirProjectPeopleDoWhatTheyMayAndElsewhereThereIsNothing) {
  const Actor actor = in_own(kAll);
  EXPECT_EQ(read_all(actor, own_), times(12, "ok"));
  EXPECT_EQ(read_all(actor, other_), times(12, "not found"));
  EXPECT_EQ(change_all(actor, own_), times(13, "ok"));
  EXPECT_EQ(change_all(actor, other_), times(13, "not found"));
}

TEST_F(ReachTest, WhoOnlySeesIsToldWhatIsMissing) {
  Actor actor = in_own(kAll);
  actor.grants.add(other_.project.uuid, {kView});
  EXPECT_EQ(read_all(actor, other_), times(12, "ok"));
  EXPECT_EQ(change_all(actor, other_), times(13, "denied"));
}

TEST_F(ReachTest, ListsShowWhatIsSeenAndCountNothingElse) {
  const Actor actor = in_own({kView});
  EXPECT_EQ(count(projects(), actor), 1);
  EXPECT_EQ(count(systems(), actor), 2);  // the project's, and the one of all projects
  EXPECT_EQ(count(clients(), actor), 1);
  EXPECT_EQ(count(robots(), actor), 1);
  EXPECT_EQ(count(rules(), actor), 1);
  EXPECT_EQ(count(clients(), admin_), 2);
  ListQuery of_other;
  of_other.project = other_.project;
  EXPECT_EQ(clients().list(actor, of_other)->total, 0);
  EXPECT_EQ(robots().list(actor, of_other)->total, 0);
  EXPECT_EQ(rules().list(actor, of_other)->total, 0);
  ListQuery by_robot;
  by_robot.robot = other_.robot;
  EXPECT_EQ(rules().list(actor, by_robot)->total, 0);
}

TEST_F(ReachTest, ATargetSystemOfAllProjectsIsSeenByAllAndChangedFromEverywhere) {
  const Actor actor = in_own(kAll);
  EXPECT_EQ(answer_of(systems().get(actor, shared_)), "ok");
  EXPECT_EQ(answer_of(systems().update(actor, shared_, 1, described())), "denied");
  EXPECT_EQ(answer_of(systems().remove(actor, shared_)), "denied");
  EXPECT_EQ(answer_of(systems().create(actor, system_fields("Another"))), "denied");
  EXPECT_EQ(answer_of(systems().create(actor, system_fields("Another", own_.project))), "ok");
  EXPECT_EQ(answer_of(systems().create(actor, system_fields("More", other_.project))),
            "invalid at /project");
}

TEST_F(ReachTest, NothingIsMadeInAProjectThatIsNotSeen) {
  const Actor actor = in_own(kAll);
  OAuthClientFields fields = labelled("New");
  fields.project = other_.project;
  fields.target_system = shared_;
  EXPECT_EQ(answer_of(clients().create(actor, fields)), "invalid at /project");
  EXPECT_EQ(answer_of(robots().create(actor, named("New", other_.project))), "invalid at /project");
  EXPECT_EQ(answer_of(rules().grant(actor, {other_.client, other_.robot, {}})),
            "invalid at /oauth_client");
  EXPECT_EQ(answer_of(projects().create(actor, {"New", {}})), "denied");
  EXPECT_EQ(answer_of(projects().remove(actor, own_.project)), "denied");
}

TEST_F(ReachTest, AClientMovesOnlyBetweenProjectsThatAreBothConfigured) {
  const auto moving = client(own_.project, shared_, "Moving");
  Actor actor = in_own(kAll);
  OAuthClientFields to_other;
  to_other.project = other_.project;
  const auto move = [&] { return answer_of(clients().update(actor, moving.id, 1, to_other)); };
  EXPECT_EQ(move(), "invalid at /project");
  actor.grants.add(other_.project.uuid, {kView});
  EXPECT_EQ(move(), "denied");
  actor.grants.add(other_.project.uuid, {kConfigure});
  EXPECT_EQ(move(), "ok");
}

TEST_F(ReachTest, WhoMayDisableChangesNothingElse) {
  const Actor actor = in_own({kView, kDisable});
  OAuthClientFields both = labelled("X");
  both.disabled = true;
  EXPECT_EQ(answer_of(clients().update(actor, own_.client, 1, labelled("X"))), "denied");
  EXPECT_EQ(answer_of(clients().update(actor, own_.client, 1, both)), "denied");
  EXPECT_EQ(answer_of(clients().update(actor, own_.client, 1, switched(true))), "ok");
  EXPECT_EQ(answer_of(clients().update(actor, own_.client, 2, switched(false))), "ok");
  EXPECT_EQ(answer_of(clients().update(actor, other_.client, 1, switched(true))), "not found");
}

TEST_F(ReachTest, AuditIsReadOfTheProjectsInWhichItMayBe) {
  ASSERT_TRUE(trail_->flush().has_value());
  const auto key = audit::CheckpointKey::from_seed(crypto::sha256("a server"));
  AuditLog log(*context_, *key);
  const auto own = log.list(in_own({kReadAudit}), {});
  ASSERT_TRUE(own.has_value());
  EXPECT_GT(own->entries.size(), 0U);
  for (const auto& entry : own->entries) {
    EXPECT_NE(entry.json.find(own_.project.text()), std::string::npos) << entry.json;
  }
  EXPECT_LT(own->total, log.list(admin_, {})->total);
  EXPECT_EQ(log.list(in_own({kView}), {}).error().code, Code::kPermissionDenied);
}

TEST_F(ReachTest, WhoMayNotGrantAccessPutsNoRobotUnderARunner) {
  RobotFields runner = named("runner", own_.project);
  runner.kind = RobotKind::kRunner;
  runner.path = "machines";
  runner.serves = std::vector<std::string>{"Served"};
  const auto made = robots().create(admin_, runner);
  ASSERT_TRUE(made.has_value()) << answer_of(made);
  RobotFields moved;
  moved.path = "Served/deep";
  const Actor developer = in_own({kView, kConfigure});
  EXPECT_EQ(answer_of(robots().update(developer, own_.robot, 1, moved)), "denied");
  moved.path = "Elsewhere";
  EXPECT_EQ(answer_of(robots().update(developer, own_.robot, 1, moved)), "ok");
  moved.path = "Served";
  EXPECT_EQ(
      answer_of(robots().update(in_own({kView, kConfigure, kGrantAccess}), own_.robot, 2, moved)),
      "ok");
  // Whom a runner runs may be others when it comes back.
  ASSERT_TRUE(robots().remove(admin_, made->id).has_value());
  EXPECT_EQ(answer_of(robots().restore(developer, made->id)), "denied");
}

TEST_F(ReachTest, WhatIsNamedFirstAndNotSeenIsAllThatIsSaid) {
  const Actor actor = in_own(kAll);
  OAuthClientFields fields = labelled("New");
  fields.project = other_.project;
  fields.target_system = TargetSystemId{*Uuid::parse("01890a5d-ac96-774b-bcce-b302099a8051")};
  EXPECT_EQ(answer_of(clients().create(actor, fields)), "invalid at /project");
  const RobotId nobody{*Uuid::parse("01890a5d-ac96-774b-bcce-b302099a8052")};
  EXPECT_EQ(answer_of(rules().grant(actor, {other_.client, nobody, {}})),
            "invalid at /oauth_client");
}

}  // namespace
}  // namespace strongroom::vault
