#include "oauth/client_assertion.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "catalogue/catalogue.h"
#include "crypto/testing/counting_random.h"
#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"
#include "oauth/client_authentication.h"
#include "oauth/token_response.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;

using catalogue::AssertionAlgorithm;
using catalogue::AssertionAudience;
using catalogue::AssertionType;
using catalogue::CertificateThumbprint;
using catalogue::ClientAuthentication;
using catalogue::Provider;
using crypto::SignatureAlgorithm;

constexpr char kIssuer[] = "https://as.example";
constexpr char kEndpoint[] = "https://as.example/token";
constexpr std::string_view kSecret = "at-least-32-characters-long-secret-1";

Provider provider(std::vector<AssertionAlgorithm> algorithms = {
                      AssertionAlgorithm::kPs256, AssertionAlgorithm::kRs256,
                      AssertionAlgorithm::kEs256, AssertionAlgorithm::kEdDsa,
                      AssertionAlgorithm::kHs256}) {
  Provider made = *catalogue::Catalogue::built_in()->find("generic");
  made.client_authentication = {ClientAuthentication::kPrivateKeyJwt,
                                ClientAuthentication::kClientSecretJwt};
  made.client_assertion.emplace();
  made.client_assertion->algorithms = std::move(algorithms);
  return made;
}

AssertionParties parties(const Provider& entry) {
  return {.provider = entry, .client_id = "robot", .issuer = kIssuer, .token_endpoint = kEndpoint};
}

const crypto::PrivateKey& rsa() {
  static const crypto::PrivateKey key = *crypto::private_key_from_jwk(crypto::kRfc7515RsaKey);
  return key;
}
const crypto::PrivateKey& p256() {
  static const crypto::PrivateKey key = *crypto::private_key_from_jwk(crypto::kRfc7515P256Key);
  return key;
}

crypto::CountingRandom& some_random() {
  static crypto::CountingRandom random;
  return random;
}

Result<ClientAssertion> sign(const AssertionParties& who, const crypto::PrivateKey& key) {
  return sign_client_assertion(who,
                               AssertionKey{.key = key, .kid = "k1", .x5t = "", .x5t_s256 = ""},
                               some_random(), FakeClock::kStart);
}

std::string text_of(const Result<ClientAssertion>& assertion) {
  EXPECT_TRUE(assertion.has_value()) << assertion.error().message.view();
  return assertion.has_value() ? std::string(assertion->reveal()) : "";
}

json::object header_of(const std::string& assertion) {
  return json::parse(crypto::jws_parts(assertion)->header).as_object();
}
json::object claims_of(const std::string& assertion) {
  return json::parse(crypto::jws_parts(assertion)->payload).as_object();
}

template <class T>
std::string field_of(const Result<T>& result) {
  if (result.has_value()) return "good";
  EXPECT_EQ(result.error().code, Code::kInvalidArgument);
  const ErrorValue* field = result.error().find("field");
  return field == nullptr ? "none" : std::get<FieldPointer>(*field).text;
}

std::string body_of(const TokenForm& form) {
  const http::RequestBody body = form.body();
  return std::string(body.reveal());
}

TEST(ClientAssertion, SaysWhoItIsFromForAMinuteAndForWhom) {
  // A-130, A-131
  const Provider entry = provider();
  const json::object claims = claims_of(text_of(sign(parties(entry), rsa())));
  EXPECT_EQ(claims.at("iss"), "robot");
  EXPECT_EQ(claims.at("sub"), "robot");
  EXPECT_EQ(claims.at("aud"), kIssuer);
  const std::int64_t now = FakeClock::kStart.time_since_epoch().count() / 1000;
  EXPECT_EQ(claims.at("iat"), now);
  EXPECT_EQ(claims.at("nbf"), now);
  EXPECT_EQ(claims.at("exp"), now + 60);
  EXPECT_EQ(claims.size(), 7U);
}

TEST(ClientAssertion, IsAnotherOneForEveryRequest) {
  // A-130: a server that remembers ids takes each of ours once, and the one that is sent again not.
  const Provider entry = provider();
  std::set<std::string> seen;
  std::string last;
  for (int request = 0; request < 100; ++request) {
    last = text_of(sign(parties(entry), p256()));
    const std::string id(claims_of(last).at("jti").as_string());
    EXPECT_EQ(id.size(), 22U);  // 128 bits
    EXPECT_TRUE(seen.insert(id).second) << id;
  }
  EXPECT_FALSE(seen.insert(std::string(claims_of(last).at("jti").as_string())).second);
}

TEST(ClientAssertion, IsMadeOutToTheIssuerAloneAndSaysWhatItIs) {
  // A-131, E12: an endpoint that somebody published does not become the audience.
  const Provider entry = provider();
  AssertionParties lured = parties(entry);
  lured.token_endpoint = "https://honest.example/token";
  const std::string assertion = text_of(sign(lured, rsa()));
  EXPECT_TRUE(claims_of(assertion).at("aud").is_string());
  EXPECT_EQ(claims_of(assertion).at("aud"), kIssuer);
  EXPECT_EQ(header_of(assertion).at("typ"), "client-authentication+jwt");
  AssertionParties nobody = parties(entry);
  nobody.issuer = "";
  EXPECT_EQ(field_of(sign(nobody, rsa())), "/issuer");
}

TEST(ClientAssertion, IsMadeOutToTheEndpointOrAFixedAddressWhereTheEntrySaysSo) {
  // A-131, A-243
  Provider entry = provider();
  entry.client_assertion->audience = AssertionAudience::kTokenEndpoint;
  entry.client_assertion->type = AssertionType::kJwt;
  std::string assertion = text_of(sign(parties(entry), rsa()));
  EXPECT_EQ(claims_of(assertion).at("aud"), kEndpoint);
  EXPECT_EQ(header_of(assertion).at("typ"), "JWT");
  AssertionParties nowhere = parties(entry);
  nowhere.token_endpoint = "";
  EXPECT_EQ(sign(nowhere, rsa()).error().code, Code::kInternal);
  entry.client_assertion->audience = AssertionAudience::kLiteral;
  entry.client_assertion->literal_audience = "https://fixed.example/";
  assertion = text_of(sign(parties(entry), rsa()));
  EXPECT_EQ(claims_of(assertion).at("aud"), "https://fixed.example/");
}

TEST(ClientAssertion, IsSignedWithTheFirstAlgorithmThatEverybodyCan) {
  // A-133
  const Provider entry = provider();
  const Provider old = provider({AssertionAlgorithm::kRs256, AssertionAlgorithm::kPs256});
  EXPECT_EQ(header_of(text_of(sign(parties(entry), rsa()))).at("alg"), "PS256");
  EXPECT_EQ(header_of(text_of(sign(parties(entry), p256()))).at("alg"), "ES256");
  EXPECT_EQ(header_of(text_of(sign(parties(old), rsa()))).at("alg"), "RS256");
  const std::vector<std::string> taken = {"HS256", "none", "RS256"};
  AssertionParties who = parties(entry);
  who.server_algorithms = taken;
  EXPECT_EQ(header_of(text_of(sign(who, rsa()))).at("alg"), "RS256");
}

TEST(ClientAssertion, IsNotSignedWhereTheServerTakesNothingThatTheKeyCan) {
  // A-133
  const Provider entry = provider();
  AssertionParties who = parties(entry);
  for (const std::vector<std::string>& taken :
       {std::vector<std::string>{"HS256"}, {"none"}, {"ES256"}, {"rs256"}, {}}) {
    who.server_algorithms = taken;
    EXPECT_EQ(field_of(sign(who, rsa())), "/client_authentication");
  }
  const Provider shared_only = provider({AssertionAlgorithm::kHs256});
  EXPECT_EQ(field_of(sign(parties(shared_only), rsa())), "/client_authentication");
  const Provider rsa_only = provider({AssertionAlgorithm::kPs256, AssertionAlgorithm::kRs256});
  EXPECT_EQ(field_of(sign(parties(rsa_only), p256())), "/client_authentication");
  Provider no_rules = provider();
  no_rules.client_assertion.reset();
  EXPECT_EQ(field_of(sign(parties(no_rules), rsa())), "/client_authentication");
  Provider basic = provider();
  basic.client_authentication = {ClientAuthentication::kClientSecretBasic};
  EXPECT_EQ(field_of(sign(parties(basic), rsa())), "/client_authentication");
}

TEST(ClientAssertion, HasASignatureInTheFormOfJoseAndNotDer) {
  // A-134
  const Provider entry = provider();
  const std::string assertion = text_of(sign(parties(entry), p256()));
  const auto parts = crypto::jws_parts(assertion);
  EXPECT_EQ(parts->signature.size(), 64U);
  const crypto::VerifyingKey key(p256());
  EXPECT_TRUE(key.verify_compact(SignatureAlgorithm::kEs256, assertion));
  const std::string der = std::string("\x30\x44\x02\x20", 4) + parts->signature.substr(0, 32) +
                          std::string("\x02\x20", 2) + parts->signature.substr(32);
  EXPECT_FALSE(key.verify(SignatureAlgorithm::kEs256, parts->signing_input, der));
  EXPECT_TRUE(crypto::VerifyingKey(rsa()).verify_compact(  // with 32 bytes of salt
      SignatureAlgorithm::kPs256, text_of(sign(parties(entry), rsa()))));
}

TEST(ClientAssertion, NamesTheCertificateAsTheEntryAsks) {
  // A-243
  Provider entry = provider();
  const AssertionKey key{.key = rsa(), .kid = "", .x5t = "sha-1", .x5t_s256 = "sha-256"};
  const auto signed_now = [&] {
    return sign_client_assertion(parties(entry), key, some_random(), FakeClock::kStart);
  };
  EXPECT_FALSE(header_of(text_of(signed_now())).contains("x5t#S256"));
  EXPECT_FALSE(header_of(text_of(signed_now())).contains("kid"));
  entry.client_assertion->thumbprints = {CertificateThumbprint::kSha256};
  EXPECT_EQ(header_of(text_of(signed_now())).at("x5t#S256"), "sha-256");
  EXPECT_FALSE(header_of(text_of(signed_now())).contains("x5t"));
  entry.client_assertion->thumbprints = {CertificateThumbprint::kSha1};
  EXPECT_EQ(header_of(text_of(signed_now())).at("x5t"), "sha-1");
  EXPECT_EQ(field_of(sign(parties(entry), rsa())), "/certificate");
}

TEST(ClientAssertion, IsAsMicrosoftWantsItWhereTheEntrySaysSo) {
  // A-243
  Provider entry = provider({AssertionAlgorithm::kPs256});
  entry.client_assertion->audience = AssertionAudience::kTokenEndpoint;
  entry.client_assertion->type = AssertionType::kJwt;
  entry.client_assertion->thumbprints = {CertificateThumbprint::kSha256};
  const AssertionKey key{.key = rsa(), .kid = "", .x5t = "sha-1", .x5t_s256 = "sha-256"};
  const std::string assertion =
      text_of(sign_client_assertion(parties(entry), key, some_random(), FakeClock::kStart));
  EXPECT_EQ(crypto::jws_parts(assertion)->header,
            R"({"alg":"PS256","typ":"JWT","x5t#S256":"sha-256"})");
  const json::object claims = claims_of(assertion);
  EXPECT_EQ(claims.at("aud"), kEndpoint);
  EXPECT_EQ(claims.at("iss"), claims.at("sub"));
  EXPECT_LE(claims.at("exp").as_int64() - claims.at("nbf").as_int64(), 600);
}

TEST(ClientAssertion, GoesWithTheClientIdAndWithNoSecret) {
  // A-051, A-135
  const Provider entry = provider();
  const auto assertion = sign(parties(entry), rsa());
  ASSERT_TRUE(assertion.has_value());
  TokenForm form;
  form.add("grant_type", "client_credentials");
  ASSERT_TRUE(authenticate_with(*assertion, "client_id", "robot", form).has_value());
  EXPECT_EQ(body_of(form),
            "grant_type=client_credentials&client_id=robot"
            "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-"
            "bearer&client_assertion=" +
                std::string(assertion->reveal()));
  for (const char* name : {"client_secret", "client_assertion", "client_id"}) {
    TokenForm other;
    other.add(name, "x");
    EXPECT_FALSE(authenticate_with(*assertion, "client_id", "robot", other).has_value()) << name;
  }
}

TEST(ClientAssertion, OfASharedSecretIsSignedWithHs256) {
  // A-133
  const Provider entry = provider();
  const auto assertion = sign_client_assertion(parties(entry), ConsumerSecret(kSecret),
                                               some_random(), FakeClock::kStart);
  const std::string text = text_of(assertion);
  EXPECT_EQ(header_of(text).at("alg"), "HS256");
  EXPECT_EQ(claims_of(text).at("aud"), kIssuer);
  const auto parts = crypto::jws_parts(text);
  const auto mac = crypto::hmac_sha256(kSecret, parts->signing_input);
  EXPECT_EQ(crypto::base64url(mac), text.substr(text.rfind('.') + 1));
}

TEST(ClientAssertion, OfASharedSecretNeedsALongOneAndAServerThatTakesIt) {
  // A-133: RFC 7518 section 3.2 wants 256 bits.
  const Provider entry = provider();
  const auto signed_with = [](const Provider& who, std::string_view secret) {
    return field_of(sign_client_assertion(parties(who), ConsumerSecret(secret), some_random(),
                                          FakeClock::kStart));
  };
  EXPECT_EQ(signed_with(entry, kSecret), "good");
  EXPECT_EQ(signed_with(entry, kSecret.substr(0, 31)), "/consumer_secrets");
  EXPECT_EQ(signed_with(entry, ""), "/consumer_secrets");
  EXPECT_EQ(signed_with(provider({AssertionAlgorithm::kPs256}), kSecret), "/client_authentication");
}

TEST(ClientAssertion, EncodesAnyConsumerKey) {
  const Provider entry = provider();
  AssertionParties who = parties(entry);
  who.client_id = "a \"quoted\" \\ key \xC3\xBC";
  EXPECT_EQ(claims_of(text_of(sign(who, rsa()))).at("sub").as_string(), who.client_id);
  who.client_id = "";
  EXPECT_EQ(field_of(sign(who, rsa())), "/consumer_key");
  who.client_id = "a\r\nb";
  EXPECT_EQ(field_of(sign(who, rsa())), "/consumer_key");
}

TEST(ClientAssertion, IsInNoErrorAndARefusalMeansTheClient) {
  // A-139
  const Provider entry = provider();
  const auto assertion = sign(parties(entry), rsa());
  TokenForm taken;
  taken.add("client_secret", "x");
  const Status refused = authenticate_with(*assertion, "client_id", "robot", taken);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().detail, "");
  EXPECT_EQ(testing::PrintToString(*assertion), "<secret>");
  const TokenResult answer = parse_token_response(401, {{"Content-Type", "application/json"}},
                                                  R"({"error":"invalid_client"})",
                                                  {entry.response, " ", {}}, FakeClock::kStart);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().cause, FailureCause::kInvalidClient);
}

TEST(ClientAuthentication, WithAnAssertionIsNotSentAsASecret) {
  // A-051
  for (const auto method :
       {ClientAuthentication::kClientSecretJwt, ClientAuthentication::kPrivateKeyJwt}) {
    TokenForm form;
    http::OutgoingRequest message;
    const Status status =
        authenticate(provider(), method, "robot", ConsumerSecret(kSecret), form, message);
    EXPECT_EQ(field_of(status), "/client_authentication");
    EXPECT_FALSE(message.secret_header.has_value());
    EXPECT_EQ(body_of(form), "");
  }
}

}  // namespace
}  // namespace strongroom::oauth
