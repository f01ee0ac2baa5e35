#include "identity/user_accounts.h"

#include <gtest/gtest.h>

#include "identity/testing/key_world.h"

namespace strongroom::identity {
namespace {

using enum Permission;

class UserAccountsTest : public testing::Test {
 protected:
  void SetUp() override { world_.make_first_administrator(); }
  UserAccounts& accounts() { return world_.accounts(); }
  template <class T>
  static std::string answer(const Result<T>& result) {
    if (result) return "ok";
    const Error& error = result.error();
    if (error.code == Code::kPermissionDenied) return "denied";
    if (error.code == Code::kNotFound) return "not found";
    if (error.code == Code::kUnauthenticated) return "unauthenticated";
    const ErrorValue* const field = error.find("field");
    if (field != nullptr) return "at " + std::get<FieldPointer>(*field).text;
    return std::string(error.problem.view());
  }

  KeyWorld world_;
  const Asker server_ = KeyWorld::server();
  const Asker all_{.grants = Permissions::all()};
};

TEST_F(UserAccountsTest, ANewUserSignsInOnceWithTheInitialPassword) {
  const NewUser ada = must(accounts().create(
      all_, {.name = "ada", .full_name = "Ada L.", .email = "ada@example.org"}, true));
  ASSERT_TRUE(ada.password.has_value());
  const NewSession session = must(world_.sign_in().sign_in({}, "Ada", ada.password->reveal(), {}));
  EXPECT_TRUE(session.info.user.must_change_password);
  EXPECT_TRUE(world_.sessions().find(session.key.reveal())->grants.is_empty());
  EXPECT_EQ(answer(accounts().create(all_, {.name = "ADA"}, false)), "at /name");
  EXPECT_EQ(answer(accounts().create(all_, {.name = ""}, false)), "at /name");
  EXPECT_EQ(answer(accounts().create(all_, {.name = "x", .email = "nobody"}, false)), "at /email");
  EXPECT_EQ(answer(accounts().create({}, {.name = "y"}, false)), "denied");
}

TEST_F(UserAccountsTest, PagesTogetherAreEverybodyByName) {
  for (const char* name : {"eve", "Ada", "dan", "bob", "Cleo", "fay"}) {
    must(accounts().create(all_, {.name = name, .email = std::string(name) + "@x.example"}, false));
  }
  const Users& users = world_.users();
  std::string names;
  for (std::size_t first = 0; first < 8; first += 2) {
    const Users::Page page = users.page("", first, 2);
    EXPECT_EQ(page.total, 7U);
    for (const User& user : page.users) names += user.name + " ";
  }
  EXPECT_EQ(names, "Ada admin bob Cleo dan eve fay ");
  const Users::Page found = users.page("A@X", 1, 50);  // in any case, also of the address
  EXPECT_EQ(found.total, 1U);
  EXPECT_TRUE(found.users.empty());
  EXPECT_EQ(users.page("a@x", 0, 50).users.at(0).name, "Ada");
}

TEST_F(UserAccountsTest, WhoIsDisabledIsOutAtOnceAndComesBackWithoutOldKeys) {
  const NewUser ada = must(accounts().create(all_, {.name = "ada"}, true));
  const NewSession session = must(world_.sign_in().sign_in({}, "ada", ada.password->reveal(), {}));
  const Group viewers = must(world_.groups().create(all_, {.name = "V"}));
  must(world_.groups().grant(all_, viewers.id, id_of(BuiltInRole::kViewer), {}));
  must(world_.groups().add_member(all_, viewers.id, ada.user.id));
  const NewApiKey key = must(world_.keys().create(
      all_, {.user = "ada", .name = "script", .permissions = Permissions{kView}}));
  ASSERT_TRUE(world_.keys().authenticate(key.key.reveal()).has_value());

  must(accounts().update(all_, ada.user.id, {.disabled = true}));
  EXPECT_FALSE(world_.sessions().find(session.key.reveal()).has_value());
  EXPECT_FALSE(world_.keys().authenticate(key.key.reveal()).has_value());
  EXPECT_EQ(answer(world_.sign_in().sign_in({}, "ada", ada.password->reveal(), {})),
            "unauthenticated");
  EXPECT_TRUE(world_.rights().of(ada.user.id).is_empty());

  must(accounts().update(all_, ada.user.id, {.disabled = false}));
  EXPECT_EQ(answer(world_.sign_in().sign_in({}, "ada", ada.password->reveal(), {})), "ok");
  EXPECT_FALSE(world_.keys().authenticate(key.key.reveal()).has_value());
  world_.reopen();
  EXPECT_FALSE(world_.keys().authenticate(key.key.reveal()).has_value());
}

TEST_F(UserAccountsTest, WhoIsDeletedTakesEverythingAlong) {
  const NewUser ada = must(accounts().create(all_, {.name = "ada"}, true));
  const NewSession session = must(world_.sign_in().sign_in({}, "ada", ada.password->reveal(), {}));
  const Group viewers = must(world_.groups().create(all_, {.name = "V"}));
  must(world_.groups().add_member(all_, viewers.id, ada.user.id));
  must(accounts().remove(all_, ada.user.id));
  EXPECT_FALSE(world_.sessions().find(session.key.reveal()).has_value());
  EXPECT_EQ(world_.groups().find(viewers.id)->members, 0U);
  EXPECT_EQ(answer(accounts().remove(all_, ada.user.id)), "not found");
  world_.reopen();
  EXPECT_FALSE(world_.users().find("ada").has_value());
}

TEST_F(UserAccountsTest, WhoCouldBecomeSomebodyNeedsAllThatTheyMay) {
  const UserId admin = world_.users().find("admin")->id;
  const Asker manager{.grants = Permissions{kManageUsers, kView}};
  EXPECT_EQ(answer(accounts().reset_password(manager, admin)), "denied");
  EXPECT_EQ(answer(accounts().update(manager, admin, {.email = "me@example.org"})), "denied");
  const NewUser ada = must(accounts().create(manager, {.name = "ada"}, true));
  EXPECT_EQ(answer(accounts().reset_password(manager, ada.user.id)), "ok");
  EXPECT_EQ(answer(world_.keys().create(
                {.grants = Permissions{kManageApiKeys, kView}},
                {.user = "admin", .name = "mine", .permissions = Permissions{kConfigure}})),
            "denied");
}

TEST_F(UserAccountsTest, PeopleSeeAndEndTheirOwnSessions) {
  const NewUser ada = must(accounts().create(all_, {.name = "ada"}, true));
  const NewUser bob = must(accounts().create(all_, {.name = "bob"}, true));
  const NewSession one = must(world_.sign_in().sign_in({}, "ada", ada.password->reveal(), {}));
  const NewSession two = must(world_.sign_in().sign_in({}, "ada", ada.password->reveal(), {}));
  EXPECT_EQ(world_.sessions().of(ada.user.id).size(), 2U);
  const Asker as_ada{.user = ada.user.id.uuid};
  const Asker as_bob{.user = bob.user.id.uuid};
  EXPECT_EQ(answer(accounts().end_session(as_bob, ada.user.id, one.info.id)), "denied");
  EXPECT_EQ(answer(accounts().end_session(as_bob, bob.user.id, one.info.id)), "not found");
  EXPECT_EQ(answer(accounts().end_session(as_ada, ada.user.id, one.info.id)), "ok");
  EXPECT_FALSE(world_.sessions().find(one.key.reveal()).has_value());
  EXPECT_TRUE(world_.sessions().find(two.key.reveal()).has_value());
  EXPECT_EQ(answer(accounts().end_sessions(all_, ada.user.id)), "ok");
  EXPECT_FALSE(world_.sessions().find(two.key.reveal()).has_value());
}

TEST_F(UserAccountsTest, WhoLostTheirRightsMeanwhileGivesThemToNobody) {
  const Group admins = must(world_.groups().create(all_, {.name = "Admins"}));
  must(world_.groups().grant(all_, admins.id, id_of(BuiltInRole::kAdministrator), {}));
  const UserId ada = must(accounts().create(all_, {.name = "ada"}, true)).user.id;
  must(world_.groups().add_member(all_, admins.id, ada));
  // A request that began while ada was an administrator, and waited.
  Asker waiting{.user = ada.uuid, .grants = Permissions::all()};
  waiting.again = [&]() -> std::optional<Grants> { return world_.rights().of(ada); };
  must(world_.groups().remove_member(all_, admins.id, ada));
  EXPECT_EQ(answer(world_.groups().add_member(waiting, admins.id, ada)), "denied");
  EXPECT_EQ(answer(world_.groups().grant(waiting, admins.id, id_of(BuiltInRole::kViewer), {})),
            "denied");
  EXPECT_EQ(answer(accounts().create(waiting, {.name = "eve"}, false)), "denied");
  EXPECT_EQ(
      answer(world_.roles().create(waiting, {.name = "R", .permissions = Permissions{kView}})),
      "denied");
  waiting.again = [] { return std::nullopt; };
  EXPECT_EQ(answer(accounts().reset_password(waiting, ada)), "denied");
}

TEST_F(UserAccountsTest, WhoWasDisabledIsNotRenamedByWhoLacksTheirRights) {
  const NewUser ada = must(accounts().create(all_, {.name = "ada"}, true));
  const Group admins = must(world_.groups().create(all_, {.name = "Admins"}));
  must(world_.groups().grant(all_, admins.id, id_of(BuiltInRole::kAdministrator), {}));
  must(world_.groups().add_member(all_, admins.id, ada.user.id));
  must(accounts().update(all_, ada.user.id, {.disabled = true}));
  const Asker manager{.grants = Permissions{kManageUsers, kView}};
  EXPECT_EQ(answer(accounts().update(manager, ada.user.id, {.name = "eve"})), "denied");
  EXPECT_EQ(answer(accounts().update(manager, ada.user.id, {.disabled = false})), "denied");
}

TEST_F(UserAccountsTest, APasswordThatWasReplacedWhileItWasCheckedOpensNothing) {
  const NewUser ada = must(accounts().create(all_, {.name = "ada"}, true));
  const auto checked = world_.users().check("ada", crypto::Password(ada.password->reveal()));
  ASSERT_TRUE(checked.has_value());
  EXPECT_TRUE(world_.users().is_still(*checked));
  must(accounts().reset_password(all_, ada.user.id));
  EXPECT_FALSE(world_.users().is_still(*checked));
}

TEST_F(UserAccountsTest, WhereNobodyWasLeftAlreadyPeopleAreShutOutAllTheSame) {
  const NewUser ada = must(accounts().create(all_, {.name = "ada"}, true));
  const UserId admin = world_.users().find("admin")->id;
  must(accounts().remove(server_, admin));
  EXPECT_EQ(answer(accounts().update(all_, ada.user.id, {.disabled = true})), "ok");
}

}  // namespace
}  // namespace strongroom::identity
