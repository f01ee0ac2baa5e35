#include "oauth/authorization_response.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom::oauth {
namespace {

constexpr std::string_view kState = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr std::string_view kIssuer = "https://honest.as.example";

// A callback's query with the state and `more`.
std::string query(const std::string& more) { return "state=" + std::string(kState) + more; }

Result<AuthorizationResponse> parse(const std::string& more) {
  return AuthorizationResponse::parse(query(more));
}

// The code, or why there is none.
std::string taken(const std::string& more, const ExpectedIssuer& expected = {}) {
  auto response = parse(more);
  if (!response) return "unreadable";
  auto code = std::move(*response).take(expected);
  if (code) return "code " + std::string(code->reveal());
  switch (code.error().failure) {
    case SignInFailure::kWrongIssuer:
      return "wrong issuer" + std::string(code.error().error_code);
    case SignInFailure::kMalformed:
      return "malformed" + std::string(code.error().error_code);
    default:
      return "error " + std::string(code.error().error_code);
  }
}

TEST(AuthorizationResponse, GivesTheCodeAndTheState) {
  const auto response = parse("&code=SplxlOBeZQQYbYS6WxSbIA");
  ASSERT_TRUE(response.has_value());
  EXPECT_TRUE(is_same(response->state(), kState));
  EXPECT_EQ(taken("&code=SplxlOBeZQQYbYS6WxSbIA"), "code SplxlOBeZQQYbYS6WxSbIA");
  EXPECT_EQ(taken("&code=4%2F0AX+x%25"), "code 4/0AX x%") << "decoded once";
}

TEST(AuthorizationResponse, IsOfTheIssuerThatWasAskedLetterByLetter) {
  // E13
  const ExpectedIssuer expected{.issuer = kIssuer};
  EXPECT_EQ(taken("&code=c&iss=https%3A%2F%2Fhonest.as.example", expected), "code c");
  for (const char* other :
       {"https%3A%2F%2Fattacker.example", "https%3A%2F%2Fhonest.as.example%2F",
        "https%3A%2F%2FHonest.as.example", "https%3A%2F%2Fhonest.as.example%3A443",
        "http%3A%2F%2Fhonest.as.example", "https%253A%252F%252Fhonest.as.example",
        "https%3A%2F%2Fhonest.as.example%00", "https%3A%2F%2Fhonest.as.exampl%C3%A9"}) {
    EXPECT_EQ(taken("&code=c&iss=" + std::string(other), expected), "wrong issuer") << other;
  }
}

TEST(AuthorizationResponse, HasTheIssuerThatWasPromised) {
  //
  const ExpectedIssuer expected{.issuer = kIssuer, .promised = true};
  EXPECT_EQ(taken("&code=c", expected), "wrong issuer");
  EXPECT_EQ(taken("&code=c&iss=", expected), "wrong issuer");
  EXPECT_EQ(taken("&code=c&iss=https://honest.as.example", expected), "code c");
  EXPECT_EQ(taken("&code=c", {.issuer = kIssuer}), "code c");
}

TEST(AuthorizationResponse, SaysNothingOfAnErrorBeforeItsIssuerIsRight) {
  //
  const ExpectedIssuer expected{.issuer = kIssuer, .promised = true};
  EXPECT_EQ(taken("&error=access_denied", expected), "wrong issuer");
  EXPECT_EQ(taken("&error=access_denied&iss=https://evil.example", expected), "wrong issuer");
  EXPECT_EQ(taken("&error=access_denied&iss=https://honest.as.example", expected),
            "error access_denied");
}

TEST(AuthorizationResponse, IsSpoiltByAParameterThatComesTwice) {
  //
  for (const char* twice :
       {"&code=c&code=c", "&code=c&code=d", "&code=c&state=x", "&code=c&co%64e=c",
        "&code=c&iss=a&iss=a", "&error=access_denied&error=access_denied", "&code=c&x=1&x=2",
        "&code=c&code", "&code=c&state="}) {
    EXPECT_EQ(taken(twice), "unreadable") << twice;
  }
}

TEST(AuthorizationResponse, HasACodeOrAnErrorAndNotBoth) {
  //
  EXPECT_EQ(taken("&code=c&error=access_denied"), "malformed");
  EXPECT_EQ(taken(""), "malformed");
  EXPECT_EQ(taken("&code=&error="), "malformed");
  EXPECT_EQ(taken("&code="), "malformed");
  EXPECT_EQ(taken("&error=server_error"), "error server_error");
}

TEST(AuthorizationResponse, IgnoresWhatOAuthDoesNotKnow) {
  //
  EXPECT_EQ(taken("&code=c&session_state=s&realmId=1&scope=a+b&access_token=evil&accounts-server="
                  "https%3A%2F%2Fevil.example&token_endpoint=https%3A%2F%2Fevil.example"),
            "code c");
  std::string many = "&code=c";
  for (int i = 0; i < 60; ++i) many += "&p" + std::to_string(i) + "=x";
  EXPECT_EQ(taken(many), "unreadable") << "but not any number of it";
}

TEST(AuthorizationResponse, TakesCodesOfHarmlessCharactersUpToALength) {
  const auto code_of = [](std::size_t length) { return std::string(length, 'c'); };
  EXPECT_EQ(taken("&code=" + code_of(kMaxAuthorizationCode)),
            "code " + code_of(kMaxAuthorizationCode));
  EXPECT_EQ(taken("&code=" + code_of(kMaxAuthorizationCode + 1)), "malformed");
  for (const char* bad : {"a%0D%0Ab", "a%00", "%C3%A9", "a%7F", "%09"}) {
    EXPECT_EQ(taken("&code=" + std::string(bad)), "malformed") << bad;
  }
  EXPECT_EQ(taken("&code=c%zz"), "unreadable");
  EXPECT_EQ(taken("&code=" + code_of(kMaxAuthorizationResponse)), "unreadable");
}

TEST(AuthorizationResponse, KeepsOfAnErrorARegisteredCodeAndNothingElse) {
  //
  EXPECT_EQ(taken("&error=access_denied&error_description=%3Cscript%3E&error_uri=javascript:x"),
            "error access_denied");
  for (const char* unknown : {"%3Cscript%3E", "ACCESS_DENIED", "access_denied%20", "%1B%5B31m",
                              "access_denied%0D%0A", "invalid_grant"}) {
    EXPECT_EQ(taken("&error=" + std::string(unknown)), "error ") << unknown;
  }
  std::string peer = "login_required";
  const std::string_view kept = registered_sign_in_error(peer);
  peer = "overwritten___";
  EXPECT_EQ(kept, "login_required") << "a literal of ours, not the peer's text";
}

TEST(AuthorizationResponse, TellsWhoMustActByTheRegisteredCode) {
  //
  const auto failure = [](const std::string& code) {
    return std::move(*parse("&error=" + code)).take({}).error().failure;
  };
  EXPECT_EQ(failure("access_denied"), SignInFailure::kAccessDenied);
  EXPECT_EQ(failure("consent_required"), SignInFailure::kNeedsPerson);
  EXPECT_EQ(failure("invalid_scope"), SignInFailure::kInvalidScope);
  EXPECT_EQ(failure("invalid_target"), SignInFailure::kInvalidTarget);
  EXPECT_EQ(failure("unauthorized_client"), SignInFailure::kMisconfigured);
  EXPECT_EQ(failure("temporarily_unavailable"), SignInFailure::kUnavailable);
  EXPECT_EQ(failure("whatever"), SignInFailure::kRefused);
}

TEST(AuthorizationResponse, NeedsAStateThatCouldBeOurs) {
  // A-007, E5
  for (const char* bad : {"", "code=c", "state=&code=c", "state=short&code=c",
                          "state=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjX%3D&code=c",
                          "state=https%3A%2F%2Fevil.example%2F1234567890123456789&code=c"}) {
    EXPECT_FALSE(AuthorizationResponse::parse(bad).has_value()) << bad;
  }
}

TEST(AuthorizationResponse, KeepsTheProvidersNumbersAndNothingElseOfItsText) {
  //
  auto response = AuthorizationResponse::parse("state=" + std::string(kFlowSecretLength, 'a') +
                                               "&error=access_denied&error_description=AADSTS65004%"
                                               "3A+User+%3Cb%3E+declined+AADSTSx+AADSTS7");
  ASSERT_TRUE(response.has_value());
  const auto code = std::move(*response).take({.issuer = "", .number_prefix = "AADSTS"});
  ASSERT_FALSE(code.has_value());
  EXPECT_EQ(code.error().failure, SignInFailure::kAccessDenied);
  EXPECT_EQ(code.error().numbers, (std::vector<std::int64_t>{65004, 7}));
}

}  // namespace
}  // namespace strongroom::oauth
