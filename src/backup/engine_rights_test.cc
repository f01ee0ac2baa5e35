#include "backup/engine_rights.h"

#include <filesystem>

#include "backup/testing/rights_world.h"

namespace strongroom::backup {
namespace {

using EngineRightsTest = RightsWorld;

// P16: the box is on, and nothing is delivered until somebody says that the input still counts.
TEST_F(EngineRightsTest, WithoutAnythingNewerInputsAreSuspendedAndTheBoxIsOn) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  ASSERT_NO_FATAL_FAILURE(restore(Newer{}));
  EXPECT_EQ(inputs(), "mail=restored ");
  EXPECT_EQ(report_.suspended.robot_inputs, 1);
  EXPECT_TRUE(is_ticked(client_));
  EXPECT_FALSE(is_ticked(other_));
  EXPECT_FALSE(is_forbidden());
  EXPECT_EQ(report_.warnings.size(), 1U) << "nobody knows whether they were forbidden since";
  const auto rows = suspensions();
  const auto input = std::ranges::find(rows, kRobotInputKind, &storage::SuspensionRow::kind);
  ASSERT_NE(input, rows.end());
  EXPECT_EQ(input->name, "Legacy: mail");
}

// P16.
TEST_F(EngineRightsTest, ATrailThatSaysNothingOfThemConfirmsInputs) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_EQ(inputs(), "mail= ");
  EXPECT_TRUE(is_ticked(client_));
  EXPECT_TRUE(suspensions().empty());
  EXPECT_TRUE(report_.warnings.empty());
}

TEST_F(EngineRightsTest, AnInputThatWasRemovedSinceIsNotRevivedAndCannotBeLifted) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  take({});
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_EQ(inputs(), "mail=not_revived ") << "its robot is not launched without it";
  EXPECT_EQ(report_.not_revived.robot_inputs, 1);
  EXPECT_TRUE(suspensions().empty());
  EXPECT_FALSE(is_ticked(client_)) << "no restored input takes it";
}

TEST_F(EngineRightsTest, AnInputOfAnotherClientSinceIsNotRevivedAndOneThatWasPutBackIsSuspended) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  take({{"mail", other_}});
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_EQ(inputs(), "mail=not_revived ");
  take({});
  take({{"mail", client_}});
  std::filesystem::remove_all(directory_.file("restored"));
  data_.reset();
  ASSERT_NO_FATAL_FAILURE(back_up());
  take({});
  take({{"mail", client_}});
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_EQ(inputs(), "mail=restored ") << "the trail knows the client by its label alone";
}

TEST_F(EngineRightsTest, InputsOfARobotThatWasDeletedSinceAreSuspendedLikeItsKeys) {
  const auto key = robots().create_key(admin_, engine_);
  ASSERT_TRUE(key.has_value());
  ASSERT_NO_FATAL_FAILURE(back_up());
  ASSERT_TRUE(robots().remove(admin_, engine_, {}).has_value());
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_EQ(inputs(), "mail=restored ");
  EXPECT_EQ(report_.suspended.robot_keys, 1) << "a key of a deleted robot opens nothing";
  EXPECT_EQ(report_.suspended.robot_inputs, 1);
  EXPECT_EQ(report_.suspended.robot_access, 0);
}

TEST_F(EngineRightsTest, ABoxThatWasUntickedSinceIsNotTickedWhateverIsAskedFor) {
  tick(client_, true);
  ASSERT_NO_FATAL_FAILURE(back_up());
  tick(client_, false);
  const Newer since = newer();
  for (const auto access : {BasicEngineAccess::kRestored, BasicEngineAccess::kAsSaved}) {
    ASSERT_NO_FATAL_FAILURE(restore(since, access));
    EXPECT_FALSE(is_ticked(client_));
    EXPECT_TRUE(report_.basic_engine_clients.empty());
  }
}

TEST_F(EngineRightsTest, ABoxThatWasTickedAndUntickedSinceStaysOffAndOneThatIsOnIsOn) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  tick(client_, true);
  tick(client_, false);
  tick(other_, true);
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_FALSE(is_ticked(client_));
  EXPECT_FALSE(is_ticked(other_)) << "the backup has it off, and a restore gives no rights";
}

TEST_F(EngineRightsTest, TheSwitchThatForbidsThemIsSetIfItWasSetSince) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  forbid(true);
  const Newer forbidden = newer();
  forbid(false);
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_FALSE(is_forbidden());
  ASSERT_NO_FATAL_FAILURE(restore(forbidden));
  EXPECT_TRUE(is_forbidden());
  EXPECT_EQ(report_.not_revived.others, 1);
}

TEST_F(EngineRightsTest, WhatIsForbiddenInTheBackupStaysSoAlthoughItWasAllowedSince) {
  forbid(true);
  ASSERT_NO_FATAL_FAILURE(back_up());
  forbid(false);
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_TRUE(is_forbidden());
}

}  // namespace
}  // namespace strongroom::backup
