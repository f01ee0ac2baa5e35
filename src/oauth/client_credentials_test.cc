#include "oauth/client_credentials.h"

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "catalogue/catalogue.h"
#include "crypto/testing/counting_random.h"
#include "oauth/token_endpoint.h"

namespace strongroom::oauth {
namespace {

using catalogue::ClientAuthentication;
using catalogue::Parameters;
using catalogue::Provider;

constexpr char kGuid[] = "72f988bf-86f1-41af-91ab-2d7cd011db47";

const Provider& provider(std::string_view id) {
  static const catalogue::Catalogue catalogue = *catalogue::Catalogue::built_in();
  return *catalogue.find(id);
}

// What a test says of a request; the rest is harmless.
struct Settings {
  const Provider& entry;
  Parameters parameters = {};
  std::vector<std::string> scopes = {};
  std::string tenant = {};
  std::string key = "key";
  std::optional<ClientAuthentication> authentication = {};
  std::string resource = {};

  Result<TokenRequest> build() const {
    const ConsumerSecret secret("secret");
    crypto::CountingRandom random;
    return build_client_credentials_request({.client = {.provider = entry,
                                                        .parameters = parameters,
                                                        .tenant = tenant,
                                                        .consumer_key = key,
                                                        .consumer_secret = &secret,
                                                        .authentication = authentication,
                                                        .random = random,
                                                        .now = {}},
                                             .scopes = scopes,
                                             .resource = resource});
  }
  Status check() const {
    return check_client_credentials(entry, parameters, tenant, key, authentication, scopes);
  }
};

Settings generic(std::string endpoint = "https://as.example/token") {
  return {.entry = provider("generic"), .parameters = {{"token_endpoint", std::move(endpoint)}}};
}

std::string body(const Settings& settings) {
  const auto request = settings.build();
  EXPECT_TRUE(request.has_value()) << request.error().message.view();
  return std::string(request->message.body.reveal());
}

template <class T>
std::string field_of(const Result<T>& result) {
  if (result.has_value()) return "good";
  EXPECT_EQ(result.error().code, Code::kInvalidArgument);
  const ErrorValue* field = result.error().find("field");
  return field == nullptr ? "none" : std::get<FieldPointer>(*field).text;
}

TEST(ClientCredentials, AgreeWithTheExampleInRfc6749Section442) {
  // A-050
  Settings settings = generic();
  settings.key = "s6BhdRkqt3";
  const auto request = settings.build();
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->message.method, "POST");
  EXPECT_EQ(request->message.url, "https://as.example/token");
  EXPECT_EQ(request->message.body.reveal(), "grant_type=client_credentials");
  EXPECT_EQ(*http::find_header(request->message.headers, "content-type"),
            "application/x-www-form-urlencoded");
  EXPECT_EQ(*http::find_header(request->message.headers, "accept"), "application/json");
  ASSERT_TRUE(request->message.secret_header.has_value());
  EXPECT_EQ(request->message.secret_header->reveal(),
            "Authorization: Basic czZCaGRSa3F0MzpzZWNyZXQ=");
}

TEST(ClientCredentials, SayForWhichResourceTheTokenIsAsTheProviderWantsIt) {
  // A-164
  Settings standard = generic();
  standard.parameters["resource"] = "https://settings.example";
  standard.resource = "https://api.example/a b";
  EXPECT_EQ(body(standard),
            "grant_type=client_credentials&resource=https%3A%2F%2Fapi.example%2Fa+b");

  Settings auth0{.entry = provider("auth0"),
                 .parameters = {{"domain", "x.eu.auth0.com"}, {"audience", "https://settings"}}};
  auth0.resource = "https://api.example";
  EXPECT_NE(body(auth0).find("audience=https%3A%2F%2Fapi.example"), std::string::npos);
  EXPECT_EQ(body(auth0).find("settings"), std::string::npos);

  Settings microsoft{.entry = provider("microsoft"),
                     .scopes = {"https://graph.microsoft.com/.default"},
                     .tenant = kGuid};
  microsoft.resource = "https://vault.azure.net";
  EXPECT_NE(body(microsoft).find("scope=https%3A%2F%2Fvault.azure.net%2F.default"),
            std::string::npos);
  EXPECT_EQ(body(microsoft).find("graph"), std::string::npos);
  EXPECT_EQ(microsoft.build()->expectation.scopes,
            std::vector<std::string>{"https://vault.azure.net/.default"});

  Settings box{.entry = provider("box"), .parameters = {{"box_subject_id", "1"}}};
  box.resource = "https://api.example";
  EXPECT_EQ(field_of(box.build()), "/resources");
}

TEST(ClientCredentials, JoinScopesWithTheProvidersDelimiterAndEncodeThemOnce) {
  // A-035
  Settings settings = generic();
  settings.scopes = {"a", "b:c/d", "100%"};
  EXPECT_EQ(body(settings), "grant_type=client_credentials&scope=a+b%3Ac%2Fd+100%25");
  Provider comma = provider("generic");
  comma.scopes.delimiter = ",";
  const Settings other{.entry = comma, .parameters = settings.parameters, .scopes = {"a", "b"}};
  EXPECT_EQ(body(other), "grant_type=client_credentials&scope=a%2Cb");
  settings.scopes = {"a b"};
  EXPECT_EQ(field_of(settings.build()), "/scopes/0");
}

TEST(ClientCredentials, SendTheProvidersOwnParametersAsDataSays) {
  // A-037, A-072
  EXPECT_EQ(body({.entry = provider("zoom"), .parameters = {{"account_id", "abc"}}}),
            "grant_type=account_credentials&account_id=abc");
  EXPECT_EQ(body({.entry = provider("auth0"),
                  .parameters = {{"domain", "a.auth0.com"}, {"audience", "https://api/"}}}),
            "grant_type=client_credentials&client_id=key&client_secret=secret"
            "&audience=https%3A%2F%2Fapi%2F");
  EXPECT_EQ(body({.entry = provider("box"), .parameters = {{"box_subject_id", "42"}}}),
            "grant_type=client_credentials&client_id=key&client_secret=secret"
            "&box_subject_type=enterprise&box_subject_id=42");
  EXPECT_EQ(
      body({.entry = provider("microsoft"),
            .scopes = {"https://graph.microsoft.com/.default"},
            .tenant = kGuid}),
      "grant_type=client_credentials"
      "&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default&client_id=key&client_secret=secret");
}

TEST(ClientCredentials, AtLinearHaveScopesWithCommasBetweenThem) {
  // A-035
  Settings settings{.entry = provider("linear"), .scopes = {"read", "issues:create"}};
  EXPECT_EQ(body(settings),
            "grant_type=client_credentials&scope=read%2Cissues%3Acreate&client_id=key"
            "&client_secret=secret");
  settings.scopes = {"read,write"};
  EXPECT_EQ(field_of(settings.build()), "/scopes/0");
  settings.scopes = {};
  EXPECT_EQ(field_of(settings.build()), "/scopes");
  // Linear answers with spaces, and for older applications with a list.
  const auto request = Settings{.entry = provider("linear"), .scopes = {"read", "write"}}.build();
  ASSERT_TRUE(request.has_value());
  for (const char* granted : {R"("read write")", R"(["read","write"])", R"("read,write")"}) {
    const auto tokens = parse_token_response(
        200, {{"Content-Type", "application/json"}},
        std::string(R"({"access_token":"a","token_type":"Bearer","scope":)") + granted + "}",
        request->expectation, WallTime{});
    ASSERT_TRUE(tokens.has_value()) << granted;
    EXPECT_TRUE(tokens->missing_scopes.empty()) << granted;
  }
}

TEST(ClientCredentials, CanBeSentBothWaysWhereTheProviderTakesBoth) {
  // A-051
  const auto both = [](Settings settings) {
    settings.authentication = ClientAuthentication::kClientSecretBasic;
    const auto basic = settings.build();
    settings.authentication = ClientAuthentication::kClientSecretPost;
    return basic.has_value() && basic->message.secret_header.has_value() &&
           basic->message.body.reveal().find("client_secret") == std::string_view::npos &&
           body(settings).find("client_secret=secret") != std::string::npos;
  };
  EXPECT_TRUE(both({.entry = provider("auth0"),
                    .parameters = {{"domain", "a.auth0.com"}, {"audience", "https://api/"}}}));
  EXPECT_TRUE(both({.entry = provider("salesforce"),
                    .parameters = {{"domain", "mycompany.my.salesforce.com"}}}));
  EXPECT_TRUE(both({.entry = provider("microsoft"),
                    .scopes = {"https://graph.microsoft.com/.default"},
                    .tenant = kGuid}));
}

TEST(ClientCredentials, NothingOverridesWhatOAuthItselfSays) {
  // A-032
  for (const char* name : {"grant_type", "client_secret", "scope", "client_id", "code"}) {
    Provider hostile = provider("generic");
    hostile.token_parameters = {{.name = name, .literal = "evil", .asked = {}}};
    const Settings settings{.entry = hostile,
                            .parameters = {{"token_endpoint", "https://as.example/token"}}};
    EXPECT_FALSE(settings.build().has_value()) << name;
  }
}

TEST(ClientCredentials, AreRefusedWhereTheProviderDoesNotOfferThem) {
  // A-071
  const Settings settings{.entry = provider("google")};
  EXPECT_EQ(field_of(settings.build()), "/grant");
  EXPECT_EQ(field_of(settings.check()), "/grant");
}

TEST(ClientCredentials, AtMicrosoftNeedAConcreteTenantAndOneDefaultScope) {
  // A-241, A-242
  const std::string graph = "https://graph.microsoft.com/.default";
  const auto with = [&](std::string tenant, std::vector<std::string> scopes) {
    return Settings{
        .entry = provider("microsoft"), .scopes = std::move(scopes), .tenant = std::move(tenant)};
  };
  for (const char* bad :
       {"", "common", "organizations", "consumers", "not a tenant", " x.example"}) {
    EXPECT_EQ(field_of(with(bad, {graph}).build()), "/tenant") << bad;
  }
  EXPECT_EQ(field_of(with(kGuid, {"User.Read"}).build()), "/scopes");
  EXPECT_EQ(field_of(with(kGuid, {graph}).build()), "good");
  EXPECT_EQ(field_of(with("", {graph}).check()), "good") << "each client may bring its own";
  EXPECT_EQ(field_of(with("common", {graph}).check()), "/tenant");
}

TEST(ClientCredentials, CheckSaysWhatBuildWouldSay) {
  Settings settings = generic();
  EXPECT_EQ(field_of(settings.check()), "good");
  settings.key = "";
  EXPECT_EQ(field_of(settings.check()), "/consumer_key");
  EXPECT_EQ(field_of(settings.build()), "/consumer_key");
  EXPECT_EQ(field_of(generic("ftp://as.example/").check()), "/endpoint_parameters/token_endpoint");
  const Settings post{.entry = provider("zoom"),
                      .parameters = {{"account_id", "abc"}},
                      .authentication = ClientAuthentication::kClientSecretPost};
  EXPECT_EQ(field_of(post.check()), "/client_authentication");
}

TEST(ClientCredentials, RememberHowTheAnswerIsToBeRead) {
  // A-061
  Settings settings = generic();
  settings.scopes = {"a", "b"};
  const auto request = settings.build();
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->expectation.scopes, settings.scopes);
  const Settings box{.entry = provider("box"), .parameters = {{"box_subject_id", "42"}}};
  EXPECT_TRUE(box.build()->expectation.rules.token_type_may_be_missing);
}

TEST(TokenEndpointOfSettings, IsAnHttpsAddressWithoutTricks) {
  // A-030, A-031
  const auto field = [](const char* endpoint) { return field_of(generic(endpoint).build()); };
  for (const char* bad :
       {"http://as.example/token", "ftp://as.example/", "javascript:alert(1)", "data:text/html,x",
        "file:///etc/passwd", "//as.example/token", "as.example/token", "https://",
        "https://u:p@as.example/", "https://as.example/#f", "https://as.example/\r\nX: y",
        "https://0x7f000001/", "https://127.1/", "https://2130706433/", ""}) {
    EXPECT_EQ(field(bad), "/endpoint_parameters/token_endpoint") << bad;
  }
}

TEST(TokenEndpointOfSettings, KeepsItsQueryButNoParameterOfOAuthInIt) {
  // A-031, A-053
  const auto request = generic("https://as.example/token?tenant=x&v=1").build();
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->message.url, "https://as.example/token?tenant=x&v=1");
  for (const char* query : {"client_secret=x", "a=b&grant_type=password", "client%5Fid=x", "scope",
                            "audience=x", "a=b&%zz=1"}) {
    EXPECT_EQ(field_of(generic("https://as.example/token?" + std::string(query)).build()),
              "/endpoint_parameters/token_endpoint")
        << query;
  }
}

TEST(TokenEndpointOfSettings, IsPlainHttpOnlyWhereThatIsAllowed) {
  // A-030
  const Parameters parameters = {{"token_endpoint", "http://127.0.0.1:8080/token"}};
  const auto judged = [&](bool allow_plain_http) {
    return token_endpoint_for(provider("generic"), ClientAuthentication::kClientSecretBasic,
                              parameters, "", allow_plain_http);
  };
  EXPECT_FALSE(judged(false).has_value());
  EXPECT_TRUE(judged(true).has_value());
}

}  // namespace
}  // namespace strongroom::oauth
