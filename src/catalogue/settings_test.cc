#include "catalogue/settings.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "catalogue/catalogue.h"

namespace strongroom::catalogue {
namespace {

constexpr char kGuid[] = "72f988bf-86f1-41af-91ab-2d7cd011db47";

const Provider& provider(std::string_view id) {
  static const Catalogue catalogue = *Catalogue::built_in();
  return *catalogue.find(id);
}

template <class T>
std::string field_of(const Result<T>& result) {
  if (result.has_value()) return "good";
  EXPECT_EQ(result.error().code, Code::kInvalidArgument);
  const ErrorValue* field = result.error().find("field");
  return field == nullptr ? "none" : std::get<FieldPointer>(*field).text;
}

std::string expand(std::string_view id, const Parameters& parameters,
                   std::string_view tenant = "") {
  const auto url = expand_token_endpoint(provider(id), parameters, tenant);
  return url.has_value() ? *url : "bad " + field_of(url);
}

TEST(TokenEndpoint, IsFilledInAsTheEntrySays) {
  // A-240
  EXPECT_EQ(expand("microsoft", {}, kGuid),
            "https://login.microsoftonline.com/" + std::string(kGuid) + "/oauth2/v2.0/token");
  EXPECT_EQ(expand("microsoft", {{"cloud", "login.microsoftonline.us"}}, "contoso.com"),
            "https://login.microsoftonline.us/contoso.com/oauth2/v2.0/token");
  EXPECT_EQ(expand("okta", {{"domain", " Acme.Okta.com "}}),
            "https://acme.okta.com/oauth2/default/v1/token");
  EXPECT_EQ(expand("okta", {{"domain", "id.acme.example"}, {"authorization_server", "aus~1"}}),
            "https://id.acme.example/oauth2/aus~1/v1/token");
  EXPECT_EQ(expand("salesforce", {{"domain", "acme.my.salesforce.com"}}),
            "https://acme.my.salesforce.com/services/oauth2/token");
  EXPECT_EQ(expand("zoom", {{"account_id", "abc_123"}}), "https://zoom.us/oauth/token");
  EXPECT_EQ(expand("generic", {{"token_endpoint", "https://as.example/t?tenant=x"}}),
            "https://as.example/t?tenant=x");
}

TEST(TokenEndpoint, IsAnotherOneForMutualTlsWhereThatIsNamed) {
  // A-141
  const auto for_certificates = [](std::string_view id, const Parameters& parameters,
                                   std::string_view tenant = "") {
    const auto url =
        expand_token_endpoint(provider(id), parameters, tenant, Connection::kMutualTls);
    return url ? *url : "bad " + field_of(url);
  };
  Parameters parameters = {{"token_endpoint", "https://as.example/token"}};
  EXPECT_EQ(for_certificates("generic", parameters), "https://as.example/token");
  parameters["mtls_token_endpoint"] = "https://mtls.as.example/token";
  EXPECT_EQ(for_certificates("generic", parameters), "https://mtls.as.example/token");
  EXPECT_EQ(expand("generic", parameters), "https://as.example/token");
  EXPECT_EQ(displayed_token_endpoint(provider("generic"), parameters, "", Connection::kMutualTls),
            "https://mtls.as.example/token");
  parameters["mtls_token_endpoint"] = "javascript:alert(1)";
  EXPECT_EQ(for_certificates("generic", parameters),
            "bad /endpoint_parameters/mtls_token_endpoint");
  EXPECT_EQ(for_certificates("microsoft", {}, kGuid), expand("microsoft", {}, kGuid));
}

TEST(RevocationEndpoint, IsEmptyWhereNothingIsKnownOfOne) {
  // A-193
  const auto expand_revocation = [](std::string_view id, const Parameters& parameters,
                                    std::string_view tenant = {}) {
    const auto url = expand_revocation_endpoint(provider(id), parameters, tenant);
    return url ? *url : "bad " + field_of(url);
  };
  Parameters parameters = {{"token_endpoint", "https://as.example/token"}};
  EXPECT_EQ(expand_revocation("generic", parameters), "");
  parameters["revocation_endpoint"] = "https://as.example/revoke";
  EXPECT_EQ(expand_revocation("generic", parameters), "https://as.example/revoke");
  EXPECT_EQ(displayed_revocation_endpoint(provider("generic"), parameters, ""),
            "https://as.example/revoke");
  parameters["revocation_endpoint"] = "javascript:alert(1)";
  EXPECT_EQ(expand_revocation("generic", parameters),
            "bad /endpoint_parameters/revocation_endpoint");
  EXPECT_EQ(expand_revocation("okta", {{"domain", "acme.okta.com"}}),
            "https://acme.okta.com/oauth2/default/v1/revoke");
  EXPECT_EQ(expand_revocation("microsoft", {}, kGuid), "");
}

TEST(TokenEndpoint, GoesToNoOtherHostWhateverAVariableSays) {
  // E8, E14
  for (const char* hostile :
       {"evil.example/", "evil.example#", "evil.example?x=", "user@evil.example", "evil.example\\",
        "acme.okta.com:8443", "127.0.0.1", "[::1]", "localhost", "169.254.169.254", "a%2eb.example",
        "{domain}", "..", "acme.okta.com\r\nHost: evil.example", "\xE2\x80\xAE.example"}) {
    EXPECT_EQ(expand("okta", {{"domain", hostile}}), "bad /endpoint_parameters/domain") << hostile;
    EXPECT_EQ(expand("salesforce", {{"domain", hostile}}), "bad /endpoint_parameters/domain");
    EXPECT_EQ(expand("microsoft", {{"cloud", hostile}}, kGuid), "bad /endpoint_parameters/cloud");
  }
  EXPECT_EQ(expand("salesforce", {{"domain", "my.salesforce.com.evil.example"}}),
            "bad /endpoint_parameters/domain");
  EXPECT_EQ(expand("microsoft", {{"cloud", "login.evil.example"}}, kGuid),
            "bad /endpoint_parameters/cloud");
}

TEST(TokenEndpoint, KeepsWhatFillsASegmentInIt) {
  for (const char* hostile :
       {"a/b", "..", ".", "a?b", "a#b", "a%2fb", "a\\b", "@evil.example", ""}) {
    const std::string url =
        expand("okta", {{"domain", "acme.okta.com"}, {"authorization_server", hostile}});
    EXPECT_EQ(url, *hostile == '\0' ? "https://acme.okta.com/oauth2/default/v1/token"
                                    : "bad /endpoint_parameters/authorization_server");
  }
  EXPECT_EQ(expand("microsoft", {}, "../evil"),
            "https://login.microsoftonline.com/..%2Fevil/oauth2/v2.0/token");
}

TEST(Parameters, AreCompleteAndKnown) {
  EXPECT_EQ(field_of(check_parameters(provider("auth0"), {{"domain", "a.auth0.com"}})),
            "/endpoint_parameters/audience");
  EXPECT_EQ(field_of(check_parameters(provider("zoom"), {})), "/endpoint_parameters/account_id");
  EXPECT_EQ(field_of(check_parameters(provider("zoom"), {{"account_id", "  "}})),
            "/endpoint_parameters/account_id");
  EXPECT_EQ(field_of(check_parameters(provider("google"), {{"a/b~c", "x"}})),
            "/endpoint_parameters/a~1b~0c");
  EXPECT_EQ(field_of(check_parameters(provider("box"),
                                      {{"box_subject_id", "1"}, {"box_subject_type", "admin"}})),
            "/endpoint_parameters/box_subject_type");
  EXPECT_EQ(field_of(check_parameters(provider("box"), {{"box_subject_id", "1"}})), "good");
  EXPECT_EQ(
      field_of(check_parameters(provider("generic"), {{"token_endpoint", "https://a.example/t"},
                                                      {"resource", "api.example.com#x"}})),
      "/endpoint_parameters/resource");
}

TEST(Parameters, GiveTheFormParametersThatHaveAValue) {
  // A-037
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(token_parameters(provider("box"), {{"box_subject_id", "42"}}),
            (Pairs{{"box_subject_type", "enterprise"}, {"box_subject_id", "42"}}));
  EXPECT_EQ(token_parameters(provider("auth0"), {{"audience", " https://api/ "}}),
            (Pairs{{"audience", "https://api/"}}));
  Provider versioned = provider("generic");
  versioned.token_headers = {{.name = "API-Version", .literal = "2", .asked = {}}};
  EXPECT_EQ(token_headers(versioned, {}), (Pairs{{"API-Version", "2"}}));
}

TEST(Scopes, AreTokensWithoutTheDelimiter) {
  // A-035
  const Provider& okta = provider("okta");
  Provider comma = okta;
  comma.scopes.delimiter = ",";
  EXPECT_EQ(field_of(check_scopes(okta, Grant::kClientCredentials, {"a", "b:c/d"})), "good");
  for (const char* bad : {"", "a b", "a\"b", "a\\b", "a\tb", "a\x7F", "ä", "a\nb"}) {
    EXPECT_EQ(field_of(check_scopes(okta, Grant::kClientCredentials, {"a", bad})), "/scopes/1")
        << bad;
  }
  EXPECT_EQ(field_of(check_scopes(comma, Grant::kClientCredentials, {"a,b"})), "/scopes/0");
  EXPECT_EQ(field_of(check_scopes(okta, Grant::kClientCredentials, {"a,b"})), "good");
  EXPECT_EQ(field_of(check_scopes(okta, Grant::kClientCredentials, {})), "/scopes");
  EXPECT_EQ(
      field_of(check_scopes(okta, Grant::kClientCredentials, std::vector<std::string>(101, "a"))),
      "/scopes");
}

TEST(Scopes, OfAnAppByItselfAtMicrosoftAreOneDefaultScope) {
  // A-242
  const Provider& microsoft = provider("microsoft");
  const std::string graph = "https://graph.microsoft.com/.default";
  EXPECT_EQ(field_of(check_scopes(microsoft, Grant::kClientCredentials, {graph})), "good");
  for (const std::vector<std::string>& bad : std::vector<std::vector<std::string>>{
           {}, {graph, "User.Read"}, {graph, graph}, {"User.Read"}, {"/.default"}, {".default"}}) {
    EXPECT_EQ(field_of(check_scopes(microsoft, Grant::kClientCredentials, bad)), "/scopes");
  }
  EXPECT_EQ(field_of(check_scopes(microsoft, Grant::kAuthorizationCode, {"User.Read"})), "good");
}

TEST(Tenant, IsAGuidOrADomainAndTrimmed) {
  const auto clean = [](std::string_view tenant) {
    return clean_tenant(provider("microsoft"), Grant::kClientCredentials, tenant, "/tenant");
  };
  EXPECT_EQ(*clean(" \t72F988BF-86F1-41AF-91AB-2D7CD011DB47\r\n"), kGuid);
  EXPECT_EQ(*clean("Contoso.OnMicrosoft.com"), "contoso.onmicrosoft.com");
  EXPECT_EQ(*clean("   "), "");
  for (const char* bad :
       {"contoso", "contoso.com/x", "contoso.com?x", "a b.com", "..", "72f988bf"}) {
    EXPECT_EQ(field_of(clean(bad)), "/tenant") << bad;
  }
}

TEST(Tenant, OfAnAppByItselfIsOneTenant) {
  // A-241
  const Provider& microsoft = provider("microsoft");
  for (const char* shared : {"common", "organizations", "consumers", "Common", " common "}) {
    EXPECT_EQ(field_of(clean_tenant(microsoft, Grant::kClientCredentials, shared, "/t")), "/t");
    EXPECT_EQ(field_of(clean_tenant(microsoft, Grant::kAuthorizationCode, shared, "/t")), "good");
  }
}

TEST(Tenant, OfTheClientWinsOverTheTargetSystems) {
  const Provider& microsoft = provider("microsoft");
  const Grant grant = Grant::kClientCredentials;
  EXPECT_EQ(*choose_tenant(microsoft, grant, "mine.example", "theirs.example"), "mine.example");
  EXPECT_EQ(*choose_tenant(microsoft, grant, " ", "theirs.example"), "theirs.example");
  EXPECT_EQ(field_of(choose_tenant(microsoft, grant, "", "")), "/tenant");
  EXPECT_EQ(*choose_tenant(provider("okta"), grant, "", ""), "");
  EXPECT_EQ(field_of(choose_tenant(provider("okta"), grant, "mine.example", "")), "/tenant");
}

TEST(SignIn, GoesToTheProvidersOwnAddresses) {
  // A-240
  const Parameters china = {{"cloud", "login.partner.microsoftonline.cn"}};
  const auto address = expand_authorization_endpoint(provider("microsoft"), china, kGuid);
  ASSERT_TRUE(address.has_value());
  EXPECT_EQ(*address, "https://login.partner.microsoftonline.cn/" + std::string(kGuid) +
                          "/oauth2/v2.0/authorize");
  const auto openid = expand_openid(provider("microsoft"), china, "organizations");
  ASSERT_TRUE(openid.has_value());
  EXPECT_EQ(openid->issuer, "https://login.partner.microsoftonline.cn/{tenantid}/v2.0");
  EXPECT_EQ(openid->jwks_uri,
            "https://login.partner.microsoftonline.cn/organizations/discovery/v2.0/keys");
  EXPECT_EQ(expand_openid(provider("google"), {}, "")->issuer, "https://accounts.google.com");
  EXPECT_EQ(expand_openid(provider("zoom"), {{"account_id", "a"}}, "")->issuer, "");
  EXPECT_FALSE(expand_authorization_endpoint(provider("microsoft"), {}, "").has_value());
  EXPECT_FALSE(
      expand_authorization_endpoint(provider("microsoft"), {{"cloud", "evil.example"}}, kGuid)
          .has_value());
}

TEST(SignIn, AsksForWhatTheEntryAlwaysNeedsBesides) {
  // A-035
  const auto scopes = [](std::vector<std::string> asked) {
    return sign_in_scopes(provider("microsoft"), asked).value();
  };
  EXPECT_EQ(scopes({"User.Read"}),
            (std::vector<std::string>{"User.Read", "openid", "offline_access"}));
  EXPECT_EQ(scopes({"offline_access", "User.Read"}),
            (std::vector<std::string>{"offline_access", "User.Read", "openid"}));
  EXPECT_FALSE(sign_in_scopes(provider("microsoft"), {"a b"}).has_value());
}

TEST(TokenEndpoint, IsShownWithBracesWhereSomethingIsNotKnownYet) {
  EXPECT_EQ(displayed_token_endpoint(provider("microsoft"), {}, ""),
            "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token");
  EXPECT_EQ(displayed_token_endpoint(provider("okta"), {}, ""),
            "https://{domain}/oauth2/default/v1/token");
  EXPECT_EQ(expand("microsoft", {}, ""), "bad /tenant");
}

}  // namespace
}  // namespace strongroom::catalogue
