#include "oauth/registration.h"

#include <string>
#include <utility>

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace strongroom::oauth {
namespace {

namespace json = boost::json;
using catalogue::ClientAuthentication;
using catalogue::Grant;

constexpr char kEndpoint[] = "https://server.example.com/register";

RawResult answer(int status, std::string_view body) {
  RawAnswer answer;
  answer.response.status = status;
  answer.response.headers = {{"Content-Type", "application/json"}};
  answer.response.body = http::ResponseBody(body);
  return answer;
}

// What the example of RFC 7591 section 3.1 asks for.
ClientFacts asked() {
  ClientFacts facts;
  facts.client_name = "My Example Client";
  facts.redirect_uris = {"https://client.example.org/callback",
                         "https://client.example.org/callback2"};
  facts.grant_types = {"authorization_code", "refresh_token"};
  facts.response_types = {"code"};
  return facts;
}

// The answer of RFC 7591 section 3.2.1 with what RFC 7592 section 3 adds.
json::object example() {
  return json::parse(R"({
    "client_id": "s6BhdRkqt3",
    "client_secret": "cf136dc3c1fc93f31185e5885805d",
    "client_id_issued_at": 2893256800,
    "client_secret_expires_at": 2893276800,
    "registration_access_token": "this.is.an.access.token.value.ffx83",
    "registration_client_uri": "https://server.example.com/register/s6BhdRkqt3",
    "redirect_uris": ["https://client.example.org/callback",
                      "https://client.example.org/callback2"],
    "grant_types": ["authorization_code", "refresh_token"],
    "client_name": "My Example Client",
    "token_endpoint_auth_method": "client_secret_basic",
    "logo_uri": "https://client.example.org/logo.png",
    "jwks_uri": "https://client.example.org/my_public_keys.jwks",
    "example_extension_parameter": "example_value"})")
      .as_object();
}

std::string with(std::string_view member, json::value value) {
  json::object object = example();
  object[member] = std::move(value);
  return json::serialize(object);
}
std::string without(std::string_view member) {
  json::object object = example();
  object.erase(member);
  return json::serialize(object);
}

// "ok", "unacceptable", or the failure's cause.
std::string verdict(std::string_view body, const ClientFacts& facts = asked(), int status = 201) {
  const auto read = read_registration(answer(status, body), facts, kEndpoint);
  if (!read) return std::string(facts_of(read.error().cause).name.view());
  return read->unacceptable.view().empty() ? "ok" : "unacceptable";
}

TEST(Registration, SaysOfTheClientWhatTheExampleOfRfc7591Says) {
  // A-200, A-204
  const InitialAccessToken token("ey23f2.adfj230.af32-developer321");
  const auto request = registration_request(kEndpoint, asked(), &token);
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->message.method, "POST");
  EXPECT_EQ(request->message.url, kEndpoint);
  EXPECT_EQ(request->message.secret_header->reveal(),
            "Authorization: Bearer ey23f2.adfj230.af32-developer321");
  const json::object body = json::parse(request->message.body.reveal()).as_object();
  EXPECT_EQ(body.at("redirect_uris"), json::parse(R"(["https://client.example.org/callback",
                                                      "https://client.example.org/callback2"])"));
  EXPECT_EQ(body.at("token_endpoint_auth_method"), "client_secret_basic");
  EXPECT_EQ(body.at("application_type"), "web");
  EXPECT_EQ(body.at("client_name"), "My Example Client");
  EXPECT_FALSE(body.contains("client_id") || body.contains("jwks") || body.contains("scope"));
  const InitialAccessToken broken("two\r\nlines");
  EXPECT_FALSE(registration_request(kEndpoint, asked(), &broken).has_value());
  EXPECT_FALSE(registration_request(kEndpoint, asked(), nullptr)->message.secret_header);
}

TEST(Registration, AsksForTheGrantOfTheTargetSystemAndForNoOther) {
  // A-201
  ServerMetadata metadata;
  const auto code =
      facts_for(Grant::kAuthorizationCode, metadata, "https://v.example/cb", {"a", "b"});
  EXPECT_EQ(code.grant_types, (std::vector<std::string>{"authorization_code", "refresh_token"}));
  EXPECT_EQ(code.redirect_uris, std::vector<std::string>{"https://v.example/cb"});
  EXPECT_EQ(code.response_types, std::vector<std::string>{"code"});
  EXPECT_EQ(code.scope, "a b");
  metadata.grant_types = {"authorization_code"};
  EXPECT_EQ(facts_for(Grant::kAuthorizationCode, metadata, "", {}).grant_types,
            std::vector<std::string>{"authorization_code"});
  const auto own = facts_for(Grant::kClientCredentials, metadata, "https://v.example/cb", {});
  EXPECT_EQ(own.grant_types, std::vector<std::string>{"client_credentials"});
  EXPECT_TRUE(own.redirect_uris.empty() && own.response_types.empty());
  const auto device = facts_for(Grant::kDeviceCode, metadata, "https://v.example/cb", {});
  EXPECT_EQ(device.grant_types.front(), "urn:ietf:params:oauth:grant-type:device_code");
  EXPECT_TRUE(device.redirect_uris.empty());
}

TEST(Registration, ChoosesTheStrongestThatBothSidesHave) {
  // A-204
  catalogue::Provider provider;
  provider.client_authentication = {
      ClientAuthentication::kClientSecretPost, ClientAuthentication::kNone,
      ClientAuthentication::kPrivateKeyJwt, ClientAuthentication::kClientSecretBasic};
  ServerMetadata metadata;
  metadata.auth_methods = {"none", "client_secret_post", "client_secret_basic", "private_key_jwt"};
  EXPECT_EQ(registration_method(provider, metadata, true), ClientAuthentication::kPrivateKeyJwt);
  EXPECT_EQ(registration_method(provider, metadata, false),
            ClientAuthentication::kClientSecretBasic);
  metadata.auth_methods = {"none", "client_secret_post"};
  EXPECT_EQ(registration_method(provider, metadata, true), ClientAuthentication::kClientSecretPost);
  metadata.auth_methods = {"none"};
  EXPECT_EQ(registration_method(provider, metadata, true), ClientAuthentication::kNone);
  metadata.auth_methods = {"tls_client_auth"};
  EXPECT_FALSE(registration_method(provider, metadata, true).has_value());
}

TEST(Registration, ReadsTheExamplesOfTheStandards) {
  // A-201, A-202, A-207
  const auto read = read_registration(answer(201, json::serialize(example())), asked(), kEndpoint);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->unacceptable.view(), "");
  EXPECT_EQ(read->client_id, "s6BhdRkqt3");
  EXPECT_EQ(read->secret->reveal(), "cf136dc3c1fc93f31185e5885805d");
  EXPECT_EQ(read->secret_expires_at, WallTime(Seconds(2'893'276'800)));
  EXPECT_EQ(read->configuration_endpoint, "https://server.example.com/register/s6BhdRkqt3");
  EXPECT_EQ(read->access_token->reveal(), "this.is.an.access.token.value.ffx83");
  const auto never =
      read_registration(answer(200, with("client_secret_expires_at", 0)), asked(), kEndpoint);
  ASSERT_TRUE(never.has_value());
  EXPECT_EQ(never->secret_expires_at, std::nullopt);
}

TEST(Registration, TakesNoOtherClientThanTheOneThatWasAskedFor) {
  // A-201
  const std::string bad[] = {
      with("redirect_uris", {"https://client.example.org/callback"}),
      with("redirect_uris", {"https://client.example.org/callback", "https://evil.example/"}),
      with("redirect_uris", {"https://client.example.org/callback",
                             "https://client.example.org/callback2", "https://evil.example/"}),
      with("redirect_uris", "https://client.example.org/callback"),
      without("redirect_uris"),
      with("grant_types", {"authorization_code", "implicit"}),
      with("grant_types", {"refresh_token"}),
      with("grant_types", 7),
      with("token_endpoint_auth_method", "none"),
      with("token_endpoint_auth_method", "client_secret_post"),
      with("token_endpoint_auth_method", {"client_secret_basic"}),
      without("client_secret"),
      with("client_secret", "with\ncontrol"),
      with("client_secret", json::string(5000, 'x')),
      with("client_secret_expires_at", -1),
      with("client_secret_expires_at", "tomorrow"),
      with("client_secret_expires_at", 9.5),
      with("client_secret_expires_at", 300'000'000'000'000),
  };
  for (const std::string& body : bad) EXPECT_EQ(verdict(body), "unacceptable") << body;
  EXPECT_EQ(verdict(without("grant_types")), "ok") << "the standard's default";
  EXPECT_EQ(verdict(without("token_endpoint_auth_method")), "ok");
  EXPECT_EQ(verdict(with("grant_types", {"authorization_code"})), "ok");
  // A server that could be asked to forget it is told where.
  const auto swapped = read_registration(answer(201, with("token_endpoint_auth_method", "none")),
                                         asked(), kEndpoint);
  EXPECT_TRUE(swapped->access_token.has_value());
}

TEST(Registration, ManagesNothingAtAnotherServer) {
  // A-201, A-202
  for (const char* uri : {"http://server.example.com/register/x", "https://evil.example/register/x",
                          "https://server.example.com:444/register/x",
                          "https://server.example.com@evil.example/", "register/x", ""}) {
    EXPECT_EQ(verdict(with("registration_client_uri", uri)), "unacceptable") << uri;
  }
  EXPECT_EQ(verdict(with("registration_access_token", "two words")), "unacceptable");
  for (const char* member : {"registration_client_uri", "registration_access_token"}) {
    const auto read = read_registration(answer(201, without(member)), asked(), kEndpoint);
    ASSERT_TRUE(read.has_value());
    EXPECT_FALSE(read->access_token) << "there is nothing that it could be managed with";
    EXPECT_EQ(read->configuration_endpoint, "");
  }
}

TEST(Registration, IsNoneWithoutAClientId) {
  // A-201
  for (const std::string& body :
       {without("client_id"), with("client_id", 7), with("client_id", ""), with("client_id", "a b"),
        with("client_id", "a\r\nb"), with("client_id", json::string(2049, 'a')), std::string("[]"),
        std::string("{"), std::string(R"({"client_id":"a","client_id":"b"})")}) {
    EXPECT_EQ(verdict(body), "malformed_answer") << body.substr(0, 60);
  }
}

TEST(Registration, TellsPeopleWhyItWasRefused) {
  // A-203
  for (const char* error : {"invalid_redirect_uri", "invalid_client_metadata",
                            "invalid_software_statement", "unapproved_software_statement"}) {
    const std::string body =
        std::string(R"({"error":")") + error + R"(","error_description":"<b>call me</b>"})";
    const auto read = read_registration(answer(400, body), asked(), kEndpoint);
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().error_code, error);
    const Error said = as_error(read.error());
    EXPECT_NE(said.message.view().find(error), std::string_view::npos);
    EXPECT_EQ(said.message.view().find("call me"), std::string_view::npos);
  }
  EXPECT_EQ(verdict("{}", asked(), 401), "access_denied");
  EXPECT_EQ(verdict("{}", asked(), 403), "access_denied");
  EXPECT_EQ(verdict("{}", asked(), 307), "redirected");
  EXPECT_EQ(verdict("{}", asked(), 404), "endpoint_not_found");
  EXPECT_EQ(verdict("{}", asked(), 503), "provider_unavailable");
  EXPECT_EQ(verdict(R"({"error":"invalid_redirect_uri"})", asked(), 500), "provider_unavailable");
}

TEST(Registration, SpeaksForTheClientWithItsOwnTokenAlone) {
  // A-202
  const RegistrationAccessToken token("reg-23410913-abewfq.123483");
  const TokenRequest update = registration_update("https://server.example.com/register/s6BhdRkqt3",
                                                  token, asked(), "s6BhdRkqt3");
  EXPECT_EQ(update.message.method, "PUT");
  EXPECT_EQ(json::parse(update.message.body.reveal()).at("client_id"), "s6BhdRkqt3");
  EXPECT_EQ(update.message.secret_header->reveal(),
            "Authorization: Bearer reg-23410913-abewfq.123483");
  const TokenRequest removal =
      registration_removal("https://server.example.com/register/s6BhdRkqt3", token);
  EXPECT_EQ(removal.message.method, "DELETE");
  EXPECT_EQ(removal.message.body.reveal(), "");
  EXPECT_EQ(read_removal(answer(204, "")), Removal::kGone);
  EXPECT_EQ(read_removal(answer(401, "")), Removal::kGone);
  EXPECT_EQ(read_removal(answer(405, "")), Removal::kNotPossible);
  EXPECT_EQ(read_removal(answer(403, "")), Removal::kNotPossible);
  EXPECT_EQ(read_removal(answer(503, "")), Removal::kNotNow);
  EXPECT_EQ(read_removal(tl::make_unexpected(TokenFailure{.cause = FailureCause::kTimedOut})),
            Removal::kNotNow);
}

}  // namespace
}  // namespace strongroom::oauth
