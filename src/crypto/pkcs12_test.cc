#include "crypto/pkcs12.h"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"
#include "crypto/testing/test_certificates.h"

namespace strongroom::crypto {
namespace {

constexpr char kPassword[] = "p\xC3\xA4ssword";

const PrivateKey& key() {
  static const PrivateKey made = *private_key_from_jwk(kRfc7515P256Key);
  return made;
}
const PrivateKey& root_key() {
  static const PrivateKey made = *private_key_from_jwk(kRfc7515RsaKey);
  return made;
}
std::string root() { return make_certificate({.key = root_key(), .name = "root"}); }
std::string leaf() {
  return make_certificate({.key = key(), .issuer_key = &root_key(), .issuer_name = "root"});
}

std::string refusal(std::string_view file, std::string_view password = kPassword) {
  const auto opened = open_pkcs12(file, KeyPassword(password));
  if (opened.has_value()) return "";
  EXPECT_EQ(opened.error().code, Code::kInvalidArgument);
  return std::string(opened.error().message.view());
}

TEST(Pkcs12, GivesTheKeyAndItsChainInWhateverOrderTheyLie) {
  const std::string own = leaf();
  const std::string issuer = root();
  const std::string stranger = make_certificate({.key = root_key(), .name = "stranger"});
  for (const auto& certificates :
       {std::vector<std::string>{own, issuer}, {issuer, own}, {stranger, issuer, own}}) {
    const auto opened =
        open_pkcs12(make_pkcs12({&key()}, certificates, kPassword), KeyPassword(kPassword));
    ASSERT_TRUE(opened.has_value()) << opened.error().message.view();
    EXPECT_TRUE(opened->certificate.matches(opened->key));
    EXPECT_TRUE(opened->certificate.matches(key()));
    EXPECT_EQ(opened->certificate.pem(), own + issuer);
  }
}

TEST(Pkcs12, TakesACertificateWithoutItsIssuers) {
  const std::string own = leaf();
  const auto opened = open_pkcs12(make_pkcs12({&key()}, {own}, kPassword), KeyPassword(kPassword));
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(opened->certificate.pem(), own);
}

TEST(Pkcs12, NeedsTheRightPassword) {
  const std::string file = make_pkcs12({&key()}, {leaf()}, kPassword);
  EXPECT_NE(refusal(file, "").find("Give the password"), std::string::npos);
  EXPECT_NE(refusal(file, "wrong").find("does not open"), std::string::npos);
  EXPECT_NE(refusal(file, std::string(2000, 'x')).find("1,023"), std::string::npos);
}

TEST(Pkcs12, HasOneKeyAndItsCertificate) {
  EXPECT_NE(refusal(make_pkcs12({&key(), &root_key(), &key()}, {leaf()}, kPassword))
                .find("more than one private key"),
            std::string::npos);
  EXPECT_NE(refusal(make_pkcs12({}, {leaf()}, kPassword)).find("no private key"),
            std::string::npos);
  EXPECT_NE(refusal(make_pkcs12({&key()}, {root()}, kPassword)).find("no certificate"),
            std::string::npos);
  EXPECT_NE(refusal(make_pkcs12({&key()}, {}, kPassword)).find("no certificate"),
            std::string::npos);
}

TEST(Pkcs12, IsRefusedWhereItIsNoneOrDamaged) {
  const std::string file = make_pkcs12({&key()}, {leaf()}, kPassword);
  EXPECT_NE(refusal(""), "");
  EXPECT_NE(refusal(leaf()).find("not a PKCS#12 file"), std::string::npos);
  EXPECT_NE(refusal(file + "x").find("not a PKCS#12 file"), std::string::npos);
  EXPECT_NE(refusal(std::string(kMaxPkcs12Bytes + 1, '0')).find("64 KiB"), std::string::npos);
  for (std::size_t size = 0; size < file.size(); size += 3) {
    EXPECT_NE(refusal(file.substr(0, size)), "") << size;
  }
  for (std::size_t i = 0; i < file.size(); i += 11) {  // the MAC covers what counts
    std::string changed = file;
    changed[i] = static_cast<char>(changed[i] ^ 0x10);
    const auto opened = open_pkcs12(changed, KeyPassword(kPassword));
    EXPECT_TRUE(!opened.has_value() || opened->certificate.matches(key()));
  }
}

TEST(Pkcs12, IsRefusedWhereItsProtectionWouldTakeTooLongToOpen) {
  const std::string file = make_pkcs12({&key()}, {leaf()}, kPassword, 2'000'001);
  const auto started = std::chrono::steady_clock::now();
  EXPECT_NE(refusal(file).find("too much work"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(1));
}

}  // namespace
}  // namespace strongroom::crypto
