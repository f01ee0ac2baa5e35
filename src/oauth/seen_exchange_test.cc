#include "oauth/seen_exchange.h"

#include <algorithm>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "crypto/testing/counting_random.h"
#include "http/testing/fake_client.h"
#include "oauth/client_credentials.h"
#include "oauth/token_client.h"

namespace strongroom::oauth {
namespace {

using catalogue::ClientAuthentication;

class SeenExchangeTest : public testing::Test {
 protected:
  SeenExchangeTest() {
    provider_.id = "seen";
    provider_.grants = {catalogue::Grant::kClientCredentials};
    provider_.token_endpoint = "https://as.example/token?tracking=canary-query";
    provider_.client_authentication = {ClientAuthentication::kClientSecretPost};
    provider_.client_credentials_grant_type = "client_credentials";
    provider_.response.error_codes_member = "codes";
  }

  SeenExchange exchange() {
    const ConsumerSecret secret("canary-secret");
    const std::vector<std::string> scopes{"read", "write"};
    auto request = build_client_credentials_request({.client = {.provider = provider_,
                                                                .parameters = {},
                                                                .tenant = "",
                                                                .consumer_key = "canary-key",
                                                                .consumer_secret = &secret,
                                                                .authentication = {},
                                                                .random = random_,
                                                                .now = clock_.now()},
                                                     .scopes = scopes});
    EXPECT_TRUE(request.has_value());
    const auto seen = request->seen = std::make_shared<SeenExchange>();
    client_.request(std::move(*request), [](const TokenResult&) {});
    return *seen;
  }

  FakeClock clock_;
  crypto::CountingRandom random_{1};
  catalogue::Provider provider_;
  http::FakeClient http_{&clock_};
  TokenClient client_{http_};
};

TEST_F(SeenExchangeTest, ShowsNoSecretNoTokenAndNothingThatTheProviderWrote) {
  // A-016, A-247
  http_.answer(400,
               R"({"error":"canary_error","error_description":"canary","codes":[7,"canary"],
                   "access_token":"canary"})",
               {{"Content-Type", "text/canary"}, {"X-Canary", "canary"}});
  http_.answer(200, R"({"access_token":"canary-token","token_type":"Bearer"})",
               {{"Content-Type", "application/json; charset=utf-8"}});
  for (const int status : {400, 200}) {
    const SeenExchange seen = exchange();
    EXPECT_EQ(seen.status, status);
    EXPECT_EQ(seen.url, "https://as.example/token");
    EXPECT_EQ(seen.method, "POST");
    EXPECT_EQ(seen.request.authentication, "client_secret_post");
    EXPECT_EQ(seen.content_type, status == 200 ? "application/json" : "other");
    EXPECT_GT(seen.body_bytes, 40U);
    EXPECT_EQ(seen.error_code, "");
    EXPECT_EQ(seen.cause.has_value(), status != 200);
    std::string shown;
    for (const SeenParameter& parameter : seen.request.parameters) {
      shown += parameter.name + "=" + parameter.value + "&";
    }
    EXPECT_EQ(shown, "grant_type=client_credentials&scope=read write&client_id=&client_secret=&");
  }
}

TEST_F(SeenExchangeTest, HasTheRegisteredCodeTheNumbersAndTheSkewOfARefusal) {
  http_.answer(401, R"({"error":"invalid_client","codes":[7000215]})",
               {{"Content-Type", "application/json"}, {"Date", "Tue, 24 Nov 2026 03:09:20 GMT"}});
  provider_.response.format = catalogue::ResponseFormat::kJson;
  const SeenExchange seen = exchange();
  EXPECT_EQ(seen.error_code, "invalid_client");
  EXPECT_EQ(seen.cause, FailureCause::kInvalidClient);
  EXPECT_EQ(seen.provider_codes, std::vector<std::int64_t>{7000215});
  ASSERT_TRUE(seen.clock_skew.has_value());
  EXPECT_NEAR(static_cast<double>(seen.clock_skew->count()), 60, 1);
}

TEST_F(SeenExchangeTest, OfAServerThatWasNotReachedHasACauseAndNoAnswer) {
  http_.fail(http::Hop::kName, false);
  const SeenExchange seen = exchange();
  EXPECT_EQ(seen.status, 0);
  EXPECT_EQ(seen.content_type, "");
  EXPECT_EQ(seen.cause, FailureCause::kNameUnresolved);
  EXPECT_EQ(seen.clock_skew, std::nullopt);
}

TEST(SeenExchange, ShowsTheValuesOfFourParametersOnly) {
  for (const char* name : {"grant_type", "scope", "resource", "audience"}) {
    EXPECT_TRUE(may_be_seen(name)) << name;
  }
  for (const char* name : {"client_secret", "client_assertion", "client_id", "password", "SCOPE",
                           "api_key", "assertion", "refresh_token"}) {
    EXPECT_FALSE(may_be_seen(name)) << name;
  }
}

}  // namespace
}  // namespace strongroom::oauth
