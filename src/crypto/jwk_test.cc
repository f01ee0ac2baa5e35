#include "crypto/jwk.h"

#include <set>
#include <string>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"

namespace strongroom::crypto {
namespace {

namespace json = boost::json;

TEST(Jwk, OfRsaHasTheThumbprintOfRfc7638Section31) {
  const PrivateKey key = *private_key_from_jwk(kRfc7517RsaKey);
  EXPECT_EQ(jwk_thumbprint(key), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  EXPECT_TRUE(
      public_jwk(key).starts_with(R"({"e":"AQAB","kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZp)"));
}

TEST(Jwk, OfEd25519HasTheThumbprintOfRfc8037AppendixA3) {
  const PrivateKey key = *private_key_from_jwk(kRfc8037Key);
  EXPECT_EQ(public_jwk(key),
            R"({"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})");
  EXPECT_EQ(jwk_thumbprint(key), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

TEST(Jwk, OfP256HasItsCoordinates) {
  EXPECT_EQ(public_jwk(*private_key_from_jwk(kRfc7515P256Key)),
            R"({"crv":"P-256","kty":"EC","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
            R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})");
}

TEST(Jwk, OfP256HasThirtyTwoBytesACoordinateEvenWhereOneBeginsWithZero) {
  for (int i = 0; i < 300; ++i) {
    const PrivateKey key = *PrivateKey::generate(NewKey::kP256);
    ASSERT_TRUE(VerifyingKey::from_jwk(json::parse(public_jwk(key)).as_object()).has_value());
  }
}

TEST(Jwk, VerifiesWhatThePrivateKeySigned) {
  for (const std::string_view text : {kRfc7515RsaKey, kRfc7515P256Key, kRfc8037Key}) {
    const PrivateKey key = *private_key_from_jwk(text);
    const SignatureAlgorithm algorithm = algorithms_of(key.type()).front();
    const auto verifying = VerifyingKey::from_jwk(json::parse(public_jwk(key)).as_object());
    ASSERT_TRUE(verifying.has_value());
    EXPECT_TRUE(verifying->verify(algorithm, "text", *sign(key, algorithm, "text")));
  }
}

TEST(Jwks, HaveEveryKeyAndNothingPrivate) {
  const PrivateKey rsa = *private_key_from_jwk(kRfc7515RsaKey);
  const PrivateKey p256 = *private_key_from_jwk(kRfc7515P256Key);
  const PublishedKey keys[] = {{rsa, "next \"year\"", SignatureAlgorithm::kPs256},
                               {p256, "now", SignatureAlgorithm::kEs256}};
  const json::value document = json::parse(jwks_document(keys));
  const json::array& list = document.at("keys").as_array();
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].at("kid"), "next \"year\"");
  EXPECT_EQ(list[0].at("alg"), "PS256");
  EXPECT_EQ(list[1].at("kid"), "now");
  EXPECT_EQ(list[1].at("use"), "sig");
  const std::set<std::string_view> allowed = {"kty", "n",   "e",   "crv", "x",
                                              "y",   "kid", "use", "alg"};
  for (const json::value& key : list) {
    for (const auto& member : key.as_object()) EXPECT_TRUE(allowed.contains(member.key()));
  }
  EXPECT_EQ(jwks_document({}), R"({"keys":[]})");
}

}  // namespace
}  // namespace strongroom::crypto
