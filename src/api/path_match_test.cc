#include "api/path_match.h"

#include <gtest/gtest.h>

namespace strongroom::api {
namespace {

TEST(MatchPath, FindsWhatStandsInBraces) {
  const auto found = match_path("/robots/{id}/keys/{key_id}", "/robots/1/keys/%32");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ((*found)[0], "1");
  EXPECT_EQ((*found)[1], "%32");
}

TEST(MatchPath, RefusesEveryOtherPath) {
  for (const char* path :
       {"", "/", "/robots", "/robots/", "/robots/1", "/robots/1/", "/robots//keys",
        "/robots/1/keys/", "/robots/1/keysx", "/Robots/1/keys", "/robots/1/2/keys",
        "/%72obots/1/keys", "//robots/1/keys", "/robots/1/keys?x"}) {
    EXPECT_FALSE(match_path("/robots/{id}/keys", path).has_value()) << path;
  }
}

TEST(DecodeParameters, DecodesOnceAndStrictly) {
  const auto decoded = decode_parameters({"a%20b%2Fc+d", "%2541"});
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->values[0], "a b/c+d");
  EXPECT_EQ(decoded->values[1], "%41");
  for (const char* bad : {"%", "%2", "%zz", "%00", "%0d%0a", "%ff", "%c0%af", "%7F"}) {
    EXPECT_FALSE(decode_parameters({bad, ""}).has_value()) << bad;
  }
}

}  // namespace
}  // namespace strongroom::api
