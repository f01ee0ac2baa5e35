#include "cli/token_format.h"

#include <gtest/gtest.h>

#include "base/base64.h"

namespace strongroom::cli {
namespace {

std::string made(TokenFormat format, std::string_view user = {}) {
  const auto text = format_token("vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==", format, user);
  return text ? *text : "refused";
}

TEST(TokenFormat, IsTheTokenItselfOrAHeader) {
  EXPECT_EQ(made(TokenFormat::kBearer), "vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==");
  EXPECT_EQ(made(TokenFormat::kHeader),
            "Authorization: Bearer vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==");
}

TEST(TokenFormat, IsWhatMailServersTakeForXoauth2) {
  // The example of Google's and Microsoft's pages on it.
  EXPECT_EQ(made(TokenFormat::kXoauth2, "someuser@example.com"),
            "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB2RjlkZnQ0cW1UYzJOdmIzUmxja0JoZEh"
            "SaGRtbHpkR0V1WTI5dENnPT0BAQ==");
}

TEST(TokenFormat, IsWhatRfc7628SaysForOauthbearer) {
  const auto letters = base64_decode(made(TokenFormat::kOauthbearer, "user=a,b@example.com"));
  ASSERT_TRUE(letters.has_value());
  EXPECT_EQ(*letters,
            "n,a=user=3Da=2Cb@example.com,\x01"
            "auth=Bearer vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==\x01\x01");
}

TEST(TokenFormat, NeedsAUserThatSmugglesNothingIn) {
  for (const TokenFormat format : {TokenFormat::kXoauth2, TokenFormat::kOauthbearer}) {
    EXPECT_EQ(made(format), "refused");
    EXPECT_EQ(made(format, "ada@example.com\x01auth=Bearer x"), "refused");
    EXPECT_EQ(made(format, "ada@example.com\n"), "refused");
  }
}

TEST(TokenFormat, IsKnownByItsName) {
  for (const std::string& name : token_format_names()) {
    EXPECT_TRUE(token_format_from_text(name).has_value()) << name;
  }
  EXPECT_FALSE(token_format_from_text("Bearer").has_value());
}

}  // namespace
}  // namespace strongroom::cli
