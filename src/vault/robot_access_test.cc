#include "vault/robot_access.h"

#include "base/unicode.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class RobotAccessTest : public VaultWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(VaultWorld::SetUp());
    project_ = project("P");
    client_ = client(project_, system("T").id, "L").id;
    robot_ = robot(project_, "finance/invoices", "R").id;
  }
  Result<RobotAccess> grant_pattern(const std::string& pattern) {
    return rules().grant(admin_, {client_, {}, pattern});
  }
  bool reads(const Robot& robot) {
    const auto entry = index_.find(client_).client;
    return may_read({robot.id, robot.project, name_key(robot.path)}, *entry);
  }
  bool reads() { return reads(*robots().get(admin_, robot_)); }

  ProjectId project_;
  OAuthClientId client_;
  RobotId robot_;
};

TEST_F(RobotAccessTest, NobodyReadsWithoutARuleAndNobodyAfterItsRevocation) {
  EXPECT_FALSE(reads());
  const auto rule = rules().grant(admin_, {client_, robot_, {}});
  ASSERT_TRUE(rule.has_value()) << answer_of(rule);
  EXPECT_TRUE(reads());
  EXPECT_FALSE(reads(robot(project_, "finance/invoices", "Other")));
  expect_index_as_after_restart({client_});
  ASSERT_TRUE(rules().revoke(admin_, rule->id).has_value());
  EXPECT_FALSE(reads());
  EXPECT_EQ(answer_of(rules().revoke(admin_, rule->id)), "not found");
  EXPECT_EQ(answer_of(rules().get(admin_, rule->id)), "not found");
  EXPECT_EQ(actions(100),
            (std::vector<std::string>{"oauth_client.created", "project.created", "robot.created",
                                      "robot.created", "robot_access.granted",
                                      "robot_access.revoked", "target_system.created"}));
}

TEST_F(RobotAccessTest, APatternLetsInWholePathsOfItsOwnProjectOnly) {
  ASSERT_TRUE(grant_pattern("Finance/**").has_value());
  EXPECT_TRUE(reads());
  EXPECT_TRUE(reads(robot(project_, "finance", "A")));
  EXPECT_FALSE(reads(robot(project_, "financial", "B")));
  EXPECT_FALSE(reads(robot(project("Q"), "finance", "C")));
}

TEST_F(RobotAccessTest, TakingARuleAwaySaysWhoReadsByNoOther) {
  robot(project_, "finance", "A");
  robot(project_, "sales", "B");
  robot(project("Q"), "finance", "C");
  const auto named = rules().grant(admin_, {client_, robot_, {}});
  const auto pattern = grant_pattern("finance/**");
  ASSERT_TRUE(named && pattern);
  EXPECT_EQ(rules().affected(admin_, named->id)->robots, 0);    // reads by the pattern, too
  EXPECT_EQ(rules().affected(admin_, pattern->id)->robots, 1);  // A; robot_ is named
  EXPECT_EQ(rules().affected(admin_, pattern->id)->robot_access, 1);
  EXPECT_TRUE(reads());
  EXPECT_EQ(rules().revoke(admin_, pattern->id)->robots, 1);
  EXPECT_EQ(rules().revoke(admin_, named->id)->robots, 1);
  EXPECT_EQ(answer_of(rules().affected(admin_, named->id)), "not found");
}

TEST_F(RobotAccessTest, WhatIsWrongIsNamed) {
  EXPECT_EQ(answer_of(rules().grant(admin_, {client_, {}, {}})), "invalid at /robot");
  EXPECT_EQ(answer_of(rules().grant(admin_, {client_, robot_, "a"})), "invalid at /robot");
  EXPECT_EQ(answer_of(rules().grant(admin_, {OAuthClientId{}, robot_, {}})),
            "invalid at /oauth_client");
  EXPECT_EQ(answer_of(rules().grant(admin_, {client_, RobotId{}, {}})), "invalid at /robot");
  const Robot stranger = robot(project("Q"), "", "S");
  EXPECT_EQ(answer_of(rules().grant(admin_, {client_, stranger.id, {}})), "invalid at /robot");
  for (const char* bad : {"", "fin*", "a/**/b", "..", "a\nb"}) {
    EXPECT_EQ(answer_of(grant_pattern(bad)), "invalid at /path_pattern") << bad;
  }
}

TEST_F(RobotAccessTest, TheSameRuleTwiceIsADuplicate) {
  const auto first = grant_pattern("finance/*");
  const auto again = grant_pattern(" FINANCE/* ");
  EXPECT_EQ(answer_of(again), "duplicate at /path_pattern");
  EXPECT_EQ(std::get<Uuid>(*again.error().find("existing_id")), first->id.uuid);
  ASSERT_TRUE(rules().grant(admin_, {client_, robot_, {}}).has_value());
  EXPECT_EQ(answer_of(rules().grant(admin_, {client_, robot_, {}})), "duplicate at /robot");
}

TEST_F(RobotAccessTest, GrantingAndRevokingNeedThatPermission) {
  const auto rule = rules().grant(admin_, {client_, robot_, {}});
  const Actor editor = with({Permission::kView, Permission::kConfigure});
  EXPECT_EQ(answer_of(rules().grant(editor, {client_, {}, "**"})), "denied");
  EXPECT_EQ(answer_of(rules().revoke(editor, rule->id)), "denied");
  EXPECT_EQ(answer_of(rules().get(with({}), rule->id)), "denied");
  EXPECT_EQ(answer_of(rules().list(with({}), {})), "denied");
}

TEST_F(RobotAccessTest, ListsForARobotItsOwnRulesAndThePatternsThatFit) {
  const OAuthClientId other = client(project_, system("U").id, "M").id;
  ASSERT_TRUE(rules().grant(admin_, {client_, robot_, {}}).has_value());
  ASSERT_TRUE(grant_pattern("finance/**").has_value());
  ASSERT_TRUE(grant_pattern("sales/**").has_value());
  ASSERT_TRUE(rules().grant(admin_, {other, {}, "*/invoices"}).has_value());
  const Robot seller = robot(project_, "sales", "S");
  ASSERT_TRUE(rules().grant(admin_, {other, seller.id, {}}).has_value());
  ListQuery query;
  query.robot = robot_;
  EXPECT_EQ(rules().list(admin_, query)->total, 3);
  query.oauth_client = other;
  EXPECT_EQ(rules().list(admin_, query)->total, 1);
  query = {};
  query.robot = seller.id;
  query.page_size = 1;
  query.offset = 1;
  const auto page = rules().list(admin_, query);
  EXPECT_EQ(page->total, 2);
  EXPECT_EQ(page->items.size(), 1U);
  query = {};
  query.oauth_client = client_;
  EXPECT_EQ(rules().list(admin_, query)->total, 3);
  query = {};
  query.filter = "m";
  query.sort = "-name";
  EXPECT_EQ(rules().list(admin_, query)->total, 2);
  query.robot = RobotId{};
  EXPECT_EQ(rules().list(admin_, query)->total, 0);
}

TEST_F(RobotAccessTest, AForgedRuleGivesNothing) {
  const auto rule = rules().grant(admin_, {client_, robot_, {}});
  ASSERT_TRUE(grant_pattern("nowhere").has_value());
  ASSERT_TRUE(store_->write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(
        tx.execute("UPDATE robot_access SET pattern_key = '**' WHERE robot_id IS NULL"));
    return {};
  }));
  ASSERT_TRUE(rules().revoke(admin_, rule->id).has_value());
  EXPECT_FALSE(reads());
  EXPECT_TRUE(index_.find(client_).client->access.empty());
}

TEST_F(RobotAccessTest, RevokingWorksWhileTheAuditTrailCannotBeWritten) {
  const auto rule = rules().grant(admin_, {client_, robot_, {}});
  ASSERT_NO_FATAL_FAILURE(break_audit());
  EXPECT_EQ(answer_of(grant_pattern("**")), "audit_unavailable");
  EXPECT_EQ(answer_of(rules().revoke(admin_, rule->id)), "ok");
  EXPECT_FALSE(reads());
}

TEST_F(RobotAccessTest, NothingIsHalfDoneWhicheverCallOfTheStoreFails) {
  int number = 0;
  with_every_fault([&] { return grant_pattern("p" + std::to_string(++number)).has_value(); },
                   [&](bool) {
                     const auto entry = index_.find(client_).client;
                     EXPECT_EQ(rules().list(admin_, {})->total,
                               static_cast<std::int64_t>(entry->access.size()));
                     expect_index_as_after_restart({client_});
                   });
}

}  // namespace
}  // namespace strongroom::vault
