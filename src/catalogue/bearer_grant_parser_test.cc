#include "catalogue/bearer_grant_parser.h"

#include <string>
#include <utility>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "catalogue/provider_parser.h"

namespace strongroom::catalogue {
namespace {

namespace json = boost::json;

struct Read {
  BearerGrantRules rules;
  std::string at;  // of the first problem; "good" if there is none
};

Read read(const std::string& text) {
  Problems problems;
  const json::value value = json::parse(text);
  Read made;
  {
    ObjectReader in(value, "/jwt_bearer", problems);
    made.rules = read_bearer_grant(in);
  }
  made.at = problems.any() ? problems.all().front().pointer : "good";
  return made;
}

TEST(BearerGrantParser, ReadsEverythingThatProvidersDifferIn) {
  // A-137
  const Read all = read(R"({"audience": "https://as.example/token", "scopes": "claim",
      "subject": "optional", "lifetime_s": 30, "algorithms": ["ES256", "RS256"],
      "claims": [{"name": "box_sub_type", "literal": "enterprise"}],
      "with_client_authentication": true})");
  ASSERT_EQ(all.at, "good");
  EXPECT_EQ(all.rules.audience, BearerAudience::kLiteral);
  EXPECT_EQ(all.rules.literal_audience, "https://as.example/token");
  EXPECT_EQ(all.rules.scopes, BearerScopes::kClaim);
  EXPECT_EQ(all.rules.subject, BearerSubject::kOptional);
  EXPECT_EQ(all.rules.lifetime, Seconds(30));
  EXPECT_EQ(all.rules.algorithms,
            (std::vector{AssertionAlgorithm::kEs256, AssertionAlgorithm::kRs256}));
  ASSERT_EQ(all.rules.claims.size(), 1U);
  EXPECT_EQ(all.rules.claims[0],
            (std::pair<std::string, std::string>("box_sub_type", "enterprise")));
  EXPECT_TRUE(all.rules.with_client_authentication);
}

TEST(BearerGrantParser, TakesTheRfcsWayWhereNothingIsSaid) {
  // A-137
  const Read least = read(R"({"audience": "token_endpoint", "algorithms": ["RS256"]})");
  ASSERT_EQ(least.at, "good");
  EXPECT_EQ(least.rules.audience, BearerAudience::kTokenEndpoint);
  EXPECT_EQ(least.rules.scopes, BearerScopes::kForm);
  EXPECT_EQ(least.rules.subject, BearerSubject::kRequired);
  EXPECT_EQ(least.rules.lifetime, Seconds(60));
  EXPECT_TRUE(least.rules.claims.empty());
  EXPECT_FALSE(least.rules.with_client_authentication);
  EXPECT_EQ(read(R"({"audience": "token_host", "algorithms": ["RS256"]})").rules.audience,
            BearerAudience::kTokenHost);
}

TEST(BearerGrantParser, SaysWhereSomethingIsWrong) {
  // A-133, A-137
  const auto at = [](const std::string& more) {
    return read(R"({"audience": "token_endpoint", "algorithms": ["RS256"])" + more + "}").at;
  };
  EXPECT_EQ(read(R"({"algorithms": ["RS256"]})").at, "/jwt_bearer/audience");
  EXPECT_EQ(read(R"({"audience": "http://as.example", "algorithms": ["RS256"]})").at,
            "/jwt_bearer/audience");
  EXPECT_EQ(read(R"({"audience": "issuer", "algorithms": ["RS256"]})").at, "/jwt_bearer/audience");
  EXPECT_EQ(read(R"({"audience": "token_endpoint"})").at, "/jwt_bearer/algorithms");
  for (const char* bad : {"HS256", "none", "RS384"}) {
    EXPECT_EQ(
        read(R"({"audience": "token_endpoint", "algorithms": [")" + std::string(bad) + R"("]})").at,
        "/jwt_bearer/algorithms/0")
        << bad;
  }
  EXPECT_EQ(at(R"(, "scopes": "header")"), "/jwt_bearer/scopes");
  EXPECT_EQ(at(R"(, "subject": "robot")"), "/jwt_bearer/subject");
  for (const char* bad : {"9", "301", "3600", "-1", "30.5", "\"30\""}) {
    EXPECT_EQ(at(R"(, "lifetime_s": )" + std::string(bad)), "/jwt_bearer/lifetime_s") << bad;
  }
  EXPECT_EQ(at(R"(, "with_client_authentication": "yes")"),
            "/jwt_bearer/with_client_authentication");
  EXPECT_EQ(at(R"(, "token_uri": "https://evil.example")"), "/jwt_bearer/token_uri");
}

TEST(BearerGrantParser, LetsNoEntrySayWhatTheAssertionSaysItself) {
  // A-137
  const auto at = [](const std::string& claims) {
    return read(R"({"audience": "token_endpoint", "algorithms": ["RS256"], "claims": [)" + claims +
                "]}")
        .at;
  };
  for (const char* own : {"iss", "sub", "aud", "exp", "iat", "nbf", "jti", "scope"}) {
    EXPECT_EQ(at(R"({"name": ")" + std::string(own) + R"(", "literal": "x"})"),
              "/jwt_bearer/claims/0/name")
        << own;
  }
  EXPECT_EQ(at(R"({"name": "a", "literal": "1"}, {"name": "a", "literal": "2"})"),
            "/jwt_bearer/claims/1/name");
  EXPECT_EQ(at(R"({"name": "a"})"), "/jwt_bearer/claims/0/literal");
  EXPECT_EQ(at(R"({"name": "a", "literal": "1"})"), "good");
}

// The least that an entry with this grant alone says; `more` is added to it.
std::string where_it_fails(const json::object& more) {
  json::object entry = json::parse(R"({"id": "machines", "name": "Machines",
      "grants": ["jwt_bearer"], "token_endpoint": "https://as.example/token",
      "jwt_bearer": {"audience": "token_endpoint", "algorithms": ["RS256"]}})")
                           .as_object();
  for (const auto& [name, value] : more) entry[name] = value;
  const json::array source = {{{"page", "https://as.example/docs"}, {"read", "2026-11-27"}}};
  json::object sources;
  for (const auto* const fact : {"grants", "token_endpoint", "client_authentication",
                                 "revocation_endpoint", "discovery", "variables"}) {
    if (entry.contains(fact)) sources[fact] = source;
  }
  for (const auto& [name, value] : entry.at("jwt_bearer").as_object()) {
    sources["jwt_bearer." + std::string(name)] = source;
  }
  if (entry.contains("revocation")) sources["revocation.client_authentication"] = source;
  entry["sources"] = std::move(sources);
  const auto provider = parse_provider(json::serialize(entry));
  if (provider) return provider->client_authentication.empty() ? "by assertion alone" : "good";
  const ErrorValue* const field = provider.error().find("field");
  return field == nullptr ? "none" : std::get<FieldPointer>(*field).text;
}

TEST(BearerGrantParser, AnEntryNeedsNoClientAuthenticationWhereTheAssertionSaysItAll) {
  // A-137
  EXPECT_EQ(where_it_fails({}), "by assertion alone");
  EXPECT_EQ(where_it_fails({{"client_authentication", {"client_secret_post"}}}), "good");
  const json::object besides = {{"audience", "token_endpoint"},
                                {"algorithms", {"RS256"}},
                                {"with_client_authentication", true}};
  EXPECT_EQ(where_it_fails({{"jwt_bearer", besides}}), "/client_authentication");
  EXPECT_EQ(where_it_fails({{"grants", {"jwt_bearer", "client_credentials"}}}),
            "/client_authentication");
  // What revokes has to be somebody, unless the token alone does.
  const json::object revokes = {{"revocation_endpoint", "https://as.example/revoke"}};
  EXPECT_EQ(where_it_fails(revokes), "/client_authentication");
  json::object alone = revokes;
  alone["revocation"] = {{"client_authentication", "none"}};
  EXPECT_EQ(where_it_fails(alone), "by assertion alone");
}

}  // namespace
}  // namespace strongroom::catalogue
