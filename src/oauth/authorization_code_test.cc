#include "oauth/authorization_code.h"

#include <string>

#include <gtest/gtest.h>

#include "catalogue/catalogue.h"
#include "crypto/testing/counting_random.h"
#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"
#include "crypto/testing/test_certificates.h"
#include "oauth/raw_answer.h"
#include "oauth/refresh.h"

namespace strongroom::oauth {
namespace {

using catalogue::ClientAuthentication;
using catalogue::Provider;

constexpr char kVerifier[] = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr char kGuid[] = "72f988bf-86f1-41af-91ab-2d7cd011db47";

const Provider& built_in(std::string_view id) {
  static const catalogue::Catalogue catalogue = *catalogue::Catalogue::built_in();
  return *catalogue.find(id);
}

// A provider at which people sign in, with every way of client authentication.
Provider plain() {
  Provider provider = built_in("generic");
  provider.grants = {catalogue::Grant::kAuthorizationCode};
  provider.authorization_endpoint = "https://as.example/authorize";
  return provider;
}

// What a test says of a client; the rest is harmless.
struct Asked {
  Provider entry = plain();
  catalogue::Parameters parameters = {{"token_endpoint", "https://as.example/token"}};
  std::string tenant = {};
  std::vector<std::string> scopes = {};
  std::optional<ClientAuthentication> authentication = {};
  std::string redirect_uri = "https://client.example.com/cb";
  bool with_verifier = true;
  const AssertionKey* key = nullptr;
  const crypto::KeyAndCertificate* certificate = nullptr;

  template <class Build>
  auto with_client(const Build& build) const {
    const ConsumerSecret secret("gX1fBat3bV-and-as-long-as-hs256-wants-it");
    crypto::CountingRandom random;
    const bool by_secret = key == nullptr && certificate == nullptr;
    return build({.provider = entry,
                  .parameters = parameters,
                  .tenant = tenant,
                  .consumer_key = "s6BhdRkqt3",
                  .consumer_secret = by_secret ? &secret : nullptr,
                  .key = key,
                  .certificate = certificate,
                  .authentication = authentication,
                  .random = random,
                  .now = WallTime(Seconds(1'764'000'000)),
                  .issuer = "https://as.example"});
  }
  Result<TokenRequest> exchange() const {
    return with_client([&](const GrantClient& client) {
      const AuthorizationCode code("SplxlOBeZQQYbYS6WxSbIA");
      const CodeVerifier verifier = *CodeVerifier::parse(CodeVerifierText(kVerifier));
      return build_code_request({.client = client,
                                 .code = code,
                                 .redirect_uri = redirect_uri,
                                 .verifier = with_verifier ? &verifier : nullptr,
                                 .scopes = scopes});
    });
  }
  // `scopes` are those that were granted.
  Result<TokenRequest> refresh(const std::vector<std::string>* narrower = nullptr,
                               std::string_view token = "tGzv3JOkF0XG5Qx2TlKWIA",
                               std::string_view resource = {}) const {
    return with_client([&](const GrantClient& client) {
      const RefreshToken refresh_token(token);
      return build_refresh_request({.client = client,
                                    .refresh_token = refresh_token,
                                    .granted = scopes,
                                    .narrower = narrower,
                                    .resource = resource});
    });
  }
};

std::string body(const Result<TokenRequest>& request) {
  return request ? std::string(request->message.body.reveal())
                 : "none: " + std::string(request.error().message.view());
}

std::string field_of(const Result<TokenRequest>& request) {
  if (request) return "good";
  const ErrorValue* field = request.error().find("field");
  return field == nullptr ? std::string(request.error().message.view())
                          : std::get<FieldPointer>(*field).text;
}

TEST(CodeExchange, AgreesWithTheExampleInRfc6749Section413) {
  // A-033, A-050, A-051
  const auto request = Asked{}.exchange();
  EXPECT_EQ(body(request),
            "grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA"
            "&redirect_uri=https%3A%2F%2Fclient.example.com%2Fcb"
            "&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  EXPECT_EQ(request->message.method, "POST");
  EXPECT_EQ(request->message.url, "https://as.example/token");
  EXPECT_TRUE(request->message.secret_header.has_value()) << "Basic, the entry's default";
  EXPECT_TRUE(request->expectation.for_person);
}

TEST(CodeExchange, ProvesWhoTheClientIsByEveryMethodThereIs) {
  // A-051
  const auto with = [](ClientAuthentication method) {
    return body(Asked{.authentication = method}.exchange());
  };
  EXPECT_NE(with(ClientAuthentication::kClientSecretPost).find("&client_secret=gX1fBat3bV"),
            std::string::npos);
  EXPECT_NE(with(ClientAuthentication::kClientSecretJwt).find("&client_assertion=ey"),
            std::string::npos);
  const crypto::PrivateKey p256 = *crypto::private_key_from_jwk(crypto::kRfc7515P256Key);
  const AssertionKey key{.key = p256, .kid = "k1", .x5t = "", .x5t_s256 = ""};
  const Asked by_key{.authentication = ClientAuthentication::kPrivateKeyJwt, .key = &key};
  EXPECT_NE(body(by_key.exchange()).find("&client_assertion=ey"), std::string::npos);
  EXPECT_NE(body(by_key.refresh()).find("&client_assertion=ey"), std::string::npos);
  EXPECT_TRUE(by_key.exchange()->summary.by_assertion);
  const crypto::KeyAndCertificate pair{
      *crypto::PrivateKey::open(p256.der()),
      *crypto::ClientCertificate::parse(crypto::make_certificate({.key = p256}))};
  const Asked by_tls{.authentication = ClientAuthentication::kTlsClientAuth, .certificate = &pair};
  EXPECT_TRUE(by_tls.exchange()->message.identity.has_value());
  EXPECT_TRUE(by_tls.refresh()->message.identity.has_value());
  EXPECT_EQ(field_of(Asked{.key = &key}.exchange()),
            "A token request was given the wrong kind of credential.");
}

TEST(CodeExchange, ShowsNobodyCodeVerifierOrRefreshToken) {
  // A-073
  const auto exchange = Asked{}.exchange();
  const auto refresh = Asked{}.refresh();
  for (const auto* request : {&exchange, &refresh}) {
    for (const SeenParameter& seen : (*request)->summary.parameters) {
      EXPECT_EQ(seen.value.empty(), seen.name != "grant_type") << seen.name;
    }
  }
}

TEST(CodeExchange, NeedsItsVerifierUnlessTheEntrySaysOtherwise) {
  // A-042, A-043, E24
  Asked asked{.with_verifier = false};
  EXPECT_NE(field_of(asked.exchange()), "good");
  asked.entry.authorization.pkce_unsupported = true;
  EXPECT_EQ(body(asked.exchange()).find("code_verifier"), std::string::npos);
  asked.with_verifier = true;
  EXPECT_NE(field_of(asked.exchange()), "good");
}

TEST(CodeExchange, SaysWhereTheSettingsAreWrong) {
  EXPECT_EQ(
      field_of(Asked{.entry = built_in("zoom"), .parameters = {{"account_id", "a"}}}.exchange()),
      "/grant");
  EXPECT_EQ(field_of(Asked{.redirect_uri = "http://client.example.com/cb"}.exchange()),
            "/redirect_uri");
  EXPECT_EQ(field_of(Asked{.scopes = {"a b"}}.exchange()), "/scopes/0");
  Asked hostile;
  hostile.entry.token_parameters = {{.name = "code", .literal = "evil", .asked = {}}};
  EXPECT_EQ(field_of(hostile.exchange()), "/endpoint_parameters/code");
}

TEST(CodeExchange, AtMicrosoftExpectsAnIdTokenAndTheScopesOfTheSettings) {
  // A-036, A-061
  const Asked asked{.entry = built_in("microsoft"),
                    .parameters = {},
                    .tenant = "organizations",
                    .scopes = {"https://graph.microsoft.com/Mail.Read"}};
  const auto request = asked.exchange();
  ASSERT_TRUE(request.has_value()) << request.error().message.view();
  EXPECT_EQ(request->message.url,
            "https://login.microsoftonline.com/organizations/oauth2/v2.0/token");
  EXPECT_EQ(request->expectation.scopes, asked.scopes);
}

TEST(RefreshRequest, AgreesWithTheExampleInRfc6749Section6) {
  // A-083
  const auto request = Asked{.scopes = {"read", "write"}}.refresh();
  EXPECT_EQ(body(request), "grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA");
  EXPECT_TRUE(request->expectation.for_person);
  EXPECT_EQ(request->expectation.scopes, (std::vector<std::string>{"read", "write"}));
}

TEST(RefreshRequest, AsksForFewerScopesAndNeverForMore) {
  // A-083
  const Asked asked{.scopes = {"read", "write"}};
  const std::vector<std::string> fewer = {"read"};
  EXPECT_EQ(body(asked.refresh(&fewer)),
            "grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA&scope=read");
  EXPECT_EQ(asked.refresh(&fewer)->expectation.scopes, fewer);
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{"read", "admin"}, {"read write", "read"}, {"read", "READ"}}) {
    EXPECT_TRUE(field_of(asked.refresh(&more)).starts_with("/scopes/"));
  }
  const std::vector<std::string> none;
  EXPECT_EQ(field_of(asked.refresh(&none)), "/scopes");
  EXPECT_EQ(field_of(asked.refresh(nullptr, "")), "/refresh_token");
}

TEST(RefreshRequest, AtMicrosoftNamesTheScopes) {
  // A-083
  const Asked asked{.entry = built_in("microsoft"),
                    .parameters = {},
                    .tenant = kGuid,
                    .scopes = {"https://graph.microsoft.com/Mail.Read"}};
  const std::string text = body(asked.refresh());
  EXPECT_NE(
      text.find("&scope=https%3A%2F%2Fgraph.microsoft.com%2FMail.Read+openid+offline_access&"),
      std::string::npos)
      << text;
  EXPECT_EQ(asked.refresh()->expectation.scopes, asked.scopes);
}

TEST(RefreshRequest, NamesTheResourceAsTheEntrySays) {
  // A-166
  const auto of = [](const Asked& asked, std::string_view resource) {
    return asked.refresh(nullptr, "tGzv3JOkF0XG5Qx2TlKWIA", resource);
  };
  const Asked generic{.scopes = {"read"}};
  EXPECT_EQ(body(of(generic, "https://files.example")),
            "grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA&"
            "resource=https%3A%2F%2Ffiles.example");
  EXPECT_EQ(of(generic, "https://files.example")->expectation.scopes, generic.scopes);
  const Asked microsoft{.entry = built_in("microsoft"),
                        .parameters = {},
                        .tenant = kGuid,
                        .scopes = {"https://graph.microsoft.com/Mail.Read"}};
  const auto vault = of(microsoft, "https://vault.azure.net");
  EXPECT_NE(
      body(vault).find("&scope=https%3A%2F%2Fvault.azure.net%2F.default+openid+offline_access&"),
      std::string::npos)
      << body(vault);
  EXPECT_TRUE(vault->expectation.scopes.empty()) << "only the provider knows what .default is";
  Asked none = generic;
  none.entry.resources.reset();
  EXPECT_EQ(field_of(of(none, "https://files.example")), "/resources");
}

TEST(RefreshRequest, TakesNoAnswerThatCouldNotBeKept) {
  // A-055
  for (const auto& request : {Asked{}.refresh(), Asked{}.exchange()}) {
    EXPECT_EQ(request->message.limits.max_response_bytes, kMaxGrantAnswer);
    EXPECT_EQ(request->message.limits.max_header_bytes, kMaxGrantHeaders);
  }
}

TokenResult answered(const std::string& members, const Expectation& expectation) {
  return parse_token_response(200, {{"Content-Type", "application/json"}},
                              R"({"access_token":"at","token_type":"Bearer")" + members + "}",
                              expectation, {});
}

TEST(CurrentRefreshToken, IsTheNewOneOrElseTheOldOne) {
  // A-082
  const auto from_now_on = [](const std::string& members) {
    auto tokens = answered(members, {.for_person = true});
    EXPECT_TRUE(tokens.has_value()) << members;
    const CurrentRefreshToken current = current_refresh_token(RefreshToken("old"), *tokens);
    EXPECT_FALSE(tokens->refresh_token.has_value());
    EXPECT_EQ(current.is_new, current.token.reveal() != "old");
    return std::string(current.token.reveal());
  };
  EXPECT_EQ(from_now_on(R"(,"refresh_token":"new")"), "new");
  EXPECT_EQ(from_now_on(""), "old");
  EXPECT_EQ(from_now_on(R"(,"refresh_token":null)"), "old");
  EXPECT_EQ(from_now_on(R"(,"refresh_token":"")"), "old");
}

}  // namespace
}  // namespace strongroom::oauth
