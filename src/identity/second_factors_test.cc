#include "identity/second_factors.h"

#include <string>

#include <gtest/gtest.h>

#include "identity/testing/key_world.h"
#include "storage/testing/lossy_vfs.h"
#include "storage/testing/raw_sql.h"

namespace strongroom::identity {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

std::string_view problem(const Status& status) {
  return status ? "ok" : status.error().problem.view();
}
template <class T>
std::string_view problem(const Result<T>& result) {
  return result ? "ok" : result.error().problem.view();
}

// An authenticator app: what it was given at the first scan.
std::string decoded(std::string_view base32) {
  constexpr std::string_view kLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string bytes;
  unsigned pending = 0;
  unsigned bits = 0;
  for (const char c : base32) {
    pending = (pending << 5U) | static_cast<unsigned>(kLetters.find(c));
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>((pending >> bits) & 255U);
  }
  return bytes;
}

class SecondFactorsTest : public testing::Test {
 protected:
  SecondFactorsTest() : session_(world_.make_session()), asker_(KeyWorld::asker(session_.info)) {}

  NewSecondFactor begin() {
    auto made = must(world_.second_factors().begin(asker_, "vault.example"));
    app_.emplace(decoded(made.secret.reveal()));
    return made;
  }
  // As the app shows it, so many steps from now.
  std::string code(std::int64_t steps = 0) {
    return one_time_code(*app_, code_step(world_.clock.now()) + steps);
  }
  RecoveryCodes enable() {
    begin();
    auto codes = must(world_.second_factors().confirm(asker_, code()));
    world_.clock.advance(minutes(1));  // that code was used
    return codes;
  }
  Result<NewSession> sign_in(std::string_view with, std::string_view password = kPassword) {
    return world_.sign_in().sign_in({.peer = "192.0.2.1"}, "admin", password, {}, with);
  }
  std::size_t left() { return world_.second_factors().info(user())->recovery_codes_left; }
  UserId user() const { return session_.info.user.id; }
  bool asked_for() { return world_.users().find(user())->has_second_factor; }
  bool stepped_up(const NewSession& session) {
    return world_.sessions().find(session.key.reveal())->stepped_up;
  }
  static constexpr std::string_view kPassword = KeyWorld::kPassword;
  KeyWorld world_;
  NewSession session_;
  Asker asker_;
  std::optional<CodeSecret> app_;
};

TEST_F(SecondFactorsTest, AreAskedForOnceTheAppHasShownACode) {
  EXPECT_FALSE(world_.second_factors().info(user()).has_value());
  begin();
  EXPECT_FALSE(world_.second_factors().info(user())->is_confirmed);
  EXPECT_EQ(problem(sign_in("")), "ok");
  const auto wrong = world_.second_factors().confirm(asker_, "000000");
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(std::get<FieldPointer>(*wrong.error().find("field")).text, "/code");
  EXPECT_FALSE(asked_for());
  const std::string shown = code();
  EXPECT_EQ(
      must(world_.second_factors().confirm(asker_, shown.substr(0, 3) + " " + shown.substr(3)))
          .size(),
      kRecoveryCodes);
  EXPECT_TRUE(asked_for());
  EXPECT_EQ(problem(sign_in("")), "second_factor_required");
  EXPECT_EQ(problem(sign_in("", "wrong password")), "wrong_credentials");
  EXPECT_EQ(problem(sign_in("123456", "wrong password")), "wrong_credentials");
}

TEST_F(SecondFactorsTest, TakeEachCodeOnceWhateverTheClockSays) {
  enable();
  const std::string used = code();
  EXPECT_EQ(problem(sign_in(used)), "ok");
  EXPECT_EQ(problem(sign_in(used)), "wrong_credentials");
  world_.reopen();
  EXPECT_EQ(problem(sign_in(used)), "wrong_credentials");
  EXPECT_EQ(problem(sign_in(code(-1))), "wrong_credentials");  // an earlier one either
  EXPECT_EQ(problem(sign_in(code(1))), "ok");
  world_.clock.advance_wall(-hours(1));
  EXPECT_EQ(problem(sign_in(code())), "wrong_credentials");
  world_.clock.advance_wall(hours(1));
  EXPECT_EQ(problem(sign_in(code(1))), "wrong_credentials");
  world_.clock.advance(minutes(1));
  EXPECT_EQ(problem(sign_in(code())), "ok");
}

TEST_F(SecondFactorsTest, CanBeReplacedByEachRecoveryCodeOnce) {
  const RecoveryCodes codes = enable();
  std::string typed(codes[3].reveal());
  for (char& c : typed) c = c == '-' ? ' ' : static_cast<char>(std::toupper(c));
  EXPECT_EQ(problem(sign_in(typed)), "ok");
  EXPECT_EQ(left(), kRecoveryCodes - 1);
  EXPECT_EQ(problem(sign_in(codes[3].reveal())), "wrong_credentials");
  world_.reopen();
  EXPECT_EQ(problem(sign_in(codes[3].reveal())), "wrong_credentials");
  EXPECT_EQ(problem(sign_in(codes[4].reveal())), "ok");
  EXPECT_EQ(left(), kRecoveryCodes - 2);
  const RecoveryCodes renewed = must(world_.second_factors().renew_recovery_codes(asker_));
  EXPECT_EQ(left(), kRecoveryCodes);
  EXPECT_EQ(problem(sign_in(codes[5].reveal())), "wrong_credentials");
  EXPECT_EQ(problem(sign_in(renewed[0].reveal())), "ok");
}

TEST_F(SecondFactorsTest, AreWaitedForAndNoLonger) {
  begin();
  world_.clock.advance(minutes(16));
  EXPECT_EQ(problem(world_.second_factors().confirm(asker_, code())), "no_pending_second_factor");
  begin();
  world_.clock.advance_wall(-minutes(1));
  EXPECT_EQ(problem(world_.second_factors().confirm(asker_, code())), "no_pending_second_factor");
  enable();
  EXPECT_EQ(problem(world_.second_factors().confirm(asker_, code())), "second_factor_exists");
  EXPECT_EQ(problem(world_.second_factors().begin(asker_, "vault.example")),
            "second_factor_exists");
}

TEST_F(SecondFactorsTest, AreEndedByTheirOwnerAndResetByWhoeverMayDoAllThatTheyMay) {
  enable();
  must(world_.second_factors().end(asker_));
  EXPECT_EQ(problem(sign_in("")), "ok");
  EXPECT_EQ(problem(world_.second_factors().renew_recovery_codes(asker_)), "no_second_factor");
  enable();
  Asker lesser;
  lesser.grants = Permissions{Permission::kManageUsers};
  EXPECT_EQ(world_.second_factors().reset(lesser, user()).error().code, Code::kPermissionDenied);
  EXPECT_EQ(world_.second_factors().reset({}, user()).error().code, Code::kPermissionDenied);
  EXPECT_TRUE(asked_for());
  must(world_.second_factors().reset(KeyWorld::server(), user()));
  EXPECT_FALSE(asked_for());
  EXPECT_EQ(world_.second_factors().reset(KeyWorld::server(), UserId{asker_.key}).error().code,
            Code::kNotFound);
}

TEST_F(SecondFactorsTest, CountWrongCodesAsWrongPasswords) {
  enable();
  for (int i = 0; i < 20; ++i) ASSERT_EQ(problem(sign_in("")), "second_factor_required") << i;
  std::uint32_t guesses = 0;
  while (problem(sign_in("000000")) == "wrong_credentials") {
    ++guesses;
    // Showing the password alone in between forgets nothing of it.
    if (problem(sign_in("")) == "too_many_attempts") break;
    ASSERT_LT(guesses, 100U);
  }
  EXPECT_EQ(guesses, SignInThrottle::kPerAccount.free + 1);
  EXPECT_EQ(problem(sign_in(code())), "too_many_attempts");
  world_.clock.advance(minutes(6));
  EXPECT_EQ(problem(sign_in(code())), "ok");
  EXPECT_EQ(world_.sign_in().counters().refused, guesses);
}

TEST_F(SecondFactorsTest, LeaveNoSecretInTheDatabaseOrTheLog) {
  const NewSecondFactor made = begin();
  const RecoveryCodes codes = must(world_.second_factors().confirm(asker_, code()));
  (void)sign_in("000000");
  const std::string row =
      storage::raw_rows(world_.state_path(), "SELECT second_factor FROM users").at(0);
  for (const std::string& text : {row, world_.log_text()}) {
    EXPECT_EQ(text.find(made.secret.reveal()), std::string::npos);
    EXPECT_EQ(text.find(app_->reveal()), std::string::npos);
    EXPECT_EQ(text.find(codes[0].reveal()), std::string::npos);
  }
}

TEST_F(SecondFactorsTest, OfARowThatWasChangedFromOutsideLetNobodyIn) {
  enable();
  world_.close();
  storage::raw_rows(world_.state_path(), "UPDATE users SET second_factor = ''");
  world_.open();
  EXPECT_EQ(problem(sign_in("")), "wrong_credentials");
}

TEST_F(SecondFactorsTest, MakeASessionFreshTogetherWithThePassword) {
  enable();
  NewSession session = must(sign_in(code()));
  EXPECT_TRUE(stepped_up(session));
  world_.clock.advance(minutes(9));
  EXPECT_TRUE(stepped_up(session));
  world_.clock.advance(minutes(1));
  EXPECT_FALSE(stepped_up(session));
  EXPECT_FALSE(world_.sessions().info(session.info.id)->stepped_up_until.has_value());
  const auto show = [&](std::string_view password, std::string_view with) {
    return problem(world_.sign_in().step_up(asker_, session.info.id, {password, with}));
  };
  EXPECT_EQ(show(kPassword, ""), "second_factor_required");
  EXPECT_EQ(show("wrong password", code()), "wrong_credentials");
  EXPECT_EQ(show(kPassword, "000000"), "wrong_credentials");
  EXPECT_FALSE(stepped_up(session));
  const std::string used = code();
  EXPECT_EQ(show(kPassword, used), "ok");
  EXPECT_TRUE(stepped_up(session));
  EXPECT_EQ(show(kPassword, used), "wrong_credentials");
  EXPECT_EQ(world_.sessions().info(session.info.id)->stepped_up_until,
            world_.clock.now() + Sessions::kSteppedUp);
  world_.reopen();  // which forgets it
  EXPECT_FALSE(stepped_up(session));
  world_.clock.advance(minutes(1));
  // The password alone makes none that is as good.
  session = must(world_.sign_in().change_password(asker_, {kPassword, "another long password"}));
  EXPECT_FALSE(stepped_up(session));
}

TEST_F(SecondFactorsTest, CanBeShownWhileNothingCanBeWritten) {
  storage::LossyVfs files;
  world_.state_vfs = files.name();
  world_.reopen();
  const RecoveryCodes codes = enable();
  const NewSession session = must(sign_in(code()));
  world_.clock.advance(minutes(11));
  files.fail_all_syncs(true);
  const auto show = [&](std::string_view with) {
    return problem(world_.sign_in().step_up(asker_, session.info.id, {kPassword, with}));
  };
  EXPECT_EQ(show(codes[0].reveal()), "wrong_credentials");  // which could not be used up
  EXPECT_EQ(show("000000"), "wrong_credentials");
  EXPECT_FALSE(stepped_up(session));
  const std::string used = code();
  EXPECT_EQ(show(used), "ok");
  EXPECT_TRUE(stepped_up(session));
  EXPECT_NE(world_.log_text().find("showed again who they are"), std::string::npos);
  EXPECT_EQ(show(used), "wrong_credentials");
  files.fail_all_syncs(false);
  EXPECT_EQ(show(used), "wrong_credentials");
  EXPECT_EQ(show(code(1)), "ok");
  world_.close();
}

TEST_F(SecondFactorsTest, AreNotNeededWhereThereIsNone) {
  EXPECT_TRUE(stepped_up(session_));
  world_.clock.advance(minutes(10));
  EXPECT_FALSE(stepped_up(session_));
  must(world_.sign_in().step_up(asker_, session_.info.id, {kPassword, ""}));
  EXPECT_TRUE(stepped_up(session_));
  world_.clock.advance_wall(-hours(50));  // somebody sets the calendar back
  world_.clock.advance_boot(minutes(10));
  EXPECT_FALSE(stepped_up(session_));
}

}  // namespace
}  // namespace strongroom::identity
