#include "oauth/verification.h"

#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "catalogue/catalogue.h"
#include "http/testing/fake_client.h"
#include "oauth/token_client.h"

namespace strongroom::oauth {
namespace {

using catalogue::VerificationRules;

TEST(VerificationRequest, ShowsTheTokenInAHeaderAndNowhereElse) {
  // A-066
  const AccessToken token("at-1");
  const TokenRequest get =
      verification_request({.headers = {{.name = "X-Version", .literal = "7", .asked = {}}}},
                           "https://api.example/me", token);
  EXPECT_EQ(get.message.method, "GET");
  EXPECT_EQ(get.message.url, "https://api.example/me");
  EXPECT_EQ(get.message.secret_header->reveal(), "Authorization: Bearer at-1");
  EXPECT_EQ(get.message.body.reveal(), "");
  EXPECT_EQ(*http::find_header(get.message.headers, "X-Version"), "7");
  EXPECT_EQ(
      verification_request({.with_post = true}, "https://api.example/me", token).message.method,
      "POST");
}

TEST(VerificationRequest, GoesToTheAddressOfTheEntry) {
  // A-068
  const catalogue::Catalogue catalogue = *catalogue::Catalogue::built_in();
  catalogue::Provider provider = *catalogue.find("keycloak");
  EXPECT_EQ(verification_endpoint_text(*catalogue.find("generic"), {}, {}).value_or("refused"), "");
  provider.verification.endpoint = "https://{host}/realms/{realm}/me";
  EXPECT_EQ(verification_endpoint_text(provider, {{"host", "id.example"}, {"realm", "a.b"}}, {})
                .value_or("refused"),
            "https://id.example/realms/a.b/me");
}

class VerificationAnswer : public testing::Test {
 protected:
  // "works", "works: whose", "refused" or the cause.
  std::string outcome(int status, std::string_view body,
                      std::string_view type = "application/json") {
    http_.answer(status, body, {{"Content-Type", std::string(type)}});
    TokenClient client(http_);
    TokenRequest asked;
    asked.message.url = "https://api.example/me";
    std::optional<TokenCallResult> result;
    client.request_raw(std::move(asked), [&](const RawResult& answer) {
      result = read_verification(answer, rules_);
    });
    if (!*result) return std::string(facts_of(result->error().cause).name.view());
    if (!(*result)->works) return "refused";
    return (*result)->account.empty() ? "works" : "works: " + (*result)->account;
  }

  VerificationRules rules_;
  FakeClock clock_;
  http::FakeClient http_{&clock_};
};

TEST_F(VerificationAnswer, IsYesNoOrNeither) {
  // A-054
  EXPECT_EQ(outcome(200, "<html>", "text/html"), "works");
  EXPECT_EQ(outcome(204, ""), "works");
  EXPECT_EQ(outcome(401, "{}"), "refused");
  EXPECT_EQ(outcome(302, "{}"), "redirected");
  EXPECT_EQ(outcome(404, "{}"), "endpoint_not_found");
  EXPECT_EQ(outcome(429, "{}"), "rate_limited");
  EXPECT_EQ(outcome(503, "{}"), "provider_unavailable");
}

TEST_F(VerificationAnswer, HasTheMembersThatTheEntryWants) {
  // A-057
  rules_.success = {{.member = "ok", .equals = true}};
  EXPECT_EQ(outcome(200, R"({"ok":true})"), "works");
  EXPECT_EQ(outcome(200, R"({"ok":false})"), "refused");
  EXPECT_EQ(outcome(200, "ok", "text/plain"), "malformed_answer");
  EXPECT_EQ(outcome(200, "[]"), "malformed_answer");
}

TEST_F(VerificationAnswer, NamesTheAccountAndKeepsNothingElse) {
  rules_.account_path = {"user", "name"};
  EXPECT_EQ(outcome(200, R"({"user":{"name":"ann","secret":"x"}})"), "works: ann");
  EXPECT_EQ(outcome(200, R"({"user":{"name":7}})"), "works: 7");
  for (const char* const none : {R"({"user":{"name":["ann"]}})", R"({"user":"ann"})", R"([])",
                                 R"({"user":{"name":"a\nb"}})", R"({"user":{}})", "{"}) {
    EXPECT_EQ(outcome(200, none), "works") << none;
  }
  EXPECT_EQ(outcome(200, R"({"user":{"name":")" + std::string(300, 'a') + R"("}})"), "works");
}

}  // namespace
}  // namespace strongroom::oauth
