#include "base/clock.h"

#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"

namespace strongroom {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

WallTime at(std::int64_t seconds, std::int64_t millis = 0) {
  return WallTime(Seconds(seconds) + Milliseconds(millis));
}

TEST(Rfc3339, WritesTheSecondAndTheMillisecond) {
  EXPECT_EQ(rfc3339(at(1'795'489'700, 125)), "2026-11-24T03:08:20Z");
  EXPECT_EQ(rfc3339_millis(at(1'795'489'700, 125)), "2026-11-24T03:08:20.125Z");
  EXPECT_EQ(rfc3339_millis(at(0, 7)), "1970-01-01T00:00:00.007Z");
  EXPECT_EQ(rfc3339_millis(at(0, -1)), "1969-12-31T23:59:59.999Z");
}

TEST(Rfc3339, KnowsTheYearsAfter2038) {
  //
  EXPECT_EQ(rfc3339(at(2'147'483'648)), "2038-01-19T03:14:08Z");
  EXPECT_EQ(parse_rfc3339("2106-02-07T06:28:16Z"), at(4'294'967'296));
}

TEST(Rfc3339, StaysWithinFourDigitsForTheYear) {
  EXPECT_EQ(rfc3339_millis(WallTime::max()), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(rfc3339_millis(WallTime::min()), "0000-01-01T00:00:00.000Z");
}

TEST(Rfc3339, ReadsBackWhatItWrote) {
  // A step of some months, an odd number of hours and milliseconds, over ten thousand years.
  const WallTime last = *parse_rfc3339("9999-12-31T23:59:59.999Z");
  for (WallTime time = *parse_rfc3339("0000-01-01"); time <= last;
       time += days(61) + hours(7) + minutes(13) + Milliseconds(17'371)) {
    ASSERT_EQ(parse_rfc3339(rfc3339_millis(time)), time) << rfc3339_millis(time);
  }
}

TEST(Rfc3339, ReadsTheExamplesOfSection58) {
  EXPECT_EQ(parse_rfc3339("1985-04-12T23:20:50.52Z"), at(482'196'050, 520));
  EXPECT_EQ(parse_rfc3339("1996-12-19T16:39:57-08:00"), parse_rfc3339("1996-12-20T00:39:57Z"));
  EXPECT_EQ(parse_rfc3339("1990-12-31T23:59:60Z"), parse_rfc3339("1991-01-01T00:00:00Z"));
  EXPECT_EQ(parse_rfc3339("1990-12-31T15:59:60-08:00"), parse_rfc3339("1991-01-01T00:00:00Z"));
  EXPECT_EQ(parse_rfc3339("1937-01-01T12:00:27.87+00:20"),
            parse_rfc3339("1937-01-01T11:40:27.870Z"));
}

TEST(Rfc3339, ReadsDatesFractionsAndLowerCase) {
  EXPECT_EQ(parse_rfc3339("2026-11-24"), parse_rfc3339("2026-11-24T00:00:00Z"));
  EXPECT_EQ(parse_rfc3339("2026-11-24t03:08:20z"), at(1'795'489'700));
  EXPECT_EQ(parse_rfc3339("2026-11-24T03:08:20.1Z"), at(1'795'489'700, 100));
  EXPECT_EQ(parse_rfc3339("2026-11-24T03:08:20.1239999999999999999999Z"), at(1'795'489'700, 123));
  EXPECT_EQ(parse_rfc3339("2026-11-24T03:08:20-00:00"), at(1'795'489'700));
}

TEST(Rfc3339, KnowsLeapYears) {
  for (const char* const day : {"2024-02-29", "2000-02-29", "2400-02-29"}) {
    EXPECT_TRUE(parse_rfc3339(day).has_value()) << day;
  }
  for (const char* const day : {"2023-02-29", "1900-02-29", "2100-02-29", "2024-02-30"}) {
    EXPECT_FALSE(parse_rfc3339(day).has_value()) << day;
  }
}

TEST(Rfc3339, RefusesEverythingElse) {
  for (const char* const bad : {"",
                                "rubbish",
                                "2026",
                                "2026-11",
                                "2026-11-2",
                                "26-11-24",
                                "2026-13-01",
                                "2026-00-10",
                                "2026-04-31",
                                "2026-11-00",
                                "2026/11/24",
                                " 2026-11-24",
                                "2026-11-24 ",
                                "2026-11-24T",
                                "2026-11-24T03:08:20",
                                "2026-11-24 03:08:20Z",
                                "2026-11-24T03:08Z",
                                "2026-11-24T3:08:20Z",
                                "2026-11-24T24:00:00Z",
                                "2026-11-24T03:60:00Z",
                                "2026-11-24T03:08:61Z",
                                "2026-11-24T03:08:60Z",
                                "2026-11-24T23:59:60Z",
                                "2026-12-31T23:59:60+01:00",
                                "2026-11-24T03:08:20.Z",
                                "2026-11-24T03:08:20,5Z",
                                "2026-11-24T03:08:20ZZ",
                                "2026-11-24T03:08:20+1:00",
                                "2026-11-24T03:08:20+0100",
                                "2026-11-24T03:08:20+24:00",
                                "2026-11-24T03:08:20+01:60",
                                "2026-11-24T03:08:20*01:00",
                                "+2026-11-24",
                                "-026-11-24",
                                "2026-11-24T-3:08:20Z",
                                "2026-11-24T03:08:20.-5Z",
                                "12026-11-24",
                                "2026-11-24T03:08:20.12x4Z"}) {
    EXPECT_FALSE(parse_rfc3339(bad).has_value()) << bad;
  }
  EXPECT_FALSE(parse_rfc3339(std::string("2026-11-24\0", 11)).has_value());
}

TEST(Deadline, HasPassedAsSoonAsEitherClockSaysSo) {
  //
  FakeClock clock;
  const Deadline deadline = Deadline::after(clock.now(), clock.boot_now(), minutes(10));
  clock.advance(minutes(4));
  EXPECT_EQ(deadline.left(clock.now(), clock.boot_now()), minutes(6));
  clock.advance_wall(-hours(1));  // somebody set the calendar back; that lengthens nothing
  EXPECT_EQ(deadline.left(clock.now(), clock.boot_now()), minutes(6));
  clock.advance_boot(minutes(7));  // suspended, with the calendar's clock standing still
  EXPECT_EQ(deadline.left(clock.now(), clock.boot_now()), -minutes(1));
}

TEST(SystemClock, AgreesWithTheLibraryAndNeverGoesBack) {
  const SystemClock clock;
  const auto difference = clock.now() - std::chrono::system_clock::now();
  EXPECT_LT(std::chrono::abs(difference), minutes(1));
  const BootTime before = clock.boot_now();
  EXPECT_LE(before, clock.boot_now());
  EXPECT_GT(before.time_since_epoch(), Milliseconds(0));
}

TEST(FakeClock, LosesNoStepThatThreadsTakeTogether) {
  FakeClock clock;
  const auto step = [&] {
    for (int i = 0; i < 1000; ++i) clock.advance(Milliseconds(1));
  };
  std::thread other(step);
  step();
  other.join();
  EXPECT_EQ(clock.now(), FakeClock::kStart + Seconds(2));
  EXPECT_EQ(clock.boot_now(), FakeClock::kBootStart + Seconds(2));
}

}  // namespace
}  // namespace strongroom
