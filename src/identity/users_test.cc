#include "identity/users.h"

#include <string>

#include <gtest/gtest.h>

#include "identity/testing/key_world.h"
#include "identity/user_record.h"
#include "storage/testing/raw_sql.h"

namespace strongroom::identity {
namespace {

using crypto::Password;
using storage::raw_rows;
using storage::run_raw_sql;

TEST(Users, BeginWithAnAdministratorWhoMustChangeThePassword) {
  KeyWorld world;
  EXPECT_FALSE(world.users().has_password());
  const std::string password = world.make_first_administrator();
  const auto admin = world.users().check("admin", Password(password));
  ASSERT_TRUE(admin.has_value());
  EXPECT_EQ(admin->name, "admin");
  EXPECT_EQ(admin->permissions, Permissions::all());
  EXPECT_TRUE(admin->must_change_password);
  EXPECT_TRUE(world.users().has_password());
  must(world.trail().flush());
  EXPECT_NE(must(world.trail().list({})).entries[0].json.find("user.created"), std::string::npos);
}

TEST(Users, BeginOnceAlone) {
  KeyWorld world;
  const std::string password = world.make_first_administrator();
  EXPECT_EQ(world.make_first_administrator(), "");
  world.reopen();
  EXPECT_EQ(world.make_first_administrator(), "");
  EXPECT_TRUE(world.users().check("admin", Password(password)).has_value());
}

TEST(Users, MakeNobodyWhosePasswordCouldNotBeKept) {
  KeyWorld world;
  const auto made = world.users().ensure_first_administrator([](const Password&) -> Status {
    return Error{Code::kUnavailable, "no room"};
  });
  EXPECT_FALSE(made.has_value());
  world.reopen();
  EXPECT_NE(world.make_first_administrator(), "");
}

TEST(Users, WhoHaveKeysAloneGetNoPassword) {
  KeyWorld world;
  world.make_admin();
  world.reopen();
  EXPECT_EQ(world.make_first_administrator(), "");
  EXPECT_FALSE(world.users().has_password());
  for (const char* password : {"", "admin", "$argon2id$"}) {
    EXPECT_FALSE(world.users().check("admin", Password(password)).has_value());
  }
}

TEST(Users, AreFoundByTheirNameInAnyCase) {
  KeyWorld world;
  const std::string password = world.make_first_administrator();
  EXPECT_TRUE(world.users().check(" ADMIN ", Password(password)).has_value());
  for (const char* name : {"", "admi", "admin\n\n\x1b", "root", "\xff"}) {
    EXPECT_FALSE(world.users().check(name, Password(password)).has_value()) << name;
  }
  EXPECT_FALSE(world.users().check("admin", Password(password + " ")).has_value());
}

TEST(Users, HaveNoNamesThatLookTheSame) {
  KeyWorld world;
  world.make_first_administrator();
  const auto made = [&](const std::string& name) -> std::string {
    const auto user = world.accounts().create(KeyWorld::server(), {.name = name}, false);
    if (user) return "ok";
    EXPECT_EQ(std::get<FieldPointer>(*user.error().find("field")).text, "/name");
    const auto problem = user.error().problem.view();
    return problem.empty() ? "invalid" : std::string(problem);
  };
  EXPECT_EQ(made("Admin"), "duplicate");
  EXPECT_EQ(made("adrnin"), "look_alike");
  EXPECT_EQ(made("Ａdmin"), "look_alike");
  EXPECT_EQ(made("аdmin"), "invalid");  // the first letter is Cyrillic
  EXPECT_EQ(made("scope"), "ok");
  EXPECT_EQ(made("ѕсоре"), "look_alike");  // all of it is Cyrillic
  const UserId scope = world.users().find("scope")->id;
  const auto rename = [&](const std::string& name) {
    const auto user = world.accounts().update(KeyWorld::server(), scope, {.name = name});
    return user ? std::string("ok") : std::string(user.error().problem.view());
  };
  EXPECT_EQ(rename("adrnin"), "look_alike");
  EXPECT_EQ(rename("Scope"), "ok");  // its own name
  EXPECT_EQ(rename("another"), "ok");
  EXPECT_EQ(made("ѕсоре"), "ok") << "nobody has it any more";
  world.reopen();
  EXPECT_EQ(made("scope"), "look_alike");
  EXPECT_EQ(rename("scope"), "look_alike");
  must(world.accounts().remove(KeyWorld::server(), world.users().find("ѕсоре")->id));
  EXPECT_EQ(made("scope"), "ok");
}

TEST(Users, WhoLookedAlikeBeforeStayAndChangeWhatElseTheyLike) {
  KeyWorld world;
  world.make_first_administrator();
  const auto made = must(world.accounts().create(KeyWorld::server(), {.name = "ada"}, false));
  must(world.store().write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_TRY(auto row, world.users().row_of(tx, made.user.id));
    row.name = row.name_key = "adrnin";
    STRONGROOM_TRY(row.mac, user_mac(world.sealer(), row));
    return storage::update_user(tx, row);
  }));
  world.reopen();
  const UserId id = world.users().find("adrnin")->id;
  EXPECT_TRUE(
      world.accounts().update(KeyWorld::server(), id, {.full_name = "A. Drnin"}).has_value());
}

TEST(Users, KeepPreferencesAsTheyWereSent) {
  KeyWorld world;
  world.make_first_administrator();
  const UserId admin = world.users().find("admin")->id;
  EXPECT_EQ(must(world.users().preferences(admin)), "{}");
  must(world.users().put_preferences(admin, R"({"a": 1e400, "b":[]})"));
  world.reopen();
  EXPECT_EQ(must(world.users().preferences(admin)), R"({"a": 1e400, "b":[]})");
}

TEST(Users, AreOfNoUseToWhoEditsTheDatabase) {
  const char* const edits[] = {
      "UPDATE users SET password_hash = (SELECT password_hash FROM users WHERE name = 'eve')",
      "UPDATE users SET permissions = 'view'",
      "UPDATE users SET must_change_password = 0",
      "UPDATE users SET name_key = 'root', name = 'root'",
      "UPDATE users SET mac = zeroblob(32)",
      "UPDATE users SET mac = x''",
  };
  for (const char* edit : edits) {
    KeyWorld world;
    const std::string password = world.make_first_administrator();
    world.close();
    run_raw_sql(world.state_path(),
                "INSERT INTO users VALUES (randomblob(16), 'eve', 'eve', '$argon2id$v=19$m=8,t=1,"
                "p=1$c29tZXNhbHRzb21lc2FsdA$', 0, '', '', '', NULL, x'00', '', 0, '')");
    run_raw_sql(world.state_path(), std::string(edit) + " WHERE name = 'admin'");
    world.open();
    EXPECT_FALSE(world.users().check("admin", Password(password)).has_value()) << edit;
    EXPECT_FALSE(world.users().check("root", Password(password)).has_value()) << edit;
    EXPECT_FALSE(world.users().find("eve").has_value());
    EXPECT_NE(world.log_text().find("row was changed from outside"), std::string::npos);
    EXPECT_EQ(world.make_first_administrator(), "") << edit;  // they are there, if not believed
  }
}

// The row that is put back is genuine; but it is not what was loaded.
TEST(Users, AreJudgedByWhatWasLoaded) {
  KeyWorld world;
  const std::string first = world.make_first_administrator();
  run_raw_sql(world.state_path(), "CREATE TABLE kept AS SELECT * FROM users");
  const NewSession begun = must(world.sign_in().sign_in({}, "admin", first, {}));
  must(world.sign_in().change_password(KeyWorld::asker(begun.info), {first, KeyWorld::kPassword}));
  run_raw_sql(world.state_path(), "REPLACE INTO users SELECT * FROM kept");
  EXPECT_FALSE(world.users().check("admin", Password(first)).has_value());
}

TEST(Users, KeepNothingFromWhichAPasswordCouldBeRead) {
  KeyWorld world;
  const std::string password = world.make_first_administrator();
  const auto hashes = raw_rows(world.state_path(), "SELECT password_hash FROM users");
  ASSERT_EQ(hashes.size(), 1u);
  EXPECT_TRUE(hashes[0].starts_with("$argon2id$")) << hashes[0];
  EXPECT_EQ(world.log_text().find(password), std::string::npos);
}

TEST(Users, HashAnewAtTheNextSignInWhatWasHashedAtAnotherCost) {
  KeyWorld world;
  world.make_session();
  world.close();
  world.cost = {2, 16384};
  world.open();
  must(world.sign_in().sign_in({}, "admin", KeyWorld::kPassword, {}));
  const auto hashes = raw_rows(world.state_path(), "SELECT password_hash FROM users");
  EXPECT_TRUE(hashes.at(0).starts_with("$argon2id$v=19$m=16,t=2,")) << hashes.at(0);
  EXPECT_TRUE(world.users().check("admin", Password(KeyWorld::kPassword)).has_value());
}

}  // namespace
}  // namespace strongroom::identity
