#include "crypto/local_ca.h"

#include <cstdio>
#include <filesystem>
#include <memory>

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

namespace strongroom::crypto {
namespace {

constexpr WallTime kNow{Milliseconds(1'790'000'000'000)};  // 2026-09-21

class LocalCaTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove_all(top_); }
  void TearDown() override { std::filesystem::remove_all(top_); }

  static std::shared_ptr<X509> read(const std::string& path) {
    std::FILE* const file = std::fopen(path.c_str(), "r");
    X509* const certificate = file ? PEM_read_X509(file, nullptr, nullptr, nullptr) : nullptr;
    if (file) std::fclose(file);
    return {certificate, X509_free};
  }

  const std::string top_ = testing::TempDir() + "strongroom_local_ca_test";
  const LocalCaFiles files_{top_ + "/tls/ca.crt", top_ + "/tls/ca.key", top_ + "/tls/server.crt",
                            top_ + "/tls/server.key"};
  const std::vector<std::string> names_{"localhost", "127.0.0.1", "::1"};
};

TEST_F(LocalCaTest, MakesACertificateThatItsCaVouchesForUnderEveryName) {
  const auto made = ensure_local_ca(files_, names_, kNow);
  ASSERT_TRUE(made.has_value()) << made.error().detail;
  EXPECT_TRUE(*made);
  const auto ca = read(files_.ca_certificate);
  const auto server = read(files_.server_certificate);
  ASSERT_TRUE(ca && server);

  const std::shared_ptr<X509_STORE> store(X509_STORE_new(), X509_STORE_free);
  X509_STORE_add_cert(store.get(), ca.get());
  const std::shared_ptr<X509_STORE_CTX> check(X509_STORE_CTX_new(), X509_STORE_CTX_free);
  X509_STORE_CTX_init(check.get(), store.get(), server.get(), nullptr);
  X509_STORE_CTX_set_time(check.get(), 0, std::chrono::system_clock::to_time_t(kNow));
  X509_STORE_CTX_set_purpose(check.get(), X509_PURPOSE_SSL_SERVER);
  EXPECT_EQ(X509_verify_cert(check.get()), 1)
      << X509_verify_cert_error_string(X509_STORE_CTX_get_error(check.get()));
  EXPECT_EQ(X509_check_host(server.get(), "localhost", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_ip_asc(server.get(), "::1", 0), 1);
  EXPECT_NE(X509_check_ip_asc(server.get(), "127.0.0.2", 0), 1);
}

TEST_F(LocalCaTest, KeepsKeysForTheirOwnerAlone) {
  ASSERT_TRUE(ensure_local_ca(files_, names_, kNow).has_value());
  using std::filesystem::perms;
  for (const std::string& key : {files_.ca_key, files_.server_key}) {
    EXPECT_EQ(std::filesystem::status(key).permissions(), perms::owner_read | perms::owner_write);
  }
}

TEST_F(LocalCaTest, IsMadeOnceAndRenewedUnderTheSameCa) {
  ASSERT_TRUE(*ensure_local_ca(files_, names_, kNow));
  const auto ca = read(files_.ca_certificate);
  EXPECT_FALSE(*ensure_local_ca(files_, names_, kNow + std::chrono::days(300)));
  EXPECT_TRUE(*ensure_local_ca(files_, names_, kNow + std::chrono::days(380)));
  EXPECT_EQ(X509_cmp(ca.get(), read(files_.ca_certificate).get()), 0);
}

TEST_F(LocalCaTest, RenewsWhenTheNamesChangeAndKeepsTheCa) {
  ASSERT_TRUE(*ensure_local_ca(files_, names_, kNow));
  const auto ca = read(files_.ca_certificate);
  EXPECT_TRUE(*ensure_local_ca(files_, {"localhost", "127.0.0.1", "192.0.2.7"}, kNow));  // one more
  EXPECT_EQ(X509_check_ip_asc(read(files_.server_certificate).get(), "192.0.2.7", 0), 1);
  EXPECT_TRUE(*ensure_local_ca(files_, {"localhost", "127.0.0.1"}, kNow));  // one less
  EXPECT_NE(X509_check_ip_asc(read(files_.server_certificate).get(), "192.0.2.7", 0), 1);
  EXPECT_FALSE(*ensure_local_ca(files_, {"127.0.0.1", "localhost"}, kNow));  // another order
  EXPECT_EQ(X509_cmp(ca.get(), read(files_.ca_certificate).get()), 0);
}

TEST_F(LocalCaTest, RenewsWhenACrashLeftAKeyThatDoesNotFitTheCertificate) {
  ASSERT_TRUE(*ensure_local_ca(files_, names_, kNow));
  std::filesystem::copy_file(files_.ca_key, files_.server_key,
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_TRUE(*ensure_local_ca(files_, names_, kNow));
  EXPECT_FALSE(*ensure_local_ca(files_, names_, kNow));
}

TEST_F(LocalCaTest, RenewsUnderANewCaWhenACrashLeftACaKeyThatDoesNotFitItsCertificate) {
  ASSERT_TRUE(*ensure_local_ca(files_, names_, kNow));
  std::filesystem::copy_file(files_.server_key, files_.ca_key,
                             std::filesystem::copy_options::overwrite_existing);
  EXPECT_TRUE(*ensure_local_ca(files_, names_, kNow));
  EXPECT_TRUE(*ensure_local_ca(files_, {"localhost", "vault.example"}, kNow));
}

TEST_F(LocalCaTest, SaysWhenAFileIsDamaged) {
  ASSERT_TRUE(ensure_local_ca(files_, names_, kNow).has_value());
  std::filesystem::resize_file(files_.server_certificate, 40);
  EXPECT_EQ(ensure_local_ca(files_, names_, kNow).error().code, Code::kCorrupt);
}

}  // namespace
}  // namespace strongroom::crypto
