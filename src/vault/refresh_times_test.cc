#include "vault/refresh_times.h"

#include <chrono>
#include <optional>
#include <set>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"

namespace strongroom::vault {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr RefreshSettings kDefaults{};
constexpr std::uint16_t kFirst = 0;  // of the window: as late as may be
constexpr std::uint16_t kLast = 65'535;

TokenKey key_of(std::uint8_t number, const std::string& resource = {}) {
  TokenKey key{.client = {}, .resource = resource};
  key.client.uuid.bytes[15] = std::byte{number};
  return key;
}

TokenLife fresh(Milliseconds lifetime) { return {.lifetime = lifetime, .left = lifetime}; }

TEST(RefreshTimes, TheMarginCountsOrTheShareWhicheverIsMore) {
  EXPECT_EQ(ahead_of_end(hours(1), kDefaults), minutes(6));
  EXPECT_EQ(ahead_of_end(hours(10), kDefaults), hours(1));
  EXPECT_EQ(ahead_of_end(minutes(30), kDefaults), minutes(5));
  EXPECT_EQ(ahead_of_end(hours(1), {.margin = minutes(10)}), minutes(10));
}

TEST(RefreshTimes, OfShortLivesAThirdCountsAndNeverMoreThanHalf) {
  EXPECT_EQ(ahead_of_end(minutes(3), kDefaults), minutes(1));
  EXPECT_EQ(ahead_of_end(Seconds(3), kDefaults), Seconds(1));
  EXPECT_EQ(ahead_of_end(hours(1), {.share_percent = 90}), minutes(30));
  EXPECT_EQ(ahead_of_end(Milliseconds(0), kDefaults), Milliseconds(0));
}

TEST(RefreshTimes, DueOnesAreSpreadOverATenthButNotBeforeHalf) {
  //
  EXPECT_EQ(until_refresh(fresh(hours(1)), kDefaults, {}, kFirst), minutes(54));
  const auto first = until_refresh(fresh(hours(1)), kDefaults, {}, kLast);
  EXPECT_GE(*first, minutes(48));
  EXPECT_LT(*first, minutes(48) + Seconds(1));
  const auto half = until_refresh(fresh(hours(1)), {.share_percent = 45}, {}, kLast);
  EXPECT_GE(*half, minutes(30));
  EXPECT_LT(*half, minutes(30) + Seconds(1));
}

TEST(RefreshTimes, TheSpreadIsTheSameForATokenAndAnotherForEach) {
  // A-089, field.md pain 10
  EXPECT_EQ(refresh_spread(key_of(1), 5), refresh_spread(key_of(1), 5));
  std::set<std::uint16_t> different;
  std::set<int> tenths;
  for (std::uint8_t client = 0; client < 200; ++client) {
    const std::uint16_t spread = refresh_spread(key_of(client), 1);
    different.insert(spread);
    tenths.insert(spread * 10 / 65'536);
  }
  EXPECT_GE(different.size(), 190U);
  EXPECT_EQ(tenths.size(), 10U);
  EXPECT_NE(refresh_spread(key_of(1), 5), refresh_spread(key_of(1), 6));
  EXPECT_NE(refresh_spread(key_of(1), 5), refresh_spread(key_of(1, "https://a.example"), 5));
}

TEST(RefreshTimes, WhatIsLeftCountsByTheClockThatSaysLess) {
  //
  const TokenLife old{.lifetime = hours(1), .left = minutes(7), .age = minutes(10)};
  EXPECT_EQ(until_refresh(old, kDefaults, {}, kFirst), minutes(1));
  const TokenLife dead{.lifetime = hours(1), .left = -hours(24), .age = minutes(1)};
  EXPECT_LT(*until_refresh(dead, kDefaults, {}, kFirst), Milliseconds(0));
}

TEST(RefreshTimes, AnUnknownLifetimeIsAssumedOrNeverDue) {
  // A-060, field.md pain 5
  const TokenLife unknown{.lifetime = {}, .left = {}, .age = minutes(10)};
  EXPECT_EQ(until_refresh(unknown, kDefaults, {}, kFirst), minutes(44));
  EXPECT_EQ(until_refresh(unknown, {.assumed_lifetime = Milliseconds(0)}, {}, kFirst),
            std::nullopt);
  const TokenLife imported{.lifetime = {}, .left = minutes(40), .age = minutes(20)};
  EXPECT_EQ(until_refresh(imported, kDefaults, {}, kFirst), minutes(34));
}

TEST(RefreshTimes, ARefreshTokenIsKeptAliveHoweverLongTheAccessTokenLives) {
  // A-085, field.md pain 7
  const TokenLife year{.lifetime = days(365), .left = days(364), .age = days(1)};
  EXPECT_EQ(until_refresh(year, kDefaults, days(30), kFirst), days(29));
  EXPECT_GE(*until_refresh(year, kDefaults, days(30), kLast), days(26));
  EXPECT_EQ(until_refresh(fresh(hours(1)), kDefaults, days(30), kFirst), minutes(54));
  const TokenLife unknown{.lifetime = {}, .left = {}, .age = days(1)};
  EXPECT_EQ(until_refresh(unknown, {.assumed_lifetime = Milliseconds(0)}, days(30), kFirst),
            days(29));
}

TEST(RefreshTimes, AFailureWaitsForItsPauseAndForUpToAsLongAgain) {
  EXPECT_EQ(wait_after_failure(Seconds(10), {}, 0), Seconds(10));
  EXPECT_EQ(wait_after_failure(Seconds(10), {}, 255), Seconds(20));
}

TEST(RefreshTimes, AFailureIsNotTriedLaterThanIsUsefulNorEarlierThanAllowed) {
  EXPECT_EQ(wait_after_failure(Seconds(10), Seconds(15), 255), Seconds(15));
  EXPECT_EQ(wait_after_failure(Seconds(10), Seconds(3), 255), Seconds(10));
}

TEST(RefreshTimes, TheLongerATokenIsDeadTheRarerItIsTried) {
  EXPECT_EQ(wait_after_failure(Seconds(10), -Seconds(1), 0), Seconds(10));
  EXPECT_EQ(wait_after_failure(Seconds(10), -hours(1), 0), Seconds(450));
  EXPECT_EQ(wait_after_failure(Seconds(10), -days(30), 0), hours(1));
  EXPECT_EQ(wait_after_failure(hours(2), -days(30), 0), hours(2)) << "the provider asked for it";
}

TEST(RefreshTimes, LatelyIsWithinItsLifetimeOrADay) {
  const WallTime now = FakeClock::kStart;
  EXPECT_FALSE(is_used_lately({}, hours(1), now));
  EXPECT_TRUE(is_used_lately(now - hours(23), hours(1), now));
  EXPECT_FALSE(is_used_lately(now - hours(25), hours(1), now));
  EXPECT_TRUE(is_used_lately(now - hours(25), days(7), now));
}

}  // namespace
}  // namespace strongroom::vault
