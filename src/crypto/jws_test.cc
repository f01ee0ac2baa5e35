#include "crypto/jws.h"

#include <string>

#include <gtest/gtest.h>

#include "crypto/encoding.h"
#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"

namespace strongroom::crypto {
namespace {

constexpr std::string_view kPayload =  // RFC 7515 appendix A.1.1
    "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";

PrivateKey rsa() { return *private_key_from_jwk(kRfc7515RsaKey); }
PrivateKey p256() { return *private_key_from_jwk(kRfc7515P256Key); }
PrivateKey ed25519() { return *private_key_from_jwk(kRfc8037Key); }

std::string signed_by(const PrivateKey& key, SignatureAlgorithm algorithm) {
  const std::string header = R"({"alg":")" + std::string(to_text(algorithm)) + R"("})";
  return *compact_jws(key, algorithm, header, kPayload);
}

TEST(Jws, WithHs256AgreesWithRfc7515AppendixA1) {
  const auto secret = base64url_decode(
      "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
  EXPECT_EQ(compact_jws(MacKey(*secret), "{\"typ\":\"JWT\",\r\n \"alg\":\"HS256\"}", kPayload),
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
            ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb2"
            "90Ijp0cnVlfQ"
            ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

TEST(Jws, WithRs256AgreesWithRfc7515AppendixA2) {
  // A-134
  EXPECT_EQ(
      signed_by(rsa(), SignatureAlgorithm::kRs256),
      "eyJhbGciOiJSUzI1NiJ9"
      ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
      "cnVlfQ"
      ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7"
      "AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4"
      "BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K"
      "0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqv"
      "hJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrB"
      "p0igcN_IoypGlUPQGe77Rw");
}

TEST(Jws, WithEs256IsVerifiedLikeRfc7515AppendixA3) {
  // A-134
  const VerifyingKey key(p256());
  EXPECT_TRUE(key.verify_compact(
      SignatureAlgorithm::kEs256,
      "eyJhbGciOiJFUzI1NiJ9"
      ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0"
      "cnVlfQ"
      ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"));
  EXPECT_TRUE(key.verify_compact(SignatureAlgorithm::kEs256,
                                 signed_by(p256(), SignatureAlgorithm::kEs256)));
}

TEST(Jws, WithEdDsaAgreesWithRfc8037AppendixA4) {
  EXPECT_EQ(*compact_jws(ed25519(), SignatureAlgorithm::kEdDsa, R"({"alg":"EdDSA"})",
                         "Example of Ed25519 signing"),
            "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
            ".hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0"
            "KAg");
}

TEST(Jws, WithEs256HasRAndSInSixtyFourBytesWhateverTheirLength) {
  // A-134
  const PrivateKey key = p256();
  const VerifyingKey verifying(key);
  for (int i = 0; i < 300; ++i) {  // one number in 256 begins with a zero
    const std::string text = std::to_string(i);
    const std::string signature = *sign(key, SignatureAlgorithm::kEs256, text);
    ASSERT_EQ(signature.size(), 64U);
    ASSERT_TRUE(verifying.verify(SignatureAlgorithm::kEs256, text, signature));
  }
}

TEST(Jws, WithPs256HasASaltOfThirtyTwoBytesAndNoTwoAreAlike) {
  // A-134: the verifier takes no other length of salt.
  const PrivateKey key = rsa();
  const std::string one = signed_by(key, SignatureAlgorithm::kPs256);
  const std::string other = signed_by(key, SignatureAlgorithm::kPs256);
  EXPECT_NE(one, other);
  const VerifyingKey verifying(key);
  EXPECT_TRUE(verifying.verify_compact(SignatureAlgorithm::kPs256, one));
  EXPECT_TRUE(verifying.verify_compact(SignatureAlgorithm::kPs256, other));
  EXPECT_FALSE(verifying.verify_compact(SignatureAlgorithm::kRs256, one));
}

// The names of what a key signs with; every other name is refused.
std::string possible(const PrivateKey& key) {
  std::string names;
  for (const char* name : {"RS256", "PS256", "ES256", "EdDSA", "HS256"}) {
    const SignatureAlgorithm algorithm = *signature_algorithm_from_text(name);
    EXPECT_EQ(to_text(algorithm), name);
    const auto signature = sign(key, algorithm, "text");
    EXPECT_EQ(signature.has_value(), can_sign(key.type(), algorithm)) << name;
    EXPECT_TRUE(signature.has_value() || signature.error().code == Code::kInvalidArgument);
    if (signature.has_value()) names += std::string(name) + " ";
  }
  return names;
}

TEST(Jws, IsOnlySignedWithWhatTheKeyIsFor) {
  // A-133
  EXPECT_EQ(possible(rsa()), "RS256 PS256 ");
  EXPECT_EQ(possible(p256()), "ES256 ");
  EXPECT_EQ(possible(ed25519()), "EdDSA ");
  EXPECT_EQ(algorithms_of(KeyType::kRsa).front(), SignatureAlgorithm::kPs256);
}

TEST(Jws, KnowsNoAlgorithmThatIsNone) {
  // A-133
  for (const char* name : {"none", "None", "", "RS1", "rs256", "ES384", "HS512", "ES256K"}) {
    EXPECT_FALSE(signature_algorithm_from_text(name).has_value()) << name;
  }
}

TEST(VerifyingKey, RefusesWhatWasChanged) {
  const PrivateKey key = p256();
  const VerifyingKey verifying(key);
  const std::string text = "text";
  const std::string good = *sign(key, SignatureAlgorithm::kEs256, text);
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_FALSE(verifying.verify(SignatureAlgorithm::kEs256, text, bad)) << i;
  }
  EXPECT_FALSE(verifying.verify(SignatureAlgorithm::kEs256, "other", good));
  EXPECT_FALSE(VerifyingKey(ed25519()).verify(SignatureAlgorithm::kEs256, text, good));
}

}  // namespace
}  // namespace strongroom::crypto
