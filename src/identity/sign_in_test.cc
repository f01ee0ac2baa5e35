#include "identity/sign_in.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "identity/testing/key_world.h"
#include "storage/testing/lossy_vfs.h"

namespace strongroom::identity {
namespace {

constexpr std::string_view kOther = "another long password";

Asker from(std::string peer) {
  Asker asker;
  asker.peer = std::move(peer);
  return asker;
}

template <class T>
std::string problem(const Result<T>& result) {
  if (result) return "ok";
  const ErrorValue* const field = result.error().find("field");
  if (field != nullptr) return std::get<FieldPointer>(*field).text;
  return std::string(result.error().problem.view());
}

std::vector<std::string> actions(KeyWorld& world) {
  must(world.trail().flush());
  std::vector<std::string> found;
  for (const auto& entry : must(world.trail().list({})).entries) {
    const std::size_t begin = entry.json.find("\"action\":\"") + 10;
    found.push_back(entry.json.substr(begin, entry.json.find('"', begin) - begin));
  }
  std::ranges::sort(found);  // those of one transaction are in no order
  return found;
}

TEST(SignIn, LetsInWithTheFirstPasswordOnlyToChangeIt) {
  KeyWorld world;
  const std::string first = world.make_first_administrator();
  const NewSession begun = must(world.sign_in().sign_in({}, "admin", first, {}));
  EXPECT_TRUE(begun.info.user.must_change_password);
  EXPECT_TRUE(world.sessions().find(begun.key.reveal())->must_change_password);
  EXPECT_EQ(world.passwords_set, "");
  const NewSession changed = must(
      world.sign_in().change_password(KeyWorld::asker(begun.info), {first, KeyWorld::kPassword}));
  EXPECT_FALSE(changed.info.user.must_change_password);
  EXPECT_FALSE(world.sessions().find(changed.key.reveal())->must_change_password);
  EXPECT_EQ(world.passwords_set, "admin;");
  EXPECT_EQ(problem(world.sign_in().sign_in({}, "admin", first, {})), "wrong_credentials");
  EXPECT_EQ(problem(world.sign_in().sign_in({}, "admin", KeyWorld::kPassword, {})), "ok");
}

TEST(SignIn, SaysTheSameWhateverIsWrong) {
  KeyWorld world;
  world.make_session();
  world.make_admin();
  must(world.keys().create(KeyWorld::server(), {.user = "ada", .name = "x", .permissions = {}}));
  const auto refused = [&](std::string_view user, std::string_view password) {
    const auto answer = world.sign_in().sign_in(from(std::string(user)), user, password, {});
    EXPECT_EQ(answer.error().code, Code::kUnauthenticated);
    EXPECT_TRUE(answer.error().parameters.empty());
    return std::string(answer.error().message.view()) + problem(answer);
  };
  const std::string wrong = refused("admin", "wrong");
  EXPECT_EQ(refused("nobody", KeyWorld::kPassword), wrong);
  EXPECT_EQ(refused("ada", KeyWorld::kPassword), wrong);  // has keys alone
  EXPECT_EQ(refused("\n", KeyWorld::kPassword), wrong);
  EXPECT_EQ(refused("admin", std::string(300, 'a')), wrong);
  EXPECT_EQ(refused("admin", "\xff"), wrong);
  EXPECT_EQ(refused("admin", ""), wrong);
  EXPECT_EQ(world.sign_in().counters().refused, 7u);
}

TEST(SignIn, TakesAPasswordFromEveryKeyboard) {
  KeyWorld world;
  const NewSession begun = world.make_session();
  must(world.sign_in().change_password(KeyWorld::asker(begun.info),
                                       {KeyWorld::kPassword, "gr\xc3\xbcne Heinzelmann"}));
  EXPECT_EQ(problem(world.sign_in().sign_in({}, "admin", "gru\xcc\x88ne Heinzelmann", {})), "ok");
}

TEST(SignIn, SlowsDownWhoGuessesAndNeverSaysWhetherTheAccountExists) {
  for (const char* name : {"admin", "nobody"}) {
    KeyWorld world;
    world.make_session();
    for (int i = 0; i < 6; ++i) {
      ASSERT_EQ(problem(world.sign_in().sign_in(from(std::to_string(i)), name, "wrong", {})),
                "wrong_credentials");
    }
    const auto refused = world.sign_in().sign_in(from("x"), name, KeyWorld::kPassword, {});
    EXPECT_EQ(problem(refused), "too_many_attempts");
    EXPECT_EQ(refused.error().code, Code::kRateLimited);
    EXPECT_EQ(std::get<std::int64_t>(*refused.error().find("retry_after")), 1);
    EXPECT_EQ(world.sign_in().counters().throttled, 1u);
    world.clock.advance(Seconds(1));
    EXPECT_EQ(problem(world.sign_in().sign_in(from("x"), name, KeyWorld::kPassword, {})),
              name == std::string("admin") ? "ok" : "wrong_credentials");
  }
}

TEST(SignIn, SaysItOnceInTheLogAndNeverWhatWasTyped) {
  KeyWorld world;
  world.make_session();
  for (int i = 0; i < 50; ++i) {
    (void)world.sign_in().sign_in(from("192.0.2.7"), "canary-name", "canary-password", {});
  }
  const std::string log = world.log_text();
  const std::size_t first = log.find("Sign-ins are refused for a while");
  EXPECT_NE(first, std::string::npos);
  EXPECT_EQ(log.find("Sign-ins are refused for a while", first + 1), std::string::npos);
  EXPECT_NE(log.find("192.0.2.7"), std::string::npos);
  EXPECT_EQ(log.find("canary"), std::string::npos);
  for (const std::string& action : actions(world)) EXPECT_NE(action, "session.refused");
}

TEST(SignIn, EndsTheSessionThatItReplacesAndNoOther) {
  KeyWorld world;
  const NewSession elsewhere = world.make_session();
  const NewSession before = world.make_session();
  const NewSession after =
      must(world.sign_in().sign_in({}, "admin", KeyWorld::kPassword, before.key.reveal()));
  EXPECT_NE(before.key.reveal(), after.key.reveal());
  EXPECT_FALSE(world.sessions().find(before.key.reveal()).has_value());
  EXPECT_TRUE(world.sessions().find(after.key.reveal()).has_value());
  EXPECT_TRUE(world.sessions().find(elsewhere.key.reveal()).has_value());
}

TEST(SignIn, ChangesAPasswordAndEndsEverySessionOfItsOwner) {
  KeyWorld world;
  const NewSession elsewhere = world.make_session();
  const NewSession here = world.make_session();
  const NewSession after = must(
      world.sign_in().change_password(KeyWorld::asker(here.info), {KeyWorld::kPassword, kOther}));
  EXPECT_FALSE(world.sessions().find(elsewhere.key.reveal()).has_value());
  EXPECT_FALSE(world.sessions().find(here.key.reveal()).has_value());
  EXPECT_TRUE(world.sessions().find(after.key.reveal()).has_value());
  EXPECT_NE(here.csrf_token, after.csrf_token);
  world.reopen();
  EXPECT_FALSE(world.sessions().find(here.key.reveal()).has_value());
  EXPECT_TRUE(world.sessions().find(after.key.reveal()).has_value());
}

TEST(SignIn, ChangesNoPasswordForOneThatWillNotDo) {
  KeyWorld world;
  const NewSession here = world.make_session();
  const auto change = [&](std::string_view current, std::string_view chosen) {
    return problem(world.sign_in().change_password(KeyWorld::asker(here.info), {current, chosen}));
  };
  EXPECT_EQ(change("wrong", kOther), "/current_password");
  EXPECT_EQ(change(KeyWorld::kPassword, "short"), "/new_password");
  EXPECT_EQ(change(KeyWorld::kPassword, KeyWorld::kPassword), "/new_password");
  EXPECT_EQ(change(KeyWorld::kPassword, std::string(257, 'x')), "/new_password");
  EXPECT_TRUE(world.sessions().find(here.key.reveal()).has_value());
  for (int i = 0; i < 6; ++i) change("wrong", kOther);
  EXPECT_EQ(change("wrong", kOther), "too_many_attempts");  // who took a session cannot guess on
}

TEST(SignIn, GivesANewPasswordWhereOneWasLost) {
  KeyWorld world;
  const NewSession before = world.make_session();
  for (int i = 0; i < 9; ++i) (void)world.sign_in().sign_in({}, "admin", "wrong", {});
  const auto password = must(world.sign_in().reset_password(KeyWorld::server(), "Admin", {}));
  EXPECT_FALSE(world.sessions().find(before.key.reveal()).has_value());
  EXPECT_EQ(world.passwords_set, "admin;admin;");
  const NewSession after =
      must(world.sign_in().sign_in(from("elsewhere"), "admin", password.reveal(), {}));
  EXPECT_TRUE(after.info.user.must_change_password);
  EXPECT_EQ(problem(world.sign_in().sign_in({}, "admin", KeyWorld::kPassword, {})),
            "wrong_credentials");
  EXPECT_EQ(world.sign_in().reset_password(KeyWorld::server(), "nobody", {}).error().code,
            Code::kNotFound);
}

TEST(SignIn, GivesAPasswordToWhoHadNoneAndNoRightsBesideIt) {
  KeyWorld world;
  Permissions view;
  view.add(Permission::kView);
  for (const char* name : {"admin", "ada", "bob"}) {
    must(world.keys().create(KeyWorld::server(), {.user = name, .name = "x", .permissions = {}}));
  }
  const auto permissions = [&](std::string_view name, const crypto::Password& password) {
    return must(world.sign_in().sign_in({}, name, password.reveal(), {})).info.user.permissions;
  };
  SignIn& people = world.sign_in();
  // But for the one who is to run the server.
  EXPECT_EQ(permissions("admin", must(people.reset_password(KeyWorld::server(), "admin", {}))),
            Permissions::all());
  EXPECT_EQ(permissions("ada", must(people.reset_password(KeyWorld::server(), "ada", {}))),
            Permissions{});
  EXPECT_EQ(permissions("bob", must(people.reset_password(KeyWorld::server(), "bob", view))), view);
  EXPECT_EQ(permissions("bob", must(people.reset_password(KeyWorld::server(), "bob", {}))), view);
}

TEST(SignIn, EndsASessionForGood) {
  KeyWorld world;
  const NewSession here = world.make_session();
  must(world.sign_in().sign_out(KeyWorld::asker(here.info), here.info.id));
  EXPECT_FALSE(world.sessions().find(here.key.reveal()).has_value());
  must(world.sign_in().sign_out(KeyWorld::asker(here.info), here.info.id));
  world.reopen();
  EXPECT_FALSE(world.sessions().find(here.key.reveal()).has_value());
}

TEST(SignIn, LeavesATraceOfWhatHappened) {
  KeyWorld world;
  const NewSession here = world.make_session();
  Asker asker = KeyWorld::asker(here.info);
  asker.request_id = "0198c0de-0000-7000-8000-00000000000f";
  asker.peer = "192.0.2.7";
  must(world.sign_in().sign_out(asker, here.info.id));
  must(world.sign_in().reset_password(KeyWorld::server(), "admin", {}));
  EXPECT_EQ(actions(world),
            (std::vector<std::string>{"session.ended", "session.ended", "session.started",
                                      "session.started", "user.created", "user.password_changed",
                                      "user.password_reset"}));
  const auto entries = must(world.trail().list({.action = "session.ended"})).entries;
  const auto entry = std::ranges::find_if(entries, [](const audit::Trail::Entry& one) {
    return one.json.find("signed_out") != std::string::npos;
  });
  ASSERT_NE(entry, entries.end());
  const std::string& ended = entry->json;
  for (const std::string& part : {here.info.id.text(), std::string("admin"),
                                  here.info.user.id.text(), asker.request_id, asker.peer}) {
    EXPECT_NE(ended.find(part), std::string::npos) << ended;
  }
  EXPECT_EQ(ended.find("key_id"), std::string::npos) << ended;
}

TEST(SignIn, LetsPeopleOutButNotInWhileTheTrailCannotBeWritten) {
  storage::LossyVfs audit_files;
  KeyWorld world(audit_files.name());
  const NewSession here = world.make_session();
  audit_files.fail_all_syncs(true);
  world.trail().append({.id = {}, .at = world.clock.now(), .action = audit::Action::kServerStarted},
                       [](const Status&) {});
  ASSERT_FALSE(world.trail().flush().has_value());
  EXPECT_EQ(problem(world.sign_in().sign_in({}, "admin", KeyWorld::kPassword, {})),
            "audit_unavailable");
  must(world.sign_in().sign_out(KeyWorld::asker(here.info), here.info.id));
  EXPECT_FALSE(world.sessions().find(here.key.reveal()).has_value());
  audit_files.fail_all_syncs(false);
}

}  // namespace
}  // namespace strongroom::identity
