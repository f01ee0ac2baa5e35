#include "catalogue/request_limits.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace strongroom::catalogue {
namespace {

TEST(RequestLimits, AreThoseOfTheEntriesThatSay) {
  // field.md pain 10
  std::string directory = (std::filesystem::temp_directory_path() / "limits-XXXXXX").string();
  ASSERT_NE(mkdtemp(directory.data()), nullptr);
  std::ofstream(directory + "/own.json") << R"({"id":"own","requests_per_minute":90})";
  std::ofstream(directory + "/silent.json") << R"({"id":"silent"})";
  const auto all = read_request_limits(directory);
  std::filesystem::remove_all(directory);
  ASSERT_TRUE(all.has_value());
  ASSERT_TRUE(all->contains("own"));
  EXPECT_EQ(all->at("own"), 90U);
  EXPECT_FALSE(all->contains("silent"));
  EXPECT_FALSE(all->contains("generic"));
  EXPECT_EQ(read_request_limits("/nowhere/at/all").error().code, Code::kUnavailable);
}

}  // namespace
}  // namespace strongroom::catalogue
