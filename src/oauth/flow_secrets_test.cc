#include "oauth/flow_secrets.h"

#include <string>

#include <gtest/gtest.h>

#include "crypto/testing/counting_random.h"

namespace strongroom::oauth {
namespace {

TEST(FlowSecrets, AreLongRandomAndNeverTheSame) {
  // A-007, E5
  crypto::CountingRandom random;
  const State state = new_state(random);
  const Nonce nonce = new_nonce(random);
  EXPECT_EQ(state.reveal().size(), kFlowSecretLength);
  EXPECT_TRUE(has_form_of_flow_secret(state.reveal()));
  EXPECT_TRUE(has_form_of_flow_secret(nonce.reveal()));
  EXPECT_NE(state.reveal(), nonce.reveal());
  const State other = new_state(random);
  EXPECT_FALSE(is_same(state, other.reveal()));
  EXPECT_EQ(testing::PrintToString(state), "<secret>");
}

TEST(FlowSecrets, AreComparedWhole) {
  //
  crypto::CountingRandom random;
  const State state = new_state(random);
  const Nonce nonce = new_nonce(random);
  const std::string shown(state.reveal());
  EXPECT_TRUE(is_same(state, shown));
  EXPECT_FALSE(is_same(state, shown.substr(1)));
  EXPECT_FALSE(is_same(state, shown + "A"));
  EXPECT_FALSE(is_same(state, nonce.reveal()));
  EXPECT_FALSE(is_same(nonce, shown));
  EXPECT_TRUE(is_same(nonce, nonce.reveal()));
  EXPECT_FALSE(is_same(State(""), "")) << "nothing is no proof";
}

TEST(FlowSecrets, HaveAFormThatKeepsOtherTextsAway) {
  const std::string good(kFlowSecretLength, 'a');
  EXPECT_TRUE(has_form_of_flow_secret(good));
  for (const char bad : {'=', '+', ' ', '\n', '\0', '.'}) {
    std::string text = good;
    text[7] = bad;
    EXPECT_FALSE(has_form_of_flow_secret(text)) << int{bad};
  }
  EXPECT_FALSE(has_form_of_flow_secret(""));
  EXPECT_FALSE(has_form_of_flow_secret(good + "a"));
}

}  // namespace
}  // namespace strongroom::oauth
