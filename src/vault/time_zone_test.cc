#include "vault/time_zone.h"

#include <gtest/gtest.h>

namespace strongroom::vault {
namespace {

constexpr std::int64_t kHour = 3600;
constexpr std::int64_t kWinter = 1'768'478'400;  // 2026-01-15T12:00:00Z
constexpr std::int64_t kSummer = 1'784'116'800;  // 2026-07-15T12:00:00Z

WallTime at(std::int64_t seconds) { return WallTime(Seconds(seconds)); }

std::int64_t hours_east(std::string_view zone, std::int64_t when) {
  const auto found = TimeZone::find(zone);
  return found ? (found->local_seconds(at(when)) - when) / kHour : -99;
}

TEST(TimeZoneTest, NamesHaveTheirOffsetsInSummerAndWinter) {
  EXPECT_EQ(hours_east("UTC", kSummer), 0);
  EXPECT_EQ(hours_east("Europe/Berlin", kWinter), 1);
  EXPECT_EQ(hours_east("Europe/Berlin", kSummer), 2);
  EXPECT_EQ(hours_east("America/New_York", kWinter), -5);
  EXPECT_EQ(hours_east("America/New_York", kSummer), -4);
  EXPECT_EQ(hours_east("Asia/Tokyo", kSummer), 9);
}

TEST(TimeZoneTest, TheHourChangesInTheSecondInWhichItDoes) {
  constexpr std::int64_t kSpring = 1'774'746'000;  // 2026-03-29T01:00:00Z
  EXPECT_EQ(hours_east("Europe/Berlin", kSpring - 1), 1);
  EXPECT_EQ(hours_east("Europe/Berlin", kSpring), 2);
}

TEST(TimeZoneTest, OffsetsAreTakenAsTheyAre) {
  EXPECT_EQ(hours_east("+02:00", kWinter), 2);
  EXPECT_EQ(hours_east("-08:00", kSummer), -8);
  EXPECT_EQ(TimeZone::find("+05:30")->local_seconds(at(0)), 19'800);
}

TEST(TimeZoneTest, EverythingElseIsRefused) {
  for (const char* name : {"", "Berlin", "Europe", "../../../etc/passwd", "/etc/localtime", "+2",
                           "+02:60", "+15:00", "+aa:bb", "Europe/Berlin\n", "utc+2"}) {
    EXPECT_FALSE(TimeZone::find(name).has_value()) << name;
  }
}

TEST(TimeZoneTest, ADamagedFileIsRefused) {
  EXPECT_FALSE(TimeZone::parse("").has_value());
  EXPECT_FALSE(TimeZone::parse("TZif2").has_value());
  std::string lies = "TZif2" + std::string(39, '\xff');
  EXPECT_FALSE(TimeZone::parse(lies).has_value());
  lies = "TZif2" + std::string(15, '\0') + std::string(24, '\x01');
  EXPECT_FALSE(TimeZone::parse(lies).has_value());
}

}  // namespace
}  // namespace strongroom::vault
