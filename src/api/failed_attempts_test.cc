#include "api/failed_attempts.h"

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"

namespace strongroom::api {
namespace {

TEST(FailedAttempts, LetsAnAddressFailAFewTimesAndThenWait) {
  FakeClock clock;
  FailedAttempts attempts(clock, {.burst = 3, .per_minute = 6});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(attempts.failed("192.0.2.1"), std::nullopt);
  EXPECT_EQ(attempts.failed("192.0.2.1"), Seconds(10));
  EXPECT_EQ(attempts.failed("192.0.2.77"), std::nullopt);
}

TEST(FailedAttempts, ForgetsWithTime) {
  FakeClock clock;
  FailedAttempts attempts(clock, {.burst = 2, .per_minute = 6});
  attempts.failed("::1");
  attempts.failed("::1");
  EXPECT_NE(attempts.failed("::1"), std::nullopt);
  clock.advance(Seconds(10));
  EXPECT_EQ(attempts.failed("::1"), std::nullopt);
  EXPECT_NE(attempts.failed("::1"), std::nullopt);
  clock.advance(std::chrono::hours(1));
  EXPECT_EQ(attempts.failed("::1"), std::nullopt);
}

TEST(FailedAttempts, IsNotFooledByTheCalendar) {
  FakeClock clock;
  FailedAttempts attempts(clock, {.burst = 1, .per_minute = 1});
  attempts.failed("::1");
  clock.advance_wall(std::chrono::hours(48));
  EXPECT_NE(attempts.failed("::1"), std::nullopt);
}

TEST(FailedAttempts, CountsThoseWhoHaveToWait) {
  FakeClock clock;
  FailedAttempts attempts(clock, {.burst = 1, .per_minute = 60});
  EXPECT_FALSE(attempts.failed("192.0.2.1").has_value());
  EXPECT_EQ(attempts.throttled(), 0U);
  const auto wait = attempts.failed("192.0.2.1");
  ASSERT_TRUE(wait.has_value());
  EXPECT_EQ(attempts.throttled(), 1U);
  const Error error = too_many_wrong_keys(*wait);
  EXPECT_EQ(error.code, Code::kRateLimited);
  EXPECT_EQ(std::get<std::int64_t>(*error.find("retry_after")), wait->count());
}

}  // namespace
}  // namespace strongroom::api
