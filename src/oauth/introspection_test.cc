#include "oauth/introspection.h"

#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "catalogue/catalogue.h"
#include "crypto/testing/counting_random.h"
#include "http/testing/fake_client.h"
#include "oauth/token_client.h"

namespace strongroom::oauth {
namespace {

using catalogue::ClientAuthentication;
using catalogue::Provider;

const Provider& generic() {
  static const catalogue::Catalogue catalogue = *catalogue::Catalogue::built_in();
  return *catalogue.find("generic");
}

Provider provider_at(std::string endpoint) {
  Provider provider = generic();
  provider.introspection_endpoint = std::move(endpoint);
  return provider;
}

const catalogue::Parameters kParameters = {{"token_endpoint", "https://as.example/token"}};

Result<TokenRequest> request(const Provider& provider,
                             std::optional<ClientAuthentication> method = {}) {
  const ConsumerSecret secret("gX1fBat3bV");
  const AccessToken token("at+1");
  crypto::CountingRandom random;
  return build_introspection_request({.provider = provider,
                                      .parameters = kParameters,
                                      .tenant = {},
                                      .consumer_key = "s6BhdRkqt3",
                                      .consumer_secret = &secret,
                                      .authentication = method,
                                      .random = random,
                                      .now = FakeClock::kStart},
                                     token);
}

TEST(IntrospectionRequest, AsksAsRfc7662Section21Says) {
  // A-194, A-195
  const auto built = request(provider_at("https://as.example/introspect"));
  ASSERT_TRUE(built.has_value());
  EXPECT_EQ(built->message.method, "POST");
  EXPECT_EQ(built->message.url, "https://as.example/introspect");
  EXPECT_EQ(built->message.body.reveal(), "token=at%2B1&token_type_hint=access_token");
  EXPECT_EQ(built->message.secret_header->reveal(),
            "Authorization: Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW");
  EXPECT_EQ(*http::find_header(built->message.headers, "Accept"), "application/json");
  const auto post = request(provider_at("https://as.example/introspect"),
                            ClientAuthentication::kClientSecretPost);
  EXPECT_EQ(post->message.body.reveal(),
            "token=at%2B1&token_type_hint=access_token"
            "&client_id=s6BhdRkqt3&client_secret=gX1fBat3bV");
}

TEST(IntrospectionRequest, GoesToTheServerOfTheTokenEndpointOnly) {
  // A-195
  for (const char* const elsewhere :
       {"", "https://elsewhere.example/introspect", "https://as.example:8443/introspect"}) {
    const auto built = request(provider_at(elsewhere));
    ASSERT_FALSE(built.has_value()) << elsewhere;
    EXPECT_EQ(built.error().problem.view(), "no_introspection_endpoint");
  }
  for (const char* const bad :
       {"http://as.example/introspect", "https://as.example/introspect?token=1",
        "https://as.example/introspect?client_id=1"}) {
    EXPECT_EQ(request(provider_at(bad)).error().code, Code::kInvalidArgument) << bad;
  }
}

class IntrospectionAnswer : public testing::Test {
 protected:
  IntrospectionResult read(int status, std::string_view body,
                           std::string_view type = "application/json") {
    http_.answer(status, body, {{"Content-Type", std::string(type)}});
    TokenClient client(http_);
    TokenRequest asked;
    asked.message.url = "https://as.example/introspect";
    std::optional<IntrospectionResult> result;
    client.request_raw(std::move(asked), [&](const RawResult& answer) {
      result = read_introspection(answer, parties_);
    });
    return std::move(result).value();
  }
  // "active", "inactive" or the cause.
  std::string outcome(int status, std::string_view body,
                      std::string_view type = "application/json") {
    const auto result = read(status, body, type);
    if (!result) return std::string(facts_of(result.error().cause).name.view());
    return result->active ? "active" : "inactive";
  }

  TokenParties parties_{.client_id = "id", .issuer = "https://as.example", .subject = "ann"};
  FakeClock clock_;
  http::FakeClient http_{&clock_};
};

TEST_F(IntrospectionAnswer, SaysWhatAnActiveTokenIs) {
  // A-194
  const auto end =
      std::chrono::duration_cast<Seconds>(clock_.now().time_since_epoch()).count() + 60;
  const auto result = read(200, R"({"active":true,"scope":"a b","client_id":"id","sub":"ann",)"
                                R"("token_type":"Bearer","aud":["x"],"exp":)" +
                                    std::to_string(end) + "}");
  ASSERT_TRUE(result.has_value());
  EXPECT_TRUE(result->active);
  EXPECT_EQ(result->scope, "a b");
  EXPECT_EQ(result->subject, "ann");
  EXPECT_EQ(result->expires_at, WallTime(Seconds(end)));
  EXPECT_FALSE(read(200, R"({"active":true})")->expires_at);
  EXPECT_EQ(outcome(200, R"({"active":false,"scope":7})"), "inactive");
}

TEST_F(IntrospectionAnswer, IsNoneWhereActiveIsNotABooleanOrAMemberHasAnotherType) {
  // A-194
  for (const char* const bad :
       {"{}", "[]", "true", "", R"({"active":"true"})", R"({"active":1})", R"({"active":null})",
        R"({"active":true,"active":false})", R"({"active":true,"scope":["a"]})",
        R"({"active":true,"sub":7})", R"({"active":true,"client_id":{}})",
        R"({"active":true,"token_type":false})", R"({"active":true,"iss":1})",
        R"({"active":true,"exp":"1"})", R"({"active":true,"exp":1.5})",
        R"({"active":true,"exp":-1})", R"({"active":true,"exp":1800000000000})"}) {
    EXPECT_EQ(outcome(200, bad), "malformed_answer") << bad;
  }
  EXPECT_EQ(outcome(200, R"({"active":true})", "text/html"), "malformed_answer");
  EXPECT_EQ(outcome(200, "a.b.c", "application/token-introspection+jwt"), "malformed_answer");
}

TEST_F(IntrospectionAnswer, IsNoneThatIsAboutSomebodyElse) {
  // A-194
  EXPECT_EQ(outcome(200, R"({"active":true,"client_id":"other"})"), "malformed_answer");
  EXPECT_EQ(outcome(200, R"({"active":true,"iss":"https://as.example","sub":"bob"})"),
            "malformed_answer");
  EXPECT_EQ(outcome(200, R"({"active":true,"iss":"https://as.example","sub":"ann"})"), "active");
  EXPECT_EQ(outcome(200, R"({"active":true,"sub":"another name of hers"})"), "active");
}

TEST_F(IntrospectionAnswer, SaysNothingOfTheTokenWhereItIsAFailure) {
  // A-054, A-194
  EXPECT_EQ(outcome(401, R"({"error":"invalid_client"})"), "invalid_client");
  EXPECT_EQ(outcome(503, R"({"active":false})"), "provider_unavailable");
  EXPECT_EQ(outcome(302, R"({"active":true})"), "redirected");
  EXPECT_EQ(outcome(404, R"({"active":false})"), "endpoint_not_found");
}

}  // namespace
}  // namespace strongroom::oauth
