#include "oauth/oauth1_credentials.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace strongroom::oauth {
namespace {

Oauth1Credentials pair(std::string_view token, std::string_view secret) {
  return {Oauth1Token(token), Oauth1TokenSecret(secret)};
}

TEST(Oauth1CredentialsTest, AreOneTextAndComeBack) {
  // a secret may be empty, and either may hold what separates them.
  for (const auto& [token, secret] :
       {std::pair("token", "secret"), std::pair("a b&oauth_token_secret=", "=%&+ /~"),
        std::pair("t", "")}) {
    const AccessToken text = to_one_text(pair(token, secret));
    const auto back = credentials_from_text(text.reveal());
    ASSERT_TRUE(back.has_value());
    EXPECT_EQ(back->token.reveal(), token);
    EXPECT_EQ(back->secret.reveal(), secret);
  }
  const AccessToken text = to_one_text(pair("a b", "c&d"));
  EXPECT_EQ(text.reveal(), "oauth_token=a%20b&oauth_token_secret=c%26d");
}

TEST(Oauth1CredentialsTest, ReadsOnlyWhatWasWrittenHere) {
  //
  for (const char* const text :
       {"", "oauth_token=a", "oauth_token=&oauth_token_secret=b", "a&b", "token",
        "oauth_token=a&oauth_token_secret=b&c=d", "oauth_token=a+b&oauth_token_secret=c",
        "oauth_token=%61&oauth_token_secret=b", "oauth_token=%2f&oauth_token_secret=b",
        "oauth_token=a%0A&oauth_token_secret=b", "oauth_token=a&oauth_token_secret=%C3%A9",
        "oauth_token=%&oauth_token_secret=b", "oauth_token_secret=b&oauth_token=a",
        "oauth_token=a&oauth_token_secret=b ", " oauth_token=a&oauth_token_secret=b"}) {
    const auto back = credentials_from_text(text);
    ASSERT_FALSE(back.has_value()) << text;
    EXPECT_EQ(back.error().code, Code::kCorrupt);
  }
}

TEST(Oauth1CredentialsTest, TakesWhatPeopleBringAlong) {
  // tokens that were made by hand at the provider.
  const auto both = imported_credentials(" token\n", "\tsecret ");
  ASSERT_TRUE(both.has_value());
  EXPECT_EQ(both->token.reveal(), "token");
  EXPECT_EQ(both->secret.reveal(), "secret");
  EXPECT_TRUE(imported_credentials("token", "").has_value());
  const std::string longest(kMaxOauth1Token, 'a');
  EXPECT_TRUE(imported_credentials(longest, longest).has_value());
  const std::string too_long(kMaxOauth1Token + 1, 'a');
  const auto field = [](std::string_view token, std::string_view secret) {
    const auto read = imported_credentials(token, secret);
    return read ? "" : std::get<FieldPointer>(*read.error().find("field")).text;
  };
  EXPECT_EQ(field("", "secret"), "/token");
  EXPECT_EQ(field(too_long, "secret"), "/token");
  EXPECT_EQ(field("a\nb", "secret"), "/token");
  EXPECT_EQ(field("token", too_long), "/token_secret");
  EXPECT_EQ(field("token", "\xc3\xa9"), "/token_secret");
}

}  // namespace
}  // namespace strongroom::oauth
