#include "oauth/authorization_request.h"

#include <string>

#include <gtest/gtest.h>

#include "catalogue/catalogue.h"
#include "http/message.h"

namespace strongroom::oauth {
namespace {

using catalogue::Parameters;
using catalogue::Prompt;
using catalogue::Provider;

// RFC 7636 appendix B.
constexpr char kVerifier[] = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr char kPkce[] =
    "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
constexpr char kGuid[] = "72f988bf-86f1-41af-91ab-2d7cd011db47";

const Provider& built_in(std::string_view id) {
  static const catalogue::Catalogue catalogue = *catalogue::Catalogue::built_in();
  return *catalogue.find(id);
}

Provider plain(std::string endpoint = "https://as.example/authorize") {
  Provider provider;
  provider.id = "plain";
  provider.grants = {catalogue::Grant::kAuthorizationCode};
  provider.authorization_endpoint = std::move(endpoint);
  return provider;
}

// What a test says of a request; the rest is harmless.
struct Asked {
  Provider entry = plain();
  std::vector<std::string> scopes = {};
  std::string tenant = {};
  std::string key = "s6BhdRkqt3";
  std::string redirect_uri = "https://client.example.com/cb";
  std::string login_hint = {};
  std::vector<Prompt> prompts = {};
  bool with_verifier = true;
  bool with_nonce = false;
  bool allow_plain_http = false;
  std::string dpop_jkt = {};
  bool on_loopback = false;

  Result<AuthorizationUrl> url() const {
    const State state("the-state");
    const Nonce nonce("the-nonce");
    const CodeVerifier verifier = *CodeVerifier::parse(CodeVerifierText(kVerifier));
    return authorization_url({.provider = entry,
                              .parameters = {},
                              .tenant = tenant,
                              .consumer_key = key,
                              .redirect_uri = redirect_uri,
                              .scopes = scopes,
                              .state = state,
                              .verifier = with_verifier ? &verifier : nullptr,
                              .nonce = with_nonce ? &nonce : nullptr,
                              .login_hint = login_hint,
                              .prompts = prompts,
                              .allow_plain_http = allow_plain_http,
                              .dpop_jkt = dpop_jkt,
                              .on_loopback = on_loopback});
  }
  std::string text() const {
    const auto built = url();
    return built ? std::string(built->reveal()) : "none: " + built.error().detail;
  }
  // Where it is wrong, or "good".
  std::string field() const {
    const auto built = url();
    if (built) return "good";
    const ErrorValue* field = built.error().find("field");
    return field == nullptr ? std::string(built.error().message.view())
                            : std::get<FieldPointer>(*field).text;
  }
};

TEST(AuthorizationUrl, SaysWhatRfc6749Section411AndPkceAskFor) {
  // A-034, A-041, A-043, A-044
  EXPECT_EQ(Asked{}.text(),
            "https://as.example/authorize?response_type=code&client_id=s6BhdRkqt3"
            "&redirect_uri=https%3A%2F%2Fclient.example.com%2Fcb&state=the-state" +
                std::string(kPkce));
}

TEST(AuthorizationUrl, BindsTheCodeToTheKeyThatTokensWillBeBoundTo) {
  // A-156
  Asked asked;
  asked.dpop_jkt = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
  EXPECT_EQ(asked.text(), Asked{}.text() + "&dpop_jkt=" + asked.dpop_jkt);
  asked.entry = plain("https://as.example/authorize?dpop_jkt=another");
  EXPECT_EQ(asked.field(), "/endpoint_parameters");
}

TEST(AuthorizationUrl, KeepsTheQueryOfTheEndpointAndNothingOfOAuthInIt) {
  // A-031
  const auto at = [](const std::string& endpoint) {
    return Asked{.entry = plain(endpoint)}.text();
  };
  EXPECT_TRUE(at("https://as.example/a?v=1&w=%20")
                  .starts_with("https://as.example/a?v=1&w=%20&response_type=code&"));
  EXPECT_TRUE(at("https://as.example/a?").starts_with("https://as.example/a?response_type=code&"));
  for (const char* bad : {"response_type=token", "a=b&redirect_uri=x", "st%61te=x", "prompt=none",
                          "response_mode=fragment", "nonce", "a=1&%zz=2", "login_hint=x"}) {
    EXPECT_TRUE(at("https://as.example/a?" + std::string(bad)).starts_with("none")) << bad;
  }
  EXPECT_TRUE(at("https://as.example/a#f").starts_with("none"));
}

TEST(AuthorizationUrl, IsAtAnHttpsAddress) {
  // A-030
  for (const char* bad : {"http://as.example/", "javascript:alert(1)", "data:text/html,x",
                          "file:///etc/passwd", "//as.example/", "https://u:p@as.example/",
                          "https://as.example/\r\nX: y", "https://as.example/$(id)`id`"}) {
    EXPECT_EQ(Asked{.entry = plain(bad)}.field(), "/endpoint_parameters") << bad;
  }
  EXPECT_EQ((Asked{.entry = plain("http://127.0.0.1:8080/"), .allow_plain_http = true}.field()),
            "good");
}

TEST(AuthorizationUrl, SendsTheCallbackByteByByte) {
  // A-033
  for (const char* good : {"https://client.example.com/cb/", "https://client.example.com:8443/CB",
                           "https://Client.Example.com/OAuthCallback/a%20b?x=1"}) {
    const std::string sent = "redirect_uri=" + http::form_encode(good) + "&";
    EXPECT_NE(Asked{.redirect_uri = good}.text().find(sent), std::string::npos) << good;
  }
  for (const char* bad :
       {"http://client.example.com/cb", "/cb", "client.example.com/cb", "OOB", " ",
        "https://client.example.com/cb#", "https://client.example.com/cb#x", "javascript:alert(1)",
        "https://client.example.com/cb?code=x", "https://client.example.com/cb?a&st%61te=1"}) {
    EXPECT_EQ(Asked{.redirect_uri = bad}.field(), "/redirect_uri") << bad;
  }
}

TEST(AuthorizationUrl, SaysWhereTheEndpointIsMissing) {
  EXPECT_EQ(Asked{.entry = plain("")}.field(), "/endpoint_parameters/authorization_endpoint");
}

TEST(AuthorizationUrl, NamesNoAddressOutOfBand) {
  // A-037
  EXPECT_EQ(Asked{.redirect_uri = ""}.text().find("redirect_uri"), std::string::npos);
  EXPECT_NE(Asked{.redirect_uri = "oob"}.text().find("redirect_uri=oob&"), std::string::npos);
}

TEST(AuthorizationUrl, HasScopesCheckedJoinedAndEncodedOnce) {
  // A-035
  Asked asked{.scopes = {"a", "b:c/d", "100%"}};
  EXPECT_NE(asked.text().find("&scope=a+b%3Ac%2Fd+100%25&"), std::string::npos);
  asked.entry.scopes.delimiter = ",";
  EXPECT_NE(asked.text().find("&scope=a%2Cb%3Ac%2Fd%2C100%25&"), std::string::npos);
  for (const char* bad : {"a,b", "a b", "", "a\"b", "a\nb", "\xC3\xA4"}) {
    asked.scopes = {"good", bad};
    EXPECT_EQ(asked.field(), "/scopes/1") << bad;
  }
}

TEST(AuthorizationUrl, HasANonceExactlyWhereAnIdTokenIsAskedFor) {
  // A-036
  Asked asked{.scopes = {"openid"}, .with_nonce = true};
  EXPECT_NE(asked.text().find("&nonce=the-nonce"), std::string::npos);
  asked.with_nonce = false;
  EXPECT_NE(asked.field(), "good");
  asked = {.scopes = {"read"}, .with_nonce = true};
  EXPECT_NE(asked.field(), "good");
  asked.with_nonce = false;
  EXPECT_EQ(asked.field(), "good");
  EXPECT_EQ(asked.text().find("nonce"), std::string::npos);
}

TEST(AuthorizationUrl, LeavesOutWhatIsEmpty) {
  // A-037
  const std::string text = Asked{}.text();
  for (const char* name : {"scope=", "login_hint", "prompt", "nonce"}) {
    EXPECT_EQ(text.find(name), std::string::npos) << name;
  }
}

TEST(AuthorizationUrl, IsRefusedRatherThanSentCut) {
  // A-038
  Asked asked;
  for (int i = 0; i < 100; ++i) asked.scopes.push_back(std::string(60, 'a') + std::to_string(i));
  EXPECT_EQ(asked.field(), "good");
  EXPECT_LE(asked.text().size(), kMaxAuthorizationUrl);
  for (std::string& scope : asked.scopes) scope += std::string(30, 'b');
  EXPECT_EQ(asked.field(), "/scopes");
}

TEST(AuthorizationUrl, HasPromptAndHintOnlyWhereTheEntryHasThem) {
  // A-039
  EXPECT_EQ(Asked{.login_hint = "ann@example.com"}.field(), "/login_hint");
  EXPECT_EQ(Asked{.prompts = {Prompt::kLogin}}.field(), "/prompt");
  Asked asked{.login_hint = "ann@example.com", .prompts = {Prompt::kSelectAccount}};
  asked.entry.authorization.login_hint = true;
  asked.entry.authorization.prompts = {Prompt::kSelectAccount, Prompt::kConsent};
  EXPECT_NE(asked.text().find("&login_hint=ann%40example.com&prompt=select_account"),
            std::string::npos);
  asked.entry.authorization.always_prompt = {Prompt::kConsent};
  EXPECT_NE(asked.text().find("&prompt=select_account+consent"), std::string::npos);
  asked.prompts = {Prompt::kConsent};
  EXPECT_TRUE(asked.text().ends_with("&prompt=consent"));
}

TEST(AuthorizationUrl, LetsNoParameterOfTheEntryOverrideOAuthsOwn) {
  // A-032, A-034
  Asked asked;
  asked.entry.authorization.parameters = {{"access_type", "offline"}};
  EXPECT_TRUE(asked.text().ends_with("&access_type=offline"));
  for (const char* name :
       {"response_type", "client_id", "redirect_uri", "state", "code_challenge", "scope", "nonce",
        "code_challenge_method", "request", "request_uri", "response_mode", "prompt"}) {
    asked.entry.authorization.parameters = {{name, "evil"}};
    EXPECT_EQ(asked.field(), "/endpoint_parameters") << name;
  }
}

TEST(AuthorizationUrl, HasNoChallengeOnlyWhereTheEntrySaysSo) {
  // A-042, A-043, E24
  Asked asked{.with_verifier = false};
  EXPECT_NE(asked.field(), "good");
  asked.entry.authorization.pkce_unsupported = true;
  EXPECT_EQ(asked.text().find("code_challenge"), std::string::npos);
  EXPECT_NE(asked.text().find("state=the-state"), std::string::npos);
  asked.with_verifier = true;
  EXPECT_NE(asked.field(), "good") << "a verifier that nobody would send";
}

TEST(AuthorizationUrl, AtMicrosoftAsksForARefreshTokenAndAnIdToken) {
  // A-240
  const Asked asked{.entry = built_in("microsoft"),
                    .scopes = {"https://graph.microsoft.com/Mail.Read"},
                    .tenant = kGuid,
                    .prompts = {Prompt::kSelectAccount},
                    .with_nonce = true};
  EXPECT_EQ(asked.text(),
            "https://login.microsoftonline.com/" + std::string(kGuid) +
                "/oauth2/v2.0/authorize?response_type=code&client_id=s6BhdRkqt3"
                "&redirect_uri=https%3A%2F%2Fclient.example.com%2Fcb"
                "&scope=https%3A%2F%2Fgraph.microsoft.com%2FMail.Read+openid+offline_access"
                "&state=the-state" +
                kPkce + "&nonce=the-nonce&prompt=select_account");
}

TEST(AuthorizationUrl, AtGoogleAsksForOfflineAccessWithConsent) {
  // A-250
  const Asked asked{.entry = built_in("google"),
                    .scopes = {"https://www.googleapis.com/auth/drive"},
                    .login_hint = "ann@example.com",
                    .with_nonce = true};
  EXPECT_TRUE(asked.text().ends_with(
      "&nonce=the-nonce&login_hint=ann%40example.com&prompt=consent&access_type=offline"));
}

TEST(AuthorizationUrl, IsForProvidersAtWhichPeopleSignIn) {
  EXPECT_EQ(Asked{.entry = built_in("zoom")}.field(), "/grant");
  EXPECT_EQ(Asked{.key = ""}.field(), "/consumer_key");
}

TEST(AuthorizationRequest, GoesBackToThisMachineByItsAddressAlone) {
  // A-211
  for (const char* good : {"http://127.0.0.1:4711/callback", "http://[::1]:4711/callback"}) {
    EXPECT_EQ((Asked{.redirect_uri = good, .on_loopback = true}.field()), "good") << good;
    // The callback of a server is https.
    EXPECT_EQ((Asked{.redirect_uri = good}.field()), "/redirect_uri") << good;
  }
  for (const char* bad :
       {"http://localhost:4711/callback", "http://127.0.0.2:4711/callback",
        "http://127.0.0.1.example.com/callback", "http://user@127.0.0.1:4711/callback",
        "http://127.0.0.1:4711/callback?state=x", "http://127.0.0.1:4711/callback#x",
        "http://192.0.2.1/callback", "https://client.example.com/cb", "oob", ""}) {
    EXPECT_EQ((Asked{.redirect_uri = bad, .on_loopback = true}.field()), "/redirect_uri") << bad;
  }
}

}  // namespace
}  // namespace strongroom::oauth
