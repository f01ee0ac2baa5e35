#include "oauth/token_client.h"

#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "http/testing/fake_client.h"

namespace strongroom::oauth {
namespace {

constexpr char kGood[] = R"({"access_token":"at-1","token_type":"Bearer","expires_in":60})";

class TokenClientTest : public testing::Test {
 protected:
  // Sends one request; what came of it, once it came.
  void send() {
    TokenRequest request;
    request.message.url = "https://as.example/token";
    request.expectation.scopes = {"a"};
    client_.request(std::move(request), [this](TokenResult result) {
      ++answers_;
      result_.emplace(std::move(result));
    });
  }

  FakeClock clock_;
  http::FakeClient http_{&clock_};
  TokenClient client_{http_};
  std::optional<TokenResult> result_;
  int answers_ = 0;
};

TEST_F(TokenClientTest, AnswersWithTheTokensOfTheAnswer) {
  http_.answer_json(200, kGood);
  send();
  ASSERT_EQ(answers_, 1);
  ASSERT_TRUE(result_->has_value());
  EXPECT_EQ((*result_)->access_token.reveal(), "at-1");
  EXPECT_EQ((*result_)->scope(), "a");
  EXPECT_EQ(http_.request(0).url, "https://as.example/token");
}

TEST_F(TokenClientTest, CountsTheAgeFromWhenTheRequestWasSent) {
  // A-060, A-278
  const WallTime sent_at = clock_.now();
  const BootTime sent_at_boot = clock_.boot_now();
  http_.hold();
  http_.answer_json(200, kGood);
  send();
  EXPECT_EQ(answers_, 0);
  clock_.advance(Seconds(15));
  http_.release();
  ASSERT_TRUE(result_.has_value() && result_->has_value());
  EXPECT_EQ((*result_)->sent_at, sent_at);
  EXPECT_EQ((*result_)->sent_at_boot, sent_at_boot);
}

TEST_F(TokenClientTest, ReadsRefusals) {
  // A-064
  http_.answer(503, "", {{"Retry-After", "Tue, 24 Nov 2026 03:08:31 GMT"}});
  send();
  ASSERT_FALSE(result_->has_value());
  EXPECT_EQ(result_->error().cause, FailureCause::kProviderUnavailable);
  EXPECT_TRUE(result_->error().may_have_arrived);
  EXPECT_TRUE(result_->error().retry_after.has_value());
}

TEST_F(TokenClientTest, SendsOnceWhateverComesOfIt) {
  http_.fail(http::Hop::kReceive);
  send();
  EXPECT_EQ(http_.count(), 1U);
  EXPECT_EQ(answers_, 1);
}

TEST(TokenClient, SaysWhichHopFailedAndWhetherTheProviderMaySeenIt) {
  // A-050, A-055, A-104
  using http::Hop;
  const std::pair<Hop, std::string_view> cases[] = {
      {Hop::kUrl, "invalid_settings"}, {Hop::kProxy, "proxy"},
      {Hop::kName, "name_unresolved"}, {Hop::kAddressPolicy, "address_policy"},
      {Hop::kConnect, "unreachable"},  {Hop::kTls, "tls"},
      {Hop::kSend, "interrupted"},     {Hop::kReceive, "interrupted"},
      {Hop::kLimit, "oversized"},      {Hop::kTime, "timed_out"},
      {Hop::kLocal, "overloaded"},
  };
  for (const auto& [hop, name] : cases) {
    for (const bool arrived : {false, true}) {
      const TokenFailure failure = classify({hop, "What the http client says.", "detail", arrived});
      EXPECT_EQ(facts_of(failure.cause).name.view(), name);
      EXPECT_EQ(failure.may_have_arrived, arrived);
      EXPECT_EQ(as_error(failure).message.view(), "What the http client says.");
      EXPECT_EQ(as_error(failure).detail, "detail");
    }
  }
}

}  // namespace
}  // namespace strongroom::oauth
