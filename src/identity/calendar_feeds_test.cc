#include "identity/calendar_feeds.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "identity/testing/key_world.h"
#include "storage/testing/lossy_vfs.h"
#include "storage/testing/raw_sql.h"

namespace strongroom::identity {
namespace {

using storage::raw_rows;
using storage::run_raw_sql;

// Somebody who is no administrator, and who signed in.
Asker person(KeyWorld& world, const std::string& name) {
  const NewUser made = must(world.accounts().create(KeyWorld::server(), {.name = name}, false));
  return {.user = made.user.id.uuid, .grants = {}};
}

// How often the trail says so of a feed: "created revoked". Events of one moment have no order.
std::string trail(KeyWorld& world) {
  must(world.trail().flush());
  const auto page = must(world.trail().list({}));
  const auto count = [&](std::string_view action) {
    return std::to_string(std::ranges::count_if(page.entries, [&](const auto& entry) {
      return entry.json.find(action) != std::string::npos;
    }));
  };
  return count("\"calendar_feed.created\"") + " " + count("\"calendar_feed.revoked\"");
}

TEST(CalendarFeeds, KnowWhoseAddressTheyMade) {
  KeyWorld world;
  const Asker ada = person(world, "ada");
  EXPECT_FALSE(world.feeds().made_at(UserId{ada.user}).has_value());
  const auto token = must(world.feeds().create(ada));
  EXPECT_TRUE(token.reveal().starts_with("srcf_"));
  EXPECT_EQ(world.feeds().find(token.reveal()), UserId{ada.user});
  EXPECT_EQ(world.feeds().made_at(UserId{ada.user}), world.clock.now());
  world.reopen();
  EXPECT_EQ(world.feeds().find(token.reveal()), UserId{ada.user});
  EXPECT_EQ(world.feeds().made_at(UserId{ada.user}), world.clock.now());
}

TEST(CalendarFeeds, RefuseEveryOtherText) {
  KeyWorld world;
  const auto token = must(world.feeds().create(person(world, "ada")));
  const std::string right(token.reveal());
  std::string changed = right;
  changed[20] = changed[20] == 'a' ? 'b' : 'a';
  const auto stranger = crypto::make_bearer_key(kCalendarFeedPrefix, world.random());
  const auto key = world.make_admin();
  for (const std::string& text :
       {std::string(), std::string("srcf_"), changed, right + " ", right + ".ics", right.substr(1),
        std::string(stranger.reveal()), std::string(key.key.reveal())}) {
    EXPECT_FALSE(world.feeds().find(text).has_value()) << text.size();
  }
  EXPECT_FALSE(world.keys().authenticate(right).has_value()) << "it opens nothing else";
  EXPECT_FALSE(world.sessions().find(right).has_value());
}

TEST(CalendarFeeds, ANewOneEndsTheOneOfBeforeAndNobodyElses) {
  KeyWorld world;
  const Asker ada = person(world, "ada");
  const Asker bob = person(world, "bob");
  const auto first = must(world.feeds().create(ada));
  const auto others = must(world.feeds().create(bob));
  const auto second = must(world.feeds().create(ada));
  for (const bool restarted : {false, true}) {
    if (restarted) world.reopen();
    EXPECT_FALSE(world.feeds().find(first.reveal()).has_value());
    EXPECT_EQ(world.feeds().find(second.reveal()), UserId{ada.user});
    EXPECT_EQ(world.feeds().find(others.reveal()), UserId{bob.user});
  }
  EXPECT_EQ(trail(world), "3 1");
}

TEST(CalendarFeeds, WorkNoMoreOnceRevokeHasReturned) {
  KeyWorld world;
  const Asker ada = person(world, "ada");
  const auto token = must(world.feeds().create(ada));
  must(world.feeds().revoke(ada));
  EXPECT_FALSE(world.feeds().find(token.reveal()).has_value());
  EXPECT_FALSE(world.feeds().made_at(UserId{ada.user}).has_value());
  must(world.feeds().revoke(ada));  // twice is no error
  EXPECT_EQ(trail(world), "1 1");
  world.reopen();
  EXPECT_FALSE(world.feeds().find(token.reveal()).has_value());
}

TEST(CalendarFeeds, EndWithTheUserWhoIsDisabledAndAreNotBackWithThem) {
  KeyWorld world;
  const Asker ada = person(world, "ada");
  const auto token = must(world.feeds().create(ada));
  must(world.accounts().update(KeyWorld::server(), UserId{ada.user}, {.disabled = true}));
  EXPECT_FALSE(world.feeds().find(token.reveal()).has_value());
  const auto another = world.feeds().create(ada);
  ASSERT_FALSE(another.has_value());
  EXPECT_EQ(another.error().code, Code::kNotFound);
  must(world.accounts().update(KeyWorld::server(), UserId{ada.user}, {.disabled = false}));
  EXPECT_FALSE(world.feeds().find(token.reveal()).has_value());
  EXPECT_EQ(trail(world), "1 1");
}

TEST(CalendarFeeds, EndWithTheUserWhoIsDeleted) {
  KeyWorld world;
  const Asker ada = person(world, "ada");
  const auto token = must(world.feeds().create(ada));
  must(world.accounts().remove(KeyWorld::server(), UserId{ada.user}));
  EXPECT_FALSE(world.feeds().find(token.reveal()).has_value());
  EXPECT_FALSE(world.feeds().made_at(UserId{ada.user}).has_value());
  EXPECT_TRUE(raw_rows(world.state_path(), "SELECT created_at FROM calendar_feeds").empty());
}

TEST(CalendarFeeds, AreMadeByPeopleWhoSignedInAlone) {
  KeyWorld world;
  const Asker key = KeyWorld::asker(world.make_admin().info);
  for (const Asker& asker : {key, KeyWorld::server(), Asker{}}) {
    const auto made = world.feeds().create(asker);
    ASSERT_FALSE(made.has_value());
    EXPECT_EQ(made.error().code, Code::kPermissionDenied);
    const auto revoked = world.feeds().revoke(asker);
    ASSERT_FALSE(revoked.has_value());
    EXPECT_EQ(revoked.error().code, Code::kPermissionDenied);
  }
}

TEST(CalendarFeeds, AreRevokedButNotMadeWhileNothingCanBeWrittenDown) {
  storage::LossyVfs audit_files;
  KeyWorld world(audit_files.name());
  const Asker ada = person(world, "ada");
  const auto token = must(world.feeds().create(ada));
  audit_files.fail_all_syncs(true);
  world.trail().append({.id = {}, .at = world.clock.now(), .action = audit::Action::kServerStarted},
                       [](const Status&) {});
  ASSERT_FALSE(world.trail().flush().has_value());
  must(world.feeds().revoke(ada));
  EXPECT_FALSE(world.feeds().find(token.reveal()).has_value());
  const auto made = world.feeds().create(ada);
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().problem.view(), "audit_unavailable");
}

TEST(CalendarFeeds, KeepNothingFromWhichAnAddressCouldBeMadeAgain) {
  KeyWorld world;
  const auto token = must(world.feeds().create(person(world, "ada")));
  must(world.trail().flush());
  EXPECT_EQ(world.log_text().find(token.reveal().substr(12, 24)), std::string::npos);
  for (const auto& entry : must(world.trail().list({})).entries) {
    EXPECT_EQ(entry.json.find(token.reveal().substr(12, 24)), std::string::npos);
  }
  world.close();
  const auto rows = raw_rows(world.state_path(), "SELECT hex(token_hash) FROM calendar_feeds");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].size(), 64u);
}

TEST(CalendarFeeds, AreOfNoUseToWhoEditsTheDatabase) {
  const char* const edits[] = {
      "UPDATE calendar_feeds SET user_id = (SELECT id FROM users WHERE name = 'bob')",
      "UPDATE calendar_feeds SET token_hash = x'00'",
      "UPDATE calendar_feeds SET created_at = created_at + 1",
      "UPDATE calendar_feeds SET mac = zeroblob(32)",
      "UPDATE calendar_feeds SET mac = x''",
  };
  for (const char* const edit : edits) {
    KeyWorld world;
    const Asker ada = person(world, "ada");
    person(world, "bob");
    const auto token = must(world.feeds().create(ada));
    world.close();
    run_raw_sql(world.state_path(), edit);
    world.open();
    EXPECT_FALSE(world.feeds().find(token.reveal()).has_value()) << edit;
    EXPECT_FALSE(world.feeds().made_at(UserId{ada.user}).has_value()) << edit;
    EXPECT_NE(world.log_text().find("row was changed from outside"), std::string::npos) << edit;
  }
}

TEST(CalendarFeeds, ThatWereMovedToATokenThatSomebodyKnowsOpenNothing) {
  KeyWorld world;
  must(world.feeds().create(person(world, "ada")));
  const auto known = crypto::make_bearer_key(kCalendarFeedPrefix, world.random());
  const auto hash = crypto::bearer_key_hash(kCalendarFeedPrefix, known.reveal());
  world.close();
  run_raw_sql(world.state_path(),
              "UPDATE calendar_feeds SET token_hash = x'" + crypto::hex(*hash) + "'");
  world.open();
  EXPECT_FALSE(world.feeds().find(known.reveal()).has_value());
}

TEST(CalendarFeeds, NeverComeBackForAThreadThatSawThemRevoked) {
  KeyWorld world;
  const Asker ada = person(world, "ada");
  const auto token = must(world.feeds().create(ada));
  std::atomic<bool> revoked{false};
  std::atomic<bool> came_back{false};
  std::thread reader([&] {
    for (bool last = false; !last;) {
      last = revoked.load();
      const bool works = world.feeds().find(token.reveal()).has_value();
      if (last && works) came_back = true;
    }
  });
  must(world.feeds().revoke(ada));
  revoked = true;
  reader.join();
  EXPECT_FALSE(came_back);
}

}  // namespace
}  // namespace strongroom::identity
