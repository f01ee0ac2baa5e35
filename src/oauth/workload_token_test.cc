#include "oauth/workload_token.h"

#include <array>
#include <span>

#include <gtest/gtest.h>

#include "crypto/encoding.h"
#include "crypto/jwk.h"
#include "crypto/jws.h"
#include "oauth/workload_issuer.h"

namespace strongroom::oauth {
namespace {

constexpr std::int64_t kNow = 1'795'392'000;

std::string encoded(std::string_view text) {
  return crypto::base64url(std::as_bytes(std::span(text)));
}

TEST(WorkloadTokenTest, StarsStandForAnyCharacters) {
  EXPECT_TRUE(
      claim_fits("repo:example/*:ref:refs/heads/*", "repo:example/robots:ref:refs/heads/a/b"));
  EXPECT_TRUE(claim_fits("*", ""));
  EXPECT_TRUE(claim_fits("a*", "a"));
  EXPECT_TRUE(claim_fits("*b*b", "abab"));
  EXPECT_TRUE(claim_fits("exact", "exact"));
  EXPECT_FALSE(claim_fits("exact", "exactly"));
  EXPECT_FALSE(claim_fits("exactly", "exact"));
  EXPECT_FALSE(claim_fits("repo:example/*", "repo:example2/robots"));
  EXPECT_FALSE(claim_fits("*b*c", "abab"));
  EXPECT_FALSE(claim_fits("", "a"));
}

TEST(WorkloadTokenTest, ManyStarsAreNoWork) {
  const std::string stars(1000, '*');
  EXPECT_FALSE(claim_fits(stars + "b" + stars + "b", std::string(16'000, 'a')));
}

TEST(WorkloadTokenTest, OnlyWhatHasThreePartsAndIsNotLongIsOne) {
  EXPECT_TRUE(looks_like_workload_token("a.b.c"));
  for (const char* other : {"", "srk_robot_x", "a.b", "a.b.c.d"}) {
    EXPECT_FALSE(looks_like_workload_token(other)) << other;
  }
  EXPECT_FALSE(looks_like_workload_token("a.b." + std::string(kMaxWorkloadTokenBytes, 'c')));
}

TEST(WorkloadTokenTest, TheIssuerIsWhatThePayloadSays) {
  const std::string token = "e30." + encoded(R"({"iss":"https://issuer.example"})") + ".x";
  EXPECT_EQ(issuer_named_by(token).value(), "https://issuer.example");
  for (const char* payload : {R"({})", R"({"iss":7})", R"([])", "x", R"({"iss":"a","iss":"b"})"}) {
    EXPECT_FALSE(issuer_named_by("e30." + encoded(payload) + ".x").has_value()) << payload;
  }
}

class SignedWorkloadTokenTest : public testing::Test {
 protected:
  SignedWorkloadTokenTest()
      : key_(*crypto::PrivateKey::generate(crypto::NewKey::kP256)),
        keys_(*crypto::JwkSet::parse(crypto::jwks_document(
            std::array{crypto::PublishedKey{key_, "one", crypto::SignatureAlgorithm::kEs256}}))) {}

  Result<Claims> read(const std::string& payload,
                      const std::string& header = R"({"alg":"ES256","kid":"one"})") {
    const auto token =
        crypto::compact_jws(key_, crypto::SignatureAlgorithm::kEs256, header, payload);
    return read_workload_token(*token, keys_, WallTime(Seconds(kNow)));
  }
  bool is_good_until(std::int64_t expires, const std::string& more = "") {
    return read("{\"exp\":" + std::to_string(expires) + more + "}").has_value();
  }

  crypto::PrivateKey key_;
  crypto::JwkSet keys_;
};

TEST_F(SignedWorkloadTokenTest, ClaimsAreFoundByTheirPointers) {
  const auto claims = read(R"({"exp":1795392100,"sub":"a","aud":["x","y"],"protected":true,"n":7,)"
                           R"("kubernetes.io":{"namespace":"finance"},"a/b~c":"d","none":null})");
  ASSERT_TRUE(claims.has_value());
  EXPECT_TRUE(has_claim(*claims, "/aud", "y"));
  EXPECT_TRUE(has_claim(*claims, "/kubernetes.io/namespace", "fin*"));
  EXPECT_TRUE(has_claim(*claims, "/a~1b~0c", "d"));
  EXPECT_TRUE(has_claim(*claims, "/protected", "true"));
  EXPECT_TRUE(has_claim(*claims, "/n", "7"));
  EXPECT_FALSE(has_claim(*claims, "/none", "*"));
  EXPECT_FALSE(has_claim(*claims, "/missing", "*"));
}

TEST_F(SignedWorkloadTokenTest, ClocksMayDifferByAMinuteAndNoMore) {
  EXPECT_TRUE(is_good_until(kNow - 59));
  EXPECT_FALSE(is_good_until(kNow - 60));
  EXPECT_TRUE(is_good_until(kNow + 9, ",\"nbf\":" + std::to_string(kNow + 60)));
  EXPECT_FALSE(is_good_until(kNow + 9, ",\"nbf\":" + std::to_string(kNow + 61)));
  EXPECT_FALSE(is_good_until(kNow + 9, ",\"iat\":" + std::to_string(kNow + 61)));
  EXPECT_FALSE(is_good_until(kNow + 9, ",\"nbf\":\"soon\""));
  EXPECT_EQ(read("{}").error().problem.view(), "workload_claims");
  EXPECT_FALSE(read(R"({"exp":"never"})").has_value());
  EXPECT_FALSE(read(R"({"exp":1e300})").has_value());
  EXPECT_FALSE(read(R"({"exp":1795392100,"exp":1795392100})").has_value());
}

TEST_F(SignedWorkloadTokenTest, OnlyTheIssuersKeyAndAlgorithmsCount) {
  const std::string payload = R"({"exp":1795392100})";
  EXPECT_EQ(read(payload, R"({"alg":"ES256","kid":"two"})").error().problem.view(),
            "unknown_signing_key");
  EXPECT_EQ(read(payload, R"({"alg":"none"})").error().problem.view(), "signature_algorithm");
  EXPECT_EQ(read(payload, R"({"alg":"HS256","kid":"one"})").error().problem.view(),
            "signature_algorithm");
  EXPECT_FALSE(read(payload, R"({"alg":"ES256","kid":"one","crit":["exp"]})").has_value());
}

TEST(WorkloadIssuerTest, KeysAreWhereTheIssuerItselfSays) {
  const std::string issuer = "https://issuer.example/";
  const std::string document =
      R"({"issuer":"https://issuer.example/","jwks_uri":"https://keys.example/jwks"})";
  EXPECT_EQ(jwks_uri_of(document, issuer).value(), "https://keys.example/jwks");
  EXPECT_FALSE(jwks_uri_of(document, "https://issuer.example").has_value());
  for (const char* wrong : {"", "[]", R"({"issuer":"https://issuer.example/"})",
                            R"({"issuer":"https://issuer.example/","jwks_uri":"http://x/"})"}) {
    EXPECT_FALSE(jwks_uri_of(wrong, issuer).has_value()) << wrong;
  }
  EXPECT_EQ(workload_issuer_request(issuer).message.url,
            "https://issuer.example/.well-known/openid-configuration");
}

TEST(WorkloadIssuerTest, AnIssuerIsAnHttpsAddress) {
  EXPECT_TRUE(is_workload_issuer("https://kubernetes.default.svc"));
  for (const char* wrong : {"", "http://x", "https://", "https:///x", "https://x?y", "https://x#y",
                            "https://a@b", "https://a b", "https://x\n"}) {
    EXPECT_FALSE(is_workload_issuer(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace strongroom::oauth
