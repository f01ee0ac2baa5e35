#include "crypto/jwk_set.h"

#include <string>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/json.h"
#include "crypto/jwk.h"
#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"

namespace strongroom::crypto {
namespace {

namespace json = boost::json;

std::string public_half(std::string_view jwk) { return public_jwk(*private_key_from_jwk(jwk)); }

// `jwk` with more members in front.
std::string with(const std::string& jwk, const std::string& members) {
  return "{" + members + "," + jwk.substr(1);
}

std::string set_of(std::initializer_list<std::string> keys) {
  std::string text = R"({"keys":[)";
  for (const std::string& key : keys) {
    if (text.back() != '[') text += ',';
    text += key;
  }
  return text + "]}";
}

std::size_t usable(const std::string& key) { return JwkSet::parse(set_of({key}))->keys().size(); }

std::string problem_of(const Result<PublicKey>& key) {
  return key ? "found" : std::string(key.error().problem.view());
}

TEST(JwkSet, HasTheKeysOfEachKindThatWeVerifyWith) {
  // A-120
  const auto set = JwkSet::parse(
      set_of({with(public_half(kRfc7515RsaKey), R"("kid":"r","use":"sig","alg":"RS256")"),
              with(public_half(kRfc7515P256Key), R"("kid":"e")"), public_half(kRfc8037Key)}));
  ASSERT_TRUE(set.has_value());
  ASSERT_EQ(set->keys().size(), 3U);
  EXPECT_EQ(set->keys().at(0).kid(), "r");
  EXPECT_EQ(set->keys().at(1).type(), KeyType::kP256);
  EXPECT_EQ(set->keys().at(2).kid(), "");
  EXPECT_TRUE(set->keys().at(0).is_for(SignatureAlgorithm::kRs256));
  EXPECT_FALSE(set->keys().at(0).is_for(SignatureAlgorithm::kPs256)) << "its alg says so";
  EXPECT_TRUE(set->keys().at(2).is_for(SignatureAlgorithm::kEdDsa));
  EXPECT_FALSE(set->keys().at(1).is_for(SignatureAlgorithm::kHs256));
}

TEST(JwkSet, LeavesOutKeysThatAreForSomethingElse) {
  const std::string rsa = public_half(kRfc7515RsaKey);
  EXPECT_EQ(usable(with(rsa, R"("key_ops":["verify"])")), 1U);
  for (const char* other : {R"("use":"enc")", R"("use":7)", R"("key_ops":["encrypt"])",
                            R"("key_ops":"verify")", R"("alg":"RSA-OAEP")", R"("alg":"ES256")",
                            R"("alg":"HS256")", R"("alg":"none")", R"("alg":1)", R"("kid":1)"}) {
    EXPECT_EQ(usable(with(rsa, other)), 0U) << other;
  }
  EXPECT_EQ(usable(with(rsa, R"("kid":")" + std::string(257, 'k') + '"')), 0U);
}

TEST(JwkSet, LeavesOutSecretsAndKeysThatAreNoSecretAnyMore) {
  // A-120
  EXPECT_EQ(usable(R"({"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T"})"), 0U);
  EXPECT_EQ(usable(std::string(kRfc7515RsaKey)), 0U);
  EXPECT_EQ(usable(std::string(kRfc7515P256Key)), 0U);
  EXPECT_EQ(usable(std::string(kRfc8037Key)), 0U);
}

TEST(JwkSet, LeavesOutDamagedAndWeakKeys) {
  const auto changed = [](std::string_view key, const char* name, std::string_view value) {
    json::value jwk = *parse_json(public_half(key));
    jwk.as_object()[name] = value;
    return json::serialize(jwk);
  };
  const std::string zeros(43, 'A');
  EXPECT_EQ(usable(changed(kRfc7515P256Key, "x", zeros)), 0U) << "not on the curve";
  EXPECT_EQ(usable(changed(kRfc7515P256Key, "crv", "P-384")), 0U);
  EXPECT_EQ(usable(changed(kRfc7515P256Key, "x", zeros + "AA")), 0U);
  EXPECT_EQ(usable(changed(kRfc7515P256Key, "y", "")), 0U);
  EXPECT_EQ(usable(changed(kRfc7515RsaKey, "e", "AQ")), 0U) << "an exponent of one";
  EXPECT_EQ(usable(changed(kRfc7515RsaKey, "e", "Ag")), 0U) << "an even exponent";
  EXPECT_EQ(usable(changed(kRfc7515RsaKey, "e", std::string(16, 'B'))), 0U);
  EXPECT_EQ(usable(changed(kRfc7515RsaKey, "n", std::string(171, 'w'))), 0U) << "1024 bits";
  EXPECT_EQ(usable(changed(kRfc7515RsaKey, "n", std::string(3000, 'w'))), 0U);
  EXPECT_EQ(usable(changed(kRfc7515RsaKey, "n", "a=b")), 0U);
  EXPECT_EQ(usable(changed(kRfc8037Key, "crv", "X25519")), 0U);
  EXPECT_EQ(usable(changed(kRfc8037Key, "x", "AAAA")), 0U);
  EXPECT_EQ(usable(R"({"kty":"AKP"})"), 0U);
  EXPECT_EQ(usable(R"({})"), 0U);
  EXPECT_EQ(usable("7"), 0U);
}

TEST(JwkSet, IsReadStrictly) {
  for (const std::string& bad :
       {std::string(), std::string("[]"), std::string("{}"), std::string(R"({"keys":{}})"),
        std::string(R"({"keys":[],"keys":[]})"),
        std::string(R"({"keys":[{"kty":"EC","kty":"RSA"}]})"), std::string(R"({"keys":[]}x)"),
        std::string(JwkSet::kMaxBytes + 1, ' ')}) {
    EXPECT_FALSE(JwkSet::parse(bad).has_value()) << bad.substr(0, 40);
  }
  std::string many = R"({"keys":[0)";
  for (std::size_t i = 1; i < JwkSet::kMaxKeys; ++i) many += ",0";
  EXPECT_TRUE(JwkSet::parse(many + "]}").has_value());
  EXPECT_FALSE(JwkSet::parse(many + ",0]}").has_value());
  EXPECT_TRUE(JwkSet::parse(R"({"keys":[]})")->keys().empty());
}

TEST(JwkSet, ChoosesByKidAndAlgorithmAndNeverByGuess) {
  // A-120, E25
  const std::string one = with(public_half(kRfc7515RsaKey), R"("kid":"one")");
  const std::string two = with(public_half(kRfc7517RsaKey), R"("kid":"two")");
  const std::string curve = with(public_half(kRfc7515P256Key), R"("kid":"one")");
  const auto set = JwkSet::parse(set_of({one, two, curve}));
  ASSERT_TRUE(set.has_value());
  EXPECT_EQ(set->choose("one", SignatureAlgorithm::kRs256)->type(), KeyType::kRsa);
  EXPECT_EQ(set->choose("one", SignatureAlgorithm::kEs256)->type(), KeyType::kP256);
  EXPECT_EQ(problem_of(set->choose("two", SignatureAlgorithm::kEs256)), "unknown_signing_key");
  EXPECT_EQ(problem_of(set->choose("three", SignatureAlgorithm::kRs256)), "unknown_signing_key");
  EXPECT_EQ(problem_of(set->choose("", SignatureAlgorithm::kRs256)), "ambiguous_signing_key");
  EXPECT_EQ(problem_of(set->choose("", SignatureAlgorithm::kEs256)), "found");
  EXPECT_EQ(problem_of(set->choose("one", SignatureAlgorithm::kHs256)), "unknown_signing_key");
  EXPECT_EQ(
      problem_of(JwkSet::parse(set_of({one, one}))->choose("one", SignatureAlgorithm::kPs256)),
      "ambiguous_signing_key");
}

}  // namespace
}  // namespace strongroom::crypto
