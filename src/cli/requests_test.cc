#include "cli/requests.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom::cli {
namespace {

std::string refusal(const Options& options) {
  JsonBody body;
  const Status added = add_target_system_fields(body, options);
  return added ? "" : std::string(added.error().message.view());
}

TEST(TargetSystemFieldsTest, AnOptionThatWouldChangeNothingIsRefused) {
  Options date;
  date.secret_expires_on = "2027-06-30";
  EXPECT_NE(refusal(date).find("--secret-expires-on"), std::string::npos);
  Options password;
  password.client_key_password_file = "password.txt";
  password.generated_client_keys = {"p256"};
  EXPECT_NE(refusal(password).find("--client-key-file"), std::string::npos);
  Options id;
  id.client_key_id = "2027";
  EXPECT_NE(refusal(id).find("--client-key-id"), std::string::npos);
  Options certificate;
  certificate.client_certificate_password_file = "password.txt";
  EXPECT_NE(refusal(certificate).find("--pkcs12-file"), std::string::npos);
}

TEST(TargetSystemFieldsTest, ADateAndAnIdGoWithAKeyThatIsMade) {
  Options options;
  options.generated_client_keys = {"p256"};
  options.client_key_id = "2027";
  options.secret_expires_on = "2027-06-30";
  EXPECT_EQ(refusal(options), "");
}

}  // namespace
}  // namespace strongroom::cli
