#include "catalogue/request_limits.h"

#include <gtest/gtest.h>

namespace strongroom::catalogue {
namespace {

TEST(RequestLimits, AreThoseOfTheEntriesThatSay) {
  // field.md pain 10
  const auto all = request_limits_of(
      {{"own", {.path = "own.json", .text = R"({"id":"own","requests_per_minute":90})"}},
       {"silent", {.path = {}, .text = R"({"id":"silent"})"}}});
  ASSERT_TRUE(all.contains("own"));
  EXPECT_EQ(all.at("own"), 90U);
  EXPECT_FALSE(all.contains("silent"));
  EXPECT_FALSE(all.contains("generic"));
}

}  // namespace
}  // namespace strongroom::catalogue
