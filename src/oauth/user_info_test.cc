#include "oauth/user_info.h"

#include <string>

#include <gtest/gtest.h>

#include "crypto/jws_verify.h"
#include "oauth/claims.h"

namespace strongroom::oauth {
namespace {

std::string completed(std::string_view claims, std::string_view info) {
  const auto all = with_user_info(claims, UserInfoText(std::string(info)), "ann");
  return all ? *all : "refused: " + all.error().detail;
}

TEST(UserInfo, CompletesWhatTheIdTokenLeavesOutAndChangesNothingInIt) {
  const std::string all = completed(R"({"sub":"ann","name":"Ann","email_verified":false})",
                                    R"({"sub":"ann","name":"Eve","groups":["a","b"],)"
                                    R"("email_verified":true})");
  EXPECT_EQ(claim_text(all, "name"), "Ann");
  EXPECT_EQ(claim_flag(all, "email_verified"), false);
  EXPECT_EQ(claim_texts(all, "groups"), (std::vector<std::string>{"a", "b"}));
}

TEST(UserInfo, OfSomebodyElseIsNotUsed) {
  // A-123
  for (const char* info : {R"({"sub":"eve"})", R"({"sub":"Ann"})", R"({"sub":"ann "})", R"({})",
                           R"({"sub":null})", R"({"sub":["ann"]})"}) {
    EXPECT_EQ(completed(R"({"sub":"ann"})", info), "refused: sub") << info;
  }
}

TEST(UserInfo, ThatIsNoObjectIsNotUsed) {
  for (const char* info : {"", "[]", "null", R"("sub")", R"({"sub":"ann",})",
                           R"({"sub":"ann","sub":"ann"})", "a.b.c"}) {
    EXPECT_TRUE(completed("{}", info).starts_with("refused")) << info;
  }
  const std::string half(crypto::kMaxJwsBytes / 2, 'x');
  EXPECT_EQ(completed(R"({"a":")" + half + R"("})", R"({"sub":"ann","b":")" + half + R"("})"),
            "refused: too long");
}

TEST(UserInfo, IsAskedForWithTheTokenInASecretHeaderAlone) {
  const TokenRequest request = user_info_request("https://op.example/me", AccessToken("t0ken"));
  EXPECT_EQ(request.message.method, "GET");
  EXPECT_EQ(request.message.url, "https://op.example/me");
  EXPECT_EQ(request.message.secret_header->reveal(), "Authorization: Bearer t0ken");
  for (const http::Header& header : request.message.headers) {
    EXPECT_EQ(header.value.find("t0ken"), std::string::npos);
  }
}

}  // namespace
}  // namespace strongroom::oauth
