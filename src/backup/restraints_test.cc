#include "backup/restraints.h"

#include <string>
#include <vector>

#include "backup/testing/rights_world.h"
#include "storage/kill_rows.h"
#include "storage/project_rows.h"
#include "vault/kills.h"
#include "vault/projects.h"

namespace strongroom::backup {
namespace {

using storage::Snapshot;
using vault::KillScope;

class RestraintsTest : public RightsWorld {
 protected:
  void set_strict(bool on) {
    vault::Projects projects(*context_);
    vault::ProjectFields fields;
    fields.strict_robot_access = on;
    const auto now = projects.get(admin_, project_);
    ASSERT_TRUE(projects.update(admin_, project_, now->stamps.revision, fields).has_value());
  }
  vault::KillId kill(KillScope scope, const Uuid& id, const std::string& provider = {}) {
    const auto killed = kills().set(
        admin_,
        {.subject = {.scope = scope, .id = id, .service_provider = provider}, .reason = "stolen"});
    EXPECT_TRUE(killed.has_value()) << vault::answer_of(killed);
    return killed ? killed->id : vault::KillId{};
  }
  void lift(vault::KillId id) { ASSERT_TRUE(kills().lift(admin_, id).has_value()); }

  bool is_strict() {
    const auto row = read<std::optional<storage::ProjectRow>>(
        [&](Snapshot& snapshot) { return storage::find_project(snapshot, project_.uuid); });
    EXPECT_TRUE(vault::check_mac(data_->sealer(), *row).has_value());
    return row->strict_robot_access;
  }
  // Of the restored state, each by a row that a server believes.
  std::vector<storage::KillRow> restored_kills() {
    auto rows = read<std::vector<storage::KillRow>>(storage::all_kills);
    for (const auto& row : rows) {
      EXPECT_TRUE(vault::check_mac(data_->sealer(), row).has_value());
    }
    return rows;
  }
  std::vector<std::string> scopes() {
    std::vector<std::string> found;
    for (const auto& row : restored_kills()) found.push_back(row.scope);
    std::ranges::sort(found);
    return found;
  }
  std::string provider_name() const { return store_row().service_provider; }
  storage::TargetSystemRow store_row() const {
    return **storage::read<std::optional<storage::TargetSystemRow>>(
        *store_,
        [&](Snapshot& snapshot) { return storage::find_target_system(snapshot, system_.uuid); });
  }

  // The world is there once SetUp() has run.
  vault::Kills& kills() {
    if (!kills_) kills_.emplace(*context_);
    return *kills_;
  }
  std::optional<vault::Kills> kills_;
};

// docs/adr/0012: a restore gives no rights.
TEST_F(RestraintsTest, AProjectThatBecameStrictSinceIsStrict) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  set_strict(true);
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_TRUE(is_strict());
  EXPECT_EQ(report_.not_revived.others, 1);
  ASSERT_NO_FATAL_FAILURE(restore(newer_of_restored()));
  EXPECT_TRUE(is_strict()) << "what one restore did the next one knows";
}

TEST_F(RestraintsTest, AProjectThatIsAsItWasStaysAndOneThatCeasedToBeStrictAsWell) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  set_strict(true);
  set_strict(false);
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_FALSE(is_strict());
  set_strict(true);
  data_.reset();
  std::filesystem::remove_all(directory_.file("restored"));
  ASSERT_NO_FATAL_FAILURE(back_up());
  set_strict(false);
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_TRUE(is_strict()) << "what was allowed since is allowed by somebody, not by a restore";
}

TEST_F(RestraintsTest, WhatWasStoppedSinceIsStopped) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  kill(KillScope::kRobot, robot_.uuid);
  kill(KillScope::kOAuthClient, client_.uuid);
  kill(KillScope::kTargetSystem, system_.uuid);
  kill(KillScope::kProject, project_.uuid);
  kill(KillScope::kServiceProvider, {}, provider_name());
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_EQ(scopes(), (std::vector<std::string>{"oauth_client", "project", "robot",
                                                "service_provider", "target_system"}));
  for (const storage::KillRow& row : restored_kills()) {
    EXPECT_EQ(row.killed_by, admin_.id) << row.scope;
    EXPECT_FALSE(row.name.empty()) << row.scope;
    EXPECT_EQ(row.revocation, "off") << "the tokens that are there now are older ones";
    if (row.scope == "service_provider") {
      EXPECT_EQ(row.service_provider, provider_name());
      EXPECT_FALSE(row.project_id.has_value());
    } else if (row.scope != "target_system") {
      EXPECT_EQ(row.project_id, project_.uuid) << row.scope;
    }
  }
  EXPECT_EQ(report_.not_revived.others, 5);
  EXPECT_TRUE(report_.warnings.empty());
}

TEST_F(RestraintsTest, WhatWasLetGoOnIsNotStoppedUnlessItWasStoppedWhenTheBackupWasMade) {
  const vault::KillId before = kill(KillScope::kRobot, robot_.uuid);
  ASSERT_NO_FATAL_FAILURE(back_up());
  lift(before);
  lift(kill(KillScope::kOAuthClient, client_.uuid));
  ASSERT_NO_FATAL_FAILURE(restore(newer()));
  EXPECT_EQ(scopes(), std::vector<std::string>{"robot"});
}

TEST_F(RestraintsTest, WhatIsStoppedAlreadyIsStoppedOnceAndWhatTheBackupDoesNotHaveNotAtAll) {
  lift(kill(KillScope::kRobot, robot_.uuid));
  kill(KillScope::kRobot, robot_.uuid);
  ASSERT_NO_FATAL_FAILURE(back_up());
  kill(KillScope::kOAuthClient, client(project_, system_, "later").id.uuid);
  Newer since = newer();
  since.kills[{"robot", robot_.uuid, ""}] = {};
  ASSERT_NO_FATAL_FAILURE(restore(since));
  EXPECT_EQ(scopes(), std::vector<std::string>{"robot"});
  EXPECT_EQ(report_.not_revived.others, 0);
}

// So far the trail did not say which.
TEST_F(RestraintsTest, AServiceProviderThatNobodyCanNameIsSaidInTheReport) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  Newer since = newer();
  since.kills[{"service_provider", Uuid{}, ""}] = {.by = admin_.id, .name = "Google"};
  ASSERT_NO_FATAL_FAILURE(restore(since));
  EXPECT_TRUE(restored_kills().empty());
  ASSERT_EQ(report_.warnings.size(), 1U);
  EXPECT_TRUE(report_.warnings.front().ends_with("stop them again: 1"));
}

TEST_F(RestraintsTest, WithoutAnythingNewerTheyAreAsTheyWereSaved) {
  kill(KillScope::kRobot, robot_.uuid);
  ASSERT_NO_FATAL_FAILURE(back_up());
  set_strict(true);
  ASSERT_NO_FATAL_FAILURE(restore(Newer{}));
  EXPECT_EQ(scopes(), std::vector<std::string>{"robot"});
  EXPECT_FALSE(is_strict());
}

// Even if nobody had examined it.
TEST_F(RestraintsTest, AForgedProjectIsNotSignedAnew) {
  ASSERT_NO_FATAL_FAILURE(back_up());
  set_strict(true);
  const Newer since = newer();
  tamper_restored("UPDATE projects SET name_key = 'another'");
  ASSERT_NO_FATAL_FAILURE(open());
  Taking taking{
      .data = *data_, .newer = since, .random = random_, .now = clock_.now(), .report = report_};
  EXPECT_EQ(vault::answer_of(data_->store().write(
                [&](storage::Transaction& tx) { return take_restraints(taking, tx); })),
            "corrupt");
}

}  // namespace
}  // namespace strongroom::backup
