#include "vault/path_pattern.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/unicode.h"

namespace strongroom::vault {
namespace {

bool fits(std::string_view pattern, std::string_view path) {
  const auto clean_pattern = clean_path_pattern(pattern, "/path_pattern");
  const auto clean = clean_path(path, "/path");
  EXPECT_TRUE(clean_pattern && clean) << pattern << " " << path;
  return path_fits(name_key(*clean_pattern), name_key(*clean));
}

TEST(Path, IsKeptAsSegmentsJoinedBySingleSlashes) {
  EXPECT_EQ(*clean_path("finance/invoices", "/path"), "finance/invoices");
  EXPECT_EQ(*clean_path(" finance / invoices ", "/path"), "finance/invoices");
  EXPECT_EQ(*clean_path("/finance/", "/path"), "finance");
  EXPECT_EQ(*clean_path("", "/path"), "");
  EXPECT_EQ(*clean_path("/", "/path"), "");
  EXPECT_EQ(*clean_path("Bu\xCC\x88ro", "/path"), "B\xC3\xBCro");
}

TEST(Path, RefusesWhatIsNoPathAndNamesTheField) {
  const std::string bidi =
      "fin\xE2\x80\xAE"
      "ance";
  for (const std::string& bad :
       {std::string("a//b"), std::string("//"), std::string("a/ /b"), std::string("a/../b"),
        std::string("."), std::string("a/*"), std::string("a*b"), std::string("a\nb"),
        std::string("a\0b", 3), std::string("\xFF"), bidi, std::string(513, 'a'),
        std::string(100'000, '/'), std::string("a/") + std::string(511, 'b')}) {
    const auto clean = clean_path(bad, "/path");
    ASSERT_FALSE(clean.has_value()) << bad.substr(0, 20);
    EXPECT_EQ(clean.error().code, Code::kInvalidArgument);
    ASSERT_NE(clean.error().find("field"), nullptr);
    EXPECT_EQ(std::get<FieldPointer>(*clean.error().find("field")).text, "/path");
  }
  EXPECT_TRUE(clean_path("a/" + std::string(510, 'b'), "/path").has_value());
}

TEST(PathPattern, TakesWholeSegmentsOnly) {
  for (const char* good :
       {"*", "**", "finance", "finance/*", "finance/**", "*/invoices", "*/*/**"}) {
    EXPECT_TRUE(clean_path_pattern(good, "/path_pattern").has_value()) << good;
  }
  for (const char* bad : {"fin*", "*n", "***", "**/finance", "a/**/b", "a/b*/c", "", "/", "a//b"}) {
    const auto clean = clean_path_pattern(bad, "/path_pattern");
    ASSERT_FALSE(clean.has_value()) << bad;
    EXPECT_EQ(clean.error().code, Code::kInvalidArgument);
  }
}

TEST(PathPattern, FitsAsItsDescriptionSays) {
  EXPECT_TRUE(fits("finance/**", "finance"));
  EXPECT_TRUE(fits("finance/**", "finance/invoices"));
  EXPECT_TRUE(fits("finance/**", "finance/invoices/old"));
  EXPECT_FALSE(fits("finance/**", "financeX"));
  EXPECT_FALSE(fits("finance/**", ""));
  EXPECT_TRUE(fits("finance/*", "finance/invoices"));
  EXPECT_FALSE(fits("finance/*", "finance"));
  EXPECT_FALSE(fits("finance/*", "finance/invoices/old"));
  EXPECT_TRUE(fits("*/invoices", "finance/invoices"));
  EXPECT_FALSE(fits("*/invoices", "invoices"));
  EXPECT_TRUE(fits("**", ""));
  EXPECT_TRUE(fits("**", "a/b/c"));
  EXPECT_FALSE(fits("*", ""));
  EXPECT_FALSE(fits("finance", "finance/invoices"));
  EXPECT_FALSE(fits("finance/invoices", "finance"));
}

TEST(PathPattern, ComparesWithoutRegardToCase) {
  EXPECT_TRUE(fits("Finance/**", "FINANCE/Invoices"));
  EXPECT_TRUE(
      fits("stra\xC3\x9F"
           "e",
           "STRASSE"));
}

// All paths and patterns of up to three segments over a small alphabet, against the definition
// written down another way.
TEST(PathPattern, AgreesWithItsDefinitionForAllShortPaths) {
  using Segments = std::vector<std::string>;
  const auto all = [](const Segments& alphabet) {
    std::vector<Segments> found{{}};
    for (std::size_t begin = 0, length = 0; length < 3; ++length) {
      const std::size_t end = found.size();
      for (; begin < end; ++begin) {
        for (const std::string& segment : alphabet) {
          Segments longer = found[begin];
          longer.push_back(segment);
          found.push_back(longer);
        }
      }
    }
    return found;
  };
  const auto join = [](const Segments& segments) {
    std::string text;
    for (const std::string& segment : segments) text += (text.empty() ? "" : "/") + segment;
    return text;
  };
  for (const Segments& pattern : all({"a", "b", "*", "**"})) {
    if (!clean_path_pattern(join(pattern), "")) continue;
    const bool open_end = pattern.back() == "**";
    const std::size_t fixed = pattern.size() - (open_end ? 1 : 0);
    for (const Segments& path : all({"a", "b"})) {
      bool expected = open_end ? path.size() >= fixed : path.size() == fixed;
      for (std::size_t i = 0; expected && i < fixed; ++i) {
        expected = pattern[i] == "*" || pattern[i] == path[i];
      }
      EXPECT_EQ(path_fits(join(pattern), join(path)), expected)
          << join(pattern) << " " << join(path);
    }
  }
}

}  // namespace
}  // namespace strongroom::vault
