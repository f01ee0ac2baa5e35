#include "oauth/clock_skew.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom::oauth {
namespace {

const WallTime sent_at = *parse_rfc3339("2026-11-25T12:00:00Z");

std::optional<Seconds> skew(std::string date, Milliseconds took = Milliseconds(0)) {
  return clock_skew({{"Date", std::move(date)}}, sent_at, took);
}

TEST(ClockSkew, IsHowFarTheProviderIsAhead) {
  EXPECT_EQ(skew("Wed, 25 Nov 2026 12:00:00 GMT"), Seconds(0));
  EXPECT_EQ(skew("Wed, 25 Nov 2026 12:01:30 GMT"), Seconds(90)) << "90 to 91";
  EXPECT_EQ(skew("Wed, 25 Nov 2026 11:58:00 GMT"), Seconds(-120)) << "-120 to -119";
  EXPECT_EQ(skew("Wed Nov 25 12:10:00 2026"), Seconds(600));
}

TEST(ClockSkew, TakesTheRoundTripIntoAccount) {
  EXPECT_EQ(skew("Wed, 25 Nov 2026 12:00:08 GMT", Seconds(10)), Seconds(0));
  EXPECT_EQ(skew("Wed, 25 Nov 2026 12:00:08 GMT", Seconds(1)), Seconds(8));
  EXPECT_EQ(skew("Wed, 25 Nov 2026 12:00:30 GMT", Seconds(20)), Seconds(20));
  EXPECT_EQ(skew("Wed, 25 Nov 2026 11:59:59 GMT", Seconds(20)), Seconds(0))
      << "less than what is uncertain";
}

TEST(ClockSkew, IsUnknownWhereNobodySaysTheTime) {
  EXPECT_EQ(clock_skew({}, sent_at, Seconds(0)), std::nullopt);
  EXPECT_EQ(skew("today"), std::nullopt);
  EXPECT_EQ(skew(std::string(100, '1')), std::nullopt);
  EXPECT_EQ(clock_skew({{"Date", "Wed, 25 Nov 2026 12:00:00 GMT"}, {"Age", "7"}}, sent_at, {}),
            std::nullopt)
      << "a stored answer";
}

TokenFailure explained(FailureCause cause, std::optional<Seconds> skew) {
  TokenFailure failure{.cause = cause};
  failure.clock_skew = skew;
  explain_refused_assertion(failure);
  return failure;
}

TEST(ClockSkew, ExplainsWhyAnAssertionWasRefused) {
  //
  for (const Seconds far : {Seconds(31), Seconds(-31), Seconds(86'400)}) {
    EXPECT_EQ(explained(FailureCause::kInvalidClient, far).cause, FailureCause::kClockSkew);
    EXPECT_EQ(explained(FailureCause::kInvalidRequest, far).cause, FailureCause::kClockSkew);
    EXPECT_EQ(explained(FailureCause::kInvalidGrant, far).cause, FailureCause::kClockSkew);
    EXPECT_EQ(explained(FailureCause::kInvalidScope, far).cause, FailureCause::kInvalidScope);
    EXPECT_EQ(explained(FailureCause::kTenantNotFound, far).cause, FailureCause::kTenantNotFound);
  }
  EXPECT_EQ(explained(FailureCause::kInvalidClient, Seconds(30)).cause,
            FailureCause::kAssertionRefused);
  EXPECT_EQ(explained(FailureCause::kInvalidClient, std::nullopt).cause,
            FailureCause::kAssertionRefused);
  EXPECT_EQ(explained(FailureCause::kInvalidRequest, Seconds(0)).cause,
            FailureCause::kInvalidRequest);
}

TEST(ClockSkew, IsAParameterOfItsCauseAlone) {
  const Error error = as_error(explained(FailureCause::kInvalidClient, Seconds(-95)));
  ASSERT_NE(error.find("clock_skew_s"), nullptr);
  EXPECT_EQ(std::get<std::int64_t>(*error.find("clock_skew_s")), -95);
  EXPECT_EQ(std::get<VisibleName>(*error.find("where")).text,
            "On this machine: time synchronisation.");
  EXPECT_EQ(as_error(explained(FailureCause::kInvalidScope, Seconds(-95))).find("clock_skew_s"),
            nullptr);
}

}  // namespace
}  // namespace strongroom::oauth
