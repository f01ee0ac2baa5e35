#include "oauth/token_revocation.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "catalogue/catalogue.h"
#include "crypto/testing/counting_random.h"
#include "crypto/testing/jose.h"
#include "crypto/testing/rfc_keys.h"
#include "http/testing/fake_client.h"
#include "oauth/token_client.h"

namespace strongroom::oauth {
namespace {

using catalogue::ClientAuthentication;
using catalogue::Provider;
using catalogue::RevocationMethod;
using catalogue::RevocationPlace;

const Provider& built_in(std::string_view id) {
  static const catalogue::Catalogue catalogue = *catalogue::Catalogue::built_in();
  return *catalogue.find(id);
}

struct Asked {
  const Provider& entry = built_in("generic");
  catalogue::Parameters parameters = {{"token_endpoint", "https://as.example/token"},
                                      {"revocation_endpoint", "https://as.example/revoke"}};
  std::optional<ClientAuthentication> authentication = {};
  TokenKind kind = TokenKind::kRefreshToken;
  const AssertionKey* key = nullptr;

  Result<TokenRequest> request() const {
    const ConsumerSecret secret("gX1fBat3bV");
    const RefreshToken refresh("45ghiukldjahdnhzdauz");
    const AccessToken access("at+1");
    crypto::CountingRandom random;
    const GrantClient client{.provider = entry,
                             .parameters = parameters,
                             .tenant = {},
                             .consumer_key = "s6BhdRkqt3",
                             .consumer_secret = key == nullptr ? &secret : nullptr,
                             .key = key,
                             .authentication = authentication,
                             .random = random,
                             .now = FakeClock::kStart,
                             .issuer = "https://as.example"};
    const RevocableToken token =
        kind == TokenKind::kRefreshToken ? RevocableToken(&refresh) : RevocableToken(&access);
    return build_revocation_request(client, token);
  }
};

std::string body(const Result<TokenRequest>& request) {
  return request ? std::string(request->message.body.reveal())
                 : "none: " + std::string(request.error().message.view());
}

TEST(RevocationRequest, AgreesWithTheExampleInRfc7009Section21) {
  // A-190
  const auto request = Asked{}.request();
  EXPECT_EQ(body(request), "token=45ghiukldjahdnhzdauz&token_type_hint=refresh_token");
  EXPECT_EQ(request->message.method, "POST");
  EXPECT_EQ(request->message.url, "https://as.example/revoke");
  EXPECT_EQ(request->message.secret_header->reveal(),
            "Authorization: Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW");
  EXPECT_EQ(body(Asked{.kind = TokenKind::kAccessToken}.request()),
            "token=at%2B1&token_type_hint=access_token");
}

TEST(RevocationRequest, IsProvedAsATokenRequestIs) {
  // A-190, A-195
  const auto post = Asked{.authentication = ClientAuthentication::kClientSecretPost}.request();
  EXPECT_EQ(body(post),
            "token=45ghiukldjahdnhzdauz&token_type_hint=refresh_token"
            "&client_id=s6BhdRkqt3&client_secret=gX1fBat3bV");
  EXPECT_FALSE(post->message.secret_header);

  const crypto::PrivateKey key = *crypto::private_key_from_jwk(crypto::kRfc7515P256Key);
  const AssertionKey assertion{.key = key, .kid = "kid-1", .x5t = {}, .x5t_s256 = {}};
  const auto by_key =
      Asked{.authentication = ClientAuthentication::kPrivateKeyJwt, .key = &assertion}.request();
  ASSERT_TRUE(by_key.has_value()) << body(by_key);
  const std::string text = body(by_key);
  EXPECT_NE(text.find("client_assertion="), std::string::npos);
  EXPECT_EQ(text.find("client_secret"), std::string::npos);
  const std::size_t at = text.find("client_assertion=") + 17;
  const std::string jws = text.substr(at, text.find('&', at) - at);
  // Made out to the server, by the address of its token endpoint, whatever else is asked there.
  EXPECT_NE(crypto::jws_parts(jws)->payload.find("\"https://as.example/token\""),
            std::string::npos);
}

TEST(RevocationRequest, OfGoogleHasTheTokenAndNoCredential) {
  // A-254
  const auto request = Asked{.entry = built_in("google"), .parameters = {}}.request();
  ASSERT_TRUE(request.has_value()) << body(request);
  EXPECT_EQ(request->message.url, "https://oauth2.googleapis.com/revoke");
  EXPECT_EQ(body(request), "token=45ghiukldjahdnhzdauz&token_type_hint=refresh_token");
  EXPECT_FALSE(request->message.secret_header);
  EXPECT_EQ(request->summary.authentication, "");
}

TEST(RevocationRequest, GoesNowhereWhereTheProviderHasNoAddress) {
  // A-193
  Asked asked;
  asked.parameters.erase("revocation_endpoint");
  const auto request = asked.request();
  ASSERT_FALSE(request.has_value());
  EXPECT_EQ(request.error().problem.view(), "no_revocation_endpoint");
  EXPECT_EQ(revocation_endpoint_text(built_in("microsoft"), ClientAuthentication::kClientSecretPost,
                                     {}, "contoso.com")
                .value(),
            "");
  EXPECT_NE(built_in("microsoft").revocation.by_hand, "");
}

TEST(RevocationRequest, RefusesAnAddressThatIsNone) {
  for (const char* const bad :
       {"http://as.example/revoke", "https://as.example/revoke?token=1",
        "https://as.example/revoke?client_secret=1", "https://user@as.example/revoke"}) {
    Asked asked;
    asked.parameters["revocation_endpoint"] = bad;
    EXPECT_FALSE(asked.request().has_value()) << bad;
  }
}

// The generic entry, whose tokens are taken back by `rules`.
Provider vendor(catalogue::RevocationRules rules) {
  Provider entry = built_in("generic");
  entry.revocation_endpoint = "https://api.example/revoke";
  entry.revocation = std::move(rules);
  return entry;
}

// "DELETE https://… | body | authorization".
std::string wire(const Provider& entry, TokenKind kind = TokenKind::kRefreshToken) {
  const auto request = Asked{.entry = entry, .kind = kind}.request();
  if (!request) return body(request);
  const http::OutgoingRequest& message = request->message;
  std::string text = message.method + " " + message.url + " | " + body(request);
  if (message.secret_header) text += " | " + std::string(message.secret_header->reveal());
  return text;
}

constexpr std::string_view kBasic = " | Authorization: Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW";

TEST(VendorsRevocation, NamesTheTokenAsTheEntrySays) {
  // A-193
  const Provider form = vendor({.token_parameter = "access_token",
                                .without_hint = true,
                                .parameters = {{.name = "scope", .literal = "all of it"}},
                                .by_hand = {},
                                .page = {}});
  EXPECT_EQ(wire(form, TokenKind::kAccessToken),
            "POST https://api.example/revoke | access_token=at%2B1&scope=all+of+it" +
                std::string(kBasic));
  const Provider json = vendor({.method = RevocationMethod::kDelete,
                                .place = RevocationPlace::kJson,
                                .token_parameter = "access_token",
                                .without_hint = true,
                                .parameters = {{.name = "why", .literal = "a\"b"}},
                                .by_hand = {},
                                .page = {}});
  EXPECT_EQ(wire(json, TokenKind::kAccessToken),
            R"(DELETE https://api.example/revoke | {"access_token":"at+1","why":"a\"b"})" +
                std::string(kBasic));
  const auto request = Asked{.entry = json}.request();
  EXPECT_EQ(*http::find_header(request->message.headers, "Content-Type"), "application/json");
  EXPECT_TRUE(request->summary.parameters.empty()) << "nothing of it is kept";
}

TEST(VendorsRevocation, PutsTheTokenIntoTheAddressAsOnePieceOfIt) {
  // A-193
  const Provider query = vendor({.without_authentication = true,
                                 .method = RevocationMethod::kGet,
                                 .place = RevocationPlace::kQuery,
                                 .by_hand = {},
                                 .page = {}});
  EXPECT_EQ(wire(query, TokenKind::kAccessToken), "GET https://api.example/revoke?token=at%2B1 | ");
  Provider path = vendor({.without_authentication = true,
                          .method = RevocationMethod::kDelete,
                          .place = RevocationPlace::kPath,
                          .token_parameter = "refresh_token",
                          .by_hand = {},
                          .page = {}});
  path.revocation_endpoint = "https://api.example/{client_id}/tokens/{refresh_token}";
  EXPECT_EQ(wire(path, TokenKind::kAccessToken),
            "DELETE https://api.example/s6BhdRkqt3/tokens/at%2B1 | ");
  EXPECT_EQ(revocation_endpoint_text(path, ClientAuthentication::kClientSecretBasic,
                                     Asked{}.parameters, {})
                .value(),
            path.revocation_endpoint);
}

TEST(VendorsRevocation, RefusesATokenThatIsAStepOfThePath) {
  // A-193
  Provider path = vendor(
      {.without_authentication = true, .place = RevocationPlace::kPath, .by_hand = {}, .page = {}});
  path.revocation_endpoint = "https://api.example/tokens/{token}";
  crypto::CountingRandom random;
  const Asked asked;
  const GrantClient client{.provider = path,
                           .parameters = asked.parameters,
                           .tenant = {},
                           .consumer_key = "id",
                           .authentication = {},
                           .random = random,
                           .now = FakeClock::kStart};
  for (const std::string& text : {std::string("."), std::string(".."), std::string(3000, 'x')}) {
    const AccessToken token(text);
    EXPECT_FALSE(build_revocation_request(client, &token).has_value()) << text;
  }
  const AccessToken slashes("../../x?y#z");
  EXPECT_EQ(build_revocation_request(client, &slashes)->message.url,
            "https://api.example/tokens/..%2F..%2Fx%3Fy%23z");
}

TEST(VendorsRevocation, ShowsTheTokenAloneOrProvesWhoAsksInTheWayOfTheEntry) {
  // A-193, A-195
  EXPECT_EQ(wire(vendor({.without_authentication = true,
                         .place = RevocationPlace::kBearer,
                         .by_hand = {},
                         .page = {}}),
                 TokenKind::kAccessToken),
            "POST https://api.example/revoke |  | Authorization: Bearer at+1");
  Provider post = vendor(
      {.authentication = ClientAuthentication::kClientSecretBasic, .by_hand = {}, .page = {}});
  post.client_authentication = {ClientAuthentication::kClientSecretPost};
  EXPECT_EQ(wire(post),
            "POST https://api.example/revoke | "
            "token=45ghiukldjahdnhzdauz&token_type_hint=refresh_token" +
                std::string(kBasic));
}

class RevocationAnswer : public testing::Test {
 protected:
  // What the answer to a request means that was sent over `http_`.
  RevocationResult read() {
    TokenClient client(http_);
    TokenRequest request;
    request.message.url = "https://as.example/revoke";
    std::optional<RevocationResult> result;
    client.request_raw(std::move(request),
                       [&](const RawResult& answer) { result = read_revocation(answer, rules_); });
    return result.value();
  }
  std::string outcome(int status, std::string_view body,
                      std::string_view type = "application/json") {
    http_.answer(status, body, {{"Content-Type", std::string(type)}});
    const RevocationResult result = read();
    if (!result) return std::string(facts_of(result.error().cause).name.view());
    return *result == Revoked::kYes ? "revoked" : "unsupported";
  }

  catalogue::RevocationRules rules_;
  FakeClock clock_;
  http::FakeClient http_{&clock_};
};

TEST_F(RevocationAnswer, IsASuccessWhateverItsBodySays) {
  // A-190
  for (const char* const body : {"", "{}", "<html>", R"({"error":"invalid_request"})"}) {
    EXPECT_EQ(outcome(200, body), "revoked") << body;
    EXPECT_EQ(outcome(200, body, "text/html"), "revoked") << body;
  }
  EXPECT_EQ(outcome(400, R"({"error":"invalid_token"})"), "revoked");
}

TEST_F(RevocationAnswer, IsNoneWhileTheTokenMayLive) {
  // A-191
  EXPECT_EQ(outcome(400, R"({"error":"unsupported_token_type"})"), "unsupported");
  EXPECT_EQ(outcome(400, R"({"error":"invalid_request"})"), "invalid_request");
  EXPECT_EQ(outcome(401, R"({"error":"invalid_client"})"), "invalid_client");
  EXPECT_EQ(outcome(401, R"({"error":"invalid_token"})"), "invalid_client");
  EXPECT_EQ(outcome(503, R"({"error":"invalid_token"})"), "provider_unavailable");
  EXPECT_EQ(outcome(400, "invalid_token", "text/plain"), "refused");
  EXPECT_EQ(outcome(204, ""), "refused");
  EXPECT_EQ(outcome(302, ""), "redirected");
  EXPECT_EQ(outcome(404, ""), "endpoint_not_found");
  http_.fail(http::Hop::kTime);
  EXPECT_EQ(facts_of(read().error().cause).name.view(), "timed_out");
  http_.answer(503, "", {{"Retry-After", "17"}});
  EXPECT_EQ(read().error().retry_after, Seconds(17));
}

TEST_F(RevocationAnswer, IsASuccessByWhatTheEntrySaysOfIt) {
  // A-193
  rules_.success_statuses = {204, 404};
  EXPECT_EQ(outcome(204, "", "text/plain"), "revoked");
  EXPECT_EQ(outcome(404, "{}"), "revoked");
  EXPECT_EQ(outcome(200, "{}"), "refused");
  EXPECT_EQ(outcome(503, "{}"), "provider_unavailable");
  rules_.success_statuses.clear();
  rules_.success = {{.member = "ok", .equals = true}};
  EXPECT_EQ(outcome(200, R"({"ok":true})"), "revoked");
  EXPECT_EQ(outcome(200, R"({"ok":"true"})"), "refused");
  EXPECT_EQ(outcome(200, R"({"ok":false,"error":"fatal_error"})"), "refused");
  EXPECT_EQ(outcome(200, "ok", "text/plain"), "refused");
}

TEST_F(RevocationAnswer, ThatATokenAuthorizesNothingMeansThatItIsGone) {
  // A-193
  rules_.place = catalogue::RevocationPlace::kBearer;
  EXPECT_EQ(outcome(401, "{}"), "revoked");
  EXPECT_EQ(outcome(403, "{}"), "refused");
}

TEST(TokenKind, HasTheNamesOfTheHint) {
  for (const TokenKind kind : {TokenKind::kRefreshToken, TokenKind::kAccessToken}) {
    EXPECT_EQ(token_kind_from_text(to_text(kind)), kind);
  }
  EXPECT_FALSE(token_kind_from_text("id_token"));
}

}  // namespace
}  // namespace strongroom::oauth
