#include "identity/api_keys.h"

#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "identity/testing/key_world.h"
#include "storage/testing/lossy_vfs.h"
#include "storage/testing/raw_sql.h"

namespace strongroom::identity {
namespace {

using storage::run_raw_sql;

Permissions only(Permission permission) {
  Permissions permissions;
  permissions.add(permission);
  return permissions;
}

TEST(ApiKeys, KnowWhoShowsAKeyThatTheyMade) {
  KeyWorld world;
  const NewApiKey made = world.make_admin();
  EXPECT_TRUE(made.key.reveal().starts_with(crypto::kUserKeyPrefix));
  const auto who = world.keys().authenticate(made.key.reveal());
  ASSERT_TRUE(who.has_value());
  EXPECT_EQ(who->user, made.info.user);
  EXPECT_EQ(who->key, made.info.id);
  EXPECT_EQ(who->grants, Permissions::all());
  EXPECT_TRUE(world.keys().again(*who).has_value());
  EXPECT_EQ(world.keys().rejections(), 0u);
}

TEST(ApiKeys, KnowThemAfterARestart) {
  KeyWorld world;
  const NewApiKey made = world.make_admin();
  world.reopen();
  EXPECT_TRUE(world.keys().authenticate(made.key.reveal()).has_value());
  EXPECT_EQ(world.keys().live_count(), 1u);
}

TEST(ApiKeys, RefuseEveryOtherTextAndCountIt) {
  KeyWorld world;
  const NewApiKey made = world.make_admin();
  const std::string key(made.key.reveal());
  std::string changed = key;
  changed[20] = changed[20] == 'a' ? 'b' : 'a';
  const auto robot = crypto::make_bearer_key(crypto::kRobotKeyPrefix, world.random());
  const auto stranger = crypto::make_bearer_key(crypto::kUserKeyPrefix, world.random());
  const std::string texts[] = {"",
                               "x",
                               changed,
                               key + " ",
                               " " + key,
                               key.substr(0, key.size() - 1),
                               key + "A",
                               std::string(robot.reveal()),
                               std::string(stranger.reveal())};
  for (const std::string& text : texts) {
    EXPECT_FALSE(world.keys().authenticate(text).has_value()) << text.size();
  }
  EXPECT_EQ(world.keys().rejections(), std::size(texts));
}

TEST(ApiKeys, KeepNothingFromWhichAKeyCouldBeMadeAgain) {
  KeyWorld world;
  const NewApiKey made = world.make_admin();
  world.close();
  for (const char* suffix : {"", "-wal"}) {
    const std::string path = world.state_path() + suffix;
    if (FILE* file = std::fopen(path.c_str(), "rb")) {
      std::string bytes(std::size_t{4} << 20, '\0');
      bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file));
      std::fclose(file);
      EXPECT_EQ(bytes.find(made.key.reveal().substr(12, 24)), std::string::npos) << path;
    }
  }
}

TEST(ApiKeys, WorkNoMoreOnceRevokeHasReturned) {
  KeyWorld world;
  const NewApiKey admin = world.make_admin();
  const Asker asker = KeyWorld::asker(admin.info);
  const NewApiKey made = must(world.keys().create(
      asker, {.user = {}, .name = "script", .permissions = only(Permission::kView)}));
  EXPECT_EQ(made.info.user, admin.info.user);
  const auto who = world.keys().authenticate(made.key.reveal());
  ASSERT_TRUE(who.has_value());
  must(world.keys().revoke(asker, made.info.id));
  EXPECT_FALSE(world.keys().authenticate(made.key.reveal()).has_value());
  EXPECT_FALSE(world.keys().again(*who).has_value());
  must(world.keys().revoke(asker, made.info.id));  // twice is no error
  world.reopen();
  EXPECT_FALSE(world.keys().authenticate(made.key.reveal()).has_value());
  EXPECT_TRUE(world.keys().authenticate(admin.key.reveal()).has_value());
  EXPECT_TRUE(must(world.keys().get(asker, made.info.id)).revoked_at.has_value());
}

TEST(ApiKeys, ExpireWhenTheyWereToldTo) {
  KeyWorld world;
  const NewApiKey made = world.make_admin(world.clock.now() + Seconds(60));
  const auto who = world.keys().authenticate(made.key.reveal());
  ASSERT_TRUE(who.has_value());
  world.clock.advance(Seconds(60));
  EXPECT_FALSE(world.keys().authenticate(made.key.reveal()).has_value());
  EXPECT_FALSE(world.keys().again(*who).has_value());
}

TEST(ApiKeys, GiveNobodyWhatTheyDoNotHave) {
  KeyWorld world;
  Permissions some = only(Permission::kManageApiKeys);
  some.add(Permission::kView);
  const NewApiKey manager = must(world.keys().create(
      KeyWorld::server(), {.user = "ops", .name = "manager", .permissions = some}));
  const Asker asker = KeyWorld::asker(manager.info);
  const auto refused = world.keys().create(
      asker, {.user = {}, .name = "more", .permissions = only(Permission::kConfigure)});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::kPermissionDenied);
  EXPECT_EQ(std::get<VisibleName>(*refused.error().find("permission")).text, "configure");
  EXPECT_TRUE(
      world.keys()
          .create(asker, {.user = {}, .name = "less", .permissions = only(Permission::kView)})
          .has_value());
}

TEST(ApiKeys, LetAKeyWithoutThePermissionSeeAndRevokeOnlyItself) {
  KeyWorld world;
  const NewApiKey admin = world.make_admin();
  const NewApiKey viewer = must(world.keys().create(
      KeyWorld::asker(admin.info),
      {.user = "viewer", .name = "view", .permissions = only(Permission::kView)}));
  const Asker asker = KeyWorld::asker(viewer.info);
  EXPECT_EQ(world.keys().list(asker).error().code, Code::kPermissionDenied);
  EXPECT_EQ(world.keys().get(asker, admin.info.id).error().code, Code::kPermissionDenied);
  EXPECT_EQ(world.keys().revoke(asker, admin.info.id).error().code, Code::kPermissionDenied);
  EXPECT_EQ(must(world.keys().get(asker, viewer.info.id)).user_name, "viewer");
  must(world.keys().revoke(asker, viewer.info.id));
  EXPECT_FALSE(world.keys().authenticate(viewer.key.reveal()).has_value());
}

TEST(ApiKeys, LetWhoSignedInHaveTheirOwnWithoutThePermissionAndNoOthers) {
  KeyWorld world;
  const NewApiKey admin = world.make_admin();
  const NewApiKey viewer = must(world.keys().create(
      KeyWorld::asker(admin.info),
      {.user = "viewer", .name = "view", .permissions = only(Permission::kView)}));
  const Asker asker{.user = viewer.info.user.uuid, .grants = only(Permission::kView)};
  const NewApiKey made = must(world.keys().create(
      asker, {.user = {}, .name = "own", .permissions = only(Permission::kView)}));
  EXPECT_EQ(must(world.keys().list(asker)).size(), 2u);
  EXPECT_EQ(must(world.keys().list(asker, viewer.info.user)).size(), 2u);
  EXPECT_EQ(must(world.keys().get(asker, made.info.id)).user, viewer.info.user);
  const auto denied = [](const auto& answer) {
    return !answer.has_value() && answer.error().code == Code::kPermissionDenied;
  };
  EXPECT_TRUE(denied(world.keys().list(asker, admin.info.user)));
  EXPECT_TRUE(denied(world.keys().get(asker, admin.info.id)));
  EXPECT_TRUE(denied(world.keys().get(asker, ApiKeyId{})));
  EXPECT_TRUE(denied(world.keys().revoke(asker, admin.info.id)));
  EXPECT_TRUE(denied(world.keys().create(
      asker, {.user = "admin", .name = "x", .permissions = only(Permission::kView)})));
  EXPECT_FALSE(world.keys()
                   .create(asker, {.name = "x", .permissions = only(Permission::kConfigure)})
                   .has_value());
  must(world.keys().revoke(asker, made.info.id));
  EXPECT_FALSE(world.keys().authenticate(made.key.reveal()).has_value());
  EXPECT_TRUE(world.keys().authenticate(admin.key.reveal()).has_value());
}

TEST(ApiKeys, OfOneUserAreNotMadeWithoutEnd) {
  KeyWorld world;
  const NewApiKey admin = world.make_admin();
  const Asker asker{.user = admin.info.user.uuid, .grants = Permissions::all()};
  const auto make = [&](std::optional<WallTime> expires_at) {
    return world.keys().create(asker, {.name = "a", .permissions = {}, .expires_at = expires_at});
  };
  for (std::size_t i = 2; i < ApiKeys::kMostOfOneUser; ++i) must(make({}));
  const NewApiKey last = must(make(world.clock.now() + Seconds(60)));
  const auto refused = make({});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().problem.view(), "too_many_keys");
  EXPECT_TRUE(world.keys()
                  .create(KeyWorld::server(), {.user = "admin", .name = "b", .permissions = {}})
                  .has_value());
  must(world.keys().revoke(asker, must(world.keys().list(asker)).back().id));
  EXPECT_FALSE(make({}).has_value()) << "as many as there may be are left";
  world.clock.advance(Seconds(60));
  EXPECT_TRUE(make({}).has_value()) << "one has expired";
}

TEST(ApiKeys, ListThoseOfOneUser) {
  KeyWorld world;
  const NewApiKey admin = world.make_admin();
  const NewApiKey viewer = must(world.keys().create(
      KeyWorld::server(), {.user = "viewer", .name = "v", .permissions = only(Permission::kView)}));
  const Asker asker = KeyWorld::asker(admin.info);
  EXPECT_EQ(must(world.keys().list(asker)).size(), 2u);
  const auto theirs = must(world.keys().list(asker, viewer.info.user));
  ASSERT_EQ(theirs.size(), 1u);
  EXPECT_EQ(theirs.front().id, viewer.info.id);
}

TEST(ApiKeys, AreHeldToThePolicyButForTheServersOwnHost) {
  KeyWorld world;
  world.policy = {.may_never_expire = false, .longest_days = 30};
  world.reopen();
  const NewApiKey admin = world.make_admin();  // never expires
  const Asker asker = KeyWorld::asker(admin.info);
  const auto wish = [&](std::optional<WallTime> expires_at) {
    return world.keys().create(asker, {.name = "a",
                                       .permissions = {},
                                       .expires_at = expires_at,
                                       .expiry_field = "/expires_in_days"});
  };
  const WallTime month = world.clock.now() + std::chrono::days(30);
  EXPECT_TRUE(wish(month).has_value());
  for (const auto& refused : {wish({}), wish(month + Milliseconds(1))}) {
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, Code::kInvalidArgument);
    EXPECT_EQ(std::get<FieldPointer>(*refused.error().find("field")).text, "/expires_in_days");
  }
}

TEST(ApiKeys, OfProjectsDoNothingElsewhere) {
  KeyWorld world;
  const NewApiKey admin = world.make_admin();
  const Asker asker = KeyWorld::asker(admin.info);
  const Uuid here = world.make_project("here");
  const Uuid there = world.make_project("there");
  const auto make = [&](std::vector<Uuid> projects) {
    return world.keys().create(asker, {.name = "scoped",
                                       .permissions = {Permission::kView, Permission::kConfigure},
                                       .projects = std::move(projects)});
  };
  const NewApiKey made = must(make({here, here}));
  EXPECT_EQ(made.info.projects, std::vector<Uuid>{here});
  for (int restarts = 0; restarts < 2; ++restarts, world.reopen()) {
    const auto who = world.keys().authenticate(made.key.reveal());
    ASSERT_TRUE(who.has_value());
    EXPECT_TRUE(who->grants.has(Permission::kConfigure, here));
    EXPECT_FALSE(who->grants.has(Permission::kManageRobotKeys, here));
    EXPECT_FALSE(who->grants.has(Permission::kView, there));
    EXPECT_TRUE(who->grants.everywhere().is_empty());
  }
  const auto unknown = make({here, Uuid{}});
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(std::get<FieldPointer>(*unknown.error().find("field")).text, "/projects/1");
}

TEST(ApiKeys, OfProjectsMakeNoUserWhoMayDoMoreThanTheAsker) {
  KeyWorld world;
  const NewApiKey admin = world.make_admin();
  const Uuid here = world.make_project("here");
  Asker asker{.user = admin.info.user.uuid, .grants = only(Permission::kManageApiKeys)};
  asker.grants.add(here, only(Permission::kConfigure));
  const auto refused = world.keys().create(asker, {.user = "somebody",
                                                   .name = "a",
                                                   .permissions = only(Permission::kConfigure),
                                                   .projects = {here}});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::kPermissionDenied);
  EXPECT_FALSE(world.users().find("somebody").has_value());
}

TEST(ApiKeys, AreMadeForNoProjectThatTheAskerDoesNotSee) {
  KeyWorld world;
  const NewApiKey admin = world.make_admin();
  const Uuid here = world.make_project("here");
  const Uuid hidden = world.make_project("hidden");
  Asker asker{.user = admin.info.user.uuid};
  asker.grants.add(here, only(Permission::kView));
  EXPECT_TRUE(
      world.keys()
          .create(asker, {.name = "a", .permissions = only(Permission::kView), .projects = {here}})
          .has_value());
  const auto refused = world.keys().create(
      asker, {.name = "a", .permissions = only(Permission::kView), .projects = {hidden}});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(std::get<FieldPointer>(*refused.error().find("field")).text, "/projects/0");
}

TEST(ApiKeys, TellWhenAndFromWhereTheyWereUsedLast) {
  KeyWorld world;
  const NewApiKey made = world.make_admin();
  const auto last = [&] { return must(world.keys().get(KeyWorld::server(), made.info.id)); };
  EXPECT_FALSE(last().last_used_at.has_value());
  world.clock.advance(Seconds(5));
  ASSERT_TRUE(world.keys().authenticate(made.key.reveal(), "192.0.2.9").has_value());
  EXPECT_EQ(last().last_used_at, world.clock.now());
  EXPECT_EQ(last().last_used_from, "192.0.2.9");
  must(world.keys().write_last_uses());
  world.reopen();
  EXPECT_EQ(last().last_used_at, world.clock.now());
  EXPECT_EQ(last().last_used_from, "192.0.2.9");
}

TEST(ApiKeys, MakeOneUserHoweverItsNameIsWritten) {
  KeyWorld world;
  const NewApiKey first = world.make_admin();
  const NewApiKey second = must(world.keys().create(
      KeyWorld::server(), {.user = " ADMIN ", .name = "again", .permissions = {}}));
  EXPECT_EQ(first.info.user, second.info.user);
  EXPECT_EQ(must(world.keys().list(KeyWorld::server())).size(), 2u);
}

TEST(ApiKeys, RefuseNamesAndTimesThatMakeNoSense) {
  KeyWorld world;
  const auto field = [&](const ApiKeyRequest& request) {
    const auto made = world.keys().create(KeyWorld::server(), request);
    return made ? std::string("(made)") : std::get<FieldPointer>(*made.error().find("field")).text;
  };
  EXPECT_EQ(field({.user = "admin", .name = " ", .permissions = {}}), "/name");
  EXPECT_EQ(field({.user = "admin", .name = "a\nb", .permissions = {}}), "/name");
  EXPECT_EQ(field({.user = "a\x1b", .name = "a", .permissions = {}}), "/user");
  EXPECT_EQ(field({.user = {}, .name = "a", .permissions = {}}), "/user");
  EXPECT_EQ(
      field({.user = "admin", .name = "a", .permissions = {}, .expires_at = world.clock.now()}),
      "/expires_at");
}

TEST(ApiKeys, AreOfNoUseToWhoEditsTheDatabase) {
  const char* const edits[] = {
      "UPDATE api_keys SET permissions = 'view configure manage_api_keys'",
      "UPDATE api_keys SET expires_at = expires_at + 1000000",
      "UPDATE api_keys SET expires_at = NULL",
      "UPDATE api_keys SET projects = ''",
      "UPDATE api_keys SET projects = projects || ' 0198c0de-0000-7000-8000-0000000000bb'",
      "UPDATE api_keys SET id = randomblob(16)",
      "UPDATE api_keys SET hash = randomblob(32)",
      "UPDATE api_keys SET hash = x'00'",
      "UPDATE api_keys SET mac = zeroblob(32)",
      "UPDATE api_keys SET mac = x''",
      "UPDATE api_keys SET user_id = (SELECT id FROM users WHERE name = 'eve')",
  };
  for (const char* edit : edits) {
    KeyWorld world;
    const NewApiKey made =
        must(world.keys().create(KeyWorld::server(), {.user = "admin",
                                                      .name = "view",
                                                      .permissions = only(Permission::kView),
                                                      .expires_at = world.clock.now() + Seconds(60),
                                                      .projects = {world.make_project("here")}}));
    world.close();
    run_raw_sql(world.state_path(),
                "INSERT INTO users VALUES (randomblob(16), 'eve', 'eve', '', 0, '', '', '', NULL, "
                "x'00', '', 0, '')");
    run_raw_sql(world.state_path(), edit);
    world.open();
    EXPECT_FALSE(world.keys().authenticate(made.key.reveal()).has_value()) << edit;
    EXPECT_EQ(world.keys().live_count(), 0u) << edit;
    EXPECT_NE(world.log_text().find("an API key's row was changed from outside"), std::string::npos)
        << edit;
  }
}

TEST(ApiKeys, StayRevokedForWhoEditsTheDatabase) {
  KeyWorld world;
  const NewApiKey made = world.make_admin();
  must(world.keys().revoke(KeyWorld::server(), made.info.id));
  world.close();
  run_raw_sql(world.state_path(), "UPDATE api_keys SET revoked_at = NULL");
  world.open();
  EXPECT_FALSE(world.keys().authenticate(made.key.reveal()).has_value());
}

TEST(ApiKeys, LeaveATraceOfEachChange) {
  KeyWorld world;
  const NewApiKey made = world.make_admin();
  Asker asker = KeyWorld::asker(made.info);
  asker.request_id = "0198c0de-0000-7000-8000-00000000000f";
  asker.peer = "192.0.2.7";
  world.clock.advance(Seconds(1));  // events of one millisecond stand in any order
  must(world.keys().revoke(asker, made.info.id));
  must(world.trail().flush());
  const auto page = must(world.trail().list({}));
  ASSERT_EQ(page.total, 2);
  EXPECT_NE(page.entries[1].json.find("api_key.created"), std::string::npos);
  const std::string& revoked = page.entries[0].json;
  for (const std::string& part : {std::string("api_key.revoked"), made.info.id.text(),
                                  made.info.user.text(), asker.request_id, asker.peer}) {
    EXPECT_NE(revoked.find(part), std::string::npos) << revoked;
  }
  for (const auto& entry : page.entries) {
    EXPECT_EQ(entry.json.find(made.key.reveal()), std::string::npos);
  }
}

TEST(ApiKeys, CanBeRevokedButNotMadeWhileTheTrailCannotBeWritten) {
  storage::LossyVfs audit_files;
  KeyWorld world(audit_files.name());
  const NewApiKey made = world.make_admin();
  audit_files.fail_all_syncs(true);
  world.trail().append({.id = {}, .at = world.clock.now(), .action = audit::Action::kServerStarted},
                       [](const Status&) {});
  ASSERT_FALSE(world.trail().flush().has_value());
  const auto refused =
      world.keys().create(KeyWorld::server(), {.user = "admin", .name = "b", .permissions = {}});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().problem.view(), "audit_unavailable");
  must(world.keys().revoke(KeyWorld::server(), made.info.id));
  EXPECT_FALSE(world.keys().authenticate(made.key.reveal()).has_value());
  audit_files.fail_all_syncs(false);
}

TEST(ApiKeys, NeverComeBackForAThreadThatSawThemRevoked) {
  KeyWorld world;
  const NewApiKey admin = world.make_admin();
  std::atomic<bool> revoked{false};
  std::atomic<bool> came_back{false};
  std::vector<std::thread> readers;
  readers.reserve(2);
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      for (bool last = false; !last;) {
        last = revoked.load();
        const bool works = world.keys().authenticate(admin.key.reveal()).has_value();
        if (last && works) came_back = true;
      }
    });
  }
  must(world.keys().revoke(KeyWorld::server(), admin.info.id));
  revoked = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_FALSE(came_back);
}

}  // namespace
}  // namespace strongroom::identity
