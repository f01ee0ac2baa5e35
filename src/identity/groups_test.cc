#include "identity/groups.h"

#include <gtest/gtest.h>

#include "identity/testing/key_world.h"
#include "storage/project_rows.h"
#include "storage/testing/raw_sql.h"

namespace strongroom::identity {
namespace {

using enum Permission;

Uuid project(char last) {
  return *Uuid::parse(std::string("01890a5d-ac96-774b-bcce-b302099a805") + last);
}

class GroupsTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char last : {'1', '2'}) {
      storage::ProjectRow row;
      row.id = project(last);
      row.name = row.name_key = std::string(1, last);
      must(world_.store().write(
          [&](storage::Transaction& tx) { return storage::insert_project(tx, row); }));
    }
  }
  UserId user(const std::string& name) {
    return must(world_.accounts().create(KeyWorld::server(), {.name = name}, false)).user.id;
  }
  Group group(const std::string& name, BuiltInRole role, std::optional<Uuid> where = {}) {
    const Group made = must(groups().create(KeyWorld::server(), {.name = name}));
    must(groups().grant(KeyWorld::server(), made.id, id_of(role), where));
    return *groups().find(made.id);
  }
  Groups& groups() { return world_.groups(); }
  // Somebody with these rights who signed in.
  static Asker asker(const Grants& grants) { return {.user = project('9'), .grants = grants}; }
  static std::string problem(const Status& status) {
    return status ? "ok" : std::string(status.error().problem.view());
  }
  template <class T>
  static std::string missing(const Result<T>& result) {
    if (result) return "nothing";
    if (result.error().code != Code::kPermissionDenied) return "another error";
    return std::get<VisibleName>(*result.error().find("permission")).text;
  }

  KeyWorld world_;
};

TEST_F(GroupsTest, HaveNoNamesThatLookTheSame) {
  const Group finance = must(groups().create(KeyWorld::server(), {.name = "Finance"}));
  const auto refusal = [&](const std::string& name) {
    const auto made = groups().create(KeyWorld::server(), {.name = name});
    return made ? std::string("ok") : std::string(made.error().problem.view());
  };
  EXPECT_EQ(refusal("Ｆinance"), "look_alike");
  EXPECT_EQ(refusal("FINANCE"), "duplicate");
  EXPECT_EQ(refusal("Finance 2"), "ok");
  EXPECT_TRUE(groups()
                  .update(KeyWorld::server(), finance.id, finance.revision, {.name = "finance"})
                  .has_value());
  must(groups().remove(KeyWorld::server(), finance.id));
  EXPECT_EQ(refusal("Ｆinance"), "ok");
}

TEST_F(GroupsTest, MembersHaveWhatTheGroupsRolesAllow) {
  const UserId ada = user("ada");
  EXPECT_TRUE(world_.rights().of(ada).is_empty());
  const Group viewers = group("Viewers", BuiltInRole::kViewer);
  must(groups().add_member(KeyWorld::server(), viewers.id, ada));
  EXPECT_EQ(world_.rights().of(ada), Permissions{kView});
  must(groups().remove_member(KeyWorld::server(), viewers.id, ada));
  EXPECT_TRUE(world_.rights().of(ada).is_empty());
}

TEST_F(GroupsTest, RolesCountInTheirProjectAndAddUp) {
  const UserId ada = user("ada");
  const Group developers = group("Developers", BuiltInRole::kDeveloper, project('1'));
  const Group auditors = group("Auditors", BuiltInRole::kAuditor);
  must(groups().add_member(KeyWorld::server(), developers.id, ada));
  must(groups().add_member(KeyWorld::server(), auditors.id, ada));
  const Grants rights = world_.rights().of(ada);
  EXPECT_TRUE(rights.has(kConfigure, project('1')));
  EXPECT_FALSE(rights.has(kConfigure, project('2')));
  EXPECT_TRUE(rights.has(kReadAudit));
  EXPECT_FALSE(rights.has_anywhere(kExtract));
}

TEST_F(GroupsTest, AreTheSameAfterARestart) {
  const UserId ada = user("ada");
  const Group group_before = group("Developers", BuiltInRole::kDeveloper, project('1'));
  must(groups().add_member(KeyWorld::server(), group_before.id, ada));
  const Grants before = world_.rights().of(ada);
  world_.reopen();
  EXPECT_EQ(world_.rights().of(ada), before);
  EXPECT_EQ(groups().find("developers")->id, group_before.id);
  EXPECT_EQ(groups().members(group_before.id).size(), 1U);
}

TEST_F(GroupsTest, NobodyGivesWhatTheyLack) {
  const UserId ada = user("ada");
  const Group admins = group("Admins", BuiltInRole::kAdministrator);
  const Group empty = must(groups().create(KeyWorld::server(), {.name = "Empty"}));
  const Asker manager = asker(Permissions{kManageUsers, kView});
  EXPECT_EQ(missing(groups().add_member(manager, admins.id, ada)), "configure");
  EXPECT_EQ(missing(groups().grant(manager, empty.id, id_of(BuiltInRole::kDeveloper), {})),
            "configure");
  EXPECT_EQ(missing(groups().grant(manager, empty.id, id_of(BuiltInRole::kViewer), {})), "nothing");
  EXPECT_EQ(missing(groups().add_member(manager, empty.id, ada)), "nothing");
  // Whoever says which claim makes an administrator makes one.
  EXPECT_EQ(missing(groups().update(manager, admins.id, 1, {.claim_value = "everybody"})),
            "configure");
}

TEST_F(GroupsTest, WhoManagesUsersOfAProjectGivesRolesThereAlone) {
  const Group team = must(groups().create(KeyWorld::server(), {.name = "Team"}));
  Grants own;
  own.add(project('1'), {kManageUsers, kView});
  EXPECT_EQ(missing(groups().grant(asker(own), team.id, id_of(BuiltInRole::kViewer), project('1'))),
            "nothing");
  EXPECT_EQ(missing(groups().grant(asker(own), team.id, id_of(BuiltInRole::kViewer), project('2'))),
            "manage_users");
  EXPECT_EQ(missing(groups().grant(asker(own), team.id, id_of(BuiltInRole::kViewer), {})),
            "manage_users");
  EXPECT_EQ(missing(groups().create(asker(own), {.name = "Mine"})), "manage_users");
  EXPECT_EQ(missing(groups().add_member(asker(own), team.id, user("ada"))), "manage_users");
}

TEST_F(GroupsTest, TheLastAdministratorStays) {
  const std::string password = world_.make_first_administrator();
  const UserId admin = world_.users().find("admin")->id;
  const Asker all = asker(Permissions::all());
  EXPECT_EQ(problem(world_.accounts().remove(all, admin)), "last_administrator");
  const auto disabled = world_.accounts().update(all, admin, {.disabled = true});
  ASSERT_FALSE(disabled.has_value());
  EXPECT_EQ(disabled.error().problem.view(), "last_administrator");
  EXPECT_FALSE(world_.users().find(admin)->disabled_at.has_value());

  // Another one, by a group, who can sign in.
  const UserId ada =
      must(world_.accounts().create(KeyWorld::server(), {.name = "ada"}, true)).user.id;
  const Group admins = group("Admins", BuiltInRole::kAdministrator);
  must(groups().add_member(all, admins.id, ada));
  must(world_.accounts().remove(all, admin));
  EXPECT_FALSE(world_.users().find("admin").has_value());
  EXPECT_EQ(problem(groups().remove(all, admins.id)), "last_administrator");
  EXPECT_EQ(problem(groups().remove_member(all, admins.id, ada)), "last_administrator");
  EXPECT_EQ(problem(groups().revoke(all, admins.id, groups().find(admins.id)->roles.front().id)),
            "last_administrator");
  EXPECT_EQ(world_.rights().of(ada), Permissions::all());
}

TEST_F(GroupsTest, AMembershipThatWasWrittenByHandGivesNothing) {
  const UserId ada = user("ada");
  const Group admins = group("Admins", BuiltInRole::kAdministrator);
  world_.close();
  storage::run_raw_sql(world_.state_path(),
                       "INSERT INTO group_members (id, group_id, user_id, source, mac, created_at) "
                       "SELECT randomblob(16), g.id, u.id, 'local', randomblob(32), 0 "
                       "FROM user_groups g, users u WHERE u.name = 'ada'");
  world_.open();
  EXPECT_TRUE(world_.rights().of(ada).is_empty());
  EXPECT_NE(world_.log_text().find("it gives nobody anything"), std::string::npos);
}

TEST_F(GroupsTest, ClaimsOfASignOnDecideOnMembershipsThatCameByThem) {
  const UserId ada = user("ada");
  const Group developers = group("Developers", BuiltInRole::kDeveloper, project('1'));
  const Group local = group("Locals", BuiltInRole::kViewer);
  must(groups().update(KeyWorld::server(), developers.id, 1, {.claim_value = "dev-team"}));
  must(groups().add_member(KeyWorld::server(), local.id, ada));
  const auto sign_on = [&](const std::vector<std::string>& values) {
    must(world_.store().write([&](storage::Transaction& tx) {
      return groups().follow_claims(tx, KeyWorld::server(), *world_.users().find(ada), values);
    }));
  };
  sign_on({"dev-team", "unknown"});
  EXPECT_TRUE(world_.rights().of(ada).has(kConfigure, project('1')));
  sign_on({});
  EXPECT_FALSE(world_.rights().of(ada).has(kConfigure, project('1')));
  EXPECT_TRUE(world_.rights().of(ada).has(kView));
}

TEST_F(GroupsTest, NamesAreOneWhateverTheirCase) {
  must(groups().create(KeyWorld::server(), {.name = "Team"}));
  const auto again = groups().create(KeyWorld::server(), {.name = " TEAM "});
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().problem.view(), "duplicate");
}

TEST_F(GroupsTest, AClaimValueThatWasWrittenByHandMakesNobodyAMember) {
  const UserId ada = user("ada");
  const Group admins = group("Admins", BuiltInRole::kAdministrator);
  storage::run_raw_sql(world_.state_path(), "UPDATE user_groups SET claim_value = 'mine'");
  must(world_.store().write([&](storage::Transaction& tx) {
    return groups().follow_claims(tx, KeyWorld::server(), *world_.users().find(ada), {"mine"});
  }));
  EXPECT_TRUE(world_.rights().of(ada).is_empty());
  EXPECT_EQ(groups().find(admins.id)->members, 0U);
}

}  // namespace
}  // namespace strongroom::identity
