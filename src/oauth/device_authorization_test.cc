#include "oauth/device_authorization.h"

#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "catalogue/catalogue.h"
#include "crypto/testing/counting_random.h"
#include "http/message.h"

namespace strongroom::oauth {
namespace {

using catalogue::Provider;

const Provider& built_in(std::string_view id) {
  static const catalogue::Catalogue catalogue = *catalogue::Catalogue::built_in();
  return *catalogue.find(id);
}

// What a test says of a client; the rest is harmless.
struct Asked {
  const Provider& entry = built_in("generic");
  catalogue::Parameters parameters = {
      {"token_endpoint", "https://as.example/token"},
      {"device_authorization_endpoint", "https://as.example/device"}};
  std::vector<std::string> scopes = {"files.read"};

  template <class Build>
  auto with_client(const Build& build) const {
    const ConsumerSecret secret("gX1fBat3bV");
    crypto::CountingRandom random;
    return build(GrantClient{.provider = entry,
                             .parameters = parameters,
                             .tenant = {},
                             .consumer_key = "s6BhdRkqt3",
                             .consumer_secret = &secret,
                             .authentication = catalogue::ClientAuthentication::kClientSecretPost,
                             .random = random,
                             .now = FakeClock::kStart});
  }
  Result<TokenRequest> request() const {
    return with_client([&](const GrantClient& client) {
      return build_device_authorization_request(client, scopes);
    });
  }
  Result<TokenRequest> poll() const {
    return with_client([&](const GrantClient& client) {
      return build_device_token_request(client, DeviceCode("a device+code"), scopes);
    });
  }
  Status checked() const {
    return check_device_sign_in(entry, parameters, {}, "s6BhdRkqt3", std::nullopt, scopes);
  }
};

std::string body(const Result<TokenRequest>& request) {
  return request ? std::string(request->message.body.reveal())
                 : "none: " + std::string(request.error().message.view());
}

RawAnswer answer_of(int status, std::string_view text, std::string_view type = "application/json") {
  RawAnswer answer;
  answer.response.status = status;
  answer.response.headers = {{"Content-Type", std::string(type)}};
  answer.response.body = http::ResponseBody(text);
  return answer;
}

// An answer with one member that is `value` instead of what it ordinarily is; empty: it is missing.
std::string document(std::string_view name = {}, std::string_view value = {}) {
  const std::vector<std::pair<std::string_view, std::string_view>> members = {
      {"device_code", "\"GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS\""},
      {"user_code", "\"WDJB-MJHT\""},
      {"verification_uri", "\"https://id.example/device\""},
      {"verification_uri_complete", "\"https://id.example/device?user_code=WDJB-MJHT\""},
      {"expires_in", "1800"},
      {"interval", "7"}};
  std::string text;
  for (const auto& [each, ordinary] : members) {
    const std::string_view said = each == name ? value : ordinary;
    if (said.empty()) continue;
    text += text.empty() ? "{\"" : ",\"";
    text.append(each).append("\":").append(said);
  }
  return text + "}";
}

DeviceAuthorizationResult read(const std::string& text) {
  return read_device_authorization(answer_of(200, text));
}

std::int64_t interval_for(std::string_view value) {
  const auto device = read(document("interval", value));
  return device ? device->interval.count() : -1;
}

DevicePoll poll_of(int status, std::string_view text) {
  const RawAnswer answer = answer_of(status, text);
  return read_device_poll(answer.response, answer.reading);
}

TEST(DeviceAuthorization, IsAskedForAtItsOwnEndpointWithTheClientsProof) {
  const auto request = Asked{}.request();
  EXPECT_EQ(body(request), "scope=files.read&client_id=s6BhdRkqt3&client_secret=gX1fBat3bV");
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->message.url, "https://as.example/device");
}

TEST(DeviceAuthorization, NeedsAnHttpsEndpoint) {
  Asked without;
  without.parameters.erase("device_authorization_endpoint");
  EXPECT_FALSE(without.request().has_value());
  EXPECT_FALSE(without.checked().has_value());
  Asked plain;
  plain.parameters["device_authorization_endpoint"] = "http://as.example/device";
  EXPECT_FALSE(plain.request().has_value());
  EXPECT_FALSE(plain.checked().has_value());
  EXPECT_TRUE(Asked{}.checked().has_value());
}

TEST(DeviceAuthorization, IsNotForAProviderWithoutIt) {
  EXPECT_FALSE(Asked{.entry = built_in("salesforce")}.request().has_value());
}

TEST(DeviceAuthorization, PollsWithTheCodeAndNothingElseOfIt) {
  const auto request = Asked{}.poll();
  EXPECT_EQ(body(request),
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code&device_code=a+"
            "device%2Bcode&client_id=s6BhdRkqt3&client_secret=gX1fBat3bV");
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->message.url, "https://as.example/token");
  EXPECT_TRUE(request->expectation.for_person);
}

TEST(DeviceAuthorization, ReadsWhatAPersonNeeds) {
  const auto device = read(document());
  ASSERT_TRUE(device.has_value());
  EXPECT_EQ(device->user_code, "WDJB-MJHT");
  EXPECT_EQ(device->verification_uri, "https://id.example/device");
  EXPECT_EQ(device->verification_uri_complete, "https://id.example/device?user_code=WDJB-MJHT");
  EXPECT_EQ(device->lifetime, Seconds(1800));
  EXPECT_EQ(device->interval, Seconds(7));
}

TEST(DeviceAuthorization, TakesTheNameOfTheDraftsForTheAddress) {
  const auto device = read(
      R"({"device_code":"d","user_code":"AB","verification_url":"https://www.google.com/device",)"
      R"("expires_in":"1800"})");
  ASSERT_TRUE(device.has_value());
  EXPECT_EQ(device->verification_uri, "https://www.google.com/device");
}

TEST(DeviceAuthorization, FiveSecondsWhereNoIntervalIsNamed) {
  // A-174
  EXPECT_EQ(interval_for(""), 5);
  EXPECT_EQ(interval_for("null"), 5);
  EXPECT_EQ(interval_for("\"soon\""), 5);
}

TEST(DeviceAuthorization, ClampsAnIntervalThatMakesNoSense) {
  // A-170
  EXPECT_EQ(interval_for("0"), 1);
  EXPECT_EQ(interval_for("-1"), 1);
  EXPECT_EQ(interval_for("1000000000"), 60);
  EXPECT_EQ(interval_for("18446744073709551615"), 60);
  EXPECT_EQ(interval_for("30"), 30);
}

TEST(DeviceAuthorization, ShowsNoAddressThatIsNotHttps) {
  // A-172
  for (const std::string_view address :
       {"\"http://id.example/device\"", "\"javascript:alert(1)\"", "\"//id.example/device\"",
        "\"https://ann@id.example/device\"", "\"https://id.example/a b\"",
        "\"https://id.ex\xc3\xa4mple/device\"", "7", ""}) {
    EXPECT_FALSE(read(document("verification_uri", address)).has_value()) << address;
  }
}

TEST(DeviceAuthorization, LinksOnlyToTheOriginThatIsShown) {
  // A-172
  for (const std::string_view address :
       {"\"http://id.example/device?user_code=A\"", "\"javascript:alert(1)\"",
        "\"https://id.example.evil.test/device?user_code=A\"", "\"https://id.example:8443/d\"",
        ""}) {
    const auto device = read(document("verification_uri_complete", address));
    ASSERT_TRUE(device.has_value()) << address;
    EXPECT_EQ(device->verification_uri_complete, "") << address;
    EXPECT_EQ(device->user_code, "WDJB-MJHT");  // always there to be typed
  }
}

TEST(DeviceAuthorization, TakesNoCodeThatNobodyCanType) {
  // A-172
  const std::string endless = "\"" + std::string(65, 'A') + "\"";
  for (const std::string_view code :
       {std::string_view("\"\""), std::string_view("\"A\\u0000B\""), std::string_view("\"A B\""),
        std::string_view("\"\\u202eAB\""), std::string_view("12345678"), std::string_view(""),
        std::string_view(endless)}) {
    EXPECT_FALSE(read(document("user_code", code)).has_value()) << code;
  }
  EXPECT_FALSE(read(document("device_code", "\"\"")).has_value());
  EXPECT_FALSE(read(document("device_code", "\"a\\nb\"")).has_value());
}

TEST(DeviceAuthorization, EndsWithinAnHour) {
  // A-172
  EXPECT_EQ(read(document("expires_in", "999999"))->lifetime, Seconds(3600));
  EXPECT_FALSE(read(document("expires_in", "0")).has_value());
  EXPECT_FALSE(read(document("expires_in", "-5")).has_value());
  EXPECT_FALSE(read(document("expires_in", "")).has_value());
}

TEST(DeviceAuthorization, SaysWhyThereIsNoCode) {
  const auto refused = read_device_authorization(answer_of(401, R"({"error":"invalid_client"})"));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().cause, FailureCause::kInvalidClient);
  const auto with_200 =
      read_device_authorization(answer_of(200, R"({"error":"unauthorized_client"})"));
  ASSERT_FALSE(with_200.has_value());
  EXPECT_EQ(with_200.error().cause, FailureCause::kUnauthorizedClient);
  EXPECT_FALSE(read_device_authorization(answer_of(200, "<p>hello", "text/html")).has_value());
}

TEST(DevicePolls, GoOnWhileNobodyHasApproved) {
  // A-170
  EXPECT_EQ(poll_of(400, R"({"error":"authorization_pending"})"), DevicePoll::kPending);
  EXPECT_EQ(poll_of(428, R"({"error":"authorization_pending"})"), DevicePoll::kPending);
  EXPECT_EQ(poll_of(200, R"({"error":"authorization_pending"})"), DevicePoll::kPending);
  EXPECT_EQ(poll_of(400, R"({"error":"slow_down"})"), DevicePoll::kSlowDown);
  EXPECT_EQ(poll_of(429, "{}"), DevicePoll::kSlowDown);
}

TEST(DevicePolls, StopAtAFinalAnswer) {
  // A-170
  EXPECT_EQ(poll_of(400, R"({"error":"access_denied"})"), DevicePoll::kDenied);
  EXPECT_EQ(poll_of(400, R"({"error":"authorization_declined"})"), DevicePoll::kDenied);
  EXPECT_EQ(poll_of(400, R"({"error":"expired_token"})"), DevicePoll::kExpired);
  EXPECT_EQ(poll_of(400, R"({"error":"invalid_grant"})"), DevicePoll::kOther);
  EXPECT_EQ(poll_of(503, R"({"error":"access_denied"})"), DevicePoll::kOther);
  EXPECT_EQ(poll_of(400, "not json"), DevicePoll::kOther);
}

TEST(DevicePolls, AreRarerAfterEachTimeOut) {
  // A-171
  EXPECT_EQ(poll_pause(Seconds(5), 0), Seconds(5));
  EXPECT_EQ(poll_pause(Seconds(5), 1), Seconds(10));
  EXPECT_EQ(poll_pause(Seconds(5), 2), Seconds(20));
  EXPECT_EQ(poll_pause(Seconds(5), 99), Seconds(300));
  EXPECT_EQ(poll_pause(Seconds(400), 3), Seconds(400));
}

}  // namespace
}  // namespace strongroom::oauth
