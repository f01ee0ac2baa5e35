#include "identity/terminal_sign_ins.h"

#include <set>
#include <string>

#include <gtest/gtest.h>

#include "identity/testing/key_world.h"

namespace strongroom::identity {
namespace {

class TerminalSignInsTest : public testing::Test {
 protected:
  TerminalSignIn start(const std::string& address = "192.0.2.1") {
    return must(sign_ins_.start("laptop", address));
  }
  template <class T>
  static std::string problem(const Result<T>& result) {
    return result ? "" : std::string(result.error().problem.view());
  }
  Result<NewApiKey> collect(const TerminalSignIn& begun) {
    return sign_ins_.collect(begun.device_code.reveal(), {.peer = "192.0.2.1"});
  }

  KeyWorld world_;
  const NewSession session_ = world_.make_session();
  const Asker person_ = KeyWorld::asker(session_.info);
  TerminalSignIns sign_ins_{world_.context(), world_.keys()};
};

TEST_F(TerminalSignInsTest, ShowsCodesWithoutVowelsThatNobodyElseIsShown) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string code = start("192.0.2." + std::to_string(i)).user_code;
    EXPECT_EQ(code.find_first_not_of("BCDFGHJKLMNPQRSTVWXZ-"), std::string::npos) << code;
    EXPECT_EQ(code.size(), 9U);
    EXPECT_EQ(code[4], '-');
    EXPECT_TRUE(seen.insert(code).second) << code;
  }
}

TEST_F(TerminalSignInsTest, FindsACodeAsPeopleTypeIt) {
  const TerminalSignIn begun = start();
  std::string typed = " ";
  for (const char c : begun.user_code) typed += static_cast<char>(c == '-' ? ' ' : c + ('a' - 'A'));
  const TerminalRequest found = must(sign_ins_.find(person_, typed));
  EXPECT_EQ(found.user_code, begun.user_code);
  EXPECT_EQ(found.host, "laptop");
  EXPECT_EQ(sign_ins_.find(person_, begun.user_code + "B").error().code, Code::kNotFound);
}

TEST_F(TerminalSignInsTest, GivesAKeyThatEndsWhenThePersonSaid) {
  const TerminalSignIn begun = start();
  must(sign_ins_.approve(person_, begun.user_code, {.days = 2, .permissions = {}}));
  const NewApiKey key = must(collect(begun));
  EXPECT_EQ(key.info.name, "terminal on laptop");
  EXPECT_EQ(key.info.user.uuid, person_.user);
  EXPECT_EQ(*key.info.expires_at, world_.clock.now() + std::chrono::days(2));
  EXPECT_TRUE(world_.keys().authenticate(key.key.reveal()).has_value());
  world_.clock.advance(Seconds(2));
  EXPECT_EQ(problem(collect(begun)), "expired_token");
}

TEST_F(TerminalSignInsTest, IsOverAfterTenMinutes) {
  const TerminalSignIn begun = start();
  EXPECT_EQ(problem(collect(begun)), "authorization_pending");
  world_.clock.advance(TerminalSignIns::kLifetime);
  EXPECT_EQ(problem(collect(begun)), "expired_token");
  EXPECT_EQ(sign_ins_.approve(person_, begun.user_code, {}).error().code, Code::kNotFound);
  EXPECT_EQ(sign_ins_.deny(person_, begun.user_code).error().code, Code::kNotFound);
}

TEST_F(TerminalSignInsTest, RevokesAKeyThatNobodyFetched) {
  const TerminalSignIn begun = start();
  const std::size_t before = world_.keys().live_count();
  must(sign_ins_.approve(person_, begun.user_code, {}));
  must(sign_ins_.sweep());
  EXPECT_EQ(world_.keys().live_count(), before + 1);  // there is time left
  world_.clock.advance(TerminalSignIns::kLifetime);
  EXPECT_EQ(problem(collect(begun)), "expired_token");
  must(sign_ins_.sweep());
  EXPECT_EQ(world_.keys().live_count(), before);
}

TEST_F(TerminalSignInsTest, AsksForMorePatienceEachTime) {
  const TerminalSignIn begun = start();
  EXPECT_EQ(problem(collect(begun)), "authorization_pending");
  world_.clock.advance(Seconds(1));
  const auto soon = collect(begun);
  EXPECT_EQ(problem(soon), "slow_down");
  EXPECT_EQ(std::get<std::int64_t>(*soon.error().find("interval")), 7);
  world_.clock.advance(Seconds(6));
  EXPECT_EQ(problem(collect(begun)), "slow_down");
  world_.clock.advance(Seconds(12));
  EXPECT_EQ(problem(collect(begun)), "authorization_pending");
}

TEST_F(TerminalSignInsTest, HasSoManyPlacesAndNoneOfThemForOneAddressAlone) {
  for (std::size_t i = 0; i < TerminalSignIns::kMostOfAddress; ++i) start("192.0.2.1");
  EXPECT_EQ(problem(sign_ins_.start("laptop", "192.0.2.1")), "too_many_attempts");
  for (std::size_t i = TerminalSignIns::kMostOfAddress; i < TerminalSignIns::kMost; ++i) {
    start(std::to_string(i));
  }
  EXPECT_EQ(problem(sign_ins_.start("laptop", "192.0.2.2")), "too_many_attempts");
  world_.clock.advance(TerminalSignIns::kLifetime);
  EXPECT_TRUE(sign_ins_.start("laptop", "192.0.2.1").has_value());
}

TEST_F(TerminalSignInsTest, SlowsDownWhoeverTriesCodes) {
  int tried = 0;
  while (problem(sign_ins_.find(person_, "BBBB-BBBB")) != "too_many_attempts") ++tried;
  EXPECT_EQ(tried, 6);  // five are free, and the sixth is looked at
  EXPECT_EQ(problem(sign_ins_.find(person_, start().user_code)), "too_many_attempts");
}

TEST_F(TerminalSignInsTest, ForgivesNoGuessForACodeOfOnesOwn) {
  const std::string own = start().user_code;
  int tried = 0;
  while (problem(sign_ins_.find(person_, "BBBB-BBBB")) != "too_many_attempts") {
    ASSERT_LT(tried++, 6);
    static_cast<void>(sign_ins_.find(person_, own));
  }
  EXPECT_EQ(tried, 6);
}

TEST_F(TerminalSignInsTest, MakesAHostNameHarmless) {
  const TerminalSignIn begun = must(sign_ins_.start("a\n\x1b[2Jb", "192.0.2.1"));
  const std::string host = must(sign_ins_.find(person_, begun.user_code)).host;
  EXPECT_EQ(host.find_first_of("\n\x1b"), std::string::npos);
  must(sign_ins_.approve(person_, begun.user_code, {}));
  EXPECT_TRUE(collect(begun).has_value());
}

}  // namespace
}  // namespace strongroom::identity
