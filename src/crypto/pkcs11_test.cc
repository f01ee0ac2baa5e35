// Against SoftHSM 2, a PKCS#11 module that is not ours.
#include "crypto/pkcs11.h"

#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/pem.h>

#include "crypto/client_certificate.h"
#include "crypto/jwk.h"
#include "crypto/openssl_ptr.h"
#include "crypto/rsa_sha1.h"
#include "crypto/testing/soft_token.h"
#include "crypto/token_key.h"

namespace strongroom::crypto {
namespace {

// Whether the request was signed by the key that it holds.
bool verifies(const std::string& pem) {
  const BioPtr in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const std::unique_ptr<X509_REQ, OpensslFree<X509_REQ_free>> request(
      PEM_read_bio_X509_REQ(in.get(), nullptr, nullptr, nullptr));
  return request && X509_REQ_verify(request.get(), X509_REQ_get0_pubkey(request.get())) == 1;
}

class Pkcs11Test : public testing::Test {
 protected:
  static std::shared_ptr<Pkcs11> load(std::string_view pin = SoftToken::kPin,
                                      std::string token = std::string(SoftToken::kLabel)) {
    auto loaded = Pkcs11::load(
        {.module = SoftToken::module(), .token = std::move(token), .pin = TokenPin(pin)});
    if (!loaded) throw std::runtime_error(loaded.error().detail);
    return *loaded;
  }
  static Pkcs11Uri uri(std::string_view text) { return *Pkcs11Uri::parse(text); }
  static Result<PrivateKey> find(const std::shared_ptr<Pkcs11>& tokens, std::string_view text) {
    return Pkcs11::find(tokens, uri(text));
  }
  static std::string message(const Error& error) { return std::string(error.message.view()); }

  SoftToken token_;
};

TEST_F(Pkcs11Test, RsaKeysSignWithBothSchemes) {
  //
  token_.make_key("rsa:2048", "key1", "01");
  const auto key = find(load(), "pkcs11:token=robots;object=key1");
  ASSERT_TRUE(key.has_value()) << message(key.error()) << key.error().detail;
  EXPECT_TRUE(key->is_in_token());
  EXPECT_EQ(key->type(), KeyType::kRsa);
  EXPECT_EQ(key->bits(), 2048);
  for (const SignatureAlgorithm algorithm :
       {SignatureAlgorithm::kRs256, SignatureAlgorithm::kPs256}) {
    const auto signature = sign(*key, algorithm, "header.payload");
    ASSERT_TRUE(signature.has_value()) << message(signature.error()) << signature.error().detail;
    EXPECT_EQ(signature->size(), 256U);
    EXPECT_TRUE(is_signed_by(key->handle(), algorithm, "header.payload", *signature));
    EXPECT_FALSE(is_signed_by(key->handle(), algorithm, "another", *signature));
  }
  EXPECT_EQ(sign(*key, SignatureAlgorithm::kEs256, "x").error().code, Code::kInvalidArgument);
  // Its handle is but the public half.
  EXPECT_EQ(rsa_sha1_signature(*key, "x").error().code, Code::kInvalidArgument);
}

TEST_F(Pkcs11Test, EllipticKeysSignInTheFormOfJose) {
  //
  token_.make_key("EC:prime256v1", "key2", "02");
  const auto key = find(load(), "pkcs11:token=robots;id=%02");
  ASSERT_TRUE(key.has_value()) << message(key.error()) << key.error().detail;
  EXPECT_EQ(key->type(), KeyType::kP256);
  const auto signature = sign(*key, SignatureAlgorithm::kEs256, "text");
  ASSERT_TRUE(signature.has_value());
  EXPECT_EQ(signature->size(), 64U);
  EXPECT_TRUE(is_signed_by(key->handle(), SignatureAlgorithm::kEs256, "text", *signature));
}

TEST_F(Pkcs11Test, Ed25519KeysSignWhereTheTokenHasThem) {
  //
  token_.make_key("EC:edwards25519", "key3", "03");
  const auto key = find(load(), "pkcs11:token=robots;object=key3");
  ASSERT_TRUE(key.has_value()) << message(key.error()) << key.error().detail;
  EXPECT_EQ(key->type(), KeyType::kEd25519);
  EXPECT_TRUE(sign(*key, SignatureAlgorithm::kEdDsa, "text").has_value());
}

TEST_F(Pkcs11Test, WhatIsStoredOpensWithoutAskingTheToken) {
  token_.make_key("EC:prime256v1", "key1", "01");
  const auto tokens = load();
  const auto key = find(tokens, "pkcs11:token=robots;object=key1");
  ASSERT_TRUE(key.has_value());
  const PrivateKeyDer stored = key->der();
  EXPECT_TRUE(stored.reveal().starts_with("pkcs11:token=robots;object=key1\n"));

  token_.remove();
  const auto opened = PrivateKey::open(stored, tokens);
  ASSERT_TRUE(opened.has_value());
  EXPECT_EQ(jwk_thumbprint(*opened), jwk_thumbprint(*key));
  EXPECT_EQ(PrivateKey::open(stored).error().problem.view(), "security_token_missing");
  for (const char* broken :
       {"pkcs11:", "pkcs11:object=a", "pkcs11:object=a\n", "pkcs11:object=a\nx"}) {
    EXPECT_EQ(PrivateKey::open(PrivateKeyDer(broken), tokens).error().code, Code::kCorrupt);
  }
}

TEST_F(Pkcs11Test, ATokenThatWentAwayWorksAgainWhenItIsBack) {
  //
  token_.make_key("rsa:2048", "key1", "01");
  const auto key = find(load(), "pkcs11:token=robots;object=key1");
  ASSERT_TRUE(key.has_value());
  for (int round = 0; round < 2; ++round) {
    ASSERT_TRUE(sign(*key, SignatureAlgorithm::kPs256, "text").has_value());
    token_.remove();
    for (int attempt = 0; attempt < 2; ++attempt) {
      const auto refused = sign(*key, SignatureAlgorithm::kPs256, "text");
      ASSERT_FALSE(refused.has_value());
      EXPECT_EQ(refused.error().code, Code::kUnavailable);
      EXPECT_EQ(refused.error().problem.view(), "security_token_missing") << refused.error().detail;
    }
    token_.put_back();
    const auto back = sign(*key, SignatureAlgorithm::kPs256, "text");
    ASSERT_TRUE(back.has_value()) << message(back.error()) << back.error().detail;
  }
}

TEST_F(Pkcs11Test, ATokenMayComeLaterThanTheServer) {
  token_.make_key("EC:prime256v1", "key1", "01");
  token_.remove();
  const auto tokens = load();
  const auto refused = tokens->sign_in();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().problem.view(), "security_token_missing");
  token_.put_back();
  EXPECT_TRUE(tokens->sign_in().has_value());
  EXPECT_TRUE(find(tokens, "pkcs11:object=key1").has_value());
}

TEST_F(Pkcs11Test, AWrongPinIsShownOnceAndNeverAgain) {
  const auto tokens = load("8765");
  const auto refused = tokens->sign_in();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().problem.view(), "security_token_pin");
  EXPECT_NE(message(refused.error()).find("does not accept the PIN"), std::string::npos);
  token_.remove();  // were it asked again, it would be missing
  EXPECT_EQ(tokens->sign_in().error().problem.view(), "security_token_pin");
}

TEST_F(Pkcs11Test, AnotherKeyUnderTheOldNameIsRefused) {
  //
  token_.make_key("EC:prime256v1", "key1", "01");
  const auto key = find(load(), "pkcs11:token=robots;object=key1");
  ASSERT_TRUE(key.has_value());
  token_.delete_object("privkey", "01");
  token_.delete_object("pubkey", "01");
  token_.make_key("EC:prime256v1", "key1", "01");
  const auto refused = sign(*key, SignatureAlgorithm::kEs256, "text");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().problem.view(), "security_token_other_key") << refused.error().detail;
}

TEST_F(Pkcs11Test, AKeyThatIsDeletedIsMissedByName) {
  token_.make_key("EC:prime256v1", "key1", "01");
  const auto key = find(load(), "pkcs11:token=robots;object=key1");
  ASSERT_TRUE(key.has_value());
  token_.delete_object("privkey", "01");
  const auto refused = sign(*key, SignatureAlgorithm::kEs256, "text");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().problem.view(), "security_token_key_missing") << refused.error().detail;
  EXPECT_EQ(refused.error().code, Code::kUnavailable);
}

TEST_F(Pkcs11Test, WhatCannotBeEnteredSaysWhy) {
  token_.make_key("EC:prime256v1", "twice", "01");
  token_.make_key("EC:prime256v1", "twice", "02");
  token_.make_key("EC:secp384r1", "curve", "03");
  token_.make_key("EC:prime256v1", "lonely", "04");
  token_.delete_object("pubkey", "04");
  const auto tokens = load();
  const auto words = [&](std::string_view text) {
    const auto key = find(tokens, text);
    EXPECT_FALSE(key.has_value()) << text;
    EXPECT_EQ(key.error().code, Code::kInvalidArgument)
        << message(key.error()) << key.error().detail;
    return message(key.error());
  };
  EXPECT_NE(words("pkcs11:object=nobody").find("no private key of this name"), std::string::npos);
  EXPECT_NE(words("pkcs11:object=twice").find("several private keys"), std::string::npos);
  EXPECT_NE(words("pkcs11:token=other;object=twice").find("another token"), std::string::npos);
  EXPECT_NE(words("pkcs11:object=curve").find("P-256"), std::string::npos);
  EXPECT_NE(words("pkcs11:object=lonely").find("no public half"), std::string::npos);
  const auto one = find(tokens, "pkcs11:object=twice;id=%02");
  EXPECT_TRUE(one.has_value()) << message(one.error()) << one.error().detail;
}

TEST_F(Pkcs11Test, AnRsaKeyNeedsNoPublicKeyBesideIt) {
  token_.make_key("rsa:2048", "key1", "01");
  token_.delete_object("pubkey", "01");
  EXPECT_TRUE(find(load(), "pkcs11:object=key1").has_value());
}

TEST_F(Pkcs11Test, AKeyThatAsksForThePinEachTimeGetsIt) {
  token_.make_key("EC:prime256v1", "key1", "01", "--always-auth");
  const auto key = find(load(), "pkcs11:object=key1");
  ASSERT_TRUE(key.has_value()) << message(key.error()) << key.error().detail;
  EXPECT_TRUE(sign(*key, SignatureAlgorithm::kEs256, "one").has_value());
  EXPECT_TRUE(sign(*key, SignatureAlgorithm::kEs256, "two").has_value());
}

TEST_F(Pkcs11Test, ManyThreadsSignAtOnceWhileTheTokenComesAndGoes) {
  //
  token_.make_key("EC:prime256v1", "key1", "01");
  const auto key = find(load(), "pkcs11:object=key1");
  ASSERT_TRUE(key.has_value());
  const auto sign_many = [&](bool always) {
    std::vector<std::thread> threads;
    threads.reserve(12);
    for (int i = 0; i < 12; ++i) {
      threads.emplace_back([&, always] {
        for (int k = 0; k < 20; ++k) {
          const auto signature = sign(*key, SignatureAlgorithm::kEs256, "text");
          EXPECT_TRUE(signature.has_value() || !always) << signature.error().detail;
          if (signature) continue;
          EXPECT_EQ(signature.error().code, Code::kUnavailable);
        }
      });
    }
    return threads;
  };
  for (std::thread& thread : sign_many(true)) thread.join();
  auto threads = sign_many(false);
  token_.remove();
  token_.put_back();
  for (std::thread& thread : threads) thread.join();
  EXPECT_TRUE(sign(*key, SignatureAlgorithm::kEs256, "text").has_value());
}

TEST_F(Pkcs11Test, ACertificateRequestIsSignedInTheToken) {
  token_.make_key("rsa:2048", "key1", "01");
  token_.make_key("EC:prime256v1", "key2", "02");
  token_.make_key("EC:edwards25519", "key3", "03");
  const auto tokens = load();
  for (const char* name : {"pkcs11:object=key1", "pkcs11:object=key2", "pkcs11:object=key3"}) {
    const auto key = find(tokens, name);
    ASSERT_TRUE(key.has_value());
    const auto request = certificate_request(*key, "robot");
    ASSERT_TRUE(request.has_value()) << message(request.error());
    EXPECT_TRUE(verifies(*request)) << *request;
  }
}

TEST(Pkcs11Module, WhatIsNoModuleSaysSo) {
  for (const char* path : {"", "libsofthsm2.so", "/nowhere.so", "/etc/passwd",
                           "/usr/lib/x86_64-linux-gnu/libcrypto.so.3"}) {
    const auto refused = Pkcs11::load({.module = path, .token = "robots", .pin = TokenPin("1")});
    ASSERT_FALSE(refused.has_value()) << path;
    EXPECT_EQ(refused.error().code, Code::kInvalidArgument);
    EXPECT_EQ(refused.error().message.view(), "The PKCS#11 module cannot be loaded.");
  }
}

}  // namespace
}  // namespace strongroom::crypto
