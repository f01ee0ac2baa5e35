// conventions.md, Webhooks: Standard Webhooks, with several signatures while a secret is replaced.
#include "crypto/webhook_signature.h"

#include <vector>

#include <gtest/gtest.h>

#include "base/base64.h"

namespace strongroom::crypto {
namespace {

constexpr std::string_view kSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view kId = "msg_p5jXN8AQM9LWM0D4loKWxJek";
constexpr std::int64_t kTimestamp = 1614265330;
constexpr std::string_view kBody = R"({"test": 2432232314})";
constexpr std::string_view kSignature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

std::vector<WebhookSecret> secrets_of(const std::vector<std::string>& texts) {
  std::vector<WebhookSecret> secrets;
  secrets.reserve(texts.size());
  for (const std::string& text : texts) secrets.push_back(parse_webhook_secret(text).value());
  return secrets;
}

std::string text_of(std::size_t bytes) { return "whsec_" + base64(std::string(bytes, '\xfb')); }

// The vector in the tests of the reference libraries.
TEST(WebhookSignature, AgreesWithTheVectorOfStandardWebhooks) {
  EXPECT_EQ(webhook_signature(secrets_of({std::string(kSecret)}), kId, kTimestamp, kBody),
            kSignature);
}

TEST(WebhookSignature, SignsWithEachSecretInTheirOrderWhileOneIsReplaced) {
  const std::string other = text_of(32);
  const std::string of_other = webhook_signature(secrets_of({other}), kId, kTimestamp, kBody);
  EXPECT_NE(of_other, kSignature);
  EXPECT_EQ(webhook_signature(secrets_of({other, std::string(kSecret)}), kId, kTimestamp, kBody),
            of_other + " " + std::string(kSignature));
}

TEST(WebhookSignature, DependsOnIdTimestampAndBody) {
  const std::vector<WebhookSecret> secrets = secrets_of({std::string(kSecret)});
  EXPECT_NE(webhook_signature(secrets, "msg_other", kTimestamp, kBody), kSignature);
  EXPECT_NE(webhook_signature(secrets, kId, kTimestamp + 1, kBody), kSignature);
  EXPECT_NE(webhook_signature(secrets, kId, kTimestamp, R"({"test":2432232314})"), kSignature);
}

TEST(WebhookSecret, IsTheSameWithAndWithoutItsPrefix) {
  EXPECT_EQ(webhook_signature(secrets_of({std::string(kSecret.substr(6))}), kId, kTimestamp, kBody),
            kSignature);
}

TEST(WebhookSecret, IsWrittenAsItIsRead) {
  const std::string bytes(32, '\xfb');
  const std::string text = webhook_secret_text(bytes);
  EXPECT_EQ(text, text_of(32));
  EXPECT_EQ(webhook_signature(secrets_of({text}), kId, kTimestamp, kBody),
            webhook_signature(secrets_of({text.substr(6)}), kId, kTimestamp, kBody));
}

TEST(WebhookSecret, HasFrom24To64Bytes) {
  EXPECT_FALSE(parse_webhook_secret(text_of(23)));
  EXPECT_TRUE(parse_webhook_secret(text_of(24)));
  EXPECT_TRUE(parse_webhook_secret(text_of(64)));
  EXPECT_FALSE(parse_webhook_secret(text_of(65)));
  EXPECT_FALSE(parse_webhook_secret(""));
}

TEST(WebhookSecret, IsPaddedBase64AndNothingElse) {
  const std::string padded = text_of(25);
  ASSERT_TRUE(padded.ends_with("=="));
  EXPECT_TRUE(parse_webhook_secret(padded));
  EXPECT_FALSE(parse_webhook_secret(padded.substr(0, padded.size() - 2)));
  EXPECT_FALSE(parse_webhook_secret(padded + "===="));
  EXPECT_FALSE(parse_webhook_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS "));
  EXPECT_FALSE(parse_webhook_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS_"));
  EXPECT_FALSE(parse_webhook_secret("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
}

}  // namespace
}  // namespace strongroom::crypto
