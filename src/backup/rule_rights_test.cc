#include "backup/rule_rights.h"

#include <string>

#include "backup/testing/rights_world.h"

namespace strongroom::backup {
namespace {

using RuleRightsTest = RightsWorld;

TEST_F(RuleRightsTest, WithoutAnythingNewerEachRuleIsSuspendedAndCanBeLifted) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  ASSERT_NO_FATAL_FAILURE(restore(Newer{}));
  EXPECT_EQ(reason_of_secret_rule(), kRestoredRule);
  EXPECT_EQ(report_.suspended.robot_access, 2);
  EXPECT_EQ(report_.not_revived.robot_access, 0);
  for (const std::string_view kind : {kRobotAccessKind, kSecretAccessKind}) {
    EXPECT_EQ(std::ranges::count(suspensions(), kind, &storage::SuspensionRow::kind), 1) << kind;
  }
}

TEST_F(RuleRightsTest, ATrailThatSaysNothingOfThemConfirmsRules) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_EQ(reason_of_secret_rule(), "");
  EXPECT_EQ(report_.suspended.robot_access, 0);
}

TEST_F(RuleRightsTest, RulesOfBothKindsAreTakenAlike) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  ASSERT_TRUE(access().revoke(admin_, rule_).has_value());
  Newer since = newer();
  since.invalid_rules.insert(rule_of_client_.uuid);
  ASSERT_NO_FATAL_FAILURE(restore(since));
  EXPECT_EQ(reason_of_secret_rule(), "gone");
  EXPECT_EQ(report_.not_revived.robot_access, 1);
  EXPECT_EQ(report_.suspended.robot_access, 1);
  const auto rows = suspensions();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.front().kind, kRobotAccessKind);
  EXPECT_EQ(rows.front().subject_id, rule_of_client_.uuid);
}

}  // namespace
}  // namespace strongroom::backup
