#include "oauth/dpop_exchange.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "crypto/encoding.h"
#include "crypto/testing/counting_random.h"
#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"
#include "http/testing/fake_client.h"
#include "oauth/token_client.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;

constexpr char kBound[] = R"({"access_token":"at-1","token_type":"DPoP","expires_in":60})";
constexpr char kBearer[] = R"({"access_token":"at-1","token_type":"Bearer","expires_in":60})";

class DpopExchangeTest : public testing::Test {
 protected:
  TokenResult send(std::string url = "https://as.example/token") {
    TokenRequest request;
    request.message.url = std::move(url);
    request.message.secret_header.emplace("Authorization: Basic eA==");
    request.message.body = http::RequestBody("grant_type=client_credentials");
    request.seen = seen_ = std::make_shared<SeenExchange>();
    std::optional<TokenResult> came;
    client_.request(
        std::move(request), [&](TokenResult result) { came.emplace(std::move(result)); }, key_);
    return *std::move(came);
  }
  void asks_for_nonce(const std::string& nonce, int status = 400) {
    http_.answer(status, R"({"error":"use_dpop_nonce"})",
                 {{"Content-Type", "application/json"}, {"DPoP-Nonce", nonce}});
  }
  // The claims of the one proof in request number `index`.
  json::object proof(std::size_t index) {
    std::vector<std::string> proofs;
    for (const http::Header& header : http_.request(index).headers) {
      if (header.name == kDpopHeader) proofs.push_back(header.value);
    }
    EXPECT_EQ(proofs.size(), 1U);
    const std::string claims = proofs.at(0).substr(proofs.at(0).find('.') + 1);
    return json::parse(*crypto::base64url_decode(claims.substr(0, claims.find('.')))).as_object();
  }

  FakeClock clock_;
  crypto::CountingRandom random_;
  http::FakeClient http_{&clock_};
  TokenClient client_{http_};
  ProvedKey key_ = std::make_shared<const DpopProver>(
      *crypto::private_key_from_jwk(crypto::kRfc7515P256Key), random_, clock_);
  std::shared_ptr<SeenExchange> seen_;
};

TEST_F(DpopExchangeTest, SendsOneProofAndTakesABoundToken) {
  // A-150
  http_.answer_json(200, kBound);
  const TokenResult tokens = send();
  ASSERT_TRUE(tokens.has_value());
  EXPECT_TRUE(tokens->is_bound);
  EXPECT_EQ(tokens->token_type, "DPoP");
  EXPECT_EQ(proof(0).at("htm"), "POST");
  EXPECT_EQ(proof(0).at("htu"), "https://as.example/token");
}

TEST_F(DpopExchangeTest, ANonceLeadsToOneMoreTryWithAProofOfItsOwn) {
  // A-152, A-157
  asks_for_nonce("first");
  http_.answer(200, kBound, {{"Content-Type", "application/json"}, {"DPoP-Nonce", "second"}});
  ASSERT_TRUE(send().has_value());
  ASSERT_EQ(http_.count(), 2U);
  EXPECT_FALSE(proof(0).contains("nonce"));
  EXPECT_EQ(proof(1).at("nonce"), "first");
  EXPECT_NE(proof(0).at("jti"), proof(1).at("jti"));
  EXPECT_EQ(http_.request(1).body.reveal(), http_.request(0).body.reveal());
  EXPECT_EQ(http_.request(1).secret_header->reveal(), http_.request(0).secret_header->reveal());
  ASSERT_EQ(seen_->request.parameters.size(), 1U);  // of the second try
  EXPECT_EQ(seen_->request.parameters[0].name, "DPoP");
  EXPECT_EQ(seen_->request.parameters[0].value, "");

  // The newest is remembered, for that server alone.
  http_.answer_json(200, kBound);
  http_.answer_json(200, kBound);
  ASSERT_TRUE(send().has_value());
  EXPECT_EQ(proof(2).at("nonce"), "second");
  ASSERT_TRUE(send("https://other.example/token").has_value());
  EXPECT_FALSE(proof(3).contains("nonce"));
}

TEST_F(DpopExchangeTest, AServerThatNeverHasEnoughIsAskedTwice) {
  // A-152
  asks_for_nonce("first");
  asks_for_nonce("second");
  const TokenResult refused = send();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(http_.count(), 2U);
  EXPECT_EQ(refused.error().cause, FailureCause::kRefused);
  EXPECT_EQ(refused.error().error_code, "use_dpop_nonce");
}

TEST_F(DpopExchangeTest, WhatBringsNoNonceIsNotTriedAgain) {
  // A-152
  asks_for_nonce("with space");
  EXPECT_FALSE(send().has_value());
  http_.answer(400, R"({"error":"invalid_grant"})",
               {{"Content-Type", "application/json"}, {"DPoP-Nonce", "n"}});
  EXPECT_FALSE(send().has_value());
  EXPECT_EQ(http_.count(), 2U);
  EXPECT_EQ(proof(1).contains("nonce"), false);
}

TEST_F(DpopExchangeTest, ASecondTryHasOnlyTheTimeThatIsLeft) {
  http::IncomingResponse slow;
  slow.status = 400;
  slow.headers = {{"Content-Type", "application/json"}, {"DPoP-Nonce", "n"}};
  slow.body = http::ResponseBody(R"({"error":"use_dpop_nonce"})");
  slow.took = http::ClientLimits{}.total_timeout - Milliseconds(700);
  http_.script(std::move(slow));
  http_.answer_json(200, kBound);
  ASSERT_TRUE(send().has_value());
  EXPECT_EQ(http_.request(1).limits.total_timeout, Milliseconds(700));

  http::IncomingResponse slower;
  slower.status = 400;
  slower.headers = {{"Content-Type", "application/json"}, {"DPoP-Nonce", "n"}};
  slower.body = http::ResponseBody(R"({"error":"use_dpop_nonce"})");
  slower.took = http::ClientLimits{}.total_timeout;
  http_.script(std::move(slower));
  EXPECT_FALSE(send().has_value());
  EXPECT_EQ(http_.count(), 3U);
}

TEST_F(DpopExchangeTest, ABearerAnswerToAProofIsADowngrade) {
  // A-153
  http_.answer_json(200, kBearer);
  const TokenResult downgraded = send();
  ASSERT_FALSE(downgraded.has_value());
  EXPECT_EQ(downgraded.error().cause, FailureCause::kUnusableTokenType);
  EXPECT_EQ(seen_->cause, FailureCause::kUnusableTokenType);
}

TEST_F(DpopExchangeTest, ATokenThatNamesAnotherKeyIsNotTaken) {
  // A-153
  const auto answer = [&](const std::string& jkt) {
    const std::string claims = R"({"cnf":{"jkt":")" + jkt + R"("}})";
    const auto bytes = [](std::string_view text) {
      return crypto::base64url(std::as_bytes(std::span(text)));
    };
    http_.answer_json(200, R"({"access_token":")" + bytes(R"({"alg":"ES256"})") + "." +
                               bytes(claims) + R"(.c2ln","token_type":"dpop"})");
  };
  answer(key_->thumbprint());
  EXPECT_TRUE(send().has_value());
  answer("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
  EXPECT_FALSE(send().has_value());
}

TEST_F(DpopExchangeTest, FollowsTheServersClock) {
  // A-157
  const std::int64_t now = std::chrono::floor<Seconds>(clock_.now().time_since_epoch()).count();
  http_.answer(400, R"({"error":"invalid_dpop_proof"})",
               {{"Content-Type", "application/json"},
                {"Date", http::http_date(static_cast<std::time_t>(now + 600))}});
  const TokenResult refused = send();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().cause, FailureCause::kClockSkew);
  http_.answer_json(200, kBound);
  ASSERT_TRUE(send().has_value());
  EXPECT_GT(proof(1).at("iat").as_int64(), now + 590);
  EXPECT_LE(proof(1).at("iat").as_int64(), now + 600);
}

}  // namespace
}  // namespace strongroom::oauth
