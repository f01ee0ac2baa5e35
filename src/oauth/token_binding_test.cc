#include "oauth/token_binding.h"

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "crypto/encoding.h"

namespace strongroom::oauth {
namespace {

std::string encoded(std::string_view text) {
  return crypto::base64url(std::as_bytes(std::span(text)));
}

std::string jwt(std::string_view payload, std::string_view header = R"({"alg":"PS256"})") {
  return encoded(header) + "." + encoded(payload) + ".c2lnbmF0dXJl";
}

TEST(TokenBinding, ABearerTokenIsNotBound) {
  // A-063
  EXPECT_EQ(token_binding("Bearer", "opaque"), TokenBinding::kNone);
  EXPECT_EQ(token_binding("", "opaque"), TokenBinding::kNone);
  EXPECT_EQ(token_binding("Bearer", jwt(R"({"sub":"robot"})")), TokenBinding::kNone);
}

TEST(TokenBinding, ATokenOfTheTypeDpopIsBoundToAKeyHoweverTheTypeIsSpelled) {
  EXPECT_EQ(token_binding("DPoP", "opaque"), TokenBinding::kKey);
  EXPECT_EQ(token_binding("dpop", "opaque"), TokenBinding::kKey);
  EXPECT_EQ(token_binding("DPoPs", "opaque"), TokenBinding::kNone);
}

TEST(TokenBinding, TheExampleOfRfc8705IsBoundToItsCertificate) {
  // RFC 8705 section 3.1.
  constexpr std::string_view kPayload = R"({
    "iss": "https://server.example.com", "sub": "ty.webb@example.com",
    "exp": 1493726400, "nbf": 1493722800,
    "cnf":{ "x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2" } })";
  EXPECT_EQ(token_binding("Bearer", jwt(kPayload)), TokenBinding::kCertificate);
}

TEST(TokenBinding, TheExampleOfRfc9449IsBoundToItsKey) {
  // RFC 9449 section 6.1.
  constexpr std::string_view kPayload = R"({
    "sub":"someone@example.com", "iss":"https://server.example.com",
    "nbf":1562262611, "exp":1562266216,
    "cnf": { "jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I" } })";
  EXPECT_EQ(token_binding("Bearer", jwt(kPayload)), TokenBinding::kKey);
}

TEST(TokenBinding, AConfirmationOfAnotherKindIsABindingToo) {
  EXPECT_EQ(token_binding("Bearer", jwt(R"({"cnf":{"jwk":{}}})")), TokenBinding::kOther);
  EXPECT_EQ(token_binding("Bearer", jwt(R"({"cnf":"?"})")), TokenBinding::kOther);
  EXPECT_EQ(token_binding("Bearer", jwt(R"({"cnf":null})")), TokenBinding::kNone);
}

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view& part : parts) {
    if (&part != parts.begin()) text.push_back('.');
    text.append(part);
  }
  return text;
}

TEST(TokenBinding, IsToTheKeyThatWasProvedOrADowngrade) {
  // A-153
  const std::string bound = jwt(R"({"cnf":{"jkt":"mine"}})");
  EXPECT_TRUE(is_bound_to("mine", "dPoP", bound));
  EXPECT_TRUE(is_bound_to("mine", "DPoP", "opaque"));
  EXPECT_TRUE(is_bound_to("mine", "DPoP", jwt(R"({"sub":"robot"})")));
  EXPECT_FALSE(is_bound_to("mine", "Bearer", bound));
  EXPECT_FALSE(is_bound_to("mine", "", bound));
  EXPECT_FALSE(is_bound_to("another", "DPoP", bound));
  for (const char* other : {R"({"cnf":{}})", R"({"cnf":{"jkt":7}})", R"({"cnf":"mine"})"}) {
    EXPECT_FALSE(is_bound_to("mine", "DPoP", jwt(other))) << other;
  }
}

TEST(TokenBinding, WhatIsNoSignedTokenSaysNothing) {
  // A-063
  const std::string bound = encoded(R"({"cnf":{"jkt":"x"}})");
  const std::string header = encoded(R"({"alg":"RS256"})");
  for (const std::string& token :
       {joined({"", bound, ""}), joined({header, bound}), joined({header, bound, "a.b.c"}),
        joined({header, bound + "=", "a"}), joined({encoded("[]"), bound, "a"}),
        joined({encoded("{}"), bound, "a"}), jwt("[1]"), jwt("{"),
        jwt(R"({"cnf":{"jkt":"x"},"cnf":null})"), std::string(".."), std::string()}) {
    EXPECT_EQ(token_binding("Bearer", token), TokenBinding::kNone) << token;
  }
}

}  // namespace
}  // namespace strongroom::oauth
