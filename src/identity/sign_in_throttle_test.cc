#include "identity/sign_in_throttle.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"

namespace strongroom::identity {
namespace {

class SignInThrottleTest : public testing::Test {
 protected:
  // Seconds to wait; 0: the password would be looked at.
  std::int64_t attempt(std::string_view account, std::string_view address) {
    return throttle_.begin(account, address).value_or(Seconds(0)).count();
  }
  // Fails once more, as soon as that is possible, and answers how long that took.
  std::int64_t wait_for_attempt(std::string_view account) {
    std::int64_t waited = 0;
    while (const std::int64_t wait = attempt(account, std::to_string(++address_))) {
      waited += wait;
      clock_.advance(Seconds(wait));
    }
    return waited;
  }

  FakeClock clock_;
  SignInThrottle throttle_{clock_};
  int address_ = 0;
};

TEST_F(SignInThrottleTest, DoublesTheWaitForAnAccountUpToFiveMinutes) {
  std::vector<std::int64_t> waits;
  waits.reserve(17);
  for (int i = 0; i < 17; ++i) waits.push_back(wait_for_attempt("ada"));
  EXPECT_EQ(waits, (std::vector<std::int64_t>{0, 0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256,
                                              300, 300}));
}

TEST_F(SignInThrottleTest, SaysHowLongAndCountsNothingMeanwhile) {
  for (int i = 0; i < 8; ++i) wait_for_attempt("ada");
  EXPECT_EQ(attempt("ada", "::1"), 4);
  clock_.advance(Milliseconds(1500));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(attempt("ada", "::1"), 3);
  EXPECT_GE(throttle_.throttled(), 101u);
  clock_.advance(Seconds(3));
  EXPECT_EQ(attempt("ada", "::1"), 0);
  EXPECT_EQ(attempt("bob", "::1"), 0);
}

TEST_F(SignInThrottleTest, CountsAttemptsAtOneMoment) {
  int looked_at = 0;
  for (int i = 0; i < 50; ++i) looked_at += attempt("ada", std::to_string(i)) == 0 ? 1 : 0;
  EXPECT_EQ(looked_at, 6);
}

TEST_F(SignInThrottleTest, SlowsAnAddressDownThatTriesManyAccounts) {
  int looked_at = 0;
  for (int i = 0; i < 50; ++i) looked_at += attempt(std::to_string(i), "192.0.2.7") == 0 ? 1 : 0;
  EXPECT_EQ(looked_at, 21);
  EXPECT_EQ(attempt("ada", "192.0.2.8"), 0);
}

TEST_F(SignInThrottleTest, ForgetsWhatWasBeforeASuccess) {
  for (int i = 0; i < 6; ++i) wait_for_attempt("ada");
  throttle_.succeeded("ada", "6");
  EXPECT_EQ(attempt("ada", "::1"), 0);
  for (int i = 0; i < 4; ++i) EXPECT_EQ(wait_for_attempt("ada"), 0);
}

TEST_F(SignInThrottleTest, LetsAnOfficeInWhereOneForgotTheirPassword) {
  for (int i = 0; i < 100; ++i) {
    ASSERT_EQ(attempt("colleague", "192.0.2.7"), 0);
    throttle_.succeeded("colleague", "192.0.2.7");
  }
}

TEST_F(SignInThrottleTest, ForgetsAfterAnHourAndWhenItIsTold) {
  for (int i = 0; i < 12; ++i) wait_for_attempt("ada");
  clock_.advance(std::chrono::hours(1));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(wait_for_attempt("ada"), 0);
  for (int i = 0; i < 5; ++i) wait_for_attempt("ada");
  throttle_.forgive("ada");
  EXPECT_EQ(attempt("ada", "::1"), 0);
}

}  // namespace
}  // namespace strongroom::identity
