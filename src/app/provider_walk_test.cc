#include "app/provider_walk.h"

#include <sstream>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/clock.h"
#include "catalogue/catalogue.h"
#include "http/curl_client.h"
#include "http/resolver.h"
#include "http/testing/fake_client.h"

namespace strongroom::app {
namespace {

using catalogue::Grant;
using catalogue::Provider;
using testing::HasSubstr;
using testing::Not;

const Provider& built_in(std::string_view id) {
  static const catalogue::Catalogue catalogue = *catalogue::Catalogue::built_in();
  return *catalogue.find(id);
}

constexpr std::string_view kSecret = "canary-secret-1";
constexpr std::string_view kAccess = "canary-access-token-1";
constexpr std::string_view kRefresh = "canary-refresh-token-1";
constexpr std::string_view kCode = "canary-code-1";

struct ProviderWalkTest : testing::Test {
  WalkSettings settings{
      .provider = built_in("generic"),
      .grant = Grant::kClientCredentials,
      .parameters = {{"token_endpoint", "https://as.example/token"},
                     {"authorization_endpoint", "https://as.example/authorize"},
                     {"revocation_endpoint", "https://as.example/revoke"}},
      .consumer_key = "app-1",
      .consumer_secret = oauth::ConsumerSecret(kSecret),
      .scopes = {"read"},
      .patience = std::chrono::seconds(60),
      .ask_person = [](const oauth::AuthorizationUrl&) { FAIL() << "nobody needs to sign in"; },
  };
  SystemClock clock;
  Log log{clock, Log::Format::kText, [](std::string_view line) { ADD_FAILURE() << line; },
          LogLevel::kWarning};
  crypto::SystemRandom random;
  http::FakeClient provider{&clock};
  std::ostringstream out;

  Status walk() {
    TryTranscript transcript(out);
    ProviderWalk walk(settings, {.client = provider,
                                 .random = random,
                                 .clock = clock,
                                 .log = log,
                                 .transcript = transcript});
    return walk.walk();
  }

  std::string text() const { return out.str(); }

  void shows_no_secret() const {
    for (const std::string_view secret : {kSecret, kAccess, kRefresh, kCode}) {
      EXPECT_THAT(text(), Not(HasSubstr(std::string(secret))));
    }
  }

  // What the person's browser does: it comes back with a code, to the callback of `url`.
  void come_back(const oauth::AuthorizationUrl& url, const std::string& answer) {
    const std::string address(url.reveal());
    const auto value_of = [&](const std::string& name) {
      const std::size_t at = address.find(name + "=") + name.size() + 1;
      std::string value;
      EXPECT_TRUE(
          http::percent_decode(address.substr(at, address.find('&', at) - at), true, value));
      return value;
    };
    http::SystemResolver resolver;
    http::CurlClient browser(http::CurlClient::Options{.resolver_threads = 1}, clock, resolver,
                             log);
    http::OutgoingRequest request;
    request.method = "GET";
    request.url = value_of("redirect_uri") + "?state=" + value_of("state") + answer;
    request.policy = *http::AddressPolicy::parse({"127.0.0.1"});
    request.policy.allow_plain_http = true;
    const auto page = http::send_and_wait(browser, std::move(request));
    ASSERT_TRUE(page);
    EXPECT_EQ(page->status, 200);
  }
};

TEST_F(ProviderWalkTest, GetsATokenForAClientAndRevokesIt) {
  provider.answer_json(200, R"({"access_token":"canary-access-token-1","token_type":"Bearer",
                               "expires_in":3600,"scope":"read"})");
  provider.answer(200, "");
  const Status walked = walk();
  ASSERT_TRUE(walked) << walked.error().message.view();
  EXPECT_EQ(provider.count(), 2U);
  EXPECT_THAT(text(), HasSubstr("-> POST https://as.example/token\n"));
  EXPECT_THAT(text(), HasSubstr("Authorization: ***\n"));
  EXPECT_THAT(text(), HasSubstr("grant_type = client_credentials\n"));
  EXPECT_THAT(text(), HasSubstr("scope = read\n"));
  EXPECT_THAT(text(), HasSubstr("<- 200 in "));
  EXPECT_THAT(text(), HasSubstr("access_token = ***\n"));
  EXPECT_THAT(text(), HasSubstr("expires_in = 3600\n"));
  EXPECT_THAT(text(), HasSubstr("An access token came: it lives 3600 s, for read.\n"));
  EXPECT_THAT(text(), HasSubstr("-> POST https://as.example/revoke\n"));
  shows_no_secret();
}

TEST_F(ProviderWalkTest, KeepsWhatItIsToldToKeep) {
  settings.keep = true;
  provider.answer_json(200, R"({"access_token":"canary-access-token-1","token_type":"Bearer"})");
  ASSERT_TRUE(walk());
  EXPECT_EQ(provider.count(), 1U);
  EXPECT_THAT(text(), HasSubstr("The tokens live on"));
}

TEST_F(ProviderWalkTest, SignsInRefreshesOnceAndRevokesBoth) {
  // A-210
  settings.grant = Grant::kAuthorizationCode;
  settings.ask_person = [&](const oauth::AuthorizationUrl& url) {
    EXPECT_TRUE(url.reveal().starts_with("https://as.example/authorize?"));
    come_back(url, "&code=canary-code-1");
  };
  provider.answer_json(200, R"({"access_token":"canary-access-token-1","token_type":"Bearer",
                               "expires_in":60,"refresh_token":"canary-refresh-token-1"})");
  provider.answer_json(200, R"({"access_token":"canary-access-token-1","token_type":"Bearer",
                               "expires_in":60})");
  provider.answer(200, "");
  provider.answer(200, "");
  const Status walked = walk();
  ASSERT_TRUE(walked) << walked.error().message.view() << text();
  ASSERT_EQ(provider.count(), 4U);
  EXPECT_THAT(text(), HasSubstr("-> GET https://as.example/authorize (in the browser)\n"));
  EXPECT_THAT(text(), HasSubstr("redirect_uri = http://127.0.0.1:"));
  EXPECT_THAT(text(), HasSubstr("code_challenge_method = S256\n"));
  EXPECT_THAT(text(), HasSubstr("state = ***\n"));
  EXPECT_THAT(text(), HasSubstr("code_verifier = ***\n"));
  EXPECT_THAT(text(), HasSubstr("grant_type = refresh_token\n"));
  EXPECT_THAT(text(), HasSubstr("The refresh token stays the same.\n"));
  EXPECT_THAT(text(), HasSubstr("Revocation: refresh token\n"));
  EXPECT_THAT(text(), HasSubstr("Revocation: access token\n"));
  shows_no_secret();
}

TEST_F(ProviderWalkTest, SaysWhoMustActWhereThePersonSaidNo) {
  // A-210
  settings.grant = Grant::kAuthorizationCode;
  settings.ask_person = [&](const oauth::AuthorizationUrl& url) {
    come_back(url, "&error=access_denied&error_description=canary-words");
  };
  const Status walked = walk();
  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().code, Code::kNeedsConsent);
  EXPECT_EQ(provider.count(), 0U);
  EXPECT_THAT(text(), HasSubstr("=> No token: consent_refused\n"));
  EXPECT_THAT(text(), HasSubstr("Who must act: account_owner"));
  EXPECT_THAT(text(), Not(HasSubstr("canary-words")));
}

TEST_F(ProviderWalkTest, ShowsNothingOfWhatAProviderWrites) {
  // A-016
  provider.answer_json(400, R"({"error":"invalid_client","error_description":"canary-words",
                               "\u001b[2J":"canary-words"})");
  const Status walked = walk();
  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().code, Code::kProviderRefused);
  EXPECT_THAT(text(), HasSubstr("<- 400 in "));
  EXPECT_THAT(text(), HasSubstr("=> No token: invalid_client\n"));
  EXPECT_THAT(text(), HasSubstr("error_description = ***\n"));
  EXPECT_THAT(text(), Not(HasSubstr("canary-words")));
  EXPECT_THAT(text(), Not(HasSubstr("\x1b")));
}

TEST_F(ProviderWalkTest, HidesATokenWhereverTheProviderRepeatsIt) {
  provider.answer_json(200, R"({"access_token":"canary-access-token-1","token_type":"Bearer",
      "scope":"read canary-access-token-1 another-canary-token","token":"another-canary-token"})");
  provider.answer(200, "");
  ASSERT_TRUE(walk());
  EXPECT_THAT(text(), HasSubstr("scope = read *** ***\n"));
  EXPECT_THAT(text(), Not(HasSubstr("another-canary-token")));
  shows_no_secret();
}

TEST_F(ProviderWalkTest, SendsNothingByAnEntryThatLacksSomething) {
  settings.parameters.erase("token_endpoint");
  const Status walked = walk();
  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().code, Code::kInvalidArgument);
  EXPECT_EQ(provider.count(), 0U);
}

TEST_F(ProviderWalkTest, SaysThatTheProviderCannotBeReached) {
  provider.fail(http::Hop::kConnect, false);
  const Status walked = walk();
  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().code, Code::kUnavailable);
  EXPECT_THAT(text(), HasSubstr("=> No token: unreachable\n"));
}

TEST_F(ProviderWalkTest, ATokenIsExchangedAndNeitherOfTheTwoIsPrinted) {
  // A-180, A-181
  settings.grant = Grant::kTokenExchange;
  settings.parameters.erase("revocation_endpoint");
  EXPECT_EQ(walk().error().code, Code::kInvalidArgument) << "there is nothing to exchange";
  settings.subject_token.emplace("canary-subject-1");
  provider.answer_json(
      200, R"({"access_token":"canary-access-token-1","token_type":"Bearer","expires_in":60,)"
           R"("issued_token_type":"urn:ietf:params:oauth:token-type:access_token"})");
  ASSERT_TRUE(walk().has_value()) << text();
  EXPECT_THAT(provider.request(0).body.reveal(), HasSubstr("subject_token=canary-subject-1&"));
  EXPECT_THAT(text(), HasSubstr("Token request: token exchange"));
  EXPECT_THAT(text(), Not(HasSubstr("canary-subject-1")));
  shows_no_secret();
  provider.answer_json(200, R"({"access_token":"a","token_type":"Bearer"})");
  EXPECT_FALSE(walk().has_value()) << "it does not say what was issued";
}

}  // namespace
}  // namespace strongroom::app
