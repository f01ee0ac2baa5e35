#include "oauth/outgoing_policy.h"

#include <gtest/gtest.h>

namespace strongroom::oauth {
namespace {

TEST(AllowedAddresses, AreRangesOrSingleAddresses) {
  EXPECT_TRUE(check_allowed_addresses({}).has_value());
  EXPECT_TRUE(check_allowed_addresses({"10.1.0.0/16", "127.0.0.1", "fd00::/8"}).has_value());
}

TEST(AllowedAddresses, AreRefusedWithTheIndexOfTheBadOne) {
  for (const char* bad :
       {"", "10.1.0.1/16", "localhost", "010.0.0.1", "10.0.0.0/33", " 10.0.0.1"}) {
    const Status checked = check_allowed_addresses({"10.0.0.0/8", bad});
    ASSERT_FALSE(checked.has_value()) << bad;
    EXPECT_EQ(checked.error().code, Code::kInvalidArgument);
    const ErrorValue* field = checked.error().find("field");
    ASSERT_NE(field, nullptr);
    EXPECT_EQ(std::get<FieldPointer>(*field).text, "/allowed_addresses/1");
  }
}

}  // namespace
}  // namespace strongroom::oauth
