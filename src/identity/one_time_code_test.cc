#include "identity/one_time_code.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/random.h"

namespace strongroom::identity {
namespace {

const CodeSecret& rfc_secret() {
  static const CodeSecret secret("12345678901234567890");
  return secret;
}

WallTime at(std::int64_t seconds) { return WallTime(Seconds(seconds)); }

TEST(OneTimeCode, AgreesWithAppendixDOfRfc4226) {
  const std::vector<std::string> codes{"755224", "287082", "359152", "969429", "338314",
                                       "254676", "287922", "162583", "399871", "520489"};
  for (std::size_t i = 0; i < codes.size(); ++i) {
    EXPECT_EQ(one_time_code(rfc_secret(), static_cast<std::int64_t>(i)), codes[i]) << i;
  }
}

TEST(OneTimeCode, AgreesWithAppendixBOfRfc6238) {
  const std::vector<std::pair<std::int64_t, std::string>> codes{{59, "94287082"},
                                                                {1'111'111'109, "07081804"},
                                                                {1'111'111'111, "14050471"},
                                                                {1'234'567'890, "89005924"},
                                                                {2'000'000'000, "69279037"},
                                                                {20'000'000'000, "65353130"}};
  for (const auto& [seconds, code] : codes) {
    EXPECT_EQ(one_time_code(rfc_secret(), code_step(at(seconds)), 8), code) << seconds;
  }
}

TEST(OneTimeCode, IsTakenOneStepToEachSide) {
  const std::int64_t begin = 30'000'000;  // of a step
  const std::int64_t step = code_step(at(begin));
  const std::string code = one_time_code(rfc_secret(), step);
  EXPECT_EQ(matching_step(rfc_secret(), code, at(begin), 0), step);
  EXPECT_EQ(matching_step(rfc_secret(), code, at(begin - 30), 0), step);
  EXPECT_EQ(matching_step(rfc_secret(), code, at(begin + 59), 0), step);
  EXPECT_EQ(matching_step(rfc_secret(), code, at(begin - 31), 0), std::nullopt);
  EXPECT_EQ(matching_step(rfc_secret(), code, at(begin + 60), 0), std::nullopt);
}

TEST(OneTimeCode, IsNotTakenWhereThatStepOrALaterOneWas) {
  const std::int64_t step = code_step(at(30'000'000));
  const std::string code = one_time_code(rfc_secret(), step);
  EXPECT_EQ(matching_step(rfc_secret(), code, at(30'000'000), step - 1), step);
  EXPECT_EQ(matching_step(rfc_secret(), code, at(30'000'000), step), std::nullopt);
  EXPECT_EQ(matching_step(rfc_secret(), code, at(30'000'000), step + 9), std::nullopt);
}

TEST(OneTimeCode, IsNothingButSixDigits) {
  const WallTime now = at(30'000'000);
  const std::string code = one_time_code(rfc_secret(), code_step(now));
  for (const std::string& typed : {std::string(), code.substr(1), code + "0", "x" + code}) {
    EXPECT_EQ(matching_step(rfc_secret(), typed, now, 0), std::nullopt) << typed;
  }
}

TEST(CodeSecret, HasTheBitsOfTheHashAndIsShownInBase32) {
  crypto::SystemRandom random;
  const CodeSecret secret = make_code_secret(random);
  EXPECT_EQ(secret.reveal().size(), 20U);
  const CodeSecret other = make_code_secret(random);
  EXPECT_NE(secret.reveal(), other.reveal());
  const CodeSecretText text = shown(rfc_secret());
  EXPECT_EQ(text.reveal(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
}

TEST(OtpauthUri, SaysWhoseAndWhichServersItIs) {
  const OtpauthUri uri = otpauth_uri(rfc_secret(), "Ada L&x=\xc3\xbc", "vault.example:8443");
  EXPECT_EQ(uri.reveal(),
            "otpauth://totp/vault.example%3A8443:Ada%20L%26x%3D%C3%BC?secret="
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=vault.example%3A8443&algorithm=SHA1&digits=6"
            "&period=30");
}

}  // namespace
}  // namespace strongroom::identity
