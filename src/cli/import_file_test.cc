#include "cli/import_file.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom::cli {
namespace {

// Each portion as "first/shown_as: content".
std::string portions(const Result<std::vector<ImportPortion>>& made) {
  if (!made) return "refused: " + made.error().detail;
  std::string all;
  for (const ImportPortion& portion : *made) {
    all += std::to_string(portion.first) + "/" + std::to_string(portion.shown_as) + ": " +
           std::string(portion.content.reveal()) + "#";
  }
  return all;
}

TEST(ImportFile, OfCsvIsCutBetweenRowsAndKeepsItsFirstLine) {
  EXPECT_EQ(portions(portions_of_csv("label\r\na\r\nb\r\nc\r\n", 13)),
            "2/2: label\r\na\r\nb\r\n#4/2: label\r\nc\r\n#");
  EXPECT_EQ(portions(portions_of_csv("\nlabel,scope\n\na,\"x\ny\"\nb,", 16)),
            "4/4: \nlabel,scope\n\na,\"x\ny\"\n#6/4: \nlabel,scope\n\nb,#");
  EXPECT_EQ(portions(portions_of_csv("label\na\n", 1)), "2/2: label\na\n#")
      << "one row fits always";
  EXPECT_EQ(portions(portions_of_csv("label\n\"a", 99)), "refused: line 2");
  EXPECT_EQ(portions(portions_of_csv("label\n", 99)), "refused: ");
}

TEST(ImportFile, OfJsonIsCutBetweenElements) {
  EXPECT_EQ(portions(portions_of_json(R"([{"a":1}, {"b":2},{"c":3}])", 17)),
            R"(1/1: [{"a":1},{"b":2}]#3/1: [{"c":3}]#)");
  EXPECT_EQ(portions(portions_of_json("[]", 17)), "");
  EXPECT_EQ(portions(portions_of_json("{}", 17)), "refused: ");
}

TEST(ImportFile, HasNoMoreRowsThanOneMayHave) {
  std::string csv = "label\n";
  std::string json = "[0";
  for (std::size_t i = 0; i < kMostImportRows; ++i) {
    csv += "x\n";
    json += ",0";
  }
  EXPECT_EQ(portions_of_csv(csv, 100'000)->size(), 1U);
  EXPECT_FALSE(portions_of_csv(csv + "y\n", 100'000).has_value());
  EXPECT_FALSE(portions_of_json(json + "]", 100'000).has_value());
}

}  // namespace
}  // namespace strongroom::cli
