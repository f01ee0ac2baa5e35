#include "oauth/oauth1_callback.h"

#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

namespace strongroom::oauth {
namespace {

constexpr std::string_view kState = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

tl::expected<Oauth1Verifier, SignInRefusal> take(std::string_view query, std::string_view started) {
  auto callback = Oauth1Callback::parse(query);
  EXPECT_TRUE(callback.has_value()) << query;
  return std::move(*callback).take(Oauth1Token(started));
}

TEST(Oauth1CallbackTest, GivesTheVerifier) {
  //
  const auto verifier = take("oauth_token=abc%2F&oauth_verifier=a+b", "abc/");
  ASSERT_TRUE(verifier.has_value());
  EXPECT_EQ(verifier->reveal(), "a b");
}

TEST(Oauth1CallbackTest, IsFoundByItsStateOrToken) {
  //
  const auto with_state =
      Oauth1Callback::parse("state=" + std::string(kState) + "&oauth_token=abc&oauth_verifier=v");
  ASSERT_TRUE(with_state.has_value());
  ASSERT_TRUE(with_state->state().has_value());
  EXPECT_EQ(with_state->state()->reveal(), kState);
  EXPECT_EQ(with_state->token().reveal(), "abc");
  const auto without = Oauth1Callback::parse("oauth_token=abc&oauth_verifier=v");
  EXPECT_FALSE(without->state().has_value());
}

TEST(Oauth1CallbackTest, RefusesAnotherFlowsToken) {
  // who swaps the token would connect an account of their own.
  for (const char* const token : {"abd", "ab", "abcd", "ABC"}) {
    const auto refused = take(std::string("oauth_verifier=v&oauth_token=") + token, "abc");
    ASSERT_FALSE(refused.has_value()) << token;
    EXPECT_EQ(refused.error().failure, SignInFailure::kMalformed);
  }
}

TEST(Oauth1CallbackTest, NeedsAVerifier) {
  // without one, whoever started the flow need not be who said yes.
  for (const char* const query :
       {"oauth_token=abc", "oauth_token=abc&oauth_verifier=", "oauth_token=abc&oauth_verifier=%0a",
        "oauth_token=abc&oauth_verifier=%c3%a9"}) {
    const auto refused = take(query, "abc");
    ASSERT_FALSE(refused.has_value()) << query;
    EXPECT_EQ(refused.error().failure, SignInFailure::kMalformed);
  }
  const std::string too_long =
      "oauth_token=abc&oauth_verifier=" + std::string(kMaxOauth1Verifier + 1, 'a');
  EXPECT_FALSE(take(too_long, "abc").has_value());
}

TEST(Oauth1CallbackTest, KnowsWhenThePersonSaidNo) {
  //
  for (const char* const query :
       {"denied=abc", "oauth_token=abc&denied=abc", "oauth_token=abc&oauth_problem=user_refused",
        "oauth_token=abc&oauth_problem=permission_denied&oauth_verifier=v",
        "denied=abc&oauth_verifier=v"}) {
    const auto refused = take(query, "abc");
    ASSERT_FALSE(refused.has_value()) << query;
    EXPECT_EQ(refused.error().failure, SignInFailure::kAccessDenied) << query;
  }
  EXPECT_EQ(take("oauth_token=abc&oauth_problem=other&oauth_verifier=v", "abc").error().failure,
            SignInFailure::kRefused);
  // A no that names another flow ends none.
  EXPECT_EQ(take("denied=abd", "abc").error().failure, SignInFailure::kMalformed);
}

TEST(Oauth1CallbackTest, RefusesWhatIsNoCallback) {
  //
  for (const char* const query :
       {"", "oauth_verifier=v", "oauth_token=", "oauth_token=a&oauth_token=a&oauth_verifier=v",
        "oauth_token=a&oauth_verifier=v&oauth_verifier=w", "oauth_token=a&x=1&x=2", "oauth_token=%",
        "oauth_token=%00", "oauth_token=a&state=short&oauth_verifier=v"}) {
    EXPECT_FALSE(Oauth1Callback::parse(query).has_value()) << query;
  }
  EXPECT_FALSE(
      Oauth1Callback::parse("oauth_token=a&b=" + std::string(kMaxAuthorizationResponse, 'b'))
          .has_value());
  std::string many = "oauth_token=a";
  for (int i = 0; i < 50; ++i) many.append("&p").append(std::to_string(i)).append("=");
  EXPECT_FALSE(Oauth1Callback::parse(many).has_value());
}

TEST(Oauth1CallbackTest, ReadsAVerifierThatWasTyped) {
  //
  EXPECT_EQ(read_typed_verifier(" 1234567\r\n")->reveal(), "1234567");
  EXPECT_EQ(read_typed_verifier("123-456-789")->reveal(), "123-456-789");
  EXPECT_FALSE(read_typed_verifier("").has_value());
  EXPECT_FALSE(read_typed_verifier(" \n").has_value());
  EXPECT_FALSE(read_typed_verifier("a\nb").has_value());
  EXPECT_FALSE(read_typed_verifier(std::string(kMaxOauth1Verifier + 1, '1')).has_value());
}

}  // namespace
}  // namespace strongroom::oauth
