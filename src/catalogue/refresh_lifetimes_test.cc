#include "catalogue/refresh_lifetimes.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

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
  const auto all = read_refresh_lifetimes("");
  const auto catalogue = Catalogue::built_in();
  ASSERT_TRUE(all.has_value() && catalogue.has_value());
  EXPECT_EQ(all->size(), catalogue->all()->size());
  ASSERT_TRUE(all->contains("microsoft") && all->contains("google"));
  EXPECT_EQ(all->at("microsoft").idle, Seconds(90LL * 86'400));
  EXPECT_EQ(all->at("google").idle, Seconds(180LL * 86'400));
  EXPECT_EQ(all->at("generic").idle, std::nullopt);
}

TEST(RefreshLifetimes, OfOnesOwnFilesCountAsWell) {
  std::string directory = (std::filesystem::temp_directory_path() / "lifetimes-XXXXXX").string();
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  std::ofstream(directory + "/own.json")
      << R"({"id":"own","authorization":{"refresh_absolute_lifetime_s":31536000}})";
  const auto all = read_refresh_lifetimes(directory);
  std::filesystem::remove_all(directory);
  ASSERT_TRUE(all.has_value());
  ASSERT_TRUE(all->contains("own"));
  EXPECT_EQ(all->at("own").absolute, Seconds(31'536'000));
  EXPECT_EQ(read_refresh_lifetimes("/nowhere/at/all").error().code, Code::kUnavailable);
}

}  // namespace
}  // namespace strongroom::catalogue
