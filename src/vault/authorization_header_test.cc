#include "vault/authorization_header.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom::vault {
namespace {

RequestToAuthorize request() {
  return {.method = "GET", .url = *http::Url::parse("https://api.example.com/orders")};
}

TEST(AuthorizationHeaders, OfABearerTokenAreOne) {
  const auto headers = authorization_headers({"2YotnFZFEjr1zCsicMWpAA", "Bearer"}, request());
  ASSERT_TRUE(headers && headers->size() == 1);
  EXPECT_EQ(headers->front().name, "Authorization");
  EXPECT_EQ(headers->front().letters.reveal(), "Bearer 2YotnFZFEjr1zCsicMWpAA");
}

TEST(AuthorizationHeaders, AreNotWrittenForATokenOfAnUnknownKind) {
  for (const char* const type : {"", "mac", "bearer", "Bearer "}) {
    EXPECT_FALSE(authorization_headers({"token", type}, request()).has_value()) << type;
  }
}

TEST(AuthorizationHeaders, ProveNothingThatACertificateIsBoundTo) {
  TokenEntry token;
  token.token_type = "Bearer";
  EXPECT_TRUE(can_be_proven(token));
  token.is_bound = true;
  EXPECT_FALSE(can_be_proven(token));
}

}  // namespace
}  // namespace strongroom::vault
