// How requests are written, and answers read, where a provider's entry says it
// (catalogue/wire_rules.h).
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "catalogue/catalogue.h"
#include "crypto/testing/counting_random.h"
#include "oauth/authorization_request.h"
#include "oauth/client_credentials.h"
#include "oauth/json_body.h"
#include "oauth/refresh.h"
#include "oauth/revocation_message.h"
#include "oauth/token_endpoint.h"
#include "oauth/token_response.h"

namespace strongroom::oauth {
namespace {

namespace json = boost::json;
using catalogue::BodyFormat;
using catalogue::ClientAuthentication;
using catalogue::EndForm;
using catalogue::Provider;

const std::vector<http::Header> json_type = {{"Content-Type", "application/json"}};

TokenResult parse(std::string_view body, const Expectation& expectation) {
  return parse_token_response(200, json_type, body, expectation, FakeClock::kStart);
}

Provider entry() {
  const catalogue::Catalogue catalogue = *catalogue::Catalogue::built_in();
  Provider provider = *catalogue.find("generic");
  provider.wire = {.body = BodyFormat::kJson,
                   .client_id_parameter = "client_key",
                   .client_secret_parameter = "app_secret"};
  provider.client_authentication = {ClientAuthentication::kClientSecretPost,
                                    ClientAuthentication::kClientSecretBasic};
  return provider;
}

template <class Use>
auto with_client(const Provider& provider, const Use& use) {
  const ConsumerSecret secret("s\"1&=+\\");
  crypto::CountingRandom random;
  const catalogue::Parameters parameters = {{"token_endpoint", "https://as.example/token"}};
  return use(GrantClient{.provider = provider,
                         .parameters = parameters,
                         .tenant = "",
                         .consumer_key = "key \xc3\xa9",
                         .consumer_secret = &secret,
                         .authentication = {},
                         .random = random,
                         .now = {}});
}

Result<TokenRequest> credentials(const Provider& provider) {
  return with_client(provider, [](const GrantClient& client) {
    const std::vector<std::string> scopes = {"a", "b"};
    return build_client_credentials_request({.client = client, .scopes = scopes, .resource = {}});
  });
}

Result<TokenRequest> refresh(const Provider& provider) {
  return with_client(provider, [](const GrantClient& client) {
    const RefreshToken token("rt-1");
    const std::vector<std::string> granted = {"a"};
    return build_refresh_request({.client = client, .refresh_token = token, .granted = granted});
  });
}

TEST(Wire, WritesARequestAsJsonWhereTheProviderWantsIt) {
  // A-050
  const auto request = credentials(entry());
  ASSERT_TRUE(request.has_value()) << request.error().message.view();
  EXPECT_EQ(*http::find_header(request->message.headers, "content-type"), "application/json");
  const json::value body = json::parse(request->message.body.reveal());
  EXPECT_EQ(body, (json::value{{"grant_type", "client_credentials"},
                               {"scope", "a b"},
                               {"client_key", "key \xc3\xa9"},
                               {"app_secret", "s\"1&=+\\"}}));
}

TEST(Wire, SaysTheClientByTheNamesOfTheEntryAndByNoOther) {
  // A-051
  Provider provider = entry();
  provider.wire.body = BodyFormat::kForm;
  const auto request = credentials(provider);
  ASSERT_TRUE(request.has_value());
  const std::string body(request->message.body.reveal());
  EXPECT_NE(body.find("&client_key=key+%C3%A9&app_secret=s%221%26%3D%2B%5C"), std::string::npos)
      << body;
  EXPECT_EQ(body.find("client_id"), std::string::npos);
  EXPECT_EQ(body.find("client_secret"), std::string::npos);
  for (const SeenParameter& parameter : request->summary.parameters) {
    EXPECT_TRUE(parameter.name != "app_secret" || parameter.value.empty());
  }
}

TEST(Wire, ReadsNoParameterOfTheRequestFromTheAddress) {
  // A-031
  const Provider provider = entry();
  for (const std::string query : {"client_key=x", "app_secret=x", "client_id=x"}) {
    const catalogue::Parameters parameters = {
        {"token_endpoint", "https://as.example/token?" + query}};
    EXPECT_FALSE(
        token_endpoint_for(provider, ClientAuthentication::kClientSecretPost, parameters, "")
            .has_value())
        << query;
  }
}

TEST(Wire, RefreshesWhereTheEntrySays) {
  Provider provider = entry();
  EXPECT_EQ(refresh(provider)->message.url, "https://as.example/token");
  provider.wire.refresh_endpoint = "https://refresh.example/v1/refresh";
  const auto request = refresh(provider);
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->message.url, "https://refresh.example/v1/refresh");
  const json::value body = json::parse(request->message.body.reveal());
  EXPECT_EQ(body.at("refresh_token").as_string(), "rt-1");
  EXPECT_EQ(body.at("grant_type").as_string(), "refresh_token");
  EXPECT_EQ(credentials(provider)->message.url, "https://as.example/token") << "that only";
}

TEST(Wire, NamesTheClientInTheAddressOfASignInAsTheEntrySays) {
  // A-032
  Provider provider = entry();
  provider.authorization_endpoint = "https://as.example/authorize";
  provider.authorization.pkce_unsupported = true;
  const State state("the-state");
  const catalogue::Parameters parameters = {{"token_endpoint", "https://as.example/token"}};
  const std::vector<std::string> scopes;
  const auto url = authorization_url({.provider = provider,
                                      .parameters = parameters,
                                      .tenant = {},
                                      .consumer_key = "key",
                                      .redirect_uri = "https://vault.example/OAuthCallback",
                                      .scopes = scopes,
                                      .state = state});
  ASSERT_TRUE(url.has_value()) << url.error().message.view();
  const std::string text(url->reveal());
  EXPECT_NE(text.find("&client_key=key&"), std::string::npos) << text;
  EXPECT_EQ(text.find("client_id"), std::string::npos) << text;
}

TEST(Wire, ReadsAnAnswerThroughItsEnvelopeAndByItsNames) {
  // A-057, A-060, A-061
  Expectation expectation{.scopes = {"a", "b"}, .for_person = true};
  expectation.rules.success = {{"status", std::int64_t{0}}};
  expectation.rules.envelope = {"body", "user"};
  expectation.rules.access_token_member = "accessToken";
  expectation.rules.refresh_token_member = "refreshToken";
  expectation.rules.expires_in_member = "expiresIn";
  expectation.rules.scope_member = "scopes";
  expectation.rules.token_type_may_be_missing = true;
  const auto tokens = parse(
      R"({"status":0,"access_token":"outside","body":{"user":{"accessToken":"at-1",)"
      R"("refreshToken":"rt-1","expiresIn":"10800","scopes":["a"],"access_token":"standard"}}})",
      expectation);
  ASSERT_TRUE(tokens.has_value()) << tokens.error().detail;
  EXPECT_EQ(tokens->access_token.reveal(), "at-1");
  EXPECT_EQ(tokens->refresh_token->reveal(), "rt-1");
  EXPECT_EQ(tokens->lifetime, Seconds(10800));
  EXPECT_EQ(tokens->missing_scopes, std::vector<std::string>{"b"});
  for (const std::string_view bad :
       {R"({"status":0})", R"({"status":0,"body":{}})", R"({"status":0,"body":{"user":[]}})",
        R"({"status":0,"body":{"user":null}})", R"({"status":0,"accessToken":"at-1"})",
        R"({"status":503,"body":{"user":{"accessToken":"at-1"}}})",
        R"({"status":0,"error":"x","body":{"user":{"accessToken":"at-1"}}})",
        R"({"status":0,"body":{"user":{"accessToken":"at-1","error":"invalid_grant"}}})"}) {
    EXPECT_FALSE(parse(bad, expectation).has_value()) << bad;
  }
}

std::optional<Seconds> life(EndForm form, std::string_view end,
                            std::optional<Seconds> default_lifetime = {}) {
  Expectation expectation;
  expectation.rules.expires_at_member = "expires_at";
  expectation.rules.expires_at_form = form;
  expectation.rules.default_lifetime = default_lifetime;
  std::string body = R"({"access_token":"a","token_type":"bearer","expires_at":)";
  body.append(end).append("}");
  const auto tokens = parse(body, expectation);
  EXPECT_TRUE(tokens.has_value()) << end;
  return tokens ? tokens->lifetime : Seconds(-1);
}

TEST(Wire, ReadsWhenATokenEnds) {
  // A-060
  const WallTime in_an_hour = FakeClock::kStart + Seconds(3600);
  const auto milliseconds = in_an_hour.time_since_epoch().count();
  const std::string seconds = std::to_string(milliseconds / 1000);
  EXPECT_EQ(life(EndForm::kEpochSeconds, seconds), Seconds(3600));
  EXPECT_EQ(life(EndForm::kEpochSeconds, "\"" + seconds + "\""), Seconds(3600));
  EXPECT_EQ(life(EndForm::kEpochSeconds, seconds + ".0"), Seconds(3600));
  EXPECT_EQ(life(EndForm::kEpochMilliseconds, std::to_string(milliseconds)), Seconds(3600));
  EXPECT_EQ(life(EndForm::kIso8601, "\"" + rfc3339(in_an_hour) + "\""), Seconds(3600));
}

TEST(Wire, TakesNoEndThatCannotBeMeant) {
  // A-060
  for (const EndForm form : {EndForm::kEpochSeconds, EndForm::kEpochMilliseconds}) {
    for (const std::string_view past : {"0", "-1", "-9223372036854775808", "1", "\"-5\""}) {
      EXPECT_EQ(life(form, past), Seconds(0)) << past;
    }
    for (const std::string_view none :
         {"9223372036854775807", "4503599627370496", "1e300", "true", "[]", "{}", "\"soon\"", "1.5",
          "\"99999999999999999999\""}) {
      EXPECT_EQ(life(form, none, Seconds(77)), Seconds(77)) << none;
      EXPECT_EQ(life(form, none), std::nullopt) << none;
    }
  }
  EXPECT_EQ(life(EndForm::kIso8601, "\"2006-01-02T15:04:05Z\""), Seconds(0));
  for (const std::string_view none :
       {"\"9999-12-31T23:59:59Z\"", "\"2026-13-01T00:00:00Z\"", "\"tomorrow\"", "\"\"", "7"}) {
    EXPECT_EQ(life(EndForm::kIso8601, none, Seconds(77)), Seconds(77)) << none;
  }
}

TEST(Wire, FallsBackOnALifetimeWhereNoEndIsSaid) {
  // A-060
  Expectation expectation;
  expectation.rules.expires_at_member = "expires_at";
  const auto tokens =
      parse(R"({"access_token":"a","token_type":"bearer","expires_in":60})", expectation);
  ASSERT_TRUE(tokens.has_value());
  EXPECT_EQ(tokens->lifetime, Seconds(60));
}

}  // namespace
}  // namespace strongroom::oauth
