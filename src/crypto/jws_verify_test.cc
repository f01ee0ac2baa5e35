#include "crypto/jws_verify.h"

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "crypto/jwk.h"
#include "crypto/mac_key.h"
#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"

namespace strongroom::crypto {
namespace {

constexpr std::array kAllowed = {SignatureAlgorithm::kRs256, SignatureAlgorithm::kPs256,
                                 SignatureAlgorithm::kEs256, SignatureAlgorithm::kEdDsa};
constexpr std::string_view kPayload = R"({"sub":"1"})";

// One of each kind.
struct Keys {
  PrivateKey rsa = *private_key_from_jwk(kRfc7515RsaKey);
  PrivateKey p256 = *private_key_from_jwk(kRfc7515P256Key);
  PrivateKey ed25519 = *private_key_from_jwk(kRfc8037Key);
  JwkSet set = *JwkSet::parse(R"({"keys":[)" + public_jwk(rsa) + "," + public_jwk(p256) + "," +
                              public_jwk(ed25519) + "]}");

  const PrivateKey& of(SignatureAlgorithm algorithm) const {
    if (algorithm == SignatureAlgorithm::kEs256) return p256;
    return algorithm == SignatureAlgorithm::kEdDsa ? ed25519 : rsa;
  }
};

std::string encoded(std::string_view text) { return base64url(std::as_bytes(std::span(text))); }

std::string header_of(std::string_view algorithm) {
  return R"({"alg":")" + std::string(algorithm) + R"(","typ":"JWT"})";
}

std::string signed_by(const Keys& keys, SignatureAlgorithm algorithm) {
  return *compact_jws(keys.of(algorithm), algorithm, header_of(to_text(algorithm)), kPayload);
}

// "good", or the problem, or the message.
std::string verdict(std::string_view jws, const JwkSet& set,
                    std::span<const SignatureAlgorithm> allowed = kAllowed) {
  const auto verified = verify_jws(jws, set, allowed);
  if (verified) return "good";
  const auto problem = verified.error().problem.view();
  return problem.empty() ? "malformed" : std::string(problem);
}

TEST(VerifyJws, TakesWhatTheIssuersKeysSigned) {
  // A-120
  const Keys keys;
  for (const SignatureAlgorithm algorithm : kAllowed) {
    const auto verified = verify_jws(signed_by(keys, algorithm), keys.set, kAllowed);
    ASSERT_TRUE(verified.has_value()) << to_text(algorithm);
    EXPECT_EQ(verified->payload, kPayload);
    EXPECT_EQ(verified->algorithm, algorithm);
    EXPECT_EQ(verified->type, "JWT");
  }
}

TEST(VerifyJws, AgreesWithTheExamplesOfTheRfcs) {
  // A-120
  const Keys keys;
  // RFC 7515 appendix A.3 and RFC 8037 appendix A.4.
  EXPECT_EQ(
      verdict("eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6"
              "Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4Gawxae"
              "pmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
              keys.set),
      "good");
  EXPECT_EQ(verdict("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLW"
                    "G1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
                    keys.set),
            "good");
}

TEST(VerifyJws, RefusesEveryChangedByte) {
  const Keys keys;
  for (const SignatureAlgorithm algorithm : kAllowed) {
    const std::string jws = signed_by(keys, algorithm);
    for (std::size_t i = 0; i < jws.size(); i += 5) {
      std::string changed = jws;
      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      EXPECT_NE(verdict(changed, keys.set), "good") << to_text(algorithm) << " at " << i;
    }
  }
}

TEST(VerifyJws, KnowsNoUnsignedTokens) {
  // A-120, E25
  const Keys keys;
  for (const char* none : {"none", "None", "NONE", "nOnE", ""}) {
    const std::string jws = encoded(header_of(none)) + "." + encoded(kPayload) + ".";
    EXPECT_NE(verdict(jws, keys.set), "good") << none;
    EXPECT_EQ(verdict(jws + "AAAA", keys.set), "signature_algorithm") << none;
  }
}

TEST(VerifyJws, NeverTakesAPublicKeyForASecret) {
  // A-120, E25
  const Keys keys;
  for (const std::string& secret : {public_jwk(keys.rsa), std::string("n"), std::string(64, 'k')}) {
    const std::string jws = compact_jws(MacKey(secret), header_of("HS256"), kPayload);
    EXPECT_EQ(verdict(jws, keys.set), "signature_algorithm");
    constexpr std::array kCareless = {SignatureAlgorithm::kHs256, SignatureAlgorithm::kRs256};
    EXPECT_EQ(verdict(jws, keys.set, kCareless), "signature_algorithm");
  }
}

TEST(VerifyJws, TakesTheAlgorithmsOfTheListAlone) {
  // A-120
  const Keys keys;
  constexpr std::array kOnlyPs256 = {SignatureAlgorithm::kPs256};
  EXPECT_EQ(verdict(signed_by(keys, SignatureAlgorithm::kPs256), keys.set, kOnlyPs256), "good");
  EXPECT_EQ(verdict(signed_by(keys, SignatureAlgorithm::kRs256), keys.set, kOnlyPs256),
            "signature_algorithm");
  EXPECT_EQ(verdict(signed_by(keys, SignatureAlgorithm::kEs256), keys.set, {}),
            "signature_algorithm");
  // A signature of one algorithm under the name of another.
  const std::string jws =
      *compact_jws(keys.rsa, SignatureAlgorithm::kRs256, header_of("PS256"), kPayload);
  EXPECT_EQ(verdict(jws, keys.set), "bad_signature");
}

TEST(VerifyJws, WithEs256HasNoDerAndNoNumbersOutOfRange) {
  // A-120
  const Keys keys;
  const std::string text = encoded(header_of("ES256")) + "." + encoded(kPayload) + ".";
  const std::string raw =
      *base64url_decode(signed_by(keys, SignatureAlgorithm::kEs256).substr(text.size()));
  const std::string der = std::string("\x30\x44\x02\x20", 4) + raw.substr(0, 32) +
                          std::string("\x02\x20", 2) + raw.substr(32);
  for (const std::string& bad :
       {der, raw + '\0', raw.substr(0, 63), std::string(64, '\0'),
        raw.substr(0, 32) + std::string(32, '\0'), std::string(64, '\xff'), std::string(1, '\0')}) {
    EXPECT_EQ(verdict(text + encoded(bad), keys.set), "bad_signature") << bad.size();
  }
  EXPECT_EQ(verdict(text + encoded(raw), keys.set), "good");
}

TEST(VerifyJws, WithRsaHasASignatureAsLongAsTheKey) {
  const Keys keys;
  const std::string text = encoded(header_of("RS256")) + "." + encoded(kPayload) + ".";
  const std::string raw =
      *base64url_decode(signed_by(keys, SignatureAlgorithm::kRs256).substr(text.size()));
  for (const std::string& bad :
       {raw.substr(1), raw + '\0', '\0' + raw, std::string(256, '\0'), std::string(256, '\xff')}) {
    EXPECT_EQ(verdict(text + encoded(bad), keys.set), "bad_signature") << bad.size();
  }
}

TEST(VerifyJws, LooksAtNoKeyThatTheTokenBringsAlong) {
  const Keys keys;
  const PrivateKey other = *private_key_from_jwk(kRfc7517RsaKey);
  for (const std::string& brought :
       {R"("jwk":)" + public_jwk(other), std::string(R"("jku":"https://evil.example/keys")"),
        std::string(R"("x5u":"https://evil.example/x")"), std::string(R"("x5c":["AAAA"])")}) {
    const std::string header = R"({"alg":"RS256",)" + brought + "}";
    EXPECT_EQ(verdict(*compact_jws(other, SignatureAlgorithm::kRs256, header, kPayload), keys.set),
              "bad_signature")
        << brought;
  }
}

TEST(VerifyJws, RefusesHeadersThatItDoesNotUnderstand) {
  const Keys keys;
  for (const char* header :
       {R"({"alg":"RS256","crit":["exp"]})", R"({"alg":"RS256","b64":false})", R"({"alg":7})",
        R"({"alg":"RS256","kid":7})", R"({"alg":"RS256","alg":"none"})", R"(["RS256"])", "RS256",
        "", R"({"alg":"RS256"}x)", R"({"alg":"RS256","typ":[]})"}) {
    EXPECT_EQ(
        verdict(*compact_jws(keys.rsa, SignatureAlgorithm::kRs256, header, kPayload), keys.set),
        "malformed")
        << header;
  }
  EXPECT_EQ(verdict(*compact_jws(keys.rsa, SignatureAlgorithm::kRs256,
                                 R"({"alg":"RS256","kid":"other"})", kPayload),
                    keys.set),
            "unknown_signing_key");
}

TEST(VerifyJws, RefusesEveryOtherForm) {
  const Keys keys;
  const std::string jws = signed_by(keys, SignatureAlgorithm::kEs256);
  for (const std::string& bad :
       {std::string(), std::string("."), std::string(".."), jws + ".", jws + ".AAAA", jws + "=",
        " " + jws, jws + "\n", jws.substr(0, jws.rfind('.')), jws.substr(jws.find('.')),
        std::string(R"({"payload":"","signatures":[]})"), jws + std::string(kMaxJwsBytes, 'A')}) {
    EXPECT_EQ(verdict(bad, keys.set), "malformed") << bad.substr(0, 30);
  }
}

}  // namespace
}  // namespace strongroom::crypto
