#include "oauth/oauth1_request.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/testing/counting_random.h"
#include "http/message.h"

namespace strongroom::oauth {
namespace {

using catalogue::Grant;
using catalogue::Provider;
using catalogue::SignatureMethod;

constexpr WallTime kNow{Milliseconds{1'700'000'000'000}};

class Oauth1RequestTest : public testing::Test {
 protected:
  Oauth1RequestTest() {
    provider_.id = "example";
    provider_.grants = {Grant::kOauth1};
    provider_.token_endpoint = "https://as.example/access";
    provider_.authorization_endpoint = "https://as.example/authorize";
    provider_.oauth1.emplace();
    provider_.oauth1->temporary_credentials_endpoint = "https://as.example/request";
    provider_.oauth1->signature_methods = {SignatureMethod::kHmacSha1};
  }

  Oauth1Client client() {
    return {.provider = provider_,
            .parameters = parameters_,
            .tenant = "",
            .consumer_key = "key",
            .consumer_secret = &secret_,
            .random = random_,
            .now = kNow};
  }
  static std::string line(const Result<TokenRequest>& request) {
    return std::string(request.value().message.secret_header->reveal());
  }
  template <class T>
  static std::string field_of(const Result<T>& result) {
    return result ? "none" : std::get<FieldPointer>(*result.error().find("field")).text;
  }

  Provider provider_;
  catalogue::Parameters parameters_;
  ConsumerSecret secret_{"consumer secret"};
  crypto::CountingRandom random_;
  Oauth1Credentials temporary_{Oauth1Token("temporary"), Oauth1TokenSecret("secret of it")};
  Oauth1Verifier verifier_{"123456"};
  const std::vector<std::string> none_;
};

TEST_F(Oauth1RequestTest, AsksForTemporaryCredentials) {
  // the callback is sent, and signed.
  provider_.oauth1->temporary_credentials_parameters = {{"x_auth_access_type", "read only"}};
  const auto request =
      build_temporary_credentials_request(client(), "https://vault.example/cb?state=abc");
  ASSERT_TRUE(request.has_value());
  const http::OutgoingRequest& message = request->message;
  EXPECT_EQ(message.method, "POST");
  EXPECT_EQ(message.url, "https://as.example/request");
  EXPECT_EQ(message.body.reveal(), "x_auth_access_type=read+only");
  EXPECT_EQ(*http::find_header(message.headers, "Content-Type"),
            "application/x-www-form-urlencoded");
  const std::string said = line(request);
  EXPECT_TRUE(
      said.starts_with("Authorization: OAuth oauth_consumer_key=\"key\", "
                       "oauth_signature_method=\"HMAC-SHA1\", "
                       "oauth_timestamp=\"1700000000\", oauth_nonce=\""))
      << said;
  EXPECT_NE(said.find("oauth_callback=\"https%3A%2F%2Fvault.example%2Fcb%3Fstate%3Dabc\""),
            std::string::npos);
  EXPECT_EQ(said.find("oauth_token"), std::string::npos);
  EXPECT_EQ(said.find("consumer secret"), std::string::npos);
  EXPECT_EQ(request->summary.authentication, "HMAC-SHA1");
  ASSERT_EQ(request->summary.parameters.size(), 1U);
  EXPECT_EQ(request->summary.parameters[0].value, "");
}

TEST_F(Oauth1RequestTest, AsksOutOfBandWithoutACallback) {
  //
  for (const std::string_view callback : {std::string_view(), kOutOfBand}) {
    const auto request = build_temporary_credentials_request(client(), callback);
    ASSERT_TRUE(request.has_value());
    EXPECT_NE(line(request).find("oauth_callback=\"oob\""), std::string::npos);
    // Nothing that a server could count among what is signed.
    EXPECT_EQ(request->message.body.reveal(), "");
    EXPECT_EQ(http::find_header(request->message.headers, "Content-Type"), nullptr);
  }
}

TEST_F(Oauth1RequestTest, EachRequestHasItsOwnNonce) {
  //
  const auto first = build_temporary_credentials_request(client(), "oob");
  const auto second = build_temporary_credentials_request(client(), "oob");
  EXPECT_NE(line(first), line(second));
  Oauth1Client ahead = client();
  ahead.clock_skew = Seconds{-600};
  EXPECT_NE(line(build_temporary_credentials_request(ahead, "oob"))
                .find("oauth_timestamp=\"1699999400\""),
            std::string::npos);
}

TEST_F(Oauth1RequestTest, RefusesCallbacksThatAnAnswerWouldDisturb) {
  //
  for (const char* const callback :
       {"http://vault.example/cb", "vault.example", "https://vault.example/cb#x",
        "https://vault.example/cb?oauth_token=x", "https://vault.example/cb?oauth_verifier=x",
        "https://vault.example/cb?denied=x", "https://vault.example/cb?a=%"}) {
    EXPECT_EQ(field_of(build_temporary_credentials_request(client(), callback)), "/redirect_uri")
        << callback;
  }
}

TEST_F(Oauth1RequestTest, RefusesTheProtocolFromBefore) {
  // with OAuth 1.0 somebody else's account could be connected.
  provider_.oauth1->without_verifier = true;
  EXPECT_EQ(field_of(build_temporary_credentials_request(client(), "oob")), "/grant");
  EXPECT_EQ(field_of(oauth1_authorization_url(client(), temporary_.token, none_)), "/grant");
  EXPECT_EQ(field_of(build_token_credentials_request(client(), temporary_, verifier_)), "/grant");
}

TEST_F(Oauth1RequestTest, NobodySignsInWhereThereIsNoFlow) {
  // tokens of NetSuite's kind are made by hand.
  provider_.oauth1->temporary_credentials_endpoint.clear();
  EXPECT_EQ(field_of(build_temporary_credentials_request(client(), "oob")), "/grant");
  provider_.oauth1.reset();
  EXPECT_EQ(field_of(build_token_credentials_request(client(), temporary_, verifier_)), "/grant");
}

TEST_F(Oauth1RequestTest, SendsTheBrowserToTheProvider) {
  //
  const auto url = oauth1_authorization_url(client(), Oauth1Token("a b&c"), none_);
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->reveal(), "https://as.example/authorize?oauth_token=a+b%26c");

  provider_.authorization_endpoint = "https://as.example/authorize?lang=de";
  provider_.scopes.delimiter = ",";
  provider_.scopes.defaults = {"read"};
  provider_.authorization.parameters = {{"expiration", "never"}};
  const auto with_more = oauth1_authorization_url(client(), temporary_.token, none_);
  EXPECT_EQ(with_more->reveal(),
            "https://as.example/authorize?lang=de&oauth_token=temporary&scope=read&"
            "expiration=never");
  const auto chosen = oauth1_authorization_url(client(), temporary_.token, {"read", "write"});
  EXPECT_NE(chosen->reveal().find("&scope=read%2Cwrite&"), std::string_view::npos);
}

TEST_F(Oauth1RequestTest, RefusesAddressesThatSayAParameterTwice) {
  //
  EXPECT_EQ(field_of(oauth1_authorization_url(client(), temporary_.token, {"read"})), "/scopes");
  provider_.authorization_endpoint = "https://as.example/authorize?oauth_token=x";
  EXPECT_EQ(field_of(oauth1_authorization_url(client(), temporary_.token, none_)),
            "/endpoint_parameters");
}

TEST_F(Oauth1RequestTest, AsksForTokenCredentials) {
  // with the verifier, signed with the temporary secret too.
  const auto request = build_token_credentials_request(client(), temporary_, verifier_);
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->message.url, "https://as.example/access");
  const std::string said = line(request);
  EXPECT_NE(said.find("oauth_token=\"temporary\""), std::string::npos);
  EXPECT_NE(said.find("oauth_verifier=\"123456\""), std::string::npos);
  EXPECT_EQ(said.find("oauth_callback"), std::string::npos);
  EXPECT_EQ(said.find("secret%20of"), std::string::npos);
  EXPECT_EQ(field_of(build_token_credentials_request(client(), temporary_, Oauth1Verifier(""))),
            "/code");
  EXPECT_EQ(field_of(build_token_credentials_request(client(), temporary_, Oauth1Verifier("a\nb"))),
            "/code");
}

TEST_F(Oauth1RequestTest, SaysTheRealmOfTheEntry) {
  //
  provider_.oauth1->realm = "{account}";
  provider_.variables.emplace_back();
  provider_.variables.back().value.name = "account";
  parameters_["account"] = " 1234567_SB1 ";
  EXPECT_NE(line(build_temporary_credentials_request(client(), "oob"))
                .find("OAuth realm=\"1234567_SB1\", "),
            std::string::npos);
  provider_.oauth1->realm = "Photos";
  provider_.variables.clear();
  parameters_.clear();
  EXPECT_NE(
      line(build_temporary_credentials_request(client(), "oob")).find("OAuth realm=\"Photos\", "),
      std::string::npos);
}

TEST_F(Oauth1RequestTest, NeedsTlsUnlessATestSaysOtherwise) {
  //
  provider_.oauth1->temporary_credentials_endpoint = "http://127.0.0.1:8080/request";
  EXPECT_EQ(field_of(build_temporary_credentials_request(client(), "oob")), "/endpoint_parameters");
  Oauth1Client plain = client();
  plain.allow_plain_http = true;
  EXPECT_TRUE(build_temporary_credentials_request(plain, "oob").has_value());
  plain.method = SignatureMethod::kPlaintext;
  EXPECT_EQ(field_of(build_temporary_credentials_request(plain, "oob")), "/url");
}

}  // namespace
}  // namespace strongroom::oauth
