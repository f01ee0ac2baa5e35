#include "oauth/protected_resource.h"

#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace strongroom::oauth {
namespace {

constexpr std::string_view kResource = "https://mcp.example/tools";

std::string document(std::string_view resource, const std::string& more = "") {
  return R"({"resource":")" + std::string(resource) + "\"" + more + "}";
}

bool is_taken(std::string_view written, std::string_view asked, bool at_root = false) {
  return parse_resource_metadata(document(written), asked, at_root).has_value();
}

Result<ResourceChallenge> challenge(std::string_view value) {
  const auto challenges = parse_challenges(value);
  EXPECT_TRUE(challenges.has_value()) << value;
  return read_resource_challenge(*challenges, kResource);
}

TEST(ProtectedResource, HasOneCanonicalAddress) {
  // A-165
  const auto of = [](std::string_view address) {
    auto canonical = canonical_resource(address);
    return canonical ? *std::move(canonical) : "refused";
  };
  EXPECT_EQ(of("https://MCP.Example"), "https://mcp.example");
  EXPECT_EQ(of("HTTPS://mcp.example:443/"), "https://mcp.example");
  EXPECT_EQ(of("https://mcp.example:8443/tools"), "https://mcp.example:8443/tools");
  EXPECT_EQ(of("https://mcp.example/Tools/"), "https://mcp.example/Tools/") << "it means something";
  EXPECT_EQ(of("https://mcp.example/?a=b"), "https://mcp.example/?a=b");
  for (const char* bad : {"", "mcp.example", "http://mcp.example", "https://a@mcp.example",
                          "https://mcp.example/#a", "urn:example:tools"}) {
    EXPECT_EQ(of(bad), "refused") << bad;
  }
}

TEST(ProtectedResource, IsDescribedBehindItsPathAndThenAtTheRoot) {
  // A-113
  const auto urls = [](std::string_view resource) {
    std::string text;
    for (const auto& place : resource_metadata_places(resource)) {
      text.append(place.url).append(place.at_root ? " root\n" : "\n");
    }
    return text;
  };
  // The first as in RFC 9728 section 3.1.
  EXPECT_EQ(urls("https://resource.example.com/resource1"),
            "https://resource.example.com/.well-known/oauth-protected-resource/resource1\n"
            "https://resource.example.com/.well-known/oauth-protected-resource root\n");
  EXPECT_EQ(urls("https://mcp.example"),
            "https://mcp.example/.well-known/oauth-protected-resource root\n");
  EXPECT_EQ(urls("https://mcp.example/a?b=c"),
            "https://mcp.example/.well-known/oauth-protected-resource/a?b=c\n"
            "https://mcp.example/.well-known/oauth-protected-resource root\n");
}

TEST(ProtectedResource, IsTheVeryOneThatWasAsked) {
  // A-110
  EXPECT_TRUE(is_taken("https://mcp.example/tools", kResource));
  EXPECT_TRUE(is_taken("https://mcp.example", "https://mcp.example"));
  EXPECT_TRUE(is_taken("https://mcp.example/", "https://mcp.example")) << "the same address";
  EXPECT_TRUE(is_taken("https://mcp.example", kResource, /*at_root=*/true));
  for (const char* other :
       {"https://mcp.example/tools/", "https://mcp.example/Tools", "https://mcp.example",
        "https://mcp.example/tools2", "https://mcp.example/too", "http://mcp.example/tools",
        "https://evil.example/tools", "https://mcp.example:443/tools", "https://mcp.example/tools?",
        "https://MCP.example/tools", "https://a@mcp.example/tools", ""}) {
    EXPECT_FALSE(is_taken(other, kResource)) << other;
  }
  EXPECT_FALSE(is_taken("https://mcp.example/other", kResource, /*at_root=*/true));
  EXPECT_FALSE(is_taken("https://evil.example", kResource, /*at_root=*/true));
  EXPECT_FALSE(parse_resource_metadata("{}", kResource, false).has_value());
  EXPECT_FALSE(parse_resource_metadata(R"({"resource":[1]})", kResource, false).has_value());
}

TEST(ProtectedResource, NamesServersAndScopes) {
  // A-112, A-261
  const auto found = parse_resource_metadata(
      document(kResource,
               R"(,"authorization_servers":["https://a.example","https://b.example",
                  "https://a.example"],"scopes_supported":["read","a b","","write"],
                  "bearer_methods_supported":["header"],"resource_name":"Tools",
                  "jwks":{"keys":7},"jwks_uri":"gopher://x","signed_metadata":"e30.e30.",
                  "unknown":[{}])"),
      kResource, false);
  ASSERT_TRUE(found.has_value()) << found.error().detail;
  EXPECT_EQ(found->authorization_servers,
            (std::vector<std::string>{"https://a.example", "https://b.example"}));
  EXPECT_EQ(found->scopes, (std::vector<std::string>{"read", "write"}));
  EXPECT_EQ(found->name, "Tools");
  EXPECT_TRUE(found->takes_header());
}

TEST(ProtectedResource, IsReadStrictly) {
  // A-110
  const auto why_not = [](const std::string& more) {
    const auto parsed = parse_resource_metadata(document(kResource, more), kResource, false);
    return parsed ? "accepted" : parsed.error().detail;
  };
  EXPECT_EQ(why_not(""), "accepted");
  EXPECT_EQ(why_not(R"(,"authorization_servers":null)"), "accepted");
  EXPECT_EQ(why_not(R"(,"authorization_servers":"https://a.example")"), "authorization_servers");
  EXPECT_EQ(why_not(R"(,"authorization_servers":[1])"), "authorization_servers");
  EXPECT_EQ(why_not(R"(,"scopes_supported":{})"), "scopes_supported");
  EXPECT_EQ(why_not(R"(,"bearer_methods_supported":"header")"), "bearer_methods_supported");
  std::string many;
  for (int i = 0; i < 1'000; ++i) many += ",\"https://" + std::to_string(i) + ".example\"";
  EXPECT_EQ(why_not(",\"authorization_servers\":[" + many.substr(1) + "]"),
            "authorization_servers");
  EXPECT_FALSE(parse_resource_metadata("[]", kResource, false).has_value());
  EXPECT_FALSE(parse_resource_metadata(document(kResource) + " {}", kResource, false).has_value());
  EXPECT_NE(why_not(R"(,"resource":"https://mcp.example/tools")"), "accepted") << "a name twice";
  EXPECT_NE(why_not(",\"a\":\"" + std::string(kMaxResourceMetadataBytes, 'a') + "\""), "accepted");
}

TEST(ProtectedResource, HasANameThatIsPlainText) {
  // A-112
  const auto name = [](const std::string& written) {
    const auto found = parse_resource_metadata(document(kResource, ",\"resource_name\":" + written),
                                               kResource, false);
    return found ? found->name : "refused";
  };
  EXPECT_EQ(name("\"<b>Tools</b>\""), "<b>Tools</b>") << "shown as it is, never as markup";
  EXPECT_EQ(name("\"a\\u202eb\\u0007c\""),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD"
            "c");
  EXPECT_EQ(name("7"), "");
  EXPECT_LT(name("\"" + std::string(5'000, 'a') + "\"").size(), 200U);
}

TEST(ProtectedResource, SaysInItsChallengeWhereItIsDescribed) {
  // A-111, A-104
  EXPECT_EQ(challenge(R"(Bearer resource_metadata="https://mcp.example/about", scope="a b")")
                ->metadata_url,
            "https://mcp.example/about");
  EXPECT_EQ(challenge(R"(Bearer scope="a b a")")->scopes, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(challenge("Basic realm=a, DPoP resource_metadata=\"https://MCP.example:443/x\"")
                ->metadata_url,
            "https://MCP.example:443/x");
  EXPECT_EQ(challenge(R"(Basic resource_metadata="https://evil.example/about")")->metadata_url, "");
  EXPECT_EQ(challenge("Bearer")->scopes, std::nullopt);
  for (const char* bad :
       {"https://evil.example/about", "http://mcp.example/about", "https://mcp.example:8443/about",
        "https://a@mcp.example/about", "https://mcp.example/about#a", "/about", "",
        "https://mcp.example.evil.example/", "file:///etc/passwd", "https://169.254.169.254/"}) {
    EXPECT_FALSE(challenge("Bearer resource_metadata=\"" + std::string(bad) + "\"").has_value())
        << bad;
  }
  EXPECT_FALSE(challenge("Bearer resource_metadata=\"https://mcp.example/a\", "
                         "DPoP resource_metadata=\"https://mcp.example/b\"")
                   .has_value());
  EXPECT_FALSE(challenge(R"(Bearer scope="a \"b\"")").has_value());
}

TEST(ProtectedResource, IsWhereItsTokensMayBeShown) {
  // A-262
  for (const char* of : {"https://mcp.example/tools", "https://mcp.example/tools/",
                         "https://mcp.example/tools/a?b=c", "https://mcp.example/tools?b=c",
                         "https://MCP.example:443/tools"}) {
    EXPECT_TRUE(is_of_resource(of, kResource)) << of;
  }
  for (const char* other :
       {"https://mcp.example/", "https://mcp.example/toolshed", "https://mcp.example/Tools",
        "https://evil.example/tools", "http://mcp.example/tools", "https://mcp.example:8443/tools",
        "https://mcp.example/tools/../admin", "https://mcp.example/tools/%2e%2E/admin",
        "https://mcp.example.evil.example/tools", "https://mcp.example@evil.example/tools"}) {
    EXPECT_FALSE(is_of_resource(other, kResource)) << other;
  }
  EXPECT_TRUE(is_of_resource("https://mcp.example/any", "https://mcp.example"));
  EXPECT_TRUE(is_of_resource("https://mcp.example", "https://mcp.example/"));
}

}  // namespace
}  // namespace strongroom::oauth
