// What a robot says of how long it needs the token.

#include <string>
#include <string_view>
#include <variant>

#include <gtest/gtest.h>

#include "api/lookup.h"

namespace strongroom::api {
namespace {

constexpr WallTime kNow{std::chrono::hours(24 * 365 * 56)};

std::string field_of(const Error& error) {
  const ErrorValue* const field = error.find("field");
  return field == nullptr ? "" : std::get<FieldPointer>(*field).text;
}

LookupQuery asked(std::string_view query) {
  const auto read = read_lookup_query(query, true);
  EXPECT_TRUE(read.has_value()) << query;
  return read ? *read : LookupQuery{};
}

TEST(LookupQueries, SayHowLongARobotWillRunOrUntilWhen) {
  //
  EXPECT_EQ(asked("run=2700").run, Seconds(2700));
  EXPECT_EQ(asked("deadline=2026-11-27T06%3A00%3A00Z").deadline,
            parse_rfc3339("2026-11-27T06:00:00Z"));
  EXPECT_FALSE(asked("").run || asked("").deadline);
  for (const char* const bad : {"run=", "run=-1", "run=1.5", "run=2147483648", "run=1&run=1"}) {
    const auto read = read_lookup_query(bad, true);
    ASSERT_FALSE(read.has_value()) << bad;
    EXPECT_EQ(field_of(read.error()), "run") << bad;
  }
  for (const char* const bad : {"deadline=", "deadline=soon", "deadline=2026-11-31T00:00:00Z"}) {
    const auto read = read_lookup_query(bad, true);
    ASSERT_FALSE(read.has_value()) << bad;
    EXPECT_EQ(field_of(read.error()), "deadline") << bad;
  }
}

TEST(LookupQueries, PromiseTheLongestOfWhatWasSaid) {
  //
  EXPECT_EQ(life_wanted({}, kNow)->least, std::nullopt);
  LookupQuery query;
  query.min_ttl = Seconds(60);
  EXPECT_EQ(life_wanted(query, kNow)->least, Seconds(60));
  query.run = Seconds(30);
  EXPECT_EQ(life_wanted(query, kNow)->least, Seconds(60));
  query.run = Seconds(90);
  EXPECT_EQ(life_wanted(query, kNow)->least, Seconds(90));
  EXPECT_EQ(life_wanted(query, kNow)->named, LiteralText("run"));
  query.deadline = kNow + Milliseconds(120'001);
  EXPECT_EQ(life_wanted(query, kNow)->least, Seconds(121)) << "until it, not until just before";
  EXPECT_EQ(life_wanted(query, kNow)->named, LiteralText("deadline"));
}

TEST(LookupQueries, RefuseADeadlineThatNobodyCanKeep) {
  for (const WallTime deadline :
       {kNow, kNow - Seconds(1), kNow + std::chrono::hours(24 * 365 * 70)}) {
    LookupQuery query;
    query.deadline = deadline;
    const auto wanted = life_wanted(query, kNow);
    ASSERT_FALSE(wanted.has_value());
    EXPECT_EQ(field_of(wanted.error()), "deadline");
  }
}

}  // namespace
}  // namespace strongroom::api
