#include "backup/taking.h"

#include <vector>

#include "audit/recorded_event.h"
#include "backup/testing/rights_world.h"
#include "identity/suspension_record.h"

namespace strongroom::backup {
namespace {

// A restored state of which something is taken.
class TakingTest : public RightsWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(RightsWorld::SetUp());
    ASSERT_NO_FATAL_FAILURE(back_up());
    ASSERT_NO_FATAL_FAILURE(open());
  }
  Taken taken() const {
    return {.action = audit::Action::kRobotAccessSuspended,
            .subject = client_.uuid,
            .project = project_.uuid,
            .name = "mail",
            .fields = {"label"}};
  }
  Taking taking(const Newer& newer) {
    return {
        .data = *data_, .newer = newer, .random = random_, .now = clock_.now(), .report = report_};
  }
  // The last one of the restored trail.
  audit::RecordedEvent told() {
    EXPECT_TRUE(data_->trail().flush().has_value());
    const auto page = data_->trail().list({.limit = 1});
    const auto event = audit::read_event(page->entries.at(0).json);
    EXPECT_TRUE(event.has_value());
    return *event;
  }
};

// docs/adr/0012: without anything newer nobody knows what still counts.
TEST_F(TakingTest, WhatNothingConfirmsIsDoubtfulAndWhatARestoreSuspendedAsWell) {
  Newer newer;
  EXPECT_TRUE(taking(newer).is_doubtful(client_.uuid));
  newer.confirms = true;
  EXPECT_FALSE(taking(newer).is_doubtful(client_.uuid));
  newer.suspended.insert(client_.uuid);
  EXPECT_TRUE(taking(newer).is_doubtful(client_.uuid));
  EXPECT_FALSE(taking(newer).is_doubtful(other_.uuid));
}

TEST_F(TakingTest, WhatIsTakenIsInTheTrailWithTheRestoreForAReason) {
  const Newer newer;
  Taking one = taking(newer);
  ASSERT_TRUE(data_->store()
                  .write([&](storage::Transaction& tx) { return record(one, tx, taken()); })
                  .has_value());
  const audit::RecordedEvent event = told();
  EXPECT_EQ(event.action, "robot_access.suspended");
  EXPECT_EQ(event.reason, "restore");
  EXPECT_EQ(event.subject_id, client_.uuid.text());
  EXPECT_EQ(event.subject_name, "mail");
  EXPECT_EQ(event.project_id, project_.uuid.text());
  EXPECT_EQ(event.fields, std::vector<std::string>{"label"});
  EXPECT_TRUE(suspensions().empty()) << "nobody can lift what is not suspended";
}

TEST_F(TakingTest, ASuspensionIsARowToLiftThatNobodyForgesAndAnEvent) {
  const Newer newer;
  Taking one = taking(newer);
  ASSERT_TRUE(data_->store()
                  .write([&](storage::Transaction& tx) {
                    return suspend(one, tx, kRobotAccessKind, taken());
                  })
                  .has_value());
  const auto rows = suspensions();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.front().kind, kRobotAccessKind);
  EXPECT_EQ(rows.front().subject_id, client_.uuid);
  EXPECT_EQ(rows.front().name, "mail");
  EXPECT_EQ(rows.front().project_id, project_.uuid);
  EXPECT_TRUE(identity::check_suspension(data_->sealer(), rows.front()).has_value());
  EXPECT_EQ(told().action, "robot_access.suspended");
}

// One transaction: what could not be written was not taken either.
TEST_F(TakingTest, WhatIsRolledBackLeavesNeitherRowNorEvent) {
  const Newer newer;
  Taking one = taking(newer);
  const std::string before = told().id;
  const Status failed = data_->store().write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(suspend(one, tx, kRobotAccessKind, taken()));
    return Error{Code::kUnavailable, "no room"};
  });
  EXPECT_FALSE(failed.has_value());
  EXPECT_TRUE(suspensions().empty());
  EXPECT_EQ(told().id, before);
}

}  // namespace
}  // namespace strongroom::backup
