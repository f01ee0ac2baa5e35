#include "api/content_coding.h"

#include <gtest/gtest.h>

namespace strongroom::api {
namespace {

constexpr auto kBrotli = ContentCoding::kBrotli;
constexpr auto kGzip = ContentCoding::kGzip;
constexpr auto kIdentity = ContentCoding::kIdentity;

ContentCoding of_all(std::string_view header) { return choose_coding(header, true, true); }

TEST(ChooseCoding, TakesTheSmallestThatBrowsersAskFor) {
  EXPECT_EQ(of_all("gzip, deflate, br, zstd"), kBrotli);
  EXPECT_EQ(of_all("gzip, deflate"), kGzip);
  EXPECT_EQ(of_all("GZip"), kGzip);
  EXPECT_EQ(of_all("x-gzip"), kGzip);
  EXPECT_EQ(of_all("*"), kBrotli);
  EXPECT_EQ(choose_coding("gzip, br", false, true), kGzip);
  EXPECT_EQ(choose_coding("gzip, br", false, false), kIdentity);
}

TEST(ChooseCoding, FollowsTheWeights) {
  EXPECT_EQ(of_all("br;q=0.5, gzip"), kGzip);
  EXPECT_EQ(of_all("br ; q=0.5 , gzip;q=0.4"), kBrotli);
  EXPECT_EQ(of_all("br;q=0, gzip;q=0.001"), kGzip);
  EXPECT_EQ(of_all("br;q=0, *"), kGzip);
  EXPECT_EQ(of_all("identity, br;q=0.999"), kIdentity);
  EXPECT_EQ(of_all("identity, br"), kBrotli);
}

TEST(ChooseCoding, IsIdentityWhereNothingElseIsAskedFor) {
  for (const char* header : {"", "identity", "deflate, zstd", "*;q=0", "gzip;q=0, br;q=0.000",
                             "identity;q=0", ",,;;", "brr", "br gzip"}) {
    EXPECT_EQ(of_all(header), kIdentity) << header;
  }
}

TEST(ChooseCoding, TakesAWeightThatIsNoneForARefusal) {
  for (const char* header : {"br;q=2", "br;q=1.001", "br;q=", "br;q", "br;q=-1", "br;q=0.1234",
                             "br;q=1x", "br;q=0.x", "br;level=3", "br;q=.5"}) {
    EXPECT_EQ(of_all(header), kIdentity) << header;
  }
  EXPECT_EQ(of_all("br;Q=1.000"), kBrotli);
  EXPECT_EQ(of_all("br;q=1."), kBrotli);
}

TEST(NamesTag, FindsTheTagInAListOfStrongAndWeakOnes) {
  for (const char* header :
       {R"("a-br")", R"(W/"a-br")", R"("x", "a-br")", R"("x",W/"a-br","y")", "*"}) {
    EXPECT_TRUE(names_tag(header, R"("a-br")")) << header;
  }
  for (const char* header :
       {"", "a-br", R"("a")", R"("a-br"x)", R"("x", "y")", R"(w/"a-br")", ","}) {
    EXPECT_FALSE(names_tag(header, R"("a-br")")) << header;
  }
}

}  // namespace
}  // namespace strongroom::api
