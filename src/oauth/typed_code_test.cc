#include "oauth/typed_code.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom::oauth {
namespace {

std::string code_in(std::string_view text) {
  const auto typed = read_typed_code(text);
  return typed ? std::string(typed->code.reveal()) : "none";
}

TEST(TypedCode, IsTheCodeItselfWithoutWhatAPasteBringsAlong) {
  EXPECT_EQ(code_in("4/abc-DEF"), "4/abc-DEF");
  EXPECT_EQ(code_in("  1234567\r\n"), "1234567");
}

TEST(TypedCode, IsFoundInTheAddressAtWhichTheBrowserEnded) {
  const auto typed = read_typed_code("https://localhost/?state=s%2B1&code=4%2Fabc");
  ASSERT_TRUE(typed.has_value());
  EXPECT_EQ(typed->code.reveal(), "4/abc");
  ASSERT_TRUE(typed->state.has_value());
  EXPECT_EQ(typed->state->reveal(), "s+1");
  EXPECT_EQ(typed->issuer, "");
  const auto named = read_typed_code("https://localhost/?code=c&iss=https%3A%2F%2Fid.example");
  ASSERT_TRUE(named.has_value());
  EXPECT_EQ(named->issuer, "https://id.example");
}

TEST(TypedCode, IsNothingElse) {
  //
  for (const std::string bad : {"", "   ", "two words", "line\nbreak", "https://localhost/",
                                "https://localhost/?error=access_denied"}) {
    EXPECT_EQ(code_in(bad), "none") << bad;
  }
  for (const std::string twice :
       {"https://localhost/?code=a&code=b", "https://localhost/?code=a&state=s&state=t",
        "https://localhost/?code=a&iss=b&iss=b"}) {
    EXPECT_EQ(code_in(twice), "none") << twice;
  }
  EXPECT_EQ(code_in(std::string(kMaxAuthorizationCode + 1, 'a')), "none");
}

TEST(RedirectPath, IsThatOfAnAddress) {
  EXPECT_EQ(redirect_path("https://vault.example:8443/OAuthCallback/x"), "/OAuthCallback/x");
  EXPECT_EQ(redirect_path("oob"), "");
  EXPECT_EQ(redirect_path(""), "");
}

}  // namespace
}  // namespace strongroom::oauth
