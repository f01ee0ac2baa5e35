#include "oauth/token_exchange.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "catalogue/catalogue.h"
#include "crypto/testing/counting_random.h"
#include "http/message.h"

namespace strongroom::oauth {
namespace {

using catalogue::ClientAuthentication;
using catalogue::ExchangeRules;
using catalogue::Provider;

constexpr char kAccessToken[] = "urn:ietf:params:oauth:token-type:access_token";
constexpr char kJwt[] = "urn:ietf:params:oauth:token-type:jwt";

Provider entry(const char* id) { return *catalogue::Catalogue::built_in()->find(id); }

// What a test says of a request; the rest is harmless.
struct Settings {
  Provider provider = entry("generic");
  catalogue::Parameters parameters = {{"token_endpoint", "https://as.example.com/as/token.oauth2"}};
  std::string tenant = {};
  std::string token = "accVkjcJyb4BWCxGsndESCJQbdFMogUC5PbRDqceLTC";
  std::vector<std::string> scopes = {};
  std::string resource = {};
  ClientAuthentication authentication = ClientAuthentication::kClientSecretBasic;

  Result<TokenRequest> build() const {
    static crypto::CountingRandom random;
    const ConsumerSecret secret("long-secure-random-secret");
    const AccessToken subject(token);
    return build_token_exchange_request({.client = {.provider = provider,
                                                    .parameters = parameters,
                                                    .tenant = tenant,
                                                    .consumer_key = "rs08",
                                                    .consumer_secret = &secret,
                                                    .authentication = authentication,
                                                    .random = random,
                                                    .now = FakeClock::kStart},
                                         .rules = *provider.token_exchange,
                                         .subject_token = subject,
                                         .scopes = scopes,
                                         .resource = resource});
  }
};

std::string body_of(const Result<TokenRequest>& request) {
  EXPECT_TRUE(request.has_value()) << request.error().message.view();
  return request.has_value() ? std::string(request->message.body.reveal()) : "";
}

// The cause of an answer to a request that asks for `requested`, or "taken".
std::string answered(const std::string& body, const std::string& requested = {},
                     bool may_be_missing = false) {
  Settings settings;
  settings.provider.token_exchange->requested_token_type = requested;
  settings.provider.token_exchange->issued_token_type_may_be_missing = may_be_missing;
  const auto request = settings.build();
  if (!request) return "no request";
  const auto tokens = parse_token_response(200, {{"Content-Type", "application/json"}}, body,
                                           request->expectation, FakeClock::kStart);
  return tokens ? "taken" : std::string(facts_of(tokens.error().cause).name.view());
}

std::string answer(const std::string& issued, const std::string& token_type = "Bearer") {
  const std::string said = issued.empty() ? "" : R"("issued_token_type":")" + issued + "\",";
  return R"({"access_token":"at-2",)" + said + R"("token_type":")" + token_type +
         R"(","expires_in":60})";
}

TEST(TokenExchange, AsksAsInTheExampleOfTheRfc) {
  // A-180. RFC 8693 section 2.3
  const auto request = Settings{.resource = "https://backend.example.com/api"}.build();
  EXPECT_EQ(body_of(request),
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange"
            "&subject_token=accVkjcJyb4BWCxGsndESCJQbdFMogUC5PbRDqceLTC"
            "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token"
            "&resource=https%3A%2F%2Fbackend.example.com%2Fapi");
  EXPECT_EQ(request->message.url, "https://as.example.com/as/token.oauth2");
  EXPECT_FALSE(request->summary.by_assertion);
}

TEST(TokenExchange, TakesTheAnswerOfTheRfcsExample) {
  // A-181. RFC 8693 section 2.3
  EXPECT_EQ(
      answered(R"({"access_token":"eyJhbGciOiJFUzI1NiIsImtpZCI6IjllciJ9.eyJhdWQiOiJodHRwczovL)"
               R"(2JhY2tlbmQuZXhhbXBsZS5jb20ifQ.40y3ZgQedw6rxf59WlwHDD9jryFOr0_Wh3CGozQBihNBh)"
               R"(nXEQgU85AI9x3KmsPottVMLPIWvmDCMy5-kdXjwhw",)"
               R"("issued_token_type":"urn:ietf:params:oauth:token-type:access_token",)"
               R"("token_type":"Bearer","expires_in":60})"),
      "taken");
}

TEST(TokenExchange, WhatIsNoBearerTokenIsHandedToNobody) {
  // A-181. RFC 8693 appendix A.1: the token that is issued there is used as no access token
  EXPECT_EQ(answered(answer(kJwt, "N_A")), "unusable_token_type");
  EXPECT_EQ(answered(answer(kAccessToken, "n_a")), "unusable_token_type");
  EXPECT_EQ(answered(answer(kJwt, "N_A"), kJwt), "unusable_token_type");
  EXPECT_EQ(answered(answer("", "N_A"), {}, /*may_be_missing=*/true), "unusable_token_type");
}

TEST(TokenExchange, TheAnswerNamesTheTypeThatWasIssued) {
  // A-181
  EXPECT_EQ(answered(answer("")), "issued_type_missing");
  EXPECT_EQ(answered(answer(""), {}, /*may_be_missing=*/true), "taken");
  EXPECT_EQ(answered(R"({"access_token":"a","token_type":"Bearer","issued_token_type":7})"),
            "malformed_answer");
  EXPECT_EQ(answered(answer(kAccessToken)), "taken");
  EXPECT_EQ(answered(answer(kJwt)), "taken");
}

TEST(TokenExchange, AnotherTypeThanWasAskedForIsNotTaken) {
  // A-181
  EXPECT_EQ(answered(answer(kAccessToken), kAccessToken), "taken");
  EXPECT_EQ(answered(answer(kJwt), kAccessToken), "other_token_type");
  EXPECT_EQ(answered(answer(kAccessToken), kJwt), "other_token_type");
  for (const char* const other : {"refresh_token", "id_token", "saml1", "saml2"}) {
    EXPECT_EQ(answered(answer(std::string("urn:ietf:params:oauth:token-type:") + other)),
              "other_token_type");
    // Nor where an entry allows the type to be missing: it is said.
    EXPECT_EQ(answered(answer(std::string("urn:ietf:params:oauth:token-type:") + other), {}, true),
              "other_token_type");
  }
  EXPECT_EQ(answered(answer("urn:example:own")), "other_token_type");
}

TEST(TokenExchange, SaysWhatIsWantedAndNamesNoActor) {
  // A-180
  Settings settings{.scopes = {"read", "write"}};
  settings.provider.token_exchange->requested_token_type = kAccessToken;
  settings.provider.token_exchange->subject_token_type = kJwt;
  const std::string body = body_of(settings.build());
  EXPECT_NE(body.find("&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt&"
                      "requested_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token"
                      "&scope=read+write"),
            std::string::npos)
      << body;
  EXPECT_EQ(body.find("actor_token"), std::string::npos);
}

TEST(TokenExchange, OnBehalfOfSomebodyTheTokenIsAnAssertion) {
  // A-184
  const Settings settings{.provider = entry("microsoft"),
                          .parameters = {},
                          .tenant = "contoso.example",
                          .token = "eyJ0.eyJh.c2ln",
                          .scopes = {"https://graph.microsoft.com/User.Read"},
                          .authentication = ClientAuthentication::kClientSecretPost};
  const auto request = settings.build();
  EXPECT_EQ(body_of(request),
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
            "&assertion=eyJ0.eyJh.c2ln&requested_token_use=on_behalf_of"
            "&scope=https%3A%2F%2Fgraph.microsoft.com%2FUser.Read"
            "&client_id=rs08&client_secret=long-secure-random-secret");
  EXPECT_EQ(request->message.url,
            "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token");
  EXPECT_FALSE(request->summary.by_assertion) << "the secret is what may be refused";
  // There is no issued_token_type in that protocol.
  EXPECT_FALSE(request->expectation.issued_type.has_value());
}

TEST(TokenExchange, TheTokenIsNotSeenInTheRecordOfTheRequest) {
  // A-180
  const auto request = Settings{.scopes = {"read"}}.build();
  ASSERT_TRUE(request.has_value());
  for (const SeenParameter& seen : request->summary.parameters) {
    const bool may_be_seen =
        seen.name == "grant_type" || seen.name == "subject_token_type" || seen.name == "scope";
    EXPECT_EQ(seen.value.empty(), !may_be_seen) << seen.name;
  }
}

TEST(TokenExchange, SettingsAreJudgedBeforeThereIsASecret) {
  // A-180
  const auto check = [](const char* id, const catalogue::Parameters& parameters,
                        const std::vector<std::string>& scopes) {
    const Status status =
        check_token_exchange(entry(id), parameters, "", "key", std::nullopt, scopes);
    if (status) return std::string("good");
    const ErrorValue* const field = status.error().find("field");
    return field == nullptr ? "none" : std::get<FieldPointer>(*field).text;
  };
  EXPECT_EQ(check("generic", {{"token_endpoint", "https://as.example/token"}}, {}), "good");
  EXPECT_EQ(check("generic", {}, {}), "/endpoint_parameters/token_endpoint");
  EXPECT_EQ(check("generic", {{"token_endpoint", "https://as.example/token"}}, {"a\"b"}),
            "/scopes/0");
  EXPECT_EQ(check("microsoft", {}, {"https://graph.microsoft.com/User.Read"}), "good");
  EXPECT_EQ(check("github", {}, {}), "/grant");
}

}  // namespace
}  // namespace strongroom::oauth
