#include <memory>
#include <string>

#include "vault/lookup.h"
#include "vault/testing/lookup_world.h"

namespace strongroom::vault {
namespace {

class LookupCollectionTest : public LookupWorld {};

TEST_F(LookupCollectionTest, NothingIsCollectedAfterTheKeyWasRevoked) {
  const auto handout = ask();
  ASSERT_TRUE(handout.has_value());
  ASSERT_TRUE(robots().revoke_key(admin_, robot_, key_->info.id).has_value());
  EXPECT_EQ(collected(*handout), "unauthenticated");
  EXPECT_EQ(token_, "");
  expect_taken_back("key_revoked");
  EXPECT_EQ(lookups_->counters().unauthenticated, 1U);
}

TEST_F(LookupCollectionTest, NothingIsCollectedAfterTheRobotWasDeleted) {
  const auto handout = ask();
  ASSERT_TRUE(handout.has_value());
  ASSERT_TRUE(robots().remove(admin_, robot_).has_value());
  EXPECT_EQ(collected(*handout), "unauthenticated");
  expect_taken_back("key_revoked");
}

TEST_F(LookupCollectionTest, NothingIsCollectedAfterTheRuleWasRevoked) {
  const auto handout = ask();
  ASSERT_TRUE(handout.has_value());
  ASSERT_TRUE(rules().revoke(admin_, rule_).has_value());
  EXPECT_EQ(collected(*handout), "not found");
  expect_taken_back("no_access");
  EXPECT_EQ(lookups_->counters().denied, 1U);
  EXPECT_EQ(lookups_->counters().handed_out, 0U) << "one look-up counts once";
}

TEST_F(LookupCollectionTest, NothingIsCollectedAfterTheClientWasDeleted) {
  const auto handout = ask();
  ASSERT_TRUE(handout.has_value());
  ASSERT_TRUE(clients().remove(admin_, client_).has_value());
  EXPECT_EQ(collected(*handout), "not found");
  expect_taken_back("unknown_client");
}

TEST_F(LookupCollectionTest, NothingIsCollectedAfterTheTokensWereRevoked) {
  // A-088; invariant 7
  const auto handout = ask();
  ASSERT_TRUE(handout.has_value());
  index_.withdraw_tokens(client_, OAuthClientState::kNeedsRetrieval);
  EXPECT_EQ(collected(*handout), "overloaded");
  EXPECT_EQ(token_, "");
  expect_taken_back("tokens_withdrawn");
  EXPECT_EQ(lookups_->counters().failed, 1U);
  EXPECT_EQ(lookups_->counters().handed_out, 0U);
  provider_.grants("another-token", 600);
  EXPECT_EQ(asked_and_collected(), "ok");
  EXPECT_EQ(token_, "another-token");
}

TEST_F(LookupCollectionTest, WhatSomebodyElseLostChangesNothing) {
  const RobotId other = robot(project_, "finance", "other").id;
  const auto handout = ask();
  ASSERT_TRUE(handout.has_value());
  ASSERT_TRUE(robots().remove(admin_, other).has_value());
  EXPECT_EQ(collected(*handout), "ok");
  EXPECT_EQ(std::ranges::count(actions(100), "lookup.denied"), 0);
}

TEST_F(LookupCollectionTest, AKeyThatIsRevokedWhileItsQuestionIsDecidedGetsNothing) {
  // A-274. The key was found when the revoke came, and is not looked at again before the end.
  lookup_clock_.interruption = [&] {
    ASSERT_TRUE(robots().revoke_key(admin_, robot_, key_->info.id).has_value());
  };
  EXPECT_NE(asked_and_collected(), "ok");
  EXPECT_EQ(token_, "");
}

TEST_F(LookupCollectionTest, ARobotThatIsDeletedWhileItsQuestionIsDecidedGetsNothing) {
  // A-274
  lookup_clock_.interruption = [&] { ASSERT_TRUE(robots().remove(admin_, robot_).has_value()); };
  EXPECT_NE(asked_and_collected(), "ok");
  EXPECT_EQ(token_, "");
}

TEST_F(LookupCollectionTest, TheHeaderOfARequestIsHandedOutAsATokenIs) {
  // A-276
  const auto handout = ask_for_header();
  ASSERT_TRUE(handout.has_value()) << answer_of(handout);
  EXPECT_EQ(collected_headers(*handout), "ok");
  EXPECT_EQ(token_, "Authorization: Bearer a-token\n");
  EXPECT_EQ(lookups_->counters().handed_out, 1U);
  const std::string event = event_of("token.handed_out");
  EXPECT_NE(event.find(R"("reason":"authorization_header")"), std::string::npos) << event;
  EXPECT_NE(event.find(R"("fields":["api.example.com"])"), std::string::npos) << event;
  EXPECT_EQ(event.find("orders"), std::string::npos) << "an address may hold what is secret";
}

TEST_F(LookupCollectionTest, NoHeaderIsCollectedAfterTheRuleWasRevoked) {
  // A-274
  const auto handout = ask_for_header();
  ASSERT_TRUE(handout.has_value());
  ASSERT_TRUE(rules().revoke(admin_, rule_).has_value());
  EXPECT_EQ(collected_headers(*handout), "not found");
  EXPECT_EQ(token_, "");
  expect_taken_back("no_access");
  EXPECT_EQ(lookups_->counters().handed_out, 0U);
  EXPECT_EQ(lookups_->counters().denied, 1U);
}

TEST_F(LookupCollectionTest, WhoMayNotReadAClientGetsNoHeaderOfIt) {
  // A-271
  ASSERT_TRUE(rules().revoke(admin_, rule_).has_value());
  EXPECT_EQ(answer_of(ask_for_header()), "not found");
  EXPECT_NE(event_of("lookup.denied").find(R"("reason":"no_access")"), std::string::npos);
}

TEST_F(LookupCollectionTest, ATokenThatNoHeaderMakesUsableIsRefusedOneToo) {
  // A-063
  put_token("bound", [](TokenEntry& token) { token.is_bound = true; });
  EXPECT_EQ(answer_of(ask_for_header()), "token_is_bound");
  EXPECT_EQ(answer_of(ask()), "token_is_bound");
}

}  // namespace
}  // namespace strongroom::vault
