#include "identity/sign_on_flows.h"

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "crypto/random.h"

namespace strongroom::identity {
namespace {

class SignOnFlowsTest : public ::testing::Test {
 protected:
  oauth::State begin(const std::string& address = "192.0.2.1") {
    oauth::State state = oauth::new_state(random_);
    flows_.begin(state,
                 {.provider = {},
                  .revision = 1,
                  .metadata = {},
                  .redirect_uri = {},
                  .nonce = oauth::new_nonce(random_),
                  .verifier = oauth::CodeVerifier::generate(random_),
                  .binding_hash = {},
                  .end = Deadline::after(clock_.now(), clock_.boot_now(), SignOnFlows::kLifetime)},
                 address);
    return state;
  }

  FakeClock clock_;
  crypto::SystemRandom random_;
  SignOnFlows flows_{clock_};
};

TEST_F(SignOnFlowsTest, AStateWorksOnce) {
  //
  const oauth::State state = begin();
  EXPECT_FALSE(flows_.take(oauth::new_state(random_)));
  EXPECT_TRUE(flows_.take(state));
  EXPECT_FALSE(flows_.take(state));
}

TEST_F(SignOnFlowsTest, AStateWorksForTenMinutesByEitherClock) {
  // A-006, E4
  const oauth::State in_time = begin();
  const oauth::State late = begin();
  clock_.advance(SignOnFlows::kLifetime - Milliseconds{1});
  EXPECT_TRUE(flows_.take(in_time));
  clock_.advance(Milliseconds{1});
  EXPECT_FALSE(flows_.take(late));
}

TEST_F(SignOnFlowsTest, WhoBeginsManyPushesOutTheirOwn) {
  const oauth::State others = begin("192.0.2.2");
  const oauth::State first = begin();
  const oauth::State second = begin();
  for (std::size_t i = 2; i <= SignOnFlows::kMostOfAddress; ++i) begin();
  EXPECT_FALSE(flows_.take(first));
  EXPECT_TRUE(flows_.take(second));
  EXPECT_TRUE(flows_.take(others));
}

TEST_F(SignOnFlowsTest, AllTogetherAreBoundedAndTheOldestGoesFirst) {
  const oauth::State first = begin("first");
  const oauth::State second = begin("second");
  for (std::size_t i = 2; i <= SignOnFlows::kMost; ++i) begin(std::to_string(i));
  EXPECT_FALSE(flows_.take(first));
  EXPECT_TRUE(flows_.take(second));
}

TEST_F(SignOnFlowsTest, WhereThereIsNoRoomWhoBeganMostMakesIt) {
  const oauth::State alone = begin("alone");
  std::size_t begun = 1;
  for (std::size_t greedy = 0; begun < SignOnFlows::kMost; ++greedy) {
    for (std::size_t i = 0; i < 2 && begun < SignOnFlows::kMost; ++i, ++begun) {
      begin("greedy " + std::to_string(greedy));
    }
  }
  begin("late");
  EXPECT_TRUE(flows_.take(alone));
}

}  // namespace
}  // namespace strongroom::identity
