#include "api/etag.h"

#include <gtest/gtest.h>

namespace strongroom::api {
namespace {

TEST(IfMatch, AllowsTheRevisionWhoseTagWasSent) {
  EXPECT_EQ(etag(3), "\"3\"");
  EXPECT_TRUE(check_if_match("\"3\"", true, 3).has_value());
  EXPECT_TRUE(check_if_match("\"1\", \"3\"", true, 3).has_value());
  EXPECT_TRUE(check_if_match("*", true, 3).has_value());
}

TEST(IfMatch, FailsForEveryOtherTag) {
  for (const char* header : {"\"2\"", "\"03\"", "\"+3\"", "\" 3\"", "W/\"3\"", "\"\"", "\"three\"",
                             "\"99999999999999999999999\""}) {
    const Status checked = check_if_match(header, true, 3);
    ASSERT_FALSE(checked.has_value()) << header;
    EXPECT_EQ(checked.error().code, Code::kPreconditionFailed) << header;
  }
}

TEST(IfMatch, RefusesWhatIsNoListOfTags) {
  for (const char* header :
       {"3", "\"3", "3\"", "\"3\" \"4\"", "\"3\",", ",\"3\"", "*,\"3\"", "w/\"3\""}) {
    const Status checked = check_if_match(header, true, 3);
    ASSERT_FALSE(checked.has_value()) << header;
    EXPECT_EQ(checked.error().code, Code::kInvalidArgument) << header;
  }
}

TEST(IfMatch, IsNeededForAChangeAndNotForADeletion) {
  EXPECT_EQ(check_if_match("", true, 3).error().code, Code::kPreconditionRequired);
  EXPECT_TRUE(check_if_match("", false, 3).has_value());
  EXPECT_EQ(check_if_match("\"2\"", false, 3).error().code, Code::kPreconditionFailed);
}

}  // namespace
}  // namespace strongroom::api
