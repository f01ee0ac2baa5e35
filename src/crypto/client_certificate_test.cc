#include "crypto/client_certificate.h"

#include <chrono>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "crypto/openssl_ptr.h"
#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"
#include "crypto/testing/test_certificates.h"

namespace strongroom::crypto {
namespace {

// Made by `openssl req -x509`; the thumbprints are what `openssl dgst` says of its DER.
constexpr char kCertificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBmzCCAUGgAwIBAgIUNhH3C+UsFUx0xNS1mQgZKjfpG8gwCgYIKoZIzj0EAwIw\n"
    "IjEQMA4GA1UECgwHRXhhbXBsZTEOMAwGA1UEAwwFcm9ib3QwIBcNMjYxMTI1MTc0\n"
    "OTM1WhgPMjEyNjExMDExNzQ5MzVaMCIxEDAOBgNVBAoMB0V4YW1wbGUxDjAMBgNV\n"
    "BAMMBXJvYm90MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEsZcZNFN3A/DnJVaY\n"
    "ydQF/C/JSQc//x03SUzhS4KrbElAkUSsF/yjZXAa5G7OMLTgucyFOXXO0Zvyp9P3\n"
    "eVz0QqNTMFEwHQYDVR0OBBYEFPC+A45DP62m9OPhDaIw0thdy0hHMB8GA1UdIwQY\n"
    "MBaAFPC+A45DP62m9OPhDaIw0thdy0hHMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZI\n"
    "zj0EAwIDSAAwRQIgXGu6kX4DbzRRCdZvNT4YTJwbtDKXboF4BgSqGhDgTsMCIQDi\n"
    "/nEqdHE1GylCiNUDhCyVU1gfY/YjHKR74x47Do3tGQ==\n"
    "-----END CERTIFICATE-----\n";

const PrivateKey& key() {
  static const PrivateKey made = *private_key_from_jwk(kRfc7515P256Key);
  return made;
}
const PrivateKey& other_key() {
  static const PrivateKey made = *private_key_from_jwk(kRfc8037Key);
  return made;
}

std::string refusal(std::string_view file) {
  const auto certificate = ClientCertificate::parse(file);
  if (certificate.has_value()) return "";
  EXPECT_EQ(certificate.error().code, Code::kInvalidArgument);
  return std::string(certificate.error().message.view());
}

std::string der_of(const std::string& pem) {
  const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const X509Ptr certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(certificate.get(), &bytes);
  std::string der(reinterpret_cast<char*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

// What check() says of a certificate made like this: "" for good.
std::string verdict(const CertificateWish& wish, CertificateUse use,
                    WallTime now = FakeClock::kStart) {
  const auto certificate = ClientCertificate::parse(make_certificate(wish));
  const Status checked = certificate->check(key(), use, now);
  return checked.has_value() ? "" : std::string(checked.error().message.view());
}

TEST(ClientCertificate, HasTheThumbprintsThatOpensslSays) {
  const auto certificate = ClientCertificate::parse(kCertificate);
  ASSERT_TRUE(certificate.has_value());
  EXPECT_EQ(certificate->x5t(), "g6ziDQ2pvrDCRZcRcTHf2WnmcJg");
  EXPECT_EQ(certificate->x5t_s256(), "JINIti2FVDsfWpGXKwoQ93M5WQxbNS_9EfuVdd4mFnk");
  EXPECT_EQ(rfc3339(certificate->not_before()), "2026-11-25T17:49:35Z");
  EXPECT_EQ(rfc3339(certificate->not_after()), "2126-11-01T17:49:35Z");
  EXPECT_EQ(certificate->subject(), "CN=robot,O=Example");
  EXPECT_EQ(certificate->pem(), kCertificate);
  EXPECT_FALSE(certificate->matches(key()));
}

TEST(ClientCertificate, IsReadFromDerAndFromBehindText) {
  const auto certificate = ClientCertificate::parse(der_of(kCertificate));
  ASSERT_TRUE(certificate.has_value());
  EXPECT_EQ(certificate->pem(), kCertificate);
  EXPECT_EQ(refusal(std::string("subject=CN = robot\n") + kCertificate), "");
}

TEST(ClientCertificate, ComesWithItsIssuersInOrder) {
  const PrivateKey root_key = *PrivateKey::generate(NewKey::kP256);
  const std::string root = make_certificate({.key = root_key, .name = "root"});
  const std::string leaf =
      make_certificate({.key = key(), .issuer_key = &root_key, .issuer_name = "root"});
  const auto chain = ClientCertificate::parse(leaf + root);
  ASSERT_TRUE(chain.has_value());
  EXPECT_TRUE(chain->matches(key()));
  EXPECT_EQ(chain->subject(), "CN=robot");
  EXPECT_EQ(chain->pem(), leaf + root);
  EXPECT_NE(refusal(root + leaf).find("no chain"), std::string::npos);
  EXPECT_NE(refusal(leaf + kCertificate).find("no chain"), std::string::npos);
}

TEST(ClientCertificate, IsRefusedWhereThereIsNoneOrSomethingElse) {
  EXPECT_NE(refusal("").find("not a certificate"), std::string::npos);
  EXPECT_NE(refusal("text").find("not a certificate"), std::string::npos);
  const std::string private_key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
  EXPECT_NE(refusal(kCertificate + private_key).find("something beside"), std::string::npos);
  EXPECT_NE(refusal(private_key).find("something beside"), std::string::npos);
  EXPECT_NE(
      refusal("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").find("damaged"),
      std::string::npos);
  EXPECT_NE(refusal(der_of(kCertificate) + "x"), "");
  EXPECT_NE(refusal(std::string(ClientCertificate::kMaxFileBytes + 1, ' ')).find("64 KiB"),
            std::string::npos);
  std::string many;
  for (int i = 0; i < 11; ++i) many += kCertificate;
  EXPECT_NE(refusal(many).find("more than ten"), std::string::npos);
}

TEST(ClientCertificate, IsRefusedWhenCutOffAnywhere) {
  const std::string der = der_of(kCertificate);
  for (std::size_t size = 0; size < der.size(); ++size) {
    EXPECT_NE(refusal(der.substr(0, size)), "") << size;
  }
}

TEST(ClientCertificate, BelongsToItsKeyAndToNoOther) {
  const CertificateWish of_other{.key = other_key()};
  EXPECT_EQ(verdict({.key = key()}, CertificateUse::kSigning), "");
  EXPECT_NE(verdict(of_other, CertificateUse::kSigning).find("does not belong"), std::string::npos);
}

TEST(ClientCertificate, IsGoodBetweenItsTwoDates) {
  const auto certificate = *ClientCertificate::parse(make_certificate({.key = key()}));
  const auto good = [&](WallTime now) {
    return certificate.check(key(), CertificateUse::kSigning, now).has_value();
  };
  EXPECT_TRUE(good(certificate.not_before()));
  EXPECT_TRUE(good(certificate.not_after()));
  EXPECT_FALSE(good(certificate.not_before() - Seconds(1)));
  EXPECT_FALSE(good(certificate.not_after() + Seconds(1)));
  const Status expired = certificate.check(key(), CertificateUse::kSigning,
                                           certificate.not_after() + std::chrono::hours(1));
  EXPECT_EQ(std::get<WallTime>(*expired.error().find("not_after")), certificate.not_after());
  const Status early = certificate.check(key(), CertificateUse::kSigning,
                                         certificate.not_before() - std::chrono::hours(1));
  EXPECT_EQ(std::get<WallTime>(*early.error().find("not_before")), certificate.not_before());
}

TEST(ClientCertificate, IsUsedOnlyForWhatItIsMeant) {
  const auto with = [](std::vector<std::pair<std::string, std::string>> extensions) {
    return CertificateWish{.key = key(), .extensions = std::move(extensions)};
  };
  struct Case {
    std::vector<std::pair<std::string, std::string>> extensions;
    bool signs, is_client;
  };
  const Case cases[] = {
      {{}, true, true},
      {{{"keyUsage", "critical,digitalSignature"}}, true, true},
      {{{"keyUsage", "keyEncipherment"}}, false, false},
      {{{"keyUsage", "keyCertSign,cRLSign"}}, false, false},
      {{{"extendedKeyUsage", "clientAuth"}}, true, true},
      {{{"extendedKeyUsage", "serverAuth"}}, true, false},
      {{{"extendedKeyUsage", "serverAuth,clientAuth"}}, true, true},
      {{{"extendedKeyUsage", "anyExtendedKeyUsage"}}, true, true},
      {{{"keyUsage", "keyAgreement"}, {"extendedKeyUsage", "clientAuth"}}, false, false},
  };
  for (const Case& c : cases) {
    const std::string name = c.extensions.empty() ? "" : c.extensions.back().second;
    EXPECT_EQ(verdict(with(c.extensions), CertificateUse::kSigning).empty(), c.signs) << name;
    EXPECT_EQ(verdict(with(c.extensions), CertificateUse::kTlsClient).empty(), c.is_client) << name;
  }
}

TEST(CertificateRequest, IsSignedByTheKeyAndHasTheName) {
  const PrivateKey rsa = *private_key_from_jwk(kRfc7515RsaKey);
  for (const PrivateKey* signer : {&rsa, &key(), &other_key()}) {
    const auto pem = certificate_request(*signer,
                                         "R\xC3\xB6"
                                         "bot 7");
    ASSERT_TRUE(pem.has_value());
    EXPECT_TRUE(pem->starts_with("-----BEGIN CERTIFICATE REQUEST-----\n"));
    const BioPtr in(BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())));
    const std::unique_ptr<X509_REQ, OpensslFree<X509_REQ_free>> request(
        PEM_read_bio_X509_REQ(in.get(), nullptr, nullptr, nullptr));
    ASSERT_TRUE(request);
    EXPECT_EQ(X509_REQ_verify(request.get(), signer->handle()), 1);
    char name[32] = {};
    X509_NAME_get_text_by_NID(X509_REQ_get_subject_name(request.get()), NID_commonName, name,
                              sizeof(name));
    EXPECT_STREQ(name,
                 "R\xC3\xB6"
                 "bot 7");
  }
}

TEST(CertificateRequest, HasAName) {
  for (const std::string& bad : {std::string(), std::string(65, 'a'), std::string("a\nb"),
                                 std::string("a\0b", 3), std::string("\xff")}) {
    EXPECT_EQ(certificate_request(key(), bad).error().code, Code::kInvalidArgument);
  }
  std::string umlauts;
  for (int i = 0; i < 64; ++i) umlauts += "\xC3\xBC";
  EXPECT_TRUE(certificate_request(key(), umlauts).has_value());
}

}  // namespace
}  // namespace strongroom::crypto
