#include "oauth/service_account_file.h"

#include <string>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/testing/fake_clock.h"
#include "catalogue/catalogue.h"
#include "crypto/testing/counting_random.h"
#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"
#include "oauth/jwt_bearer.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;

constexpr char kEmail[] = "robot@project.iam.gserviceaccount.com";

const crypto::PrivateKey& rsa() {
  static const crypto::PrivateKey key = *crypto::private_key_from_jwk(crypto::kRfc7515RsaKey);
  return key;
}

std::string pem() {
  const crypto::PrivateKeyDer der = rsa().der();
  return "-----BEGIN PRIVATE KEY-----\n" + base64(der.reveal()) + "\n-----END PRIVATE KEY-----\n";
}

// As Google Cloud writes it, but for addresses that are somebody else's.
json::object file() {
  return {{"type", "service_account"},
          {"project_id", "project"},
          {"private_key_id", "0123abcd"},
          {"private_key", pem()},
          {"client_email", kEmail},
          {"client_id", "1234567890"},
          {"auth_uri", "https://evil.example/auth"},
          {"token_uri", "https://evil.example/token"},
          {"auth_provider_x509_cert_url", "https://evil.example/certs"},
          {"client_x509_cert_url", "https://evil.example/cert"},
          {"universe_domain", "evil.example"}};
}

Result<ServiceAccountFile> with(std::string_view name, const json::value& value) {
  json::object changed = file();
  changed[name] = value;
  return read_service_account_file(json::serialize(changed));
}

Result<ServiceAccountFile> without(std::string_view name) {
  json::object changed = file();
  changed.erase(name);
  return read_service_account_file(json::serialize(changed));
}

bool is_refused(const Result<ServiceAccountFile>& read) {
  return !read.has_value() && read.error().code == Code::kInvalidArgument;
}

TEST(ServiceAccountFile, SaysWhoItIsForAndItsKey) {
  // A-252
  const auto read = read_service_account_file(json::serialize(file()));
  ASSERT_TRUE(read.has_value()) << read.error().message.view();
  EXPECT_EQ(read->client_email, kEmail);
  EXPECT_EQ(read->key_id, "0123abcd");
  const auto signature = crypto::sign(read->key, crypto::SignatureAlgorithm::kRs256, "text");
  ASSERT_TRUE(signature.has_value());
  EXPECT_TRUE(
      crypto::VerifyingKey(rsa()).verify(crypto::SignatureAlgorithm::kRs256, "text", *signature));
  const auto nameless = without("private_key_id");
  ASSERT_TRUE(nameless.has_value());
  EXPECT_TRUE(nameless->key_id.empty());
}

TEST(ServiceAccountFile, NeverChoosesWhereItsAssertionGoes) {
  // A-252, E14
  const auto read = read_service_account_file(json::serialize(file()));
  ASSERT_TRUE(read.has_value());
  const catalogue::Catalogue catalogue = *catalogue::Catalogue::built_in();
  const catalogue::Parameters parameters = {{"token_endpoint", "https://as.example/token"}};
  const catalogue::BearerGrantRules rules{.algorithms = {catalogue::AssertionAlgorithm::kRs256}};
  const AssertionKey key{.key = read->key, .kid = read->key_id, .x5t = "", .x5t_s256 = ""};
  const std::vector<std::string> scopes;
  crypto::CountingRandom random;
  const auto request = build_jwt_bearer_request({.client = {.provider = *catalogue.find("generic"),
                                                            .parameters = parameters,
                                                            .tenant = "",
                                                            .consumer_key = "",
                                                            .authentication = {},
                                                            .random = random,
                                                            .now = FakeClock::kStart},
                                                 .rules = rules,
                                                 .key = key,
                                                 .issuer = read->client_email,
                                                 .subject = "person@project.example",
                                                 .scopes = scopes});
  ASSERT_TRUE(request.has_value()) << request.error().message.view();
  EXPECT_EQ(request->message.url, "https://as.example/token");
  const std::string body(request->message.body.reveal());
  const auto parts = crypto::jws_parts(body.substr(body.find("assertion=") + 10));
  ASSERT_TRUE(parts.has_value());
  const json::object claims = json::parse(parts->payload).as_object();
  EXPECT_EQ(claims.at("aud"), "https://as.example/token");
  EXPECT_EQ(claims.at("iss"), kEmail);
  EXPECT_EQ((parts->header + parts->payload + body).find("evil"), std::string::npos);
}

TEST(ServiceAccountFile, IsOfNoOtherType) {
  // A-252: these hold a person's tokens, or say whom to ask for credentials and what to run.
  for (const char* type : {"authorized_user", "external_account", "impersonated_service_account",
                           "external_account_authorized_user", "SERVICE_ACCOUNT", ""}) {
    EXPECT_TRUE(is_refused(with("type", type))) << type;
  }
  EXPECT_TRUE(is_refused(without("type")));
  EXPECT_TRUE(is_refused(with("type", json::array{"service_account"})));
}

TEST(ServiceAccountFile, IsRefusedWhereSomethingIsWrong) {
  for (const char* bad : {"", "no address", "a b@c.example", "a@b\n", "a\xc3\xa4@b.example"}) {
    EXPECT_TRUE(is_refused(with("client_email", bad))) << bad;
  }
  EXPECT_TRUE(is_refused(without("client_email")));
  EXPECT_TRUE(is_refused(with("client_email", 1)));
  EXPECT_TRUE(is_refused(with("private_key_id", "a b")));
  EXPECT_TRUE(is_refused(with("private_key_id", 1)));
  EXPECT_TRUE(is_refused(with("private_key", "not a key")));
  EXPECT_TRUE(is_refused(without("private_key")));
  EXPECT_TRUE(is_refused(with("filler", json::value(std::string(kMaxServiceAccountFile, 'a')))));
  for (const char* bad : {"", "[]", "null", "{", "-----BEGIN PRIVATE KEY-----",
                          R"({"type":"service_account","type":"service_account"})"}) {
    EXPECT_TRUE(is_refused(read_service_account_file(bad))) << bad;
  }
}

}  // namespace
}  // namespace strongroom::oauth
