#include "oauth/token_revocation.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "catalogue/catalogue.h"
#include "crypto/testing/counting_random.h"
#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"
#include "http/testing/fake_client.h"
#include "oauth/token_client.h"

namespace strongroom::oauth {
namespace {

using catalogue::ClientAuthentication;
using catalogue::Provider;

const Provider& built_in(std::string_view id) {
  static const catalogue::Catalogue catalogue = *catalogue::Catalogue::built_in();
  return *catalogue.find(id);
}

struct Asked {
  const Provider& entry = built_in("generic");
  catalogue::Parameters parameters = {{"token_endpoint", "https://as.example/token"},
                                      {"revocation_endpoint", "https://as.example/revoke"}};
  std::optional<ClientAuthentication> authentication = {};
  TokenKind kind = TokenKind::kRefreshToken;
  const AssertionKey* key = nullptr;

  Result<TokenRequest> request() const {
    const ConsumerSecret secret("gX1fBat3bV");
    const RefreshToken refresh("45ghiukldjahdnhzdauz");
    const AccessToken access("at+1");
    crypto::CountingRandom random;
    const GrantClient client{.provider = entry,
                             .parameters = parameters,
                             .tenant = {},
                             .consumer_key = "s6BhdRkqt3",
                             .consumer_secret = key == nullptr ? &secret : nullptr,
                             .key = key,
                             .authentication = authentication,
                             .random = random,
                             .now = FakeClock::kStart,
                             .issuer = "https://as.example"};
    const RevocableToken token =
        kind == TokenKind::kRefreshToken ? RevocableToken(&refresh) : RevocableToken(&access);
    return build_revocation_request(client, token);
  }
};

std::string body(const Result<TokenRequest>& request) {
  return request ? std::string(request->message.body.reveal())
                 : "none: " + std::string(request.error().message.view());
}

TEST(RevocationRequest, AgreesWithTheExampleInRfc7009Section21) {
  // A-190
  const auto request = Asked{}.request();
  EXPECT_EQ(body(request), "token=45ghiukldjahdnhzdauz&token_type_hint=refresh_token");
  EXPECT_EQ(request->message.method, "POST");
  EXPECT_EQ(request->message.url, "https://as.example/revoke");
  EXPECT_EQ(request->message.secret_header->reveal(),
            "Authorization: Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW");
  EXPECT_EQ(body(Asked{.kind = TokenKind::kAccessToken}.request()),
            "token=at%2B1&token_type_hint=access_token");
}

TEST(RevocationRequest, IsProvedAsATokenRequestIs) {
  // A-190, A-195
  const auto post = Asked{.authentication = ClientAuthentication::kClientSecretPost}.request();
  EXPECT_EQ(body(post),
            "token=45ghiukldjahdnhzdauz&token_type_hint=refresh_token"
            "&client_id=s6BhdRkqt3&client_secret=gX1fBat3bV");
  EXPECT_FALSE(post->message.secret_header);

  const crypto::PrivateKey key = *crypto::private_key_from_jwk(crypto::kRfc7515P256Key);
  const AssertionKey assertion{.key = key, .kid = "kid-1", .x5t = {}, .x5t_s256 = {}};
  const auto by_key =
      Asked{.authentication = ClientAuthentication::kPrivateKeyJwt, .key = &assertion}.request();
  ASSERT_TRUE(by_key.has_value()) << body(by_key);
  const std::string text = body(by_key);
  EXPECT_NE(text.find("client_assertion="), std::string::npos);
  EXPECT_EQ(text.find("client_secret"), std::string::npos);
  const std::size_t at = text.find("client_assertion=") + 17;
  const std::string jws = text.substr(at, text.find('&', at) - at);
  // Made out to the server, by the address of its token endpoint, whatever else is asked there.
  EXPECT_NE(crypto::jws_parts(jws)->payload.find("\"https://as.example/token\""),
            std::string::npos);
}

TEST(RevocationRequest, OfGoogleHasTheTokenAndNoCredential) {
  // A-254
  const auto request = Asked{.entry = built_in("google"), .parameters = {}}.request();
  ASSERT_TRUE(request.has_value()) << body(request);
  EXPECT_EQ(request->message.url, "https://oauth2.googleapis.com/revoke");
  EXPECT_EQ(body(request), "token=45ghiukldjahdnhzdauz&token_type_hint=refresh_token");
  EXPECT_FALSE(request->message.secret_header);
  EXPECT_EQ(request->summary.authentication, "");
}

TEST(RevocationRequest, GoesNowhereWhereTheProviderHasNoAddress) {
  // A-193
  Asked asked;
  asked.parameters.erase("revocation_endpoint");
  const auto request = asked.request();
  ASSERT_FALSE(request.has_value());
  EXPECT_EQ(request.error().problem.view(), "no_revocation_endpoint");
  EXPECT_EQ(revocation_endpoint_text(built_in("microsoft"), ClientAuthentication::kClientSecretPost,
                                     {}, "contoso.com")
                .value(),
            "");
  EXPECT_NE(built_in("microsoft").revocation.by_hand, "");
}

TEST(RevocationRequest, RefusesAnAddressThatIsNone) {
  for (const char* const bad :
       {"http://as.example/revoke", "https://as.example/revoke?token=1",
        "https://as.example/revoke?client_secret=1", "https://user@as.example/revoke"}) {
    Asked asked;
    asked.parameters["revocation_endpoint"] = bad;
    EXPECT_FALSE(asked.request().has_value()) << bad;
  }
}

class RevocationAnswer : public testing::Test {
 protected:
  // What the answer to a request means that was sent over `http_`.
  RevocationResult read() {
    TokenClient client(http_);
    TokenRequest request;
    request.message.url = "https://as.example/revoke";
    std::optional<RevocationResult> result;
    client.request_raw(std::move(request),
                       [&](const RawResult& answer) { result = read_revocation(answer); });
    return result.value();
  }
  std::string outcome(int status, std::string_view body,
                      std::string_view type = "application/json") {
    http_.answer(status, body, {{"Content-Type", std::string(type)}});
    const RevocationResult result = read();
    if (!result) return std::string(facts_of(result.error().cause).name.view());
    return *result == Revoked::kYes ? "revoked" : "unsupported";
  }

  FakeClock clock_;
  http::FakeClient http_{&clock_};
};

TEST_F(RevocationAnswer, IsASuccessWhateverItsBodySays) {
  // A-190
  for (const char* const body : {"", "{}", "<html>", R"({"error":"invalid_request"})"}) {
    EXPECT_EQ(outcome(200, body), "revoked") << body;
    EXPECT_EQ(outcome(200, body, "text/html"), "revoked") << body;
  }
  EXPECT_EQ(outcome(400, R"({"error":"invalid_token"})"), "revoked");
}

TEST_F(RevocationAnswer, IsNoneWhileTheTokenMayLive) {
  // A-191
  EXPECT_EQ(outcome(400, R"({"error":"unsupported_token_type"})"), "unsupported");
  EXPECT_EQ(outcome(400, R"({"error":"invalid_request"})"), "invalid_request");
  EXPECT_EQ(outcome(401, R"({"error":"invalid_client"})"), "invalid_client");
  EXPECT_EQ(outcome(401, R"({"error":"invalid_token"})"), "invalid_client");
  EXPECT_EQ(outcome(503, R"({"error":"invalid_token"})"), "provider_unavailable");
  EXPECT_EQ(outcome(400, "invalid_token", "text/plain"), "refused");
  EXPECT_EQ(outcome(204, ""), "refused");
  EXPECT_EQ(outcome(302, ""), "redirected");
  EXPECT_EQ(outcome(404, ""), "endpoint_not_found");
  http_.fail(http::Hop::kTime);
  EXPECT_EQ(facts_of(read().error().cause).name.view(), "timed_out");
  http_.answer(503, "", {{"Retry-After", "17"}});
  EXPECT_EQ(read().error().retry_after, Seconds(17));
}

TEST(TokenKind, HasTheNamesOfTheHint) {
  for (const TokenKind kind : {TokenKind::kRefreshToken, TokenKind::kAccessToken}) {
    EXPECT_EQ(token_kind_from_text(to_text(kind)), kind);
  }
  EXPECT_FALSE(token_kind_from_text("id_token"));
}

}  // namespace
}  // namespace strongroom::oauth
