#include "oauth/discovery.h"

#include <chrono>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "http/testing/fake_client.h"

namespace strongroom::oauth {
namespace {

constexpr std::string_view kIssuer = "https://id.example/one";
constexpr std::string_view kDocument =
    R"({"issuer":"https://id.example/one","token_endpoint":"https://id.example/token"})";

class DiscoveryTest : public testing::Test {
 protected:
  DiscoveryResult read(std::string_view issuer = kIssuer) {
    return Discovery(http_).read_and_wait(std::string(issuer), metadata_requests(issuer));
  }
  void nothing_there(int status = 404) { http_.answer(status, "not here"); }

  http::FakeClient http_;
};

TEST_F(DiscoveryTest, AsksOneAddressAfterTheOtherUntilOneHasADocument) {
  // A-101
  nothing_there();
  nothing_there(400);
  http_.answer_json(200, kDocument);
  const auto found = read();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->token_endpoint, "https://id.example/token");
  ASSERT_EQ(http_.count(), 3U);
  EXPECT_EQ(http_.request(0).url, "https://id.example/.well-known/oauth-authorization-server/one");
  EXPECT_EQ(http_.request(1).url, "https://id.example/.well-known/openid-configuration/one");
  EXPECT_EQ(http_.request(2).url, "https://id.example/one/.well-known/openid-configuration");
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(http_.request(i).method, "GET");
    EXPECT_EQ(http_.request(i).limits.max_response_bytes, kMaxMetadataBytes);
  }
}

TEST_F(DiscoveryTest, TakesThePageThatASiteHasForEveryPathForNoDocument) {
  http_.answer(200, "<html>", {{"Content-Type", "text/html"}});
  http_.answer_json(200, kDocument);
  EXPECT_TRUE(read().has_value());
}

TEST_F(DiscoveryTest, SaysThatThereIsNoDocument) {
  for (int i = 0; i < 3; ++i) nothing_there();
  const auto found = read();
  ASSERT_FALSE(found.has_value());
  const Error error = as_error(found.error());
  EXPECT_EQ(error.code, Code::kInvalidArgument);
  EXPECT_EQ(found.error().failure.cause, FailureCause::kUnusableMetadata);
  EXPECT_NE(error.message.view().find("well-known"), std::string_view::npos);
  EXPECT_EQ(failed_hop(failed_in_discovery(found.error())), "discovery");
}

TEST_F(DiscoveryTest, DoesNotMakeUpForADocumentThatIsNotToBeBelieved) {
  // A-102
  http_.answer_json(200, R"({"issuer":"https://honest.example","token_endpoint":"https://a.b/c"})");
  http_.answer_json(200, kDocument);
  const auto found = read();
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(http_.count(), 1U);
  EXPECT_NE(found.error().failure.message.view().find("another issuer"), std::string_view::npos);
}

TEST_F(DiscoveryTest, FollowsNoRedirect) {
  // A-104
  http_.answer(302, "", {{"Location", "https://elsewhere.example/"}});
  const auto found = read();
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().failure.cause, FailureCause::kRedirected);
  EXPECT_EQ(http_.count(), 1U);
  EXPECT_EQ(as_error(found.error()).code, Code::kProviderRefused);
}

TEST_F(DiscoveryTest, NamesTheHopAtWhichItFailed) {
  struct Case {
    http::Hop hop;
    std::string_view name;
    Code code;
  };
  for (const Case& each :
       {Case{http::Hop::kName, "name", Code::kUnavailable},
        Case{http::Hop::kAddressPolicy, "address_policy", Code::kProviderRefused},
        Case{http::Hop::kConnect, "tcp", Code::kUnavailable},
        Case{http::Hop::kTls, "tls", Code::kUnavailable},
        Case{http::Hop::kLimit, "http", Code::kUnavailable}}) {
    http_.fail(each.hop);
    const auto found = read();
    ASSERT_FALSE(found.has_value());
    const Error error = as_error(found.error());
    EXPECT_EQ(error.code, each.code) << each.name;
    EXPECT_EQ(std::get<VisibleName>(*error.find("hop")).text, each.name);
    const EndpointCheck check = failed_in_discovery(found.error());
    EXPECT_EQ(failed_hop(check), "discovery");
    EXPECT_FALSE(check.endpoint.empty());
  }
}

TEST_F(DiscoveryTest, TellsTroubleFromNothing) {
  for (const auto& [status, cause] : {std::pair{500, FailureCause::kProviderUnavailable},
                                      std::pair{503, FailureCause::kProviderUnavailable},
                                      std::pair{408, FailureCause::kProviderUnavailable},
                                      std::pair{429, FailureCause::kRateLimited},
                                      std::pair{204, FailureCause::kUnusableMetadata}}) {
    http_.answer(status, "");
    const auto found = read();
    ASSERT_FALSE(found.has_value());
    EXPECT_EQ(found.error().failure.cause, cause) << status;
  }
}

TEST_F(DiscoveryTest, GivesAllAddressesTogetherTheTimeOfOne) {
  using std::chrono::milliseconds;
  const auto nothing_after = [&](milliseconds took) {
    http::IncomingResponse response;
    response.status = 404;
    response.took = took;
    http_.script(std::move(response));
  };
  nothing_after(milliseconds{9'000});
  nothing_after(milliseconds{1'000});
  http_.answer_json(200, kDocument);
  const auto found = read();
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().failure.cause, FailureCause::kTimedOut);
  EXPECT_EQ(as_error(found.error()).code, Code::kUnavailable);
  ASSERT_EQ(http_.count(), 2U);
  EXPECT_EQ(http_.request(0).limits.total_timeout, milliseconds{10'000});
  EXPECT_EQ(http_.request(1).limits.total_timeout, milliseconds{1'000});
}

TEST_F(DiscoveryTest, AsksNobodyForAnIssuerThatIsNone) {
  // A-100
  const auto found = read("http://id.example");
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(http_.count(), 0U);
  EXPECT_EQ(as_error(found.error()).code, Code::kInvalidArgument);
}

TEST_F(DiscoveryTest, CallsNoAddressThatThePolicyForbidsInADocument) {
  // A-105
  http_.answer_json(
      200, R"({"issuer":"https://id.example/one","token_endpoint":"https://10.0.0.1/token"})");
  const auto found = read();
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().failure.detail, "token_endpoint");
}

}  // namespace
}  // namespace strongroom::oauth
