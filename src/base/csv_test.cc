#include "base/csv.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom {
namespace {

// "line: field|field" for each record, or the line of what is wrong.
std::string read(std::string_view text, const CsvLimits& limits = {}) {
  const auto records = parse_csv(text, limits);
  if (!records) {
    const ErrorValue* const line = records.error().find("line");
    return "wrong in line " + std::to_string(std::get<std::int64_t>(*line));
  }
  std::string all;
  for (const CsvRecord& record : *records) {
    all += std::to_string(record.line) + ": ";
    for (const std::string& field : record.fields) all += field + "|";
    all += '\n';
  }
  return all;
}

TEST(Csv, ReadsWhatTheRfcWrites) {
  EXPECT_EQ(read("aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n"), "1: aaa|bbb|ccc|\n2: zzz|yyy|xxx|\n");
  EXPECT_EQ(read("aaa,bbb,ccc\nzzz,yyy,xxx"), "1: aaa|bbb|ccc|\n2: zzz|yyy|xxx|\n");
  EXPECT_EQ(read("\"aaa\",\"b \r\nbb\",\"ccc\"\r\nzzz,yyy,xxx"),
            "1: aaa|b \r\nbb|ccc|\n3: zzz|yyy|xxx|\n");
  EXPECT_EQ(read("\"aaa\",\"b\"\"bb\",\"ccc\""), "1: aaa|b\"bb|ccc|\n");
}

TEST(Csv, KeepsEmptyFieldsAndSpacesAndDropsEmptyLines) {
  EXPECT_EQ(read(",\"\", x \n\n\r\ny\n"), "1: || x |\n4: y|\n");
  EXPECT_EQ(read("\xEF\xBB\xBFlabel\n"), "1: label|\n");
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read("a,\r\n"), "1: a||\n");
  EXPECT_EQ(read("a\rb,c\r"), "1: a\rb|c\r|\n") << "a CR alone ends nothing";
}

TEST(Csv, SaysInWhichLineItIsWrong) {
  EXPECT_EQ(read("a,b\n\"open,c\nd"), "wrong in line 2");
  EXPECT_EQ(read("a\nb\"c\n"), "wrong in line 2");
  EXPECT_EQ(read("\"a\nb\"c"), "wrong in line 2");
  EXPECT_EQ(read(std::string("a\nb\0", 4)), "wrong in line 2");
  EXPECT_EQ(read("\""), "wrong in line 1");
}

TEST(Csv, TakesNoMoreThanItsLimits) {
  const CsvLimits limits{.max_records = 2, .max_fields = 2, .max_field_bytes = 3};
  EXPECT_EQ(read("abc,\"d\"\"e\"\nf\n", limits), "1: abc|d\"e|\n2: f|\n");
  EXPECT_EQ(read("a\nb\nc\n", limits), "wrong in line 3");
  EXPECT_EQ(read("a,b,c", limits), "wrong in line 1");
  EXPECT_EQ(read("abcd", limits), "wrong in line 1");
  EXPECT_EQ(read("\"abcd\"", limits), "wrong in line 1");
}

}  // namespace
}  // namespace strongroom
