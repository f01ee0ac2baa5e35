#include "oauth/www_authenticate.h"

#include <string>

#include <gtest/gtest.h>

namespace strongroom::oauth {
namespace {

// "bearer(realm=example,scope=a b);negotiate[abc==]", or why not.
std::string read(std::string_view value) {
  const auto challenges = parse_challenges(value);
  if (!challenges) return std::string(challenges.error().message.view());
  std::string text;
  for (const Challenge& challenge : *challenges) {
    if (!text.empty()) text += ';';
    text += challenge.scheme;
    if (!challenge.token68.empty()) text += "[" + challenge.token68 + "]";
    if (challenge.parameters.empty()) continue;
    char before = '(';
    for (const auto& [name, content] : challenge.parameters) {
      text.append(1, before).append(name).append(1, '=').append(content);
      before = ',';
    }
    text += ')';
  }
  return text;
}

TEST(WwwAuthenticate, ReadsTheExamplesOfTheRfcs) {
  // A-111
  // RFC 9110 section 11.6.1.
  EXPECT_EQ(
      read(R"(Basic realm="simple", Newauth realm="apps", type=1, title="Login to \"apps\"")"),
      R"(basic(realm=simple);newauth(realm=apps,type=1,title=Login to "apps"))");
  // RFC 9728 section 5.1.
  EXPECT_EQ(read("Bearer resource_metadata=\n"
                 "  \"https://resource.example.com/.well-known/oauth-protected-resource\""),
            "A challenge's parameter has no value.")
      << "field values have no line breaks any more";
  EXPECT_EQ(read("Bearer resource_metadata="
                 "\"https://resource.example.com/.well-known/oauth-protected-resource\""),
            "bearer(resource_metadata=https://resource.example.com/.well-known/"
            "oauth-protected-resource)");
  // RFC 6750 section 3.
  EXPECT_EQ(
      read(R"(Bearer realm="example", error="invalid_token", error_description="It expired")"),
      "bearer(realm=example,error=invalid_token,error_description=It expired)");
  // RFC 4559 section 4.1, and RFC 9449 section 7.1.
  EXPECT_EQ(read("Negotiate a87421000492aa874209af8bc028"),
            "negotiate[a87421000492aa874209af8bc028]");
  EXPECT_EQ(read(R"(DPoP error="invalid_token", algs="ES256 PS256")"),
            "dpop(error=invalid_token,algs=ES256 PS256)");
}

TEST(WwwAuthenticate, TellsParametersFromTokensAndSchemes) {
  // A-111
  EXPECT_EQ(read("Negotiate"), "negotiate");
  EXPECT_EQ(read("Negotiate, Basic realm=a"), "negotiate;basic(realm=a)");
  EXPECT_EQ(read("Negotiate YII=="), "negotiate[YII==]");
  EXPECT_EQ(read("Negotiate YII= , Bearer"), "negotiate[YII=];bearer");
  EXPECT_EQ(read("Bearer a = b , c= \"d\""), "bearer(a=b,c=d)");
  EXPECT_EQ(read("Bearer a=\"x, Basic realm=y\""), "bearer(a=x, Basic realm=y)");
  EXPECT_EQ(read(R"(Bearer a="\\\"", b="")"), R"(bearer(a=\",b=))");
  EXPECT_EQ(read(", ,Bearer ,, Basic realm=a,,"), "bearer;basic(realm=a)");
  EXPECT_EQ(read("Bearer a=1, a2=2, Basic, Digest b=3"), "bearer(a=1,a2=2);basic;digest(b=3)");
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read(" , "), "");
}

TEST(WwwAuthenticate, RefusesWhatIsNone) {
  // A-111
  for (const char* bad :
       {"\"Bearer\"", "Bearer a=\"b", "Bearer a=\"b\\", "Bearer a=b c=d", "Bearer =b",
        "Bearer a=1, a=2", "Bearer A=1, a=2", "Bearer a=\"\x01\"", "Bearer a=\"\x7f\"", "Bearer(a)",
        "Bearer a b", "Bearer a=b;c=d", "Bearer \"a\"", "Bearer a=\xc3\xa4", "B\xc3\xa4rer a=b"}) {
    EXPECT_FALSE(parse_challenges(bad).has_value()) << bad;
  }
  EXPECT_FALSE(parse_challenges(std::string("Bearer a=\"\0\"", 12)).has_value());
}

TEST(WwwAuthenticate, TakesNoMoreThanAnybodyNeeds) {
  // A-111
  EXPECT_FALSE(parse_challenges("Bearer a=" + std::string(kMaxChallengeBytes, 'a')).has_value());
  std::string many;
  for (std::size_t i = 0; i < kMaxChallenges; ++i) many += "Bearer,";
  EXPECT_EQ(parse_challenges(many)->size(), kMaxChallenges);
  EXPECT_FALSE(parse_challenges(many + "Basic").has_value());
  std::string wide = "Bearer ";
  for (std::size_t i = 0; i < kMaxChallengeParameters; ++i) wide += "a" + std::to_string(i) + "=b,";
  EXPECT_EQ(parse_challenges(wide)->front().parameters.size(), kMaxChallengeParameters);
  EXPECT_FALSE(parse_challenges(wide + "last=b").has_value());
}

TEST(WwwAuthenticate, AddsUpTheHeadersOfAnAnswer) {
  // A-111
  const auto all = challenges_of({{"www-authenticate", "Basic realm=a, Negotiate"},
                                  {"Content-Type", "text/plain"},
                                  {"WWW-Authenticate", "Bearer scope=\"a b\""}});
  ASSERT_TRUE(all.has_value());
  ASSERT_EQ(all->size(), 3U);
  EXPECT_EQ(*all->back().find("scope"), "a b");
  EXPECT_EQ(all->back().find("realm"), nullptr);
  const std::string half = "Bearer a=" + std::string(kMaxChallengeBytes / 2, 'a');
  EXPECT_TRUE(challenges_of({{"WWW-Authenticate", half}}).has_value());
  EXPECT_FALSE(challenges_of({{"WWW-Authenticate", half}, {"WWW-Authenticate", half}}).has_value());
}

}  // namespace
}  // namespace strongroom::oauth
