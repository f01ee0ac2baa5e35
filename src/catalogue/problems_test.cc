#include "catalogue/problems.h"

#include <string>
#include <utility>
#include <variant>

#include <gtest/gtest.h>

namespace strongroom::catalogue {
namespace {

TEST(Problems, KeepTheFirstHundredInTheOrderInWhichTheyWereMet) {
  Problems problems;
  for (int i = 0; i < 150; ++i) problems.report("/" + std::to_string(i), "This is wrong.");
  ASSERT_EQ(problems.all().size(), Problems::kMost);
  EXPECT_EQ(problems.all().front().pointer, "/0");
  EXPECT_EQ(problems.all().back().pointer, "/99");
}

TEST(Problems, OfWhatIsNotReadSpoilNoValue) {
  Problems problems;
  EXPECT_FALSE(problems.any());
  problems.report_beside("/unknown", "There is no such member.");
  EXPECT_TRUE(problems.any());
  EXPECT_FALSE(problems.spoils_values());
  problems.report("/id", "This is wrong.");
  EXPECT_TRUE(problems.spoils_values());
}

TEST(Problems, AreErrorsAtTheirPlace) {
  Problems problems;
  problems.report("/scopes/0", "This is no scope.", "read");
  const Error error = Problem(problems.all().front()).as_error();
  EXPECT_EQ(error.code, Code::kInvalidArgument);
  EXPECT_EQ(std::get<FieldPointer>(*error.find("field")).text, "/scopes/0");
}

}  // namespace
}  // namespace strongroom::catalogue
