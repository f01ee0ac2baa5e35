#include "oauth/pushed_authorization.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "crypto/testing/counting_random.h"

namespace strongroom::oauth {
namespace {

using catalogue::ClientAuthentication;
using catalogue::Provider;

// RFC 7636 appendix B.
constexpr char kVerifier[] = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

Provider pushing(std::string endpoint = "https://as.example/par") {
  Provider provider;
  provider.id = "pushing";
  provider.grants = {catalogue::Grant::kAuthorizationCode};
  provider.client_authentication = {ClientAuthentication::kClientSecretBasic};
  provider.token_endpoint = "https://as.example/token";
  provider.authorization_endpoint = "https://as.example/authorize";
  provider.pushed_authorization_request_endpoint = std::move(endpoint);
  return provider;
}

// A request of a client with a secret, and what is done with it.
struct Pushed {
  Provider entry = pushing();
  std::vector<std::string> scopes = {"read"};

  template <class Use>
  auto with_request(const Use& use) const {
    const State state("the-state");
    const CodeVerifier verifier = *CodeVerifier::parse(CodeVerifierText(kVerifier));
    const catalogue::Parameters parameters;
    return use(AuthorizationRequest{.provider = entry,
                                    .parameters = parameters,
                                    .tenant = {},
                                    .consumer_key = "s6BhdRkqt3",
                                    .redirect_uri = "https://client.example.com/cb",
                                    .scopes = scopes,
                                    .state = state,
                                    .verifier = &verifier});
  }
  Result<TokenRequest> request() const {
    return with_request([&](const AuthorizationRequest& asked) {
      const ConsumerSecret secret("gX1fBat3bV");
      crypto::CountingRandom random;
      return build_pushed_authorization(asked, {.provider = entry,
                                                .parameters = asked.parameters,
                                                .tenant = {},
                                                .consumer_key = "s6BhdRkqt3",
                                                .consumer_secret = &secret,
                                                .authentication = {},
                                                .random = random,
                                                .now = FakeClock::kStart});
    });
  }
  std::string address(const std::string& request_uri) const {
    const auto url = with_request([&](const AuthorizationRequest& asked) {
      return pushed_authorization_url(asked, RequestUri(request_uri));
    });
    return url ? std::string(url->reveal()) : "none";
  }
};

PushedResult read(int status, std::string_view body) {
  RawAnswer answer;
  answer.response.status = status;
  answer.response.headers = {{"Content-Type", "application/json"}};
  answer.response.body = http::ResponseBody(body);
  return read_pushed_authorization(RawResult(std::move(answer)));
}

std::string cause(const PushedResult& result) {
  return result ? "none" : std::string(facts_of(result.error().cause).name.view());
}

TEST(PushedAuthorization, SaysEverythingToTheServerAndProvesWhoAsks) {
  // A-160
  const auto request = Pushed{}.request();
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->message.method, "POST");
  EXPECT_EQ(request->message.url, "https://as.example/par");
  EXPECT_EQ(request->message.body.reveal(),
            "response_type=code&client_id=s6BhdRkqt3"
            "&redirect_uri=https%3A%2F%2Fclient.example.com%2Fcb&scope=read&state=the-state"
            "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
            "&code_challenge_method=S256");
  EXPECT_EQ(request->summary.authentication, "client_secret_basic");
  EXPECT_EQ(request->message.body.reveal().find("request_uri"), std::string_view::npos);
}

TEST(PushedAuthorization, NamesTheClientOnceHoweverItIsProved) {
  // A-051, A-160
  Pushed pushed;
  pushed.entry.client_authentication = {ClientAuthentication::kClientSecretPost};
  const auto by_secret = pushed.request();
  ASSERT_TRUE(by_secret.has_value());
  const std::string body(by_secret->message.body.reveal());
  EXPECT_EQ(body.find("client_id="), body.rfind("client_id="));
  EXPECT_NE(body.find("&client_secret=gX1fBat3bV"), std::string::npos);
}

TEST(PushedAuthorization, LeavesTheBrowserTheReferenceAndTheClientAlone) {
  // A-160
  EXPECT_EQ(Pushed{}.address("urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c"),
            "https://as.example/authorize?client_id=s6BhdRkqt3&request_uri="
            "urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3A6esc_11ACC5bwc014ltc14eY22c");
  // What would end the address or begin another parameter is encoded, whatever a server writes.
  EXPECT_EQ(Pushed{}.address("urn:x&client_id=other"),
            "https://as.example/authorize?client_id=s6BhdRkqt3&request_uri="
            "urn%3Ax%26client_id%3Dother");
}

TEST(PushedAuthorization, MayBeLongerThanAnAddress) {
  // A-160
  Pushed pushed;
  for (int i = 0; i < 48; ++i) pushed.scopes.push_back(std::string(200, 'a') + std::to_string(i));
  const auto request = pushed.request();
  ASSERT_TRUE(request.has_value());
  EXPECT_GT(request->message.body.reveal().size(), kMaxAuthorizationUrl);
}

TEST(PushedAuthorization, GoesToASafeAddressOrNowhere) {
  // A-160
  for (const char* endpoint :
       {"http://as.example/par", "https://as.example/par?client_id=x",
        "https://as.example/par?state=x", "as.example", "https://u@as/par"}) {
    EXPECT_FALSE(Pushed{.entry = pushing(endpoint)}.request().has_value()) << endpoint;
  }
}

TEST(PushedAuthorization, IsAnsweredWith201AReferenceAndItsLife) {
  // A-160
  const auto read_well = read(201, R"({"request_uri":"urn:example:1","expires_in":60})");
  ASSERT_TRUE(read_well.has_value());
  EXPECT_EQ(read_well->request_uri.reveal(), "urn:example:1");
  EXPECT_EQ(read_well->lifetime, Seconds(60));
  for (const int status : {200, 204, 302, 303}) {
    EXPECT_NE(cause(read(status, R"({"request_uri":"urn:example:1","expires_in":60})")), "none")
        << status;
  }
  for (const char* body :
       {"", "[]", "{}", R"({"request_uri":"urn:example:1"})", R"({"expires_in":60})",
        R"({"request_uri":7,"expires_in":60})", R"({"request_uri":"urn:a b","expires_in":60})",
        R"({"request_uri":"","expires_in":60})", R"({"request_uri":"nothing","expires_in":60})",
        R"({"request_uri":"urn:a#b","expires_in":60})", R"({"request_uri":"urn:a","expires_in":0})",
        R"({"request_uri":"urn:a","expires_in":"60"})",
        R"({"request_uri":"urn:a","expires_in":-1})"}) {
    EXPECT_EQ(cause(read(201, body)), "malformed_answer") << body;
  }
  EXPECT_EQ(cause(read(201, R"({"request_uri":"urn:)" + std::string(3'000, 'a') +
                                R"(","expires_in":60})")),
            "malformed_answer");
}

TEST(PushedAuthorization, IsRefusedAsATokenRequestIs) {
  // A-160
  EXPECT_EQ(cause(read(401, R"({"error":"invalid_client"})")), "invalid_client");
  EXPECT_EQ(cause(read(400, R"({"error":"invalid_scope"})")), "invalid_scope");
  EXPECT_EQ(read(429, "{}").error().status, 429);
}

TEST(PushedAuthorization, GoesThroughTheBrowserOnlyWhereNobodyLooked) {
  // A-161
  const auto may = [](FailureCause cause, int status) {
    return may_go_unpushed({.cause = cause, .status = status});
  };
  EXPECT_TRUE(may(FailureCause::kTimedOut, 0));
  EXPECT_TRUE(may(FailureCause::kMalformedAnswer, 503));
  EXPECT_TRUE(may(FailureCause::kMalformedAnswer, 404));
  EXPECT_FALSE(may(FailureCause::kInvalidScope, 400));
  EXPECT_FALSE(may(FailureCause::kInvalidClient, 401));
  EXPECT_FALSE(may(FailureCause::kMalformedAnswer, 201));
}

TEST(PushedAuthorization, IsMadeWhereThereIsAnEndpointForWhatTheClientShows) {
  // A-160, A-161
  Provider provider = pushing();
  EXPECT_TRUE(pushes_authorization(provider, ClientAuthentication::kClientSecretBasic));
  EXPECT_TRUE(pushes_authorization(provider, ClientAuthentication::kTlsClientAuth));
  provider.mtls_token_endpoint = "https://mtls.as.example/token";
  EXPECT_FALSE(pushes_authorization(provider, ClientAuthentication::kTlsClientAuth));
  provider.requires_pushed_authorization_requests = true;
  EXPECT_TRUE(pushes_authorization(provider, ClientAuthentication::kTlsClientAuth));
  EXPECT_FALSE(pushes_authorization(pushing(""), ClientAuthentication::kClientSecretBasic));
}

}  // namespace
}  // namespace strongroom::oauth
