#include "vault/endpoint_breaker.h"

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "crypto/testing/counting_random.h"
#include "crypto/uuid.h"

namespace strongroom::vault {
namespace {

using oauth::FailureCause;
using Change = EndpointBreaker::Change;

class EndpointBreakerTest : public testing::Test {
 protected:
  OAuthClientId some_client() { return crypto::make_id<OAuthClientId>(clock_.now(), random_); }
  Change fails(OAuthClientId client, FailureCause cause = FailureCause::kTimedOut,
               bool is_probe = false, std::optional<Seconds> retry_after = std::nullopt) {
    const oauth::TokenFailure failure{.cause = cause, .retry_after = retry_after};
    return breaker_.note(client, is_probe, &failure, clock_.boot_now(), random_);
  }
  Change works() { return breaker_.note(one_, false, nullptr, clock_.boot_now(), random_); }
  void open() {
    for (int i = 0; i + 1 < kFailuresToOpen; ++i) fails(i % 2 == 0 ? one_ : other_);
    ASSERT_EQ(fails(one_), Change::kOpened);
  }
  bool pauses() { return breaker_.pause(clock_.boot_now()).has_value(); }
  void wait_until_over() {
    const auto pause = breaker_.pause(clock_.boot_now());
    ASSERT_TRUE(pause);
    clock_.advance(pause->until - clock_.boot_now());
  }

  FakeClock clock_;
  crypto::CountingRandom random_{1};
  OAuthClientId one_ = some_client();
  OAuthClientId other_ = some_client();
  EndpointBreaker breaker_;
};

TEST_F(EndpointBreakerTest, FiveFailuresInARowOfTwoClientsOpenIt) {
  //
  for (int i = 0; i < 4; ++i) EXPECT_EQ(fails(i == 0 ? other_ : one_), Change::kNone);
  EXPECT_FALSE(pauses());
  EXPECT_EQ(fails(one_, FailureCause::kUnreachable), Change::kOpened);
  EXPECT_TRUE(pauses());
  EXPECT_TRUE(breaker_.is_open());
  EXPECT_EQ(breaker_.pause(clock_.boot_now())->cause, FailureCause::kUnreachable);
}

TEST_F(EndpointBreakerTest, OneClientAloneDoesNotOpenIt) {
  for (int i = 0; i < 50; ++i) EXPECT_EQ(fails(one_), Change::kNone);
  EXPECT_FALSE(pauses());
  EXPECT_EQ(fails(other_), Change::kOpened);
}

TEST_F(EndpointBreakerTest, AnyAnswerOfTheEndpointItselfEndsTheRow) {
  for (const FailureCause cause : {FailureCause::kInvalidGrant, FailureCause::kInvalidClient,
                                   FailureCause::kRateLimited, FailureCause::kMalformedAnswer}) {
    for (int i = 0; i < 4; ++i) fails(i % 2 == 0 ? one_ : other_);
    EXPECT_EQ(fails(one_, cause), Change::kNone);
    EXPECT_FALSE(pauses());
  }
  for (int i = 0; i < 4; ++i) fails(i % 2 == 0 ? one_ : other_);
  EXPECT_EQ(works(), Change::kNone);
  EXPECT_EQ(fails(one_), Change::kNone);
}

TEST_F(EndpointBreakerTest, WhatIsWrongOnTheWayOrHereSaysNothingOfTheEndpoint) {
  for (int i = 0; i < 20; ++i) {
    for (const FailureCause cause :
         {FailureCause::kProxy, FailureCause::kTlsUntrusted, FailureCause::kOverloaded,
          FailureCause::kAddressPolicy, FailureCause::kInvalidSettings}) {
      EXPECT_EQ(fails(i % 2 == 0 ? one_ : other_, cause), Change::kNone);
    }
  }
  EXPECT_FALSE(pauses());
  for (int i = 0; i < 4; ++i) fails(i % 2 == 0 ? one_ : other_);
  fails(one_, FailureCause::kProxy);
  EXPECT_EQ(fails(one_), Change::kOpened) << "the row goes on";
}

TEST_F(EndpointBreakerTest, WhenItsTimeIsOverOneIsLetThroughAndClosesIt) {
  open();
  wait_until_over();
  EXPECT_FALSE(pauses());
  EXPECT_TRUE(breaker_.begin(clock_.boot_now()));
  EXPECT_TRUE(pauses()) << "one at a time";
  EXPECT_EQ(works(), Change::kClosed);
  breaker_.end_probe();
  EXPECT_FALSE(pauses());
  EXPECT_FALSE(breaker_.begin(clock_.boot_now()));
  EXPECT_TRUE(breaker_.is_plain(clock_.boot_now()));
}

TEST_F(EndpointBreakerTest, AProbeThatFailsOpensItAgainForLonger) {
  const auto left = [this] { return breaker_.pause(clock_.boot_now())->until - clock_.boot_now(); };
  open();
  Milliseconds longest{0};
  for (int i = 0; i < 12; ++i) {
    wait_until_over();
    ASSERT_TRUE(breaker_.begin(clock_.boot_now()));
    EXPECT_EQ(fails(other_, FailureCause::kTimedOut, true), Change::kNone) << "said once";
    breaker_.end_probe();
    ASSERT_TRUE(pauses());
    longest = std::max(longest, left());
  }
  EXPECT_GT(longest, Seconds(6)) << "no first opening lasts that long";
  wait_until_over();
  ASSERT_TRUE(breaker_.begin(clock_.boot_now()));
  EXPECT_EQ(works(), Change::kClosed);
  breaker_.end_probe();
  open();
  EXPECT_LE(left(), Seconds(6)) << "it begins anew";
}

TEST_F(EndpointBreakerTest, WhoInsistsIsNoProbe) {
  //
  open();
  const auto until = breaker_.pause(clock_.boot_now())->until;
  EXPECT_FALSE(breaker_.begin(clock_.boot_now())) << "before its time is over";
  fails(one_);
  EXPECT_EQ(breaker_.pause(clock_.boot_now())->until, until);
  wait_until_over();
  EXPECT_FALSE(pauses()) << "the place is free";
  ASSERT_TRUE(breaker_.begin(clock_.boot_now()));
  EXPECT_FALSE(breaker_.begin(clock_.boot_now())) << "beside the probe";
  fails(one_);
  breaker_.end_probe();
  EXPECT_FALSE(pauses()) << "the failure beside it said nothing";
}

TEST_F(EndpointBreakerTest, AProbeOfAnEarlierTimeDoesNotLengthenThis) {
  open();
  wait_until_over();
  ASSERT_TRUE(breaker_.begin(clock_.boot_now()));
  works();
  open();
  const auto until = breaker_.pause(clock_.boot_now())->until;
  fails(other_, FailureCause::kTimedOut, true);
  EXPECT_EQ(breaker_.pause(clock_.boot_now())->until, until);
}

TEST_F(EndpointBreakerTest, AProbeThatSaysNothingLetsTheNextOneThrough) {
  open();
  wait_until_over();
  ASSERT_TRUE(breaker_.begin(clock_.boot_now()));
  fails(one_, FailureCause::kTlsUntrusted, true);
  breaker_.end_probe();
  EXPECT_FALSE(pauses());
  EXPECT_TRUE(breaker_.is_open());
}

TEST_F(EndpointBreakerTest, WhatWasSentBeforeItOpenedNeitherProlongsItNorIsKeptFromClosingIt) {
  open();
  const auto before = breaker_.pause(clock_.boot_now())->until;
  for (int i = 0; i < 11; ++i) EXPECT_EQ(fails(other_), Change::kNone);
  EXPECT_EQ(breaker_.pause(clock_.boot_now())->until, before);
  EXPECT_EQ(works(), Change::kClosed);
  EXPECT_FALSE(pauses());
}

TEST_F(EndpointBreakerTest, ARetryAfterHoldsEverybodyBackForAnHourAtMost) {
  //
  EXPECT_EQ(fails(one_, FailureCause::kRateLimited, false, Seconds(7)), Change::kPaused);
  EXPECT_EQ(fails(other_, FailureCause::kRateLimited, false, Seconds(30)), Change::kNone);
  EXPECT_EQ(fails(other_, FailureCause::kRateLimited, false, Seconds(2)), Change::kNone);
  clock_.advance(Seconds(29));
  EXPECT_TRUE(pauses());
  EXPECT_FALSE(breaker_.is_plain(clock_.boot_now()));
  clock_.advance(Seconds(1));
  EXPECT_FALSE(pauses());
  EXPECT_FALSE(breaker_.is_open());
  fails(one_, FailureCause::kProviderUnavailable, false, Seconds(24 * 3600));
  EXPECT_EQ(breaker_.pause(clock_.boot_now())->until, clock_.boot_now() + kLongestPatience);
  // Any other failure's is the client's own.
  clock_.advance(kLongestPatience);
  EXPECT_EQ(fails(one_, FailureCause::kInvalidClient, false, Seconds(7)), Change::kNone);
  EXPECT_FALSE(pauses());
}

TEST_F(EndpointBreakerTest, ATokenEndsThePatienceThatWasAskedFor) {
  //
  EXPECT_EQ(fails(one_, FailureCause::kRateLimited, false, Seconds(3600)), Change::kPaused);
  EXPECT_EQ(fails(other_, FailureCause::kInvalidGrant), Change::kNone);
  EXPECT_TRUE(pauses()) << "a refusal ends nothing";
  works();
  EXPECT_FALSE(pauses());
  EXPECT_TRUE(breaker_.is_plain(clock_.boot_now()));
}

TEST(OpenFor, GrowsByFullJitterUpToFiveMinutes) {
  EXPECT_EQ(open_for(1, 0), Seconds(1));
  EXPECT_EQ(open_for(40, 0), Seconds(1));
  EXPECT_EQ(open_for(1, 0xffffffff), Seconds(6));
  EXPECT_EQ(open_for(2, 0xffffffff), Seconds(11));
  EXPECT_EQ(open_for(3, 0xffffffff), Seconds(21));
  EXPECT_EQ(open_for(40, 0xffffffff), Seconds(301));
  EXPECT_NEAR(static_cast<double>(open_for(3, 0x80000000).count()), 11'000, 1);
}

}  // namespace
}  // namespace strongroom::vault
