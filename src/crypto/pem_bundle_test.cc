#include "crypto/pem_bundle.h"

#include <string>

#include <gtest/gtest.h>

#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"
#include "crypto/testing/test_certificates.h"

namespace strongroom::crypto {
namespace {

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

// The private key of key(), as PEM.
std::string key_pem() {
  const std::string alone = make_certificate({.key = key()});
  KeyAndCertificate pair{*PrivateKey::open(key().der()), *ClientCertificate::parse(alone)};
  const auto bundle = to_pem_bundle(pair);
  EXPECT_TRUE(bundle.has_value());
  const std::string text(bundle->reveal());
  return text.substr(0, text.find("-----BEGIN CERTIFICATE"));
}

std::string refusal(const std::string& file, std::string_view password = "") {
  const auto opened = open_pem_bundle(file, KeyPassword(password));
  if (opened.has_value()) return "";
  EXPECT_EQ(opened.error().code, Code::kInvalidArgument);
  EXPECT_EQ(opened.error().detail, "");
  return std::string(opened.error().message.view());
}

TEST(PemBundle, TakesTheKeyAndItsCertificatesInWhateverOrder) {
  for (const std::string& file :
       {key_pem() + leaf() + root(), leaf() + root() + key_pem(), leaf() + key_pem() + root(),
        "Bag Attributes\n" + key_pem() + "subject=CN=robot\n" + leaf()}) {
    const auto opened = open_pem_bundle(file, KeyPassword(""));
    ASSERT_TRUE(opened.has_value()) << opened.error().message.view();
    EXPECT_EQ(opened->certificate.subject(), "CN=robot");
    EXPECT_TRUE(opened->certificate.matches(opened->key));
  }
}

TEST(PemBundle, WritesWhatItReads) {
  const std::string own = leaf();
  const std::string issuer = root();
  const auto opened = open_pem_bundle(own + key_pem() + issuer, KeyPassword(""));
  ASSERT_TRUE(opened.has_value());
  const auto bundle = to_pem_bundle(*opened);
  ASSERT_TRUE(bundle.has_value());
  EXPECT_EQ(bundle->reveal(), key_pem() + own + issuer);
  EXPECT_EQ(refusal(std::string(bundle->reveal())), "");
}

TEST(PemBundle, RefusesWhatDoesNotBelongTogether) {
  EXPECT_EQ(refusal(key_pem() + root()), "The private key belongs to another certificate.");
  EXPECT_NE(refusal(key_pem()).find("no certificate"), std::string::npos);
  EXPECT_NE(refusal(leaf()).find("no private key"), std::string::npos);
  EXPECT_NE(refusal(key_pem() + key_pem() + leaf()), "");
  EXPECT_NE(refusal(leaf() + key_pem() + "-----BEGIN CERTIFICATE-----\nAAAA"), "");
  EXPECT_NE(refusal(key_pem() + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
            "");
  EXPECT_NE(refusal(""), "");
  EXPECT_NE(refusal("no PEM at all"), "");
  EXPECT_EQ(refusal(std::string(kMaxPemBundleBytes + 1, 'x')), "The file is larger than 64 KiB.");
}

}  // namespace
}  // namespace strongroom::crypto
