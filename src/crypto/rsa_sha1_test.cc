#include "crypto/rsa_sha1.h"

#include <span>
#include <string>

#include <gtest/gtest.h>

#include "crypto/encoding.h"
#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"

namespace strongroom::crypto {
namespace {

TEST(RsaSha1Test, SignsAsOthersDo) {
  // made with python3-cryptography, key.sign(b"text", PKCS1v15(), SHA1()).
  const auto key = private_key_from_jwk(kRfc7515RsaKey);
  ASSERT_TRUE(key.has_value());
  const auto signature = rsa_sha1_signature(*key, "text");
  ASSERT_TRUE(signature.has_value());
  ASSERT_EQ(signature->size(), 256U);
  EXPECT_EQ(hex(std::as_bytes(std::span(*signature).first(32))),
            "2d4faf37f7db34f54b0d5735e54a806c10b6ca11650f22fb2d4d9f6d398fc1c1");
  EXPECT_EQ(rsa_sha1_signature(*key, "text").value(), *signature);
  EXPECT_NE(rsa_sha1_signature(*key, "texts").value(), *signature);
}

TEST(RsaSha1Test, OtherKeysCannot) {
  //
  const auto elliptic = private_key_from_jwk(kRfc7515P256Key);
  ASSERT_TRUE(elliptic.has_value());
  EXPECT_EQ(rsa_sha1_signature(*elliptic, "text").error().code, Code::kInvalidArgument);
}

}  // namespace
}  // namespace strongroom::crypto
