#include "crypto/public_key_parts.h"

#include <string>

#include <gtest/gtest.h>

#include "crypto/encoding.h"

namespace strongroom::crypto {
namespace {

std::string decoded(std::string_view text) { return base64url_decode(text).value(); }

// RFC 7517 appendix A.1 and RFC 8037 appendix A.2.
const std::string x = decoded("MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4");
const std::string y = decoded("4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM");
const std::string edwards = decoded("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");

TEST(PublicKeyParts, MakeTheKeysOfTheRfcs) {
  EXPECT_NE(p256_public_key("\x04" + x + y), nullptr);
  EXPECT_NE(ed25519_public_key(edwards), nullptr);
  const EvpKeyPtr rsa =
      rsa_public_key(std::string(256, '\xc5'), "\x01" + std::string(1, '\0') + "\x01");
  ASSERT_NE(rsa, nullptr);
  EXPECT_EQ(EVP_PKEY_get_bits(rsa.get()), 2048);
}

TEST(PublicKeyParts, MakeNoneOfAPointThatIsNotOnTheCurveOrOfAnotherLength) {
  std::string elsewhere = y;
  elsewhere.back() = static_cast<char>(elsewhere.back() ^ 1);
  EXPECT_EQ(p256_public_key("\x04" + x + elsewhere), nullptr);
  EXPECT_EQ(p256_public_key("\x02" + x), nullptr);
  EXPECT_EQ(p256_public_key(""), nullptr);
  EXPECT_EQ(ed25519_public_key(edwards + "a"), nullptr);
  EXPECT_EQ(ed25519_public_key(""), nullptr);
}

}  // namespace
}  // namespace strongroom::crypto
