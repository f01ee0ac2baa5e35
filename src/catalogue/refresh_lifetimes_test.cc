#include "catalogue/refresh_lifetimes.h"

#include <gtest/gtest.h>

#include "catalogue/catalogue.h"

namespace strongroom::catalogue {
namespace {

TEST(RefreshLifetimes, AreWhatAnEntrySays) {
  // field.md pain 7
  const RefreshLifetimes read = parse_refresh_lifetimes(
      R"({"id":"x","authorization":{"refresh_idle_lifetime_s":60,)"
      R"("refresh_absolute_lifetime_s":600},"response":{"refresh_lifetime_is":"absolute"}})");
  EXPECT_EQ(read.idle, Seconds(60));
  EXPECT_EQ(read.absolute, Seconds(600));
  EXPECT_TRUE(read.stated_is_absolute);
}

TEST(RefreshLifetimes, AreNotKnownWhereAnEntryDoesNotSay) {
  for (const char* const text : {R"({"id":"x"})", R"({"authorization":{}})", R"([])", "no JSON"}) {
    const RefreshLifetimes read = parse_refresh_lifetimes(text);
    EXPECT_FALSE(read.idle || read.absolute || read.stated_is_absolute) << text;
  }
}

TEST(RefreshLifetimes, OfAllProvidersAreFoundByTheirIds) {
  // field.md pain 7
  const auto all = refresh_lifetimes_of({});
  const auto catalogue = Catalogue::built_in();
  ASSERT_TRUE(catalogue.has_value());
  EXPECT_EQ(all.size(), catalogue->all()->size());
  ASSERT_TRUE(all.contains("microsoft") && all.contains("google"));
  EXPECT_EQ(all.at("microsoft").idle, Seconds(90LL * 86'400));
  EXPECT_EQ(all.at("google").idle, Seconds(180LL * 86'400));
  EXPECT_EQ(all.at("generic").idle, std::nullopt);
}

TEST(RefreshLifetimes, OfOnesOwnFilesCountAsWell) {
  const auto all = refresh_lifetimes_of(
      {{"own",
        {.path = {},
         .text = R"({"id":"own","authorization":{"refresh_absolute_lifetime_s":31536000}})"}}});
  ASSERT_TRUE(all.contains("own"));
  EXPECT_EQ(all.at("own").absolute, Seconds(31'536'000));
}

}  // namespace
}  // namespace strongroom::catalogue
