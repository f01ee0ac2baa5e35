#include "crypto/private_key.h"

#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "crypto/jws.h"
#include "crypto/openssl_ptr.h"
#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"

namespace strongroom::crypto {
namespace {

constexpr char kPassword[] = "correct horse";

const PrivateKey& rsa() {
  static const PrivateKey key = *private_key_from_jwk(kRfc7515RsaKey);
  return key;
}
const PrivateKey& p256() {
  static const PrivateKey key = *private_key_from_jwk(kRfc7515P256Key);
  return key;
}
const PrivateKey& ed25519() {
  static const PrivateKey key = *private_key_from_jwk(kRfc8037Key);
  return key;
}

std::string written(const std::function<int(BIO*)>& write) {
  const BioPtr out(BIO_new(BIO_s_mem()));
  EXPECT_EQ(write(out.get()), 1);
  char* letters = nullptr;
  const long size = BIO_get_mem_data(out.get(), &letters);
  return {letters, static_cast<std::size_t>(size)};
}

// The forms that OpenSSL writes.
std::string pkcs8_pem(const EVP_PKEY* key, const EVP_CIPHER* cipher = nullptr) {
  return written([&](BIO* out) {
    return PEM_write_bio_PKCS8PrivateKey(out, key, cipher, cipher == nullptr ? nullptr : kPassword,
                                         cipher == nullptr ? 0 : 13, nullptr, nullptr);
  });
}
std::string pkcs8_der(const EVP_PKEY* key, const EVP_CIPHER* cipher = nullptr) {
  return written([&](BIO* out) {
    return i2d_PKCS8PrivateKey_bio(out, key, cipher, cipher == nullptr ? nullptr : kPassword,
                                   cipher == nullptr ? 0 : 13, nullptr, nullptr);
  });
}
std::string traditional_pem(const EVP_PKEY* key, const EVP_CIPHER* cipher = nullptr) {
  return written([&](BIO* out) {
    return PEM_write_bio_PrivateKey_traditional(
        out, key, cipher, reinterpret_cast<const unsigned char*>(cipher ? kPassword : nullptr),
        cipher == nullptr ? 0 : 13, nullptr, nullptr);
  });
}
std::string traditional_der(const EVP_PKEY* key) {
  return written([&](BIO* out) { return i2d_PrivateKey_bio(out, key); });
}

Result<PrivateKey> parse(std::string_view file, std::string_view password = "") {
  return PrivateKey::parse(file, KeyPassword(password));
}

// What a person is told; "" if the file is taken.
std::string refusal(std::string_view file, std::string_view password = "") {
  const auto key = parse(file, password);
  if (key.has_value()) return "";
  EXPECT_EQ(key.error().code, Code::kInvalidArgument);
  EXPECT_EQ(key.error().detail, "");
  return std::string(key.error().message.view());
}

bool same(const PrivateKey& a, const PrivateKey& b) {
  const PrivateKeyDer one = a.der();
  const PrivateKeyDer other = b.der();
  return a.type() == b.type() && one.reveal() == other.reveal();
}

bool is(const Result<PrivateKey>& key, const PrivateKey& expected) {
  return key.has_value() && same(*key, expected);
}

TEST(PrivateKey, IsReadFromEveryFormThatOpensslWrites) {
  for (const PrivateKey* key : {&rsa(), &p256(), &ed25519()}) {
    EXPECT_TRUE(is(parse(pkcs8_pem(key->handle())), *key));
    EXPECT_TRUE(is(parse(pkcs8_der(key->handle())), *key));
    for (const EVP_CIPHER* cipher : {EVP_aes_128_cbc(), EVP_aes_256_cbc(), EVP_des_ede3_cbc()}) {
      EXPECT_TRUE(is(parse(pkcs8_pem(key->handle(), cipher), kPassword), *key));
      EXPECT_TRUE(is(parse(pkcs8_der(key->handle(), cipher), kPassword), *key));
    }
  }
  for (const PrivateKey* key : {&rsa(), &p256()}) {  // Ed25519 has PKCS#8 only
    EXPECT_TRUE(is(parse(traditional_pem(key->handle())), *key));
    EXPECT_TRUE(is(parse(traditional_der(key->handle())), *key));
    EXPECT_TRUE(is(parse(traditional_pem(key->handle(), EVP_aes_256_cbc()), kPassword), *key));
  }
}

TEST(PrivateKey, IsReadBehindWhatToolsWriteInFrontOfIt) {
  const std::string pem = pkcs8_pem(p256().handle());
  EXPECT_TRUE(is(parse("Bag Attributes\n    friendlyName: robot\n" + pem), p256()));
  EXPECT_TRUE(is(parse(pem + "\r\n\t \n"), p256()));
  std::string windows;
  for (const char c : pem) windows += c == '\n' ? "\r\n" : std::string(1, c);
  EXPECT_TRUE(is(parse(windows), p256()));
  const std::string curve =  // prime256v1, as `openssl ecparam -genkey` writes it
      "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
  EXPECT_TRUE(is(parse(curve + traditional_pem(p256().handle())), p256()));
}

TEST(PrivateKey, IgnoresAPasswordThatIsNotNeeded) {
  EXPECT_TRUE(is(parse(pkcs8_pem(rsa().handle()), "something"), rsa()));
}

TEST(PrivateKey, NeedsTheRightPassword) {
  const std::string files[] = {pkcs8_pem(rsa().handle(), EVP_aes_256_cbc()),
                               pkcs8_der(rsa().handle(), EVP_aes_256_cbc()),
                               traditional_pem(rsa().handle(), EVP_aes_256_cbc())};
  for (const std::string& file : files) {
    EXPECT_EQ(refusal(file),
              "The private key is protected by a password. Give the password as well.");
    for (const std::string& wrong :
         {std::string("wrong"), std::string("correct horse "), std::string(2000, 'x')}) {
      EXPECT_NE(refusal(file, wrong).find("password"), std::string::npos) << wrong;
    }
  }
}

TEST(PrivateKey, IsRefusedWhereItIsNotAlone) {
  const std::string pem = pkcs8_pem(rsa().handle());
  const std::string certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  EXPECT_NE(refusal(pem + pem).find("more than one private key"), std::string::npos);
  EXPECT_NE(refusal(pem + pkcs8_pem(p256().handle(), EVP_aes_256_cbc())).find("more than one"),
            std::string::npos);
  EXPECT_NE(refusal(pem + certificate).find("beside the private key"), std::string::npos);
  EXPECT_NE(refusal(certificate + pem).find("no private key"), std::string::npos);
  EXPECT_NE(refusal(pem + "x").find("behind the private key"), std::string::npos);
  const std::string der = pkcs8_der(rsa().handle());
  EXPECT_NE(refusal(der + std::string(1, '\0')).find("behind it"), std::string::npos);
  EXPECT_NE(refusal(der + der).find("behind it"), std::string::npos);
}

TEST(PrivateKey, IsRefusedWhereThereIsNone) {
  for (const std::string& none :
       {std::string(), std::string("not a key"), std::string("-----BEGIN PRIVATE KEY-----\n"),
        std::string("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"),
        std::string("-----BEGIN PRIVATE KEY-----\n####\n-----END PRIVATE KEY-----\n"),
        std::string("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"),
        std::string("0"), std::string("\x30\x80", 2), std::string("\x30\x00", 2)}) {
    EXPECT_NE(refusal(none), "") << none;
  }
  EXPECT_EQ(refusal(std::string(PrivateKey::kMaxFileBytes + 1, '0')),
            "A private key has at most 64 KiB.");
}

TEST(PrivateKey, IsRefusedWhenCutOffAnywhere) {
  for (const std::string& file : {pkcs8_der(p256().handle()), traditional_der(p256().handle()),
                                  pkcs8_der(ed25519().handle(), EVP_aes_256_cbc())}) {
    for (std::size_t size = 0; size < file.size(); ++size) {
      EXPECT_NE(refusal(file.substr(0, size), kPassword), "") << size;
    }
  }
  const std::string pem = pkcs8_pem(p256().handle());
  for (std::size_t size = 0; size < pem.rfind("-----"); size += 5) {
    EXPECT_NE(refusal(pem.substr(0, size)), "") << size;
  }
}

TEST(PrivateKey, IsRefusedWhenItsPartsDoNotBelongTogether) {
  std::string der = traditional_der(p256().handle());
  ASSERT_TRUE(parse(der).has_value());
  der[10] = static_cast<char>(der[10] ^ 1);  // in the private number, not in the public point
  EXPECT_NE(refusal(der).find("damaged"), std::string::npos);
}

EvpKeyPtr made(const char* type, const char* group = nullptr) {
  return EvpKeyPtr(group == nullptr ? EVP_PKEY_Q_keygen(nullptr, nullptr, type)
                                    : EVP_PKEY_Q_keygen(nullptr, nullptr, type, group));
}

TEST(PrivateKey, IsOfAKindAndCurveThatServersTake) {
  const EvpKeyPtr others[] = {made("EC", "P-384"), made("EC", "P-521"), made("EC", "secp256k1"),
                              made("ED448"), made("X25519")};
  for (const EvpKeyPtr& other : others) {
    EXPECT_NE(refusal(pkcs8_pem(other.get())).find("kind of key"), std::string::npos);
  }
  EXPECT_NE(refusal(traditional_pem(others[0].get())).find("kind of key"), std::string::npos);
}

// DER (X.690) by hand, for keys that no tool makes.
std::string der_of(char tag, const std::string& content) {
  const auto size = static_cast<std::uint32_t>(content.size());
  const std::string length = {'\x83', static_cast<char>(size >> 16U), static_cast<char>(size >> 8U),
                              static_cast<char>(size)};
  return tag + length + content;
}
std::string number(std::size_t bytes, char first = '\x7f') {
  return der_of('\x02', first + std::string(bytes - 1, '\x01'));
}
// A PKCS#1 key whose modulus and first prime have so many bytes.
std::string rsa_der(std::size_t modulus, std::size_t prime, std::size_t exponent = 3) {
  const std::size_t half = modulus / 2;
  return der_of('\x30', number(1, '\x00') + number(modulus) + number(exponent) + number(modulus) +
                            number(prime) + number(half) + number(half) + number(half) +
                            number(half));
}

TEST(PrivateKey, OfRsaHasASizeThatIsSafeAndCostsNoUndueTime) {
  const EvpKeyPtr small(EVP_RSA_gen(1024U));
  EXPECT_NE(refusal(pkcs8_pem(small.get())).find("2048 bits or more"), std::string::npos);
  const auto started = std::chrono::steady_clock::now();
  EXPECT_NE(refusal(rsa_der(2048, 1024)).find("8192 bits at most"), std::string::npos);
  EXPECT_NE(refusal(rsa_der(8000, 4000)).find("8192 bits at most"), std::string::npos);
  // A prime of 400,000 bits beside a modulus of 2,048: signing once would take hours.
  EXPECT_NE(refusal(rsa_der(257, 50'000)).find("damaged"), std::string::npos);
  EXPECT_NE(refusal(rsa_der(257, 128, 50'000)).find("damaged"), std::string::npos);
  EXPECT_NE(refusal(rsa_der(257, 128)).find("damaged"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(5));
}

TEST(PrivateKey, OfRsaIsNotOneThatAFaultyChipMade) {
  const BignumPtr base(BN_new());
  const BignumPtr exponent(BN_new());
  const BignumPtr power(BN_new());
  const std::unique_ptr<BN_CTX, OpensslFree<BN_CTX_free>> context(BN_CTX_new());
  BN_set_word(base.get(), 65537);
  BN_set_word(exponent.get(), 128);
  ASSERT_EQ(BN_exp(power.get(), base.get(), exponent.get(), context.get()), 1);
  std::string modulus(static_cast<std::size_t>(BN_num_bytes(power.get())), '\0');
  BN_bn2bin(power.get(), reinterpret_cast<unsigned char*>(modulus.data()));
  std::string file = number(1, '\x00') + der_of('\x02', modulus) + number(1, '\x03');
  for (int i = 0; i < 6; ++i) file += number(128);
  EXPECT_NE(refusal(der_of('\x30', file)).find("CVE-2017-15361"), std::string::npos);
}

// An encrypted key whose header asks for so many iterations. Nothing is really encrypted.
std::string asks_for(int iterations) {
  const EncryptedKeyPtr file(X509_SIG_new());
  X509_ALGOR* algorithm = nullptr;
  ASN1_OCTET_STRING* text = nullptr;
  X509_SIG_getm(file.get(), &algorithm, &text);
  unsigned char salt[8] = {};
  X509_ALGOR* const scheme =
      PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), iterations, salt, sizeof(salt), nullptr, -1);
  X509_ALGOR_copy(algorithm, scheme);
  X509_ALGOR_free(scheme);
  ASN1_OCTET_STRING_set(text, salt, sizeof(salt));
  return written([&](BIO* out) { return i2d_PKCS8_bio(out, file.get()); });
}

std::string asks_for_scrypt(std::uint64_t n, std::uint64_t r, std::uint64_t p) {
  const EncryptedKeyPtr file(X509_SIG_new());
  X509_ALGOR* algorithm = nullptr;
  ASN1_OCTET_STRING* text = nullptr;
  X509_SIG_getm(file.get(), &algorithm, &text);
  unsigned char salt[8] = {};
  X509_ALGOR* const scheme =
      PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), salt, sizeof(salt), nullptr, n, r, p);
  EXPECT_NE(scheme, nullptr);
  X509_ALGOR_copy(algorithm, scheme);
  X509_ALGOR_free(scheme);
  ASN1_OCTET_STRING_set(text, salt, sizeof(salt));
  return written([&](BIO* out) { return i2d_PKCS8_bio(out, file.get()); });
}

TEST(PrivateKey, IsRefusedWhereItsProtectionWouldTakeTooLongToOpen) {
  const auto started = std::chrono::steady_clock::now();
  EXPECT_NE(refusal(asks_for(2'000'000'000), "x").find("too much work"), std::string::npos);
  EXPECT_NE(refusal(asks_for(2'000'001), "x").find("too much work"), std::string::npos);
  EXPECT_NE(refusal(asks_for_scrypt(1U << 14U, 8, 100), "x").find("too much work"),
            std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(1));
  EXPECT_NE(refusal(asks_for(2048), "x").find("password does not open"), std::string::npos);
  EXPECT_NE(refusal(asks_for_scrypt(1U << 14U, 8, 1), "x").find("password does not open"),
            std::string::npos);
}

TEST(PrivateKey, IsOpenedFromUnderScrypt) {
  unsigned char salt[8] = {1, 2, 3, 4, 5, 6, 7, 8};
  X509_ALGOR* const scheme =
      PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), salt, sizeof(salt), nullptr, 1U << 14U, 8, 1);
  const KeyInfoPtr info(EVP_PKEY2PKCS8(p256().handle()));
  const EncryptedKeyPtr file(PKCS8_set0_pbe(kPassword, 13, info.get(), scheme));
  ASSERT_TRUE(file);
  const std::string der = written([&](BIO* out) { return i2d_PKCS8_bio(out, file.get()); });
  EXPECT_TRUE(is(parse(der, kPassword), p256()));
}

TEST(PrivateKey, IsMadeInEveryKindAndReadBack) {
  const std::pair<NewKey, int> kinds[] = {{NewKey::kRsa2048, 2048},
                                          {NewKey::kRsa3072, 3072},
                                          {NewKey::kP256, 256},
                                          {NewKey::kEd25519, 256}};
  for (const auto& [kind, bits] : kinds) {
    const auto key = PrivateKey::generate(kind);
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(key->bits(), bits);
    const auto opened = PrivateKey::open(key->der());
    EXPECT_TRUE(is(opened, *key));
    EXPECT_FALSE(same(*PrivateKey::generate(NewKey::kP256), *key));
  }
}

TEST(PrivateKey, ThatIsStoredIsDamagedWhereAnyOfItIsMissing) {
  const PrivateKeyDer der = ed25519().der();
  const std::string stored(der.reveal());
  for (std::size_t size = 0; size < stored.size(); ++size) {
    const auto opened = PrivateKey::open(PrivateKeyDer(stored.substr(0, size)));
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, Code::kCorrupt);
  }
  EXPECT_FALSE(PrivateKey::open(PrivateKeyDer(stored + "x")).has_value());
}

TEST(PrivateKey, SignsFromSeveralThreadsAtOnce) {
  const PrivateKey key = *private_key_from_jwk(kRfc7515RsaKey);
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&key, i] {
      const VerifyingKey verifying(key);
      for (int round = 0; round < 10; ++round) {
        const std::string text = std::to_string(100 * i + round);
        const auto signature = sign(key, SignatureAlgorithm::kPs256, text);
        EXPECT_TRUE(signature.has_value() &&
                    verifying.verify(SignatureAlgorithm::kPs256, text, *signature));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace strongroom::crypto
