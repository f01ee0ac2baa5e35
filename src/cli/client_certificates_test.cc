#include "cli/client_certificates.h"

#include <cstdio>
#include <fstream>

#include <gtest/gtest.h>

namespace strongroom::cli {
namespace {

class ClientCertificatesTest : public testing::Test {
 protected:
  void TearDown() override {
    for (const std::string& file : files_) std::remove(file.c_str());
  }
  std::string file(const std::string& bytes) {
    files_.push_back(testing::TempDir() + "strongroom_cli_certificates_test_" +
                     std::to_string(files_.size()));
    std::ofstream(files_.back(), std::ios::binary) << bytes;
    return files_.back();
  }
  // The body for these options.
  static std::string body(const Options& options) {
    JsonBody made;
    const Status added = add_client_certificates(made, options);
    if (!added) return std::string(added.error().message.view());
    const http::RequestBody text = made.body();
    return std::string(text.reveal());
  }

 private:
  std::vector<std::string> files_;
};

TEST_F(ClientCertificatesTest, WhatIsKeptComesFirstAndBytesGoInBase64) {
  Options options;
  options.kept_client_certificates = {"an-id"};
  options.client_certificate_files = {file("-----BEGIN CERTIFICATE-----\n"), file("\xfb\xff")};
  options.client_certificate_key_files = {file("-----BEGIN PRIVATE KEY-----\n")};
  options.client_certificate_password_file = file("hunter2\n");
  options.pkcs12_files = {file("foobar")};
  EXPECT_EQ(body(options),
            R"({"client_certificates":[{"id":"an-id"},)"
            R"({"certificate":"-----BEGIN CERTIFICATE-----\n",)"
            R"("private_key":"-----BEGIN PRIVATE KEY-----\n","password":"hunter2"},)"
            R"({"certificate":"+/8="},{"pkcs12":"Zm9vYmFy","password":"hunter2"}]})");
}

TEST_F(ClientCertificatesTest, WithoutOptionsNothingIsSaid) { EXPECT_EQ(body({}), "{}"); }

TEST_F(ClientCertificatesTest, AKeyNeedsItsCertificate) {
  Options options;
  options.client_certificate_key_files = {file("key")};
  EXPECT_EQ(body(options), "--client-certificate-key-file goes with a --client-certificate-file.");
}

TEST_F(ClientCertificatesTest, AFileThatIsNotThereIsTold) {
  Options options;
  options.pkcs12_files = {"/nonexistent/file.p12"};
  EXPECT_EQ(body(options), "The file cannot be opened.");
}

}  // namespace
}  // namespace strongroom::cli
