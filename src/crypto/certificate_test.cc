#include "crypto/certificate.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "crypto/local_ca.h"

namespace strongroom::crypto {
namespace {

// A CA and a server certificate, made by the code that makes the server's own.
class PemCertificates : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string directory =
        (std::filesystem::temp_directory_path() / "certificate-XXXXXX").string();
    ASSERT_NE(mkdtemp(directory.data()), nullptr);
    const LocalCaFiles files{directory + "/ca.pem", directory + "/ca.key",
                             directory + "/server.pem", directory + "/server.key"};
    ASSERT_TRUE(ensure_local_ca(files, {"localhost"}, FakeClock::kStart).has_value());
    certificate_ = new std::string(read(files.ca_certificate));
    key_ = new std::string(read(files.ca_key));
    std::filesystem::remove_all(directory);
  }
  static void TearDownTestSuite() {
    delete certificate_;
    delete key_;
  }
  static std::string read(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    return text.str();
  }
  static bool refused(const std::string& pem) {
    const Status checked = check_pem_certificates(pem);
    return !checked.has_value() && checked.error().code == Code::kInvalidArgument;
  }

  static inline std::string* certificate_ = nullptr;
  static inline std::string* key_ = nullptr;
};

TEST_F(PemCertificates, AreTakenOneOrMany) {
  EXPECT_TRUE(check_pem_certificates(*certificate_).has_value());
  EXPECT_TRUE(check_pem_certificates(*certificate_ + *certificate_).has_value());
  EXPECT_TRUE(check_pem_certificates("# our CA\n" + *certificate_ + "\n").has_value());
}

TEST_F(PemCertificates, AreRefusedWhenThereIsNoneOrSomethingElse) {
  EXPECT_TRUE(refused(""));
  EXPECT_TRUE(refused("not PEM"));
  EXPECT_TRUE(refused(*key_));
  EXPECT_TRUE(refused(*certificate_ + *key_));
  EXPECT_TRUE(refused("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"));
  EXPECT_TRUE(refused(std::string(300 * 1024, 'a')));
}

TEST_F(PemCertificates, AreRefusedWhenCutOffAnywhereInsideTheBlock) {
  const std::size_t end = certificate_->rfind("-----END");
  for (std::size_t size = 30; size < end; size += 7) {
    EXPECT_TRUE(refused(certificate_->substr(0, size))) << size;
    EXPECT_TRUE(refused(*certificate_ + certificate_->substr(0, size))) << size;
  }
}

TEST_F(PemCertificates, AreRefusedByTheHundredAndFirst) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += *certificate_;
  EXPECT_TRUE(check_pem_certificates(many).has_value());
  EXPECT_TRUE(refused(many + *certificate_));
}

}  // namespace
}  // namespace strongroom::crypto
