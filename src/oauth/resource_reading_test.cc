#include "oauth/resource_reading.h"

#include <string>

#include <gtest/gtest.h>

#include "http/testing/fake_client.h"

namespace strongroom::oauth {
namespace {

constexpr const char* kResource = "https://mcp.example/tools";
constexpr std::string_view kDocument =
    R"({"resource":"https://mcp.example/tools","authorization_servers":["https://id.example"],
        "scopes_supported":["read","offline_access"]})";

class ResourceReadingTest : public testing::Test {
 protected:
  ResourceResult read() {
    return read_resource(http_, kResource, [](TokenRequest&) { return Status(); });
  }
  void challenges(const std::string& value) {
    http_.answer(401, "", {{"WWW-Authenticate", value}});
  }
  FailureCause why_not() {
    const auto found = read();
    EXPECT_FALSE(found.has_value());
    return found ? FailureCause{} : found.error().failure.cause;
  }

  http::FakeClient http_;
};

TEST_F(ResourceReadingTest, FollowsTheChallenge) {
  // A-111, A-261, A-265
  challenges(R"(Bearer resource_metadata="https://mcp.example/about", scope="use offline_access")");
  http_.answer_json(200, kDocument);
  const auto found = read();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->metadata.authorization_servers, std::vector<std::string>{"https://id.example"});
  EXPECT_EQ(found->scopes(), std::vector<std::string>{"use"});
  ASSERT_EQ(http_.count(), 2U) << "the authorization server is not asked";
  EXPECT_EQ(http_.request(0).url, kResource);
  EXPECT_EQ(http_.request(1).url, "https://mcp.example/about");
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(http_.request(i).method, "GET");
    EXPECT_FALSE(http_.request(i).secret_header.has_value());
    EXPECT_EQ(http_.request(i).limits.max_response_bytes, kMaxResourceMetadataBytes);
  }
}

TEST_F(ResourceReadingTest, LooksAtThePathAndThenAtTheRoot) {
  // A-113, A-261
  challenges("Bearer");
  http_.answer(404, "");
  http_.answer_json(200, kDocument);
  const auto found = read();
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->scopes(), std::vector<std::string>{"read"});
  ASSERT_EQ(http_.count(), 3U);
  EXPECT_EQ(http_.request(1).url, "https://mcp.example/.well-known/oauth-protected-resource/tools");
  EXPECT_EQ(http_.request(2).url, "https://mcp.example/.well-known/oauth-protected-resource");
}

TEST_F(ResourceReadingTest, NeedsNoChallengeToLookThere) {
  // A-113
  http_.answer(405, "");
  http_.answer_json(200, kDocument);
  EXPECT_TRUE(read().has_value());
  challenges("no \x01 challenge");
  http_.answer_json(200, kDocument);
  EXPECT_TRUE(read().has_value());
  http_.fail(http::Hop::kLimit);
  http_.answer_json(200, kDocument);
  EXPECT_TRUE(read().has_value());
}

TEST_F(ResourceReadingTest, MakesUpForNothingThatIsNotToBeBelieved) {
  // A-110, A-113
  http_.answer(404, "");
  http_.answer_json(200, R"({"resource":"https://evil.example"})");
  http_.answer_json(200, kDocument);
  EXPECT_EQ(why_not(), FailureCause::kUnusableMetadata);
  EXPECT_EQ(http_.count(), 2U);
}

TEST_F(ResourceReadingTest, AsksNobodyElse) {
  // A-104, A-111
  challenges(R"(Bearer resource_metadata="https://evil.example/about")");
  EXPECT_EQ(why_not(), FailureCause::kUnusableMetadata);
  EXPECT_EQ(http_.count(), 1U);
  challenges(R"(Bearer resource_metadata="https://mcp.example/about")");
  http_.answer(404, "");
  EXPECT_EQ(why_not(), FailureCause::kUnusableMetadata) << "the place that it names has nothing";
  EXPECT_EQ(http_.count(), 3U);
}

TEST_F(ResourceReadingTest, FollowsNoRedirect) {
  // A-104
  http_.answer(302, "", {{"Location", "https://evil.example/"}});
  EXPECT_EQ(why_not(), FailureCause::kRedirected);
  challenges("Bearer");
  http_.answer(307, "", {{"Location", "https://evil.example/"}});
  EXPECT_EQ(why_not(), FailureCause::kRedirected);
  EXPECT_EQ(http_.count(), 3U);
}

TEST_F(ResourceReadingTest, SaysWhatIsAmiss) {
  for (int i = 0; i < 3; ++i) http_.answer(404, "");
  EXPECT_EQ(why_not(), FailureCause::kUnusableMetadata);
  http_.fail(http::Hop::kName, false);
  EXPECT_EQ(why_not(), FailureCause::kNameUnresolved);
  challenges("Bearer");
  http_.answer(503, "");
  EXPECT_EQ(why_not(), FailureCause::kProviderUnavailable);
  challenges("Bearer");
  http_.answer_json(200, R"({"resource":"https://mcp.example/tools"})");
  EXPECT_EQ(why_not(), FailureCause::kUnusableMetadata) << "no authorization server";
  challenges("Bearer");
  http_.answer_json(200, R"({"resource":"https://mcp.example/tools",
      "authorization_servers":["https://id.example"],"bearer_methods_supported":["query"]})");
  EXPECT_EQ(why_not(), FailureCause::kUnusableMetadata) << "no header";
}

TEST_F(ResourceReadingTest, SendsNothingThatMayNotBeSent) {
  // A-104
  const auto found = read_resource(http_, kResource, [](TokenRequest&) -> Status {
    return Error{Code::kInvalidArgument, "No."};
  });
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().failure.cause, FailureCause::kAddressPolicy);
  EXPECT_EQ(http_.count(), 0U);
}

}  // namespace
}  // namespace strongroom::oauth
