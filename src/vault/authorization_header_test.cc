#include "vault/authorization_header.h"

#include <string>

#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class AuthorizationHeaders : public VaultWorld {
 protected:
  RequestToAuthorize request_{.method = "GET",
                              .url = "https://api.example.com/orders?page=2",
                              .host = "api.example.com",
                              .query = "page=2"};
  TargetSystemEntry system_;
};

TEST_F(AuthorizationHeaders, OfABearerTokenAreOne) {
  const auto headers =
      authorization_headers(*context_, system_, {"2YotnFZFEjr1zCsicMWpAA", "Bearer"}, request_);
  ASSERT_TRUE(headers && headers->size() == 1);
  EXPECT_EQ(headers->front().name, "Authorization");
  EXPECT_EQ(headers->front().letters.reveal(), "Bearer 2YotnFZFEjr1zCsicMWpAA");
}

TEST_F(AuthorizationHeaders, AreNotWrittenForATokenOfAnUnknownKind) {
  for (const char* const type : {"", "mac", "bearer", "Bearer ", "OAuth"}) {
    const auto headers = authorization_headers(*context_, system_, {"token", type}, request_);
    EXPECT_EQ(answer_of(headers), "token_is_bound") << type;
  }
}

TEST_F(AuthorizationHeaders, ProveNothingThatACertificateIsBoundTo) {
  TokenEntry token;
  token.token_type = "Bearer";
  EXPECT_TRUE(can_be_proven(token, system_));
  token.is_bound = true;
  EXPECT_FALSE(can_be_proven(token, system_));
}

TEST_F(AuthorizationHeaders, NeverShowTheSecretsThatPlaintextIsMadeOf) {
  //
  TokenEntry token;
  token.token_type = kSignedTokenType;
  token.is_bound = true;
  EXPECT_FALSE(can_be_proven(token, system_)) << "there is nothing to sign with";
  SigningMaterial material;
  material.method = catalogue::SignatureMethod::kHmacSha1;
  system_.signing = std::make_shared<const SigningMaterial>(material);
  EXPECT_TRUE(can_be_proven(token, system_));
  material.method = catalogue::SignatureMethod::kPlaintext;
  system_.signing = std::make_shared<const SigningMaterial>(material);
  EXPECT_FALSE(can_be_proven(token, system_));
}

TEST_F(AuthorizationHeaders, GoToNoOtherResource) {
  //
  RequestToAuthorize request = request_;
  request.url = "https://mcp.example/tools/list?a=b";
  EXPECT_TRUE(check_goes_to_resource(system_, request)) << "it is for no resource in particular";
  system_.protected_resource = "https://mcp.example/tools";
  EXPECT_TRUE(check_goes_to_resource(system_, request));
  request.url = "https://evil.example/tools/list";
  EXPECT_EQ(answer_of(check_goes_to_resource(system_, request)), "invalid at url");
}

TEST_F(AuthorizationHeaders, AreRefusedBeforehandWhereARequestCannotBeSigned) {
  //
  TokenEntry token;
  EXPECT_TRUE(check_request(token, {.method = "get", .url = "", .host = "", .query = ""}));
  token.token_type = kSignedTokenType;
  EXPECT_TRUE(check_request(token, request_));
  const auto field = [&](const RequestToAuthorize& request) {
    return answer_of(check_request(token, request));
  };
  RequestToAuthorize bad = request_;
  bad.method = "get";
  EXPECT_EQ(field(bad), "invalid at method");
  bad = request_;
  bad.url += "&oauth_token=a";
  bad.query += "&oauth_token=a";
  EXPECT_EQ(field(bad), "invalid at url");
  bad = request_;
  bad.form = {{"a", "b"}, {"oauth_nonce", "c"}};
  EXPECT_EQ(field(bad), "invalid at form_parameters");
}

}  // namespace
}  // namespace strongroom::vault
