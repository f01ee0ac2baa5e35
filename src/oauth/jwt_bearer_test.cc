#include "oauth/jwt_bearer.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "catalogue/catalogue.h"
#include "crypto/testing/counting_random.h"
#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"
#include "oauth/clock_skew.h"
#include "oauth/raw_answer.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;

using catalogue::AssertionAlgorithm;
using catalogue::BearerAudience;
using catalogue::BearerGrantRules;
using catalogue::BearerScopes;
using catalogue::BearerSubject;
using catalogue::ClientAuthentication;
using catalogue::Provider;
using crypto::SignatureAlgorithm;

constexpr char kEndpoint[] = "https://as.example/token";

BearerGrantRules all_algorithms() {
  return {.algorithms = {AssertionAlgorithm::kPs256, AssertionAlgorithm::kRs256,
                         AssertionAlgorithm::kEs256}};
}

const crypto::PrivateKey& rsa() {
  static const crypto::PrivateKey key = *crypto::private_key_from_jwk(crypto::kRfc7515RsaKey);
  return key;
}
const crypto::PrivateKey& p256() {
  static const crypto::PrivateKey key = *crypto::private_key_from_jwk(crypto::kRfc7515P256Key);
  return key;
}

// What a test says of a request; the rest is harmless.
struct Settings {
  BearerGrantRules rules = all_algorithms();
  std::vector<std::string> scopes = {};
  std::string subject = "robot@acme.example";
  std::string issuer = "machine@project.example";
  std::string kid = "k1";
  std::string endpoint = kEndpoint;
  std::string secret = {};  // empty: none is given
  const crypto::PrivateKey& key = rsa();

  Result<TokenRequest> build() const {
    static const Provider entry = *catalogue::Catalogue::built_in()->find("generic");
    static crypto::CountingRandom random;
    const catalogue::Parameters parameters = {{"token_endpoint", endpoint}};
    const ConsumerSecret consumer_secret(secret);
    const AssertionKey with{.key = key, .kid = kid, .x5t = "", .x5t_s256 = ""};
    return build_jwt_bearer_request(
        {.client = {.provider = entry,
                    .parameters = parameters,
                    .tenant = "",
                    .consumer_key = "box-client",
                    .consumer_secret = secret.empty() ? nullptr : &consumer_secret,
                    .authentication = ClientAuthentication::kClientSecretPost,
                    .random = random,
                    .now = FakeClock::kStart},
         .rules = rules,
         .key = with,
         .issuer = issuer,
         .subject = subject,
         .scopes = scopes});
  }
};

std::string body_of(const Result<TokenRequest>& request) {
  EXPECT_TRUE(request.has_value()) << request.error().message.view();
  return request.has_value() ? std::string(request->message.body.reveal()) : "";
}

// The assertion in a body; "" if there is not exactly one.
std::string assertion_in(std::string_view body) {
  constexpr std::string_view kName = "&assertion=";
  const std::size_t at = body.find(kName);
  if (at == std::string_view::npos || body.find("assertion=", at + kName.size()) != body.npos) {
    return "";
  }
  body.remove_prefix(at + kName.size());
  return std::string(body.substr(0, body.find('&')));
}

std::string assertion_of(const Settings& settings) {
  return assertion_in(body_of(settings.build()));
}

json::object payload_of(const Settings& settings) {
  const auto parts = crypto::jws_parts(assertion_of(settings));
  EXPECT_TRUE(parts.has_value());
  return parts ? json::parse(parts->payload).as_object() : json::object{};
}

template <class T>
std::string field_of(const Result<T>& result) {
  if (result.has_value()) return "good";
  EXPECT_EQ(result.error().code, Code::kInvalidArgument);
  const ErrorValue* field = result.error().find("field");
  return field == nullptr ? "none" : std::get<FieldPointer>(*field).text;
}

TEST(JwtBearer, SendsOneAssertionAndNoOtherProof) {
  // A-137
  const Settings settings{.scopes = {"a", "b"}};
  const auto request = settings.build();
  const std::string body = body_of(request);
  EXPECT_EQ(body, "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" +
                      assertion_in(body) + "&scope=a+b");
  EXPECT_EQ(request->message.method, "POST");
  EXPECT_EQ(request->message.url, kEndpoint);
  EXPECT_FALSE(request->message.secret_header.has_value());
  EXPECT_EQ(request->expectation.scopes, settings.scopes);
  EXPECT_FALSE(request->expectation.for_person);
}

TEST(JwtBearer, SaysForWhomAndToWhomAndForHowLong) {
  // A-137
  Settings settings;
  const json::object claims = payload_of(settings);
  EXPECT_EQ(claims.at("iss"), "machine@project.example");
  EXPECT_EQ(claims.at("sub"), "robot@acme.example");
  EXPECT_EQ(claims.at("aud"), kEndpoint);
  const std::int64_t now = FakeClock::kStart.time_since_epoch().count() / 1000;
  EXPECT_EQ(claims.at("iat"), now);
  EXPECT_EQ(claims.at("exp"), now + 60);
  EXPECT_EQ(claims.at("jti").as_string().size(), 22U) << "128 bits";
  EXPECT_EQ(claims.size(), 6U);
  settings.rules.lifetime = Seconds(30);
  EXPECT_EQ(payload_of(settings).at("exp"), now + 30);
}

TEST(JwtBearer, IsMadeAnewForEachRequest) {
  // A-130, A-137
  const Settings settings;
  EXPECT_NE(payload_of(settings).at("jti"), payload_of(settings).at("jti"));
}

TEST(JwtBearer, IsSignedAsTheRulesAndTheKeyLetIt) {
  // A-133
  const auto verified = [](const Settings& settings, SignatureAlgorithm algorithm) {
    return crypto::VerifyingKey(settings.key).verify_compact(algorithm, assertion_of(settings));
  };
  EXPECT_TRUE(verified({}, SignatureAlgorithm::kPs256));
  EXPECT_TRUE(verified({.key = p256()}, SignatureAlgorithm::kEs256));
  const BearerGrantRules rs256{.algorithms = {AssertionAlgorithm::kRs256}};
  EXPECT_TRUE(verified({.rules = rs256}, SignatureAlgorithm::kRs256));
  EXPECT_EQ(field_of(Settings{.rules = rs256, .key = p256()}.build()), "/consumer_secrets");
  const BearerGrantRules shared{.algorithms = {AssertionAlgorithm::kHs256}};
  EXPECT_EQ(field_of(Settings{.rules = shared}.build()), "/consumer_secrets");
}

TEST(JwtBearer, NamesItsKeyWhereItHasAName) {
  // A-137
  EXPECT_EQ(crypto::jws_parts(assertion_of({}))->header,
            R"({"alg":"PS256","typ":"JWT","kid":"k1"})");
  EXPECT_EQ(crypto::jws_parts(assertion_of({.kid = ""}))->header, R"({"alg":"PS256","typ":"JWT"})");
}

TEST(JwtBearer, HasItsScopesWhereTheProviderLooks) {
  // A-137
  Settings settings{.scopes = {"https://scope.example/a", "b"}};
  settings.rules.scopes = BearerScopes::kClaim;
  EXPECT_EQ(payload_of(settings).at("scope"), "https://scope.example/a b");
  EXPECT_EQ(body_of(settings.build()).find("&scope="), std::string::npos);
  EXPECT_EQ(settings.build()->expectation.scopes, settings.scopes);

  settings.scopes = {"a b"};
  EXPECT_EQ(field_of(settings.build()), "/scopes/0");

  settings.rules.scopes = BearerScopes::kNone;
  EXPECT_EQ(field_of(settings.build()), "/scopes");
  settings.scopes = {};
  EXPECT_FALSE(payload_of(settings).contains("scope"));
  EXPECT_EQ(body_of(settings.build()).find("scope"), std::string::npos);
  EXPECT_TRUE(settings.build()->expectation.scopes.empty());
}

TEST(JwtBearer, IsMadeOutToWhomTheProviderSays) {
  // A-137
  Settings settings{.endpoint = "https://account.example:8443/oauth/token?v=1"};
  EXPECT_EQ(payload_of(settings).at("aud"), json::value(settings.endpoint));
  settings.rules.audience = BearerAudience::kTokenHost;
  EXPECT_EQ(payload_of(settings).at("aud"), "account.example");
  settings.rules.audience = BearerAudience::kLiteral;
  settings.rules.literal_audience = "https://login.example";
  EXPECT_EQ(payload_of(settings).at("aud"), "https://login.example");
}

TEST(JwtBearer, HasASubjectThatIsOneWord) {
  // A-137
  for (const std::string& bad : {std::string("a b"), std::string("a\n"), std::string(256, 'a'),
                                 std::string("\xc3\xa4@b.example"), std::string("a\x7f"),
                                 std::string("a\0b", 3), std::string()}) {
    EXPECT_EQ(field_of(Settings{.subject = bad}.build()), "/subject") << bad;
  }
  EXPECT_EQ(field_of(Settings{.subject = std::string(255, 'a')}.build()), "good");
  EXPECT_EQ(payload_of({.subject = R"(a","sub":"b)"}).at("sub"), R"(a","sub":"b)");
}

TEST(JwtBearer, SpeaksForTheClientItselfWhereTheProviderLetsIt) {
  // A-137
  Settings settings{.subject = ""};
  settings.rules.subject = BearerSubject::kOptional;
  EXPECT_FALSE(payload_of(settings).contains("sub"));
}

TEST(JwtBearer, NeedsAnIssuer) {
  // A-137
  EXPECT_EQ(field_of(Settings{.issuer = ""}.build()), "/consumer_key");
}

TEST(JwtBearer, ProvesTheClientAsWellWhereTheProviderWantsIt) {
  // A-051, A-137
  Settings settings{.secret = "box-secret"};
  settings.rules.with_client_authentication = true;
  settings.rules.claims = {{"box_sub_type", "enterprise"}};
  EXPECT_EQ(payload_of(settings).at("box_sub_type"), "enterprise");
  const auto request = settings.build();
  EXPECT_NE(body_of(request).find("&client_id=box-client&client_secret=box-secret"),
            std::string::npos);
  EXPECT_TRUE(request->summary.by_assertion);
  EXPECT_EQ(request->summary.authentication, "client_secret_post");

  settings.secret = "";
  const auto without = settings.build();
  ASSERT_FALSE(without.has_value());
  EXPECT_EQ(without.error().code, Code::kInternal);
}

TEST(JwtBearer, IsInNoTranscript) {
  // A-139
  const auto request = Settings{}.build();
  ASSERT_TRUE(request.has_value());
  bool is_named = false;
  for (const SeenParameter& seen : request->summary.parameters) {
    if (seen.name != "assertion") continue;
    is_named = true;
    EXPECT_TRUE(seen.value.empty());
  }
  EXPECT_TRUE(is_named);
  EXPECT_TRUE(request->summary.authentication.empty()) << "nothing but the grant was proved";
}

// What the refusal of an assertion means that was sent at `sent_at`, at 03:08:20 by the server.
FailureCause cause_of(std::string_view error, WallTime sent_at) {
  const auto request = Settings{}.build();
  EXPECT_TRUE(request.has_value());
  TokenAnswer response;
  response.status = 400;
  response.headers = {{"Content-Type", "application/json"},
                      {"Date", "Tue, 24 Nov 2026 03:08:20 GMT"}};
  response.body = http::ResponseBody(error);
  response.sent_at = sent_at;
  const TokenResult tokens = read_answer(response, {.by_assertion = request->summary.by_assertion});
  EXPECT_FALSE(tokens.has_value());
  return tokens.error().cause;
}

TEST(JwtBearer, IsRefusedForTheClockWhereTheTwoDiffer) {
  // A-139
  const WallTime same = *parse_http_date("Tue, 24 Nov 2026 03:08:20 GMT", FakeClock::kStart);
  constexpr std::string_view kRefused = R"({"error":"invalid_grant"})";
  EXPECT_EQ(cause_of(kRefused, same), FailureCause::kInvalidGrant);
  EXPECT_EQ(cause_of(kRefused, same + Seconds(95)), FailureCause::kClockSkew);
  EXPECT_EQ(cause_of(kRefused, same - Seconds(95)), FailureCause::kClockSkew);
  EXPECT_EQ(cause_of(R"({"error":"unsupported_grant_type"})", same + Seconds(95)),
            FailureCause::kUnsupportedGrantType);
}

}  // namespace
}  // namespace strongroom::oauth
