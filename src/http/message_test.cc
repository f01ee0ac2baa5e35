#include "http/message.h"

#include <gtest/gtest.h>

namespace strongroom::http {
namespace {

TEST(FieldName, DoesNotTellUpperFromLowerCase) {
  EXPECT_TRUE(same_field_name("Content-Type", "content-TYPE"));
  EXPECT_FALSE(same_field_name("Content-Type", "Content-Typ"));
  EXPECT_FALSE(same_field_name("a@", "a`"));  // differ by 0x20 without being letters
  EXPECT_TRUE(same_field_name("", ""));
}

TEST(FindHeader, GivesTheFirstOfThatNameOrNothing) {
  const std::vector<Header> headers{{"Retry-After", "5"}, {"retry-after", "9"}};
  ASSERT_NE(find_header(headers, "RETRY-AFTER"), nullptr);
  EXPECT_EQ(*find_header(headers, "RETRY-AFTER"), "5");
  EXPECT_EQ(find_header(headers, "Retry"), nullptr);
}

TEST(PercentDecode, TakesBothCasesOfHexadecimalDigits) {
  std::string out;
  EXPECT_TRUE(percent_decode("a%2fb%2Fc", false, out));
  EXPECT_EQ(out, "a/b/c");
  EXPECT_TRUE(percent_decode("", false, out));
  EXPECT_EQ(out, "");
}

TEST(PercentDecode, ReadsPlusAsSpaceOnlyWhereAsked) {
  std::string out;
  EXPECT_TRUE(percent_decode("a+b%2B", true, out));
  EXPECT_EQ(out, "a b+");
  EXPECT_TRUE(percent_decode("a+b%2B", false, out));
  EXPECT_EQ(out, "a+b+");
}

TEST(PercentDecode, RefusesAPercentWithoutTwoDigits) {
  std::string out;
  for (const char* bad : {"%", "%4", "%4g", "%g4", "%%41", "a%", "% 41", "%+1"}) {
    EXPECT_FALSE(percent_decode(bad, false, out)) << bad;
  }
}

TEST(PercentDecode, KeepsZeroBytesForTheCallerToRefuse) {
  std::string out;
  EXPECT_TRUE(percent_decode("a%00b", false, out));
  EXPECT_EQ(out, std::string("a\0b", 3));
}

// RFC 6749 appendix B's own example.
TEST(FormEncode, AgreesWithTheExampleInRfc6749AppendixB) {
  EXPECT_EQ(form_encode(" %&+\xC2\xA3\xE2\x82\xAC"), "+%25%26%2B%C2%A3%E2%82%AC");
}

TEST(FormEncode, LeavesUnreservedCharactersAlone) {
  EXPECT_EQ(form_encode("AZaz09-._~"), "AZaz09-._~");
  EXPECT_EQ(form_encode("*:/?\r\n"), "%2A%3A%2F%3F%0D%0A");
}

TEST(FormEncode, IsUndoneByPercentDecode) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  std::string back;
  ASSERT_TRUE(percent_decode(form_encode(every_byte), true, back));
  EXPECT_EQ(back, every_byte);
}

}  // namespace
}  // namespace strongroom::http
