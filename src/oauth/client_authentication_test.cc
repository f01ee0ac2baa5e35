#include "oauth/client_authentication.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "catalogue/catalogue.h"

namespace strongroom::oauth {
namespace {

using catalogue::ClientAuthentication;
using catalogue::Provider;

Provider provider() { return *catalogue::Catalogue::built_in()->find("generic"); }

std::string basic(std::string_view id, std::string_view secret, bool raw = false) {
  const http::SecretHeader header = basic_authorization(id, ConsumerSecret(secret), raw);
  return std::string(header.reveal());
}

std::string text_of(const TokenForm& form) {
  const http::RequestBody body = form.body();
  return std::string(body.reveal());
}

TEST(ClientAuthentication, BasicAgreesWithTheExampleInRfc6749Section231) {
  EXPECT_EQ(basic("s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw"),
            "Authorization: Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3");
}

TEST(ClientAuthentication, BasicEncodesIdAndSecretEachByItself) {
  //
  struct Case {
    std::string_view id, secret, encoded;  // encoded: base64 of the expected pair
  };
  const Case cases[] = {
      {"a:b", "c", "YSUzQWI6Yw=="},                         // a%3Ab:c
      {"a", "b:c", "YTpiJTNBYw=="},                         // a:b%3Ac
      {"a", "b+c", "YTpiJTJCYw=="},                         // a:b%2Bc
      {"a", "b%c", "YTpiJTI1Yw=="},                         // a:b%25c
      {"a", "b c", "YTpiK2M="},                             // a:b+c
      {"a", "\xC3\xBC", "YTolQzMlQkM="},                    // a:%C3%BC
      {"a", "-._~", "YTotLl9+"},                            // a:-._~
      {"id@example.com", "x", "aWQlNDBleGFtcGxlLmNvbTp4"},  // id%40example.com:x
  };
  for (const Case& c : cases) {
    EXPECT_EQ(basic(c.id, c.secret), "Authorization: Basic " + std::string(c.encoded)) << c.secret;
  }
}

TEST(ClientAuthentication, BasicRawEncodesNothing) {
  //
  EXPECT_EQ(basic("a", "b:c+d e%", true), "Authorization: Basic YTpiOmMrZCBlJQ==");
}

TEST(ClientAuthentication, BasicRawCannotSayAColonInTheId) {
  //
  Provider raw = provider();
  raw.basic_raw = true;
  EXPECT_FALSE(check_client_id(raw, ClientAuthentication::kClientSecretBasic, "a:b").has_value());
  EXPECT_TRUE(check_client_id(raw, ClientAuthentication::kClientSecretPost, "a:b").has_value());
  EXPECT_TRUE(
      check_client_id(provider(), ClientAuthentication::kClientSecretBasic, "a:b").has_value());
}

TEST(ClientAuthentication, UsesOneMethodARequest) {
  //
  const ConsumerSecret secret("s&crét");
  TokenForm post_form;
  http::OutgoingRequest post;
  ASSERT_TRUE(authenticate(provider(), ClientAuthentication::kClientSecretPost, "id", secret,
                           post_form, post)
                  .has_value());
  EXPECT_FALSE(post.secret_header.has_value());
  EXPECT_EQ(text_of(post_form), "client_id=id&client_secret=s%26cr%C3%A9t");

  TokenForm basic_form;
  http::OutgoingRequest message;
  ASSERT_TRUE(authenticate(provider(), ClientAuthentication::kClientSecretBasic, "id", secret,
                           basic_form, message)
                  .has_value());
  EXPECT_TRUE(message.secret_header.has_value());
  EXPECT_EQ(text_of(basic_form), "");
  EXPECT_TRUE(message.headers.empty());
}

TEST(ClientAuthentication, RefusesAMethodThatTheProviderDoesNotTake) {
  Provider basic_only = provider();
  basic_only.client_authentication = {ClientAuthentication::kClientSecretBasic};
  const Status status = check_client_id(basic_only, ClientAuthentication::kClientSecretPost, "id");
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(std::get<FieldPointer>(*status.error().find("field")).text, "/client_authentication");
}

TEST(ClientAuthentication, RefusesIdsAndSecretsThatAreNone) {
  const auto method = ClientAuthentication::kClientSecretBasic;
  for (const std::string& id :
       {std::string(), std::string("a\r\nb"), std::string("a\0b", 3), std::string(2049, 'a')}) {
    EXPECT_FALSE(check_client_id(provider(), method, id).has_value()) << id.substr(0, 10);
  }
  TokenForm form;
  http::OutgoingRequest message;
  EXPECT_FALSE(
      authenticate(provider(), method, "id", ConsumerSecret(""), form, message).has_value());
}

TEST(ClientAuthentication, NamesAPublicClientAndProvesNothing) {
  //
  Provider open = provider();
  open.client_authentication.push_back(ClientAuthentication::kNone);
  TokenForm form;
  http::OutgoingRequest message;
  ASSERT_TRUE(name_public_client(open, "id", form, message).has_value());
  EXPECT_EQ(text_of(form), "client_id=id");
  EXPECT_FALSE(message.secret_header.has_value());
  EXPECT_TRUE(name_public_client(open, "id", form, message).has_value()) << "it is named already";
  EXPECT_FALSE(name_public_client(open, "other", form, message).has_value());
  EXPECT_FALSE(name_public_client(provider(), "id", form, message).has_value())
      << "the entry does not list it";
  ASSERT_TRUE(form.add("client_secret", "x"));
  EXPECT_FALSE(name_public_client(open, "id", form, message).has_value());
}

TEST(ClientAuthentication, WithoutAProofThereIsAPersonAndPkce) {
  //
  Provider open = provider();
  const auto ok = [&](ClientAuthentication method, catalogue::Grant grant) {
    return check_public_client(open, method, grant).has_value();
  };
  using catalogue::Grant;
  EXPECT_TRUE(ok(ClientAuthentication::kNone, Grant::kAuthorizationCode));
  EXPECT_TRUE(ok(ClientAuthentication::kNone, Grant::kDeviceCode));
  EXPECT_FALSE(ok(ClientAuthentication::kNone, Grant::kClientCredentials));
  EXPECT_FALSE(ok(ClientAuthentication::kNone, Grant::kTokenExchange));
  EXPECT_TRUE(ok(ClientAuthentication::kClientSecretBasic, Grant::kClientCredentials));
  open.authorization.pkce_unsupported = true;
  EXPECT_FALSE(ok(ClientAuthentication::kNone, Grant::kAuthorizationCode));
  EXPECT_TRUE(ok(ClientAuthentication::kClientSecretPost, Grant::kAuthorizationCode));
}

TEST(TokenForm, LeavesEmptyValuesOutAndRefusesANameTwice) {
  //
  TokenForm form;
  EXPECT_TRUE(form.add("grant_type", "client_credentials"));
  EXPECT_TRUE(form.add("scope", ""));
  EXPECT_FALSE(form.add("grant_type", "password"));
  EXPECT_TRUE(form.add("a b", "c&d=e"));
  EXPECT_EQ(text_of(form), "grant_type=client_credentials&a+b=c%26d%3De");
}

TEST(TokenForm, HoldsMoreThanItsFirstBuffer) {
  TokenForm form;
  form.add("a", std::string(5000, 'x'));
  form.add("b", std::string(5000, 'y'));
  TokenForm moved = std::move(form);
  EXPECT_EQ(text_of(moved), "a=" + std::string(5000, 'x') + "&b=" + std::string(5000, 'y'));
}

}  // namespace
}  // namespace strongroom::oauth
