#include "oauth/dpop_nonces.h"

#include <string>

#include <gtest/gtest.h>

#include "oauth/clock_skew.h"

namespace strongroom::oauth {
namespace {

std::vector<http::Header> with(std::string nonce) { return {{"dpop-nonce", std::move(nonce)}}; }

TEST(DpopNonces, KeepsTheNewestOfEachServer) {
  //
  DpopNonces nonces;
  EXPECT_EQ(nonces.known_of("https://as.example/token").nonce, "");
  nonces.learn("https://as.example/token?x=1", with("one"), {});
  nonces.learn("https://rs.example/api", with("two"), {});
  nonces.learn("https://as.example:8443/token", with("three"), {});
  EXPECT_EQ(nonces.known_of("https://as.example/par").nonce, "one");
  EXPECT_EQ(nonces.known_of("https://rs.example/other").nonce, "two");
  EXPECT_EQ(nonces.known_of("https://as.example:8443/token").nonce, "three");
  nonces.learn("https://as.example/token", with("four"), {});
  nonces.learn("https://as.example/token", {}, {});  // an answer without one says nothing
  EXPECT_EQ(nonces.known_of("https://as.example/token").nonce, "four");
}

TEST(DpopNonces, TakesOnlyWhatMayStandInAProof) {
  //
  for (const std::string& bad :
       {std::string(), std::string("a b"), std::string("a\"b"), std::string("a\\b"),
        std::string("\xc3\xa9"), std::string("a\tb"), std::string(kMaxDpopNonce + 1, 'n')}) {
    EXPECT_EQ(dpop_nonce_in(with(bad)), "") << bad;
  }
  EXPECT_EQ(dpop_nonce_in(with(std::string(kMaxDpopNonce, 'n'))).size(), kMaxDpopNonce);
  EXPECT_EQ(dpop_nonce_in({{"DPoP-Nonce", "a"}, {"dpop-nonce", "b"}}), "");
}

TEST(DpopNonces, IsBounded) {
  DpopNonces nonces;
  const auto url = [](std::size_t i) { return "https://s" + std::to_string(i) + ".example/token"; };
  for (std::size_t i = 0; i <= kMaxDpopServers; ++i) nonces.learn(url(i), with("n"), {});
  EXPECT_EQ(nonces.known_of(url(0)).nonce, "");
  EXPECT_EQ(nonces.known_of(url(1)).nonce, "n");
  EXPECT_EQ(nonces.known_of(url(kMaxDpopServers)).nonce, "n");
}

TEST(DpopNonces, FollowsAClockThatIsOffWithinReason) {
  //
  DpopNonces nonces;
  const std::string url = "https://as.example/token";
  nonces.learn(url, {}, kTolerableSkew);
  EXPECT_EQ(nonces.known_of(url).ahead, Seconds(0));
  nonces.learn(url, {}, Seconds(-300));
  EXPECT_EQ(nonces.known_of(url).ahead, Seconds(-300));
  nonces.learn(url, {}, std::nullopt);
  EXPECT_EQ(nonces.known_of(url).ahead, Seconds(-300));
  nonces.learn(url, {}, kMostFollowedSkew + Seconds(1));
  EXPECT_EQ(nonces.known_of(url).ahead, Seconds(0));
}

}  // namespace
}  // namespace strongroom::oauth
