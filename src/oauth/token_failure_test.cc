#include "oauth/token_failure.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "oauth/token_response.h"

namespace strongroom::oauth {
namespace {

const std::vector<http::Header> json_type = {{"Content-Type", "application/json"}};

TokenFailure fail(int status, std::string_view body,
                  const std::vector<http::Header>& headers = json_type,
                  const Expectation& expectation = {}) {
  auto result = parse_token_response(status, headers, body, expectation, FakeClock::kStart);
  EXPECT_FALSE(result.has_value()) << status;
  return result.has_value() ? TokenFailure{.cause = FailureCause::kRefused}
                            : std::move(result).error();
}

std::string cause(int status, std::string_view body) {
  return std::string(facts_of(fail(status, body).cause).name.view());
}

std::string error_body(std::string_view code) {
  return "{\"error\":\"" + std::string(code) + "\",\"error_description\":\"<script>canary\"}";
}

TEST(TokenFailure, HasFactsForEveryCauseInOrder) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(kLastFailureCause); ++i) {
    const CauseFacts& facts = facts_of(static_cast<FailureCause>(i));
    EXPECT_EQ(static_cast<int>(facts.cause), i);
    EXPECT_TRUE(names.insert(facts.name.view()).second) << facts.name.view();
    EXPECT_FALSE(facts.message.view().empty());
    EXPECT_FALSE(to_text(facts.who).empty());
    EXPECT_EQ(facts.transient, facts.code == Code::kUnavailable) << facts.name.view();
  }
}

TEST(TokenFailure, OfARegisteredErrorHasItsCause) {
  // A-064, A-065, A-164
  for (const int status : {400, 403}) {
    for (const char* code :
         {"invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
          "invalid_scope", "invalid_request", "invalid_target", "access_denied"}) {
      const TokenFailure failure = fail(status, error_body(code));
      EXPECT_EQ(facts_of(failure.cause).name.view(), code);
      EXPECT_EQ(failure.error_code, code);
      EXPECT_FALSE(facts_of(failure.cause).transient);
    }
    EXPECT_EQ(cause(status, error_body("temporarily_unavailable")), "provider_unavailable");
    EXPECT_EQ(cause(status, error_body("server_error")), "provider_unavailable");
  }
}

TEST(TokenFailure, OfInvalidClientIsTheSameFor400And401) {
  // A-065
  EXPECT_EQ(cause(400, error_body("invalid_client")), "invalid_client");
  EXPECT_EQ(cause(401, error_body("invalid_client")), "invalid_client");
  EXPECT_EQ(cause(401, ""), "invalid_client");
  EXPECT_EQ(facts_of(FailureCause::kInvalidClient).who, WhoMustAct::kTargetSystemOwner);
}

TEST(TokenFailure, OfInvalidGrantIsOfTheGrantWhateverTheStatus) {
  // A-064: it says nothing of the target system, whose other clients must not stop for it.
  EXPECT_EQ(cause(400, error_body("invalid_grant")), "invalid_grant");
  EXPECT_EQ(cause(401, error_body("invalid_grant")), "invalid_grant");
}

TEST(TokenFailure, With401IsOfTheClientWhateverTheOtherCodes) {
  // A-065. Keycloak answers a wrong secret with 401 unauthorized_client, Auth0 with access_denied.
  for (const char* code :
       {"unauthorized_client", "access_denied", "invalid_scope", "invalid_request", "made_up"}) {
    EXPECT_EQ(cause(401, error_body(code)), "invalid_client") << code;
  }
  EXPECT_EQ(fail(401, error_body("access_denied")).error_code, "access_denied");
  EXPECT_EQ(cause(401, error_body("temporarily_unavailable")), "provider_unavailable");
  EXPECT_EQ(cause(401, error_body("slow_down")), "rate_limited");
}

TEST(TokenFailure, ThatMayPassIsNotTakenForARefusal) {
  // A-064
  for (const int status : {408, 500, 502, 503, 504, 599}) {
    EXPECT_EQ(cause(status, error_body("invalid_grant")), "provider_unavailable") << status;
    EXPECT_EQ(cause(status, "<html>"), "provider_unavailable") << status;
  }
  EXPECT_EQ(cause(429, error_body("invalid_client")), "rate_limited");
  EXPECT_EQ(cause(400, error_body("slow_down")), "rate_limited");
  EXPECT_TRUE(facts_of(FailureCause::kRateLimited).transient);
}

TEST(TokenFailure, OfARedirectIsFinal) {
  // A-054
  for (const int status : {300, 301, 302, 303, 304, 307, 308, 399}) {
    EXPECT_EQ(cause(status, R"({"access_token":"a","token_type":"Bearer"})"), "redirected");
  }
}

TEST(TokenFailure, WithoutAWordHasTheCauseOfItsStatus) {
  for (const char* body : {"", "null", "[]", "{}", R"({"error":7})", R"({"error":"made_up"})"}) {
    EXPECT_EQ(cause(400, body), "refused") << body;
    EXPECT_EQ(cause(403, body), "refused") << body;
    EXPECT_EQ(cause(404, body), "endpoint_not_found") << body;
    EXPECT_EQ(cause(405, body), "endpoint_not_found") << body;
  }
}

TEST(TokenFailure, RepeatsNothingThatTheProviderWrote) {
  // A-016, E16
  const std::string body =
      R"({"error":"canary_code","error_description":"canary <b>","error_uri":"javascript:canary"})";
  for (const int status : {200, 400, 401, 500}) {
    const TokenFailure failure = fail(status, body);
    EXPECT_EQ(failure.error_code, "");
    const Error error = as_error(failure);
    EXPECT_EQ(error.detail.find("canary"), std::string::npos);
    EXPECT_EQ(error.message.view().find("canary"), std::string::npos);
  }
}

TEST(TokenFailure, KeepsMicrosoftsNumbersAndNothingElseOfItsBody) {
  // A-247
  Expectation microsoft;
  microsoft.rules.error_codes_member = "error_codes";
  const std::string body =
      R"({"error":"invalid_client","error_description":"canary","error_codes":[7000215,"canary",1,2,3,4],
          "trace_id":"canary","suberror":"canary","claims":"canary"})";
  const TokenFailure failure = fail(401, body, json_type, microsoft);
  EXPECT_EQ(failure.provider_codes, (std::vector<std::int64_t>{7000215, 1, 2, 3}));
  EXPECT_EQ(failure.detail.find("canary"), std::string::npos);
  const Error error = as_error(failure);
  EXPECT_EQ(std::get<std::int64_t>(*error.find("provider_code")), 7000215);
  EXPECT_TRUE(fail(401, body).provider_codes.empty()) << "only where the entry says so";
}

TEST(TokenFailure, SaysWhatHappenedAndWhoMustAct) {
  // A-064
  TokenFailure failure{.cause = FailureCause::kInvalidScope};
  failure.retry_after = Seconds(7);
  const Error error = as_error(failure);
  EXPECT_EQ(error.code, Code::kProviderRefused);
  EXPECT_EQ(std::get<VisibleName>(*error.find("cause")).text, "invalid_scope");
  EXPECT_EQ(std::get<VisibleName>(*error.find("who_must_act")).text, "target_system_owner");
  EXPECT_EQ(error.find("retry_after"), nullptr) << "coming back does not help";
  failure.message = "The certificate of the server has expired.";
  EXPECT_EQ(as_error(failure).message, failure.message);
  failure.cause = FailureCause::kRateLimited;
  EXPECT_EQ(std::get<std::int64_t>(*as_error(failure).find("retry_after")), 7);
}

TEST(RetryAfter, IsSecondsOrADateAndClamped) {
  // A-064, E30
  const WallTime now = *parse_rfc3339("1994-11-06T08:49:00Z");
  struct Case {
    std::string_view value;
    std::int64_t seconds;  // -1: not one
  };
  const Case cases[] = {
      {"7", 7},
      {"0", 1},
      {"86400", 86400},
      {"86401", 86400},
      {"1000000000", 86400},
      {"99999999999999999999999999", 86400},
      {"Sun, 06 Nov 1994 08:49:37 GMT", 37},
      {"Sunday, 06-Nov-94 08:49:37 GMT", 37},
      {"Sun Nov  6 08:49:37 1994", 37},
      {"Sun, 06 Nov 1994 08:48:00 GMT", 1},
      {"Fri, 31 Dec 9999 23:59:59 GMT", 86400},
      {"", -1},
      {"-1", -1},
      {"1.5", -1},
      {"+5", -1},
      {" 7", -1},
      {"soon", -1},
      {"Sun, 31 Feb 1994 08:49:37 GMT", -1},
      {"Sun, 06 Nov 1994 08:49:37 GMT and more", -1},
      {"Sun, 06 Nov 1994 08:49:37", -1},
  };
  for (const Case& c : cases) {
    const auto delay = parse_retry_after(c.value, now);
    EXPECT_EQ(delay ? delay->count() : -1, c.seconds) << c.value;
  }
  EXPECT_FALSE(parse_retry_after(std::string(1000, '1'), now).has_value());
}

TEST(RetryAfter, IsReadFromEveryRefusal) {
  // A-064
  const std::vector<http::Header> headers = {{"Content-Type", "application/json"},
                                             {"retry-after", "11"}};
  EXPECT_EQ(fail(503, error_body("temporarily_unavailable"), headers).retry_after, Seconds(11));
  EXPECT_EQ(fail(429, "", headers).retry_after, Seconds(11));
  EXPECT_EQ(fail(503, "").retry_after, std::nullopt);
}

}  // namespace
}  // namespace strongroom::oauth
