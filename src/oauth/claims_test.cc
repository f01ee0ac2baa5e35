#include "oauth/claims.h"

#include <gmock/gmock.h>

namespace strongroom::oauth {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

TEST(Claims, AreFoundByTheirWholeNameAlone) {
  constexpr std::string_view kClaims =
      R"({"sub":"a","https://example.org/name":"Ann","n":{"name":"inner"},"age":7})";
  EXPECT_EQ(claim_text(kClaims, "https://example.org/name"), "Ann");
  EXPECT_EQ(claim_text(kClaims, "name"), "");
  EXPECT_EQ(claim_text(kClaims, "SUB"), "");
  EXPECT_EQ(claim_text(kClaims, "age"), "");
  EXPECT_EQ(claim_text("[]", "sub"), "");
}

TEST(Claims, OfTimesAreWholeSecondsAndOtherwiseNone) {
  constexpr std::string_view kClaims =
      R"({"auth_time":1764158400,"text":"1764158400","half":1.5,"before":-1,"far":9e18,"huge":999999999999})";
  EXPECT_EQ(claim_time(kClaims, "auth_time"), WallTime(Seconds(1'764'158'400)));
  for (const char* const name : {"text", "half", "before", "far", "huge", "absent"}) {
    EXPECT_EQ(claim_time(kClaims, name), std::nullopt) << name;
  }
}

TEST(Claims, OfGroupsAreAListOfTextsOrOneTextAndOtherwiseNone) {
  constexpr std::string_view kClaims =
      R"({"many":["a","b"],"one":"a","none":[],"mixed":["a",1],"object":{"a":1},"nil":null})";
  EXPECT_THAT(claim_texts(kClaims, "many"), Optional(ElementsAre("a", "b")));
  EXPECT_THAT(claim_texts(kClaims, "one"), Optional(ElementsAre("a")));
  EXPECT_THAT(claim_texts(kClaims, "none"), Optional(ElementsAre()));
  EXPECT_EQ(claim_texts(kClaims, "mixed"), std::nullopt);
  EXPECT_EQ(claim_texts(kClaims, "object"), std::nullopt);
  EXPECT_EQ(claim_texts(kClaims, "nil"), std::nullopt);
  EXPECT_EQ(claim_texts(kClaims, "absent"), std::nullopt);
}

}  // namespace
}  // namespace strongroom::oauth
