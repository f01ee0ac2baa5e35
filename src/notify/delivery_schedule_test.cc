// conventions.md, Webhooks: retry with back-off; what never arrives becomes a dead letter.
#include "notify/delivery_schedule.h"

#include <limits>

#include <gtest/gtest.h>

namespace strongroom::notify {
namespace {

constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();
constexpr WallTime kStart{std::chrono::sys_days(std::chrono::year(2026) / 11 / 27)};

std::optional<Milliseconds> wait_after(int tries, std::uint32_t chance,
                                       std::optional<Seconds> retry_after = std::nullopt) {
  const std::optional<WallTime> next = next_try(
      {.first_tried_at = kStart, .now = kStart, .retry_after = retry_after, .tries = tries},
      chance);
  if (!next) return std::nullopt;
  return *next - kStart;
}

TEST(DeliverySchedule, WaitsTwiceAsLongEachTimeUpToSixHours) {
  EXPECT_EQ(wait_after(1, kMost), Seconds(35));
  EXPECT_EQ(wait_after(2, kMost), Seconds(65));
  EXPECT_EQ(wait_after(3, kMost), Seconds(125));
  EXPECT_EQ(wait_after(11, kMost), std::chrono::hours(6) + Seconds(5));
  EXPECT_EQ(wait_after(std::numeric_limits<int>::max(), kMost), std::chrono::hours(6) + Seconds(5));
}

TEST(DeliverySchedule, ChanceDecidesAllOfTheWaitButItsFirstSeconds) {
  EXPECT_EQ(wait_after(1, 0), Seconds(5));
  EXPECT_EQ(wait_after(11, 0), Seconds(5));
  EXPECT_EQ(wait_after(1, kMost / 2), Milliseconds(19'999));
}

TEST(DeliverySchedule, WaitsAsLongAsTheReceiverAsksButNoMoreThanADay) {
  EXPECT_EQ(wait_after(1, 0, Seconds(600)), Seconds(600));
  EXPECT_EQ(wait_after(1, kMost, Seconds(1)), Seconds(35));
  EXPECT_EQ(wait_after(1, 0, Seconds::max()), std::chrono::hours(24));
  EXPECT_EQ(wait_after(1, 0, Seconds(-9)), Seconds(5));
}

TEST(DeliverySchedule, GivesUpThreeDaysAfterTheFirstTry) {
  const WallTime end = kStart + std::chrono::days(3);
  const FailedTry in_time{.first_tried_at = kStart, .now = end - Seconds(5), .tries = 20};
  EXPECT_EQ(next_try(in_time, 0), end);
  const FailedTry late{
      .first_tried_at = kStart, .now = end - Seconds(5) + Milliseconds(1), .tries = 20};
  EXPECT_EQ(next_try(late, 0), std::nullopt);
}

}  // namespace
}  // namespace strongroom::notify
