#include "identity/roles.h"

#include <gtest/gtest.h>

#include "identity/testing/key_world.h"

namespace strongroom::identity {
namespace {

using enum Permission;

class RolesTest : public testing::Test {
 protected:
  Roles& roles() { return world_.roles(); }
  template <class T>
  static std::string answer(const Result<T>& result) {
    if (result) return "ok";
    const Error& error = result.error();
    if (error.code == Code::kPermissionDenied) return "denied";
    if (error.code == Code::kNotFound) return "not found";
    if (error.code == Code::kPreconditionFailed) return "changed meanwhile";
    return error.problem.view().empty() ? "invalid" : std::string(error.problem.view());
  }

  KeyWorld world_;
  const Asker server_ = KeyWorld::server();
};

TEST_F(RolesTest, HaveNoNamesThatLookLikeAnotherOrABuiltInOne) {
  const auto made = [&](const std::string& name) {
    return answer(roles().create(server_, {.name = name, .permissions = Permissions{kView}}));
  };
  EXPECT_EQ(made("Adrninistrator"), "look_alike");
  EXPECT_EQ(made("Аdministrator"), "invalid");  // the first letter is Cyrillic
  EXPECT_EQ(made("Night shift"), "ok");
  EXPECT_EQ(made("Nіght shift"), "invalid");  // so is the second
  EXPECT_EQ(made("Night shlft"), "ok");
  EXPECT_EQ(made("Nlght shift"), "ok");
  EXPECT_EQ(made("NIGHT SHIFT"), "duplicate");
}

TEST_F(RolesTest, TheBuiltInOnesAreThereAndStayAsTheyAre) {
  EXPECT_EQ(roles().all().size(), kBuiltInRoles);
  EXPECT_EQ(roles().find("developer")->permissions.has(kExtract), false);
  for (const Role& role : built_in_roles()) {
    const bool is_top = role.id == id_of(BuiltInRole::kAdministrator);
    EXPECT_EQ(role.permissions.has(kExtract), is_top) << role.name;
    EXPECT_EQ(answer(roles().update(server_, role.id, 1, {.description = "x"})), "built_in");
    EXPECT_EQ(answer(roles().remove(server_, role.id)), "built_in");
  }
  EXPECT_EQ(roles().find("Administrator")->permissions, Permissions::all());
  EXPECT_EQ(answer(roles().create(server_, {.name = "viewer", .permissions = Permissions{kView}})),
            "duplicate");
}

TEST_F(RolesTest, AreMadeChangedAndDeletedAndOutliveARestart) {
  const Role made = must(roles().create(
      server_, {.name = "Helpdesk", .description = "d", .permissions = Permissions{kView}}));
  const Role changed = must(roles().update(
      server_, made.id, 1, {.name = "Desk", .permissions = Permissions{kView, kDisable}}));
  EXPECT_EQ(changed.revision, 2);
  EXPECT_EQ(answer(roles().update(server_, made.id, 1, {.name = "Other"})), "changed meanwhile");
  world_.reopen();
  EXPECT_EQ(roles().find("desk")->permissions, (Permissions{kView, kDisable}));
  must(roles().remove(server_, made.id));
  EXPECT_FALSE(roles().find(made.id).has_value());
  EXPECT_EQ(answer(roles().remove(server_, made.id)), "not found");
}

TEST_F(RolesTest, NobodyPutsIntoARoleWhatTheyLack) {
  const Asker asker{.grants = Permissions{kManageRoles, kView}};
  EXPECT_EQ(answer(roles().create(asker, {.name = "A", .permissions = Permissions{kView}})), "ok");
  EXPECT_EQ(answer(roles().create(asker, {.name = "B", .permissions = Permissions{kKill}})),
            "denied");
  const RoleId id = roles().find("A")->id;
  EXPECT_EQ(answer(roles().update(asker, id, 1, {.permissions = Permissions{kView, kKill}})),
            "denied");
  EXPECT_EQ(answer(roles().create({}, {.name = "C", .permissions = Permissions{kView}})), "denied");
  EXPECT_EQ(answer(roles().create(server_, {.name = "D", .permissions = Permissions{}})),
            "invalid");
}

TEST_F(RolesTest, WhatAGroupHasIsNotDeletedAndAChangeReachesItsMembersAtOnce) {
  const Role role =
      must(roles().create(server_, {.name = "Desk", .permissions = Permissions{kView, kDisable}}));
  const Group group = must(world_.groups().create(server_, {.name = "Desk people"}));
  must(world_.groups().grant(server_, group.id, role.id, {}));
  const UserId ada = must(world_.accounts().create(server_, {.name = "ada"}, false)).user.id;
  must(world_.groups().add_member(server_, group.id, ada));
  EXPECT_EQ(answer(roles().remove(server_, role.id)), "in_use");
  must(roles().update(server_, role.id, 1, {.permissions = Permissions{kView}}));
  EXPECT_EQ(world_.rights().of(ada), Permissions{kView});
}

}  // namespace
}  // namespace strongroom::identity
