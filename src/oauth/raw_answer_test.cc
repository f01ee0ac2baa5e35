#include "oauth/raw_answer.h"

#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "http/testing/fake_client.h"
#include "oauth/token_client.h"

namespace strongroom::oauth {
namespace {

TokenAnswer answer(int status, const std::string& body) {
  TokenAnswer made;
  made.status = status;
  made.headers = {{"Set-Cookie", "a=b"},
                  {"content-type", "application/json"},
                  {"Retry-After", "17"},
                  {"Date", "Tue, 24 Nov 2026 03:08:20 GMT"}};
  made.body = http::ResponseBody(body);
  return made;
}

AnswerReading for_person() { return {.expectation = {.scopes = {"a"}, .for_person = true}}; }

TEST(RawAnswer, ReadsAfterARestartAsItWouldHaveAtOnce) {
  // A-064, A-081
  const FakeClock clock;
  for (const auto& [status, body] :
       {std::pair{200, R"({"access_token":"at","token_type":"Bearer","refresh_token":"rt"})"},
        {200, R"({"access_token":"at"})"},
        {400, R"({"error":"invalid_grant"})"},
        {401, R"({"error":"invalid_client"})"},
        {503, "busy"}}) {
    TokenAnswer came = answer(status, body);
    keep_needed_headers(came);
    EXPECT_EQ(came.headers.size(), 3U);
    const TokenResult at_once = read_answer(came, for_person());
    const AnswerBytes bytes = to_bytes(came);
    const auto kept = answer_from_bytes(bytes.reveal(), clock);
    ASSERT_TRUE(kept.has_value());
    const TokenResult later = read_answer(*kept, for_person());
    ASSERT_EQ(later.has_value(), at_once.has_value()) << body;
    if (later) {
      EXPECT_EQ(later->refresh_token->reveal(), at_once->refresh_token->reveal());
      EXPECT_EQ(later->access_token.reveal(), "at");
    } else {
      EXPECT_EQ(later.error().cause, at_once.error().cause) << body;
      EXPECT_EQ(later.error().retry_after, at_once.error().retry_after) << body;
    }
  }
}

TEST(RawAnswer, IsNotReadBeforeWhoeverAskedForItHasKeptIt) {
  FakeClock clock;
  http::FakeClient http(&clock);
  TokenClient client(http);
  http.answer_json(200, "{\"refresh_token\":\"only here\"");
  http.fail(http::Hop::kTime, true);
  TokenRequest request;
  request.message.url = "https://as.example/token";
  request.seen = std::make_shared<SeenExchange>();
  const auto seen = request.seen;
  int raw = 0;
  client.request_raw(std::move(request), [&](const RawResult& result) {
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->response.body.reveal(), "{\"refresh_token\":\"only here\"");
    EXPECT_EQ(seen->status, 200);
    EXPECT_FALSE(seen->cause.has_value());
    ++raw;
  });
  TokenRequest second;
  second.message.url = "https://as.example/token";
  client.request_raw(std::move(second), [&](const RawResult& result) {
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().cause, FailureCause::kTimedOut);
    EXPECT_TRUE(result.error().may_have_arrived);
    ++raw;
  });
  EXPECT_EQ(raw, 2);
}

static_assert(kMaxRawAnswer >= kMaxGrantAnswer + kMaxGrantHeaders);
static_assert(kMaxGrantAnswer >= kMaxAccessTokenBytes + kMaxRefreshTokenBytes + kMaxIdTokenBytes);

}  // namespace
}  // namespace strongroom::oauth
