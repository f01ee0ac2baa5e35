#include "identity/sessions.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "identity/testing/key_world.h"
#include "storage/testing/raw_sql.h"

namespace strongroom::identity {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using storage::raw_rows;
using storage::run_raw_sql;

std::string cookie(const NewSession& session) { return std::string(session.key.reveal()); }

TEST(Sessions, KnowWhoShowsACookieThatTheyMade) {
  KeyWorld world;
  const NewSession made = world.make_session();
  const auto who = world.sessions().find(made.key.reveal());
  ASSERT_TRUE(who.has_value());
  EXPECT_EQ(who->user, made.info.user.id);
  EXPECT_EQ(who->session, made.info.id);
  EXPECT_TRUE(who->key.uuid.is_nil());
  EXPECT_EQ(who->grants, Permissions::all());
  EXPECT_FALSE(who->must_change_password);
  EXPECT_TRUE(world.sessions().again(*who).has_value());
}

TEST(Sessions, RefuseEveryOtherText) {
  KeyWorld world;
  const std::string right = cookie(world.make_session());
  std::string changed = right;
  changed[20] = changed[20] == 'a' ? 'b' : 'a';
  const auto stranger = crypto::make_bearer_key("srk_session_", world.random());
  const auto key = world.make_admin();
  for (const std::string& text :
       {std::string(), std::string("x"), changed, right + " ", right.substr(1),
        std::string(stranger.reveal()), std::string(key.key.reveal())}) {
    EXPECT_FALSE(world.sessions().find(text).has_value()) << text.size();
  }
}

TEST(Sessions, SurviveARestart) {
  KeyWorld world;
  const NewSession made = world.make_session();
  world.reopen();
  const auto who = world.sessions().find(made.key.reveal());
  ASSERT_TRUE(who.has_value());
  EXPECT_EQ(who->session, made.info.id);
  EXPECT_EQ(world.sessions().info(made.info.id)->expires_at, made.info.expires_at);
}

TEST(Sessions, EndAfterAWhileWithoutARequest) {
  KeyWorld world;
  const NewSession made = world.make_session();
  for (int i = 0; i < 10; ++i) {
    world.clock.advance(minutes(29));
    ASSERT_TRUE(world.sessions().find(made.key.reveal()).has_value()) << i;
  }
  world.clock.advance(minutes(30));
  EXPECT_FALSE(world.sessions().find(made.key.reveal()).has_value());
}

TEST(Sessions, AreNotKeptAliveByAPageThatNobodyTouches) {
  KeyWorld world;
  const NewSession made = world.make_session();
  const auto asked_by = [&](AskedBy who) { return world.sessions().find(made.key.reveal(), who); };
  for (int i = 0; i < 29; ++i) {
    world.clock.advance(minutes(1));
    ASSERT_TRUE(asked_by(AskedBy::kPage).has_value()) << i;
  }
  EXPECT_TRUE(asked_by(AskedBy::kPerson).has_value());
  world.clock.advance(minutes(29));
  EXPECT_TRUE(asked_by(AskedBy::kPage).has_value());
  world.clock.advance(minutes(1));
  EXPECT_FALSE(asked_by(AskedBy::kPage).has_value());
}

TEST(Sessions, EndHoweverMuchTheyAreUsed) {
  KeyWorld world;
  const NewSession made = world.make_session();
  for (int i = 0; i < 12 * 60 - 1; ++i) {
    world.clock.advance(minutes(1));
    ASSERT_TRUE(world.sessions().find(made.key.reveal()).has_value()) << i;
  }
  world.clock.advance(minutes(1));
  EXPECT_FALSE(world.sessions().find(made.key.reveal()).has_value());
}

TEST(Sessions, EndWhicheverClockSaysSo) {
  for (const bool by_wall : {true, false}) {
    KeyWorld world;
    const NewSession made = world.make_session();
    if (by_wall) {
      world.clock.advance_wall(minutes(31));
    } else {
      world.clock.advance_wall(-hours(100));  // somebody sets the calendar back
      world.clock.advance_boot(minutes(31));
    }
    EXPECT_FALSE(world.sessions().find(made.key.reveal()).has_value()) << by_wall;
  }
}

TEST(Sessions, AreAsOldAfterARestartAsTheyWereBefore) {
  KeyWorld world;
  const NewSession made = world.make_session();
  world.clock.advance(minutes(20));
  world.reopen();
  world.clock.advance(minutes(9));
  EXPECT_TRUE(world.sessions().info(made.info.id).has_value());
  world.clock.advance(minutes(1));
  EXPECT_FALSE(world.sessions().find(made.key.reveal()).has_value());
}

TEST(Sessions, WriteDownWhenTheyWereSeenAndNoMore) {
  KeyWorld world;
  const NewSession made = world.make_session();
  must(world.sessions().write_back());
  const auto seen = [&] {
    return raw_rows(world.state_path(), "SELECT last_seen_at - created_at FROM sessions").at(0);
  };
  EXPECT_EQ(seen(), "0");
  world.clock.advance(minutes(10));
  EXPECT_TRUE(world.sessions().find(made.key.reveal()).has_value());
  EXPECT_EQ(seen(), "0");  // a request writes nothing
  must(world.sessions().write_back());
  EXPECT_EQ(seen(), "600000");
  world.reopen();
  world.clock.advance(minutes(25));  // 35 after the sign-in
  EXPECT_TRUE(world.sessions().find(made.key.reveal()).has_value());
}

TEST(Sessions, AreForgottenWithATraceOnceTheirTimeIsOver) {
  KeyWorld world;
  world.make_session();
  EXPECT_EQ(world.sessions().live_count(), 1u);
  world.clock.advance(minutes(31));
  EXPECT_EQ(world.sessions().live_count(), 0u);
  world.reopen();
  must(world.sessions().write_back());
  EXPECT_TRUE(raw_rows(world.state_path(), "SELECT id FROM sessions").empty());
  must(world.trail().flush());
  const std::string ended = must(world.trail().list({})).entries[0].json;
  EXPECT_NE(ended.find("session.ended"), std::string::npos);
  EXPECT_NE(ended.find("\"reason\":\"expired\""), std::string::npos);
}

TEST(Sessions, EndWithTheAccountThatTheyBeganWith) {
  KeyWorld world;
  const NewSession by_password = world.make_session();
  const User user = by_password.info.user;
  const auto start = [&](SignOnAccountId account) {
    return must(storage::write<NewSession>(world.store(), [&](storage::Transaction& tx) {
      return world.sessions().start(tx, KeyWorld::asker(by_password.info), user, "single_sign_on",
                                    account);
    }));
  };
  const SignOnAccountId one{*Uuid::parse("0198c0de-0000-7000-8000-000000000001")};
  const SignOnAccountId other{*Uuid::parse("0198c0de-0000-7000-8000-000000000002")};
  const NewSession first = start(one);
  const NewSession second = start(other);
  EXPECT_TRUE(world.sessions().find(first.key.reveal()).has_value());
  world.clock.advance(Seconds(1));
  EXPECT_TRUE(world.sessions().find(first.key.reveal()).has_value());
  must(world.sessions().write_back());  // the row is written anew, and is of the account still
  world.reopen();
  must(world.store().write([&](storage::Transaction& tx) {
    return world.sessions().end_of_account(tx, KeyWorld::server(), user.id, one, "gone");
  }));
  EXPECT_FALSE(world.sessions().find(first.key.reveal()).has_value());
  EXPECT_TRUE(world.sessions().find(second.key.reveal()).has_value());
  EXPECT_TRUE(world.sessions().find(by_password.key.reveal()).has_value());
}

TEST(Sessions, AreOfNoUseToWhoEditsTheDatabase) {
  const char* const edits[] = {
      "UPDATE sessions SET user_id = (SELECT id FROM users WHERE name = 'ada')",
      "UPDATE sessions SET expires_at = expires_at + 1",
      "UPDATE sessions SET last_seen_at = last_seen_at + 1",
      "UPDATE sessions SET created_at = created_at + 1",
      "UPDATE sessions SET sign_on_account = randomblob(16)",
      "UPDATE sessions SET id = randomblob(16)",
      "UPDATE sessions SET hash = x'00'",
      "UPDATE sessions SET mac = zeroblob(32)",
      "UPDATE sessions SET mac = x''",
      "DELETE FROM users WHERE name = 'admin'",
  };
  for (const char* edit : edits) {
    KeyWorld world;
    const NewSession made = world.make_session();
    must(world.keys().create(KeyWorld::server(),
                             {.user = "ada", .name = "x", .permissions = Permissions::all()}));
    world.close();
    run_raw_sql(world.state_path(), edit);
    world.open();
    EXPECT_FALSE(world.sessions().find(made.key.reveal()).has_value()) << edit;
    EXPECT_EQ(world.sessions().live_count(), 0u) << edit;
    EXPECT_NE(world.log_text().find("row was changed from outside"), std::string::npos) << edit;
  }
}

TEST(Sessions, ThatWereMovedToAnotherCookieOpenNothing) {
  KeyWorld world;
  const NewSession made = world.make_session();
  const auto known = crypto::make_bearer_key("srk_session_", world.random());
  const auto hash = crypto::bearer_key_hash("srk_session_", known.reveal());
  world.close();
  run_raw_sql(world.state_path(), "UPDATE sessions SET hash = x'" + crypto::hex(*hash) + "'");
  world.open();
  EXPECT_FALSE(world.sessions().find(known.reveal()).has_value());
}

TEST(Sessions, NeverComeBackForAThreadThatSawThemEnded) {
  KeyWorld world;
  const NewSession made = world.make_session();
  std::atomic<bool> ended{false};
  std::atomic<bool> came_back{false};
  std::vector<std::thread> readers;
  readers.reserve(2);
  for (int i = 0; i < 2; ++i) {
    readers.emplace_back([&] {
      for (bool last = false; !last;) {
        last = ended.load();
        const bool works = world.sessions().find(made.key.reveal()).has_value();
        if (last && works) came_back = true;
      }
    });
  }
  for (int i = 0; i < 3; ++i) {  // while it is used, which takes nothing back
    world.clock.advance(minutes(1));
    must(world.sessions().write_back());
  }
  must(world.sign_in().sign_out(KeyWorld::asker(made.info), made.info.id));
  ended = true;
  for (std::thread& reader : readers) reader.join();
  EXPECT_FALSE(came_back);
}

TEST(Sessions, HaveACsrfTokenThatFitsTheirCookieAlone) {
  KeyWorld world;
  const NewSession one = world.make_session();
  const NewSession other = world.make_session();
  EXPECT_EQ(one.csrf_token.size(), 43u);
  EXPECT_TRUE(Sessions::csrf_token_fits(one.key.reveal(), one.csrf_token));
  for (const std::string& wrong :
       {std::string(), other.csrf_token, cookie(one), one.csrf_token + "A"}) {
    EXPECT_FALSE(Sessions::csrf_token_fits(one.key.reveal(), wrong));
  }
  world.reopen();
  EXPECT_EQ(Sessions::csrf_token(one.key.reveal()), one.csrf_token);
}

TEST(Sessions, LeaveNothingOfTheirCookieInTheDatabase) {
  KeyWorld world;
  const NewSession made = world.make_session();
  const auto dump =
      raw_rows(world.state_path(),
               "SELECT group_concat(quote(hash) || quote(mac) || quote(id)) FROM sessions");
  EXPECT_EQ(dump.at(0).find(made.key.reveal().substr(14, 20)), std::string::npos);
  EXPECT_EQ(world.log_text().find(made.key.reveal().substr(14, 20)), std::string::npos);
}

}  // namespace
}  // namespace strongroom::identity
