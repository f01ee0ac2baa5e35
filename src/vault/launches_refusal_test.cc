#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "vault/testing/launch_world.h"

namespace strongroom::vault {
namespace {

class LaunchRefusalsTest : public LaunchWorld {
 protected:
  void make_canary(OAuthClientId id) {
    OAuthClientFields fields;
    fields.is_canary = true;
    change(id, fields);
  }
  // Of each alarm its outcome, sorted.
  std::vector<std::string> alarms() {
    std::vector<std::string> outcomes;
    const auto touched = events("canary.touched");
    outcomes.reserve(touched.size());
    for (const auto& one : touched) outcomes.push_back(member(one.json, "outcome"));
    std::ranges::sort(outcomes);
    return outcomes;
  }
  static std::string member(const std::string& json, std::string_view name) {
    const std::string begin = "\"" + std::string(name) + "\":\"";
    const std::size_t at = json.find(begin);
    if (at == std::string::npos) return "none";
    const std::size_t from = at + begin.size();
    return json.substr(from, json.find('"', from) - from);
  }
  static bool has(const audit::Trail::Entry& entry, std::string_view text) {
    return entry.json.find(text) != std::string::npos;
  }
  std::string looked_up() {
    LookupQuestion question;
    question.robot_key = key_->key.reveal();
    question.in_the_name_of = "old/Legacy";
    const auto admitted = lookups_->admit(question);
    return admitted ? "admitted" : answer_of(admitted);
  }
};

TEST_F(LaunchRefusalsTest, ACanaryIsAnAlarmWhenTheLaunchIsDeliveredDeniedOrFails) {
  make_canary(files_);
  put_token(files_, "files-token");
  EXPECT_EQ(launched(), "mail=mail-token files=files-token ");
  EXPECT_EQ(alarms(), std::vector<std::string>{"success"});
  tick(mail_, false);  // it is not the canary that keeps the tokens back
  EXPECT_EQ(launched(), "input_not_deliverable mail box_off");
  EXPECT_EQ(alarms(), (std::vector<std::string>{"denied", "success"}));
  tick(mail_, true);
  put_token(mail_, "mail-token");
  clock_.advance(Seconds(7200));
  for (int i = 0; i < 4; ++i) provider_.cannot_be_reached();
  const std::string told = launched();
  EXPECT_TRUE(told.ends_with(" mail")) << told;
  EXPECT_EQ(alarms(), (std::vector<std::string>{"denied", "failure", "success"}));
  EXPECT_EQ(lookups_->counters().canaries_touched, 3U);
  const auto touched = events("canary.touched").front();
  EXPECT_EQ(member(touched.json, "subject_id"), files_.uuid.text());
  EXPECT_EQ(member(touched.json, "actor_id"), robot_.uuid.text());
  EXPECT_EQ(member(touched.json, "runner_id"), runner_.uuid.text());
}

// Whatever keeps the runner from launching the robot, and however often it tries.
TEST_F(LaunchRefusalsTest, ACanaryIsAnAlarmForWhoMayNotLaunchItsRobot) {
  make_canary(mail_);
  make_canary(files_);
  serve("new");
  EXPECT_EQ(launched(), "not found");
  EXPECT_EQ(launched(), "not found");
  EXPECT_EQ(alarms(), std::vector<std::string>(4, "denied"));
  EXPECT_EQ(count("launch.denied"), 2U);
  const auto touched = events("canary.touched").front();
  EXPECT_EQ(member(touched.json, "actor_id"), runner_.uuid.text());
  EXPECT_EQ(member(touched.json, "project_id"), project_.uuid.text());
  serve("old");
  forbid(true);
  EXPECT_EQ(launched(), "basic_engine_forbidden");
  forbid(false);
  use_key(restricted({}, 1, {}));
  EXPECT_EQ(launched(), "not found");
  kill(KillScope::kRobot, robot_.uuid);
  EXPECT_EQ(launched(), "not found");
  EXPECT_EQ(alarms(), std::vector<std::string>(10, "denied"));
}

// Invariant 6: an alarm that cannot be written keeps the answer back as any denial does.
TEST_F(LaunchRefusalsTest, NobodyIsToldOfADenialWhileItsAlarmCannotBeWritten) {
  make_canary(files_);
  tick(mail_, false);
  break_audit();
  EXPECT_EQ(launched(), "audit_unavailable");
  EXPECT_EQ(launches_->counters().failed, 1U);
  EXPECT_EQ(launches_->counters().denied, 0U);
}

TEST_F(LaunchRefusalsTest, DenialsThatAreLikeOneThatIsWrittenAreCounted) {
  for (int i = 0; i < 5; ++i) EXPECT_EQ(launched("old/Nobody"), "not found");
  EXPECT_EQ(count("launch.denied"), 1U);
  EXPECT_EQ(launches_->counters().denied, 5U);
  lookups_->write_denials(false);
  EXPECT_EQ(count("launch.denied"), 1U) << "their minute is not over";
  clock_.advance(DenialCounts::kWindow);
  lookups_->write_denials(false);
  const auto written = events("launch.denied");
  ASSERT_EQ(written.size(), 2U);
  EXPECT_TRUE(has(written.front(), R"("count":4)")) << written.front().json;
  EXPECT_EQ(member(written.front().json, "reason"), "unknown_robot");
  EXPECT_EQ(member(written.front().json, "asked_label"), "old/Nobody");
}

TEST_F(LaunchRefusalsTest, EachTokenCountsForTheRateThatLaunchesShareWithLookUps) {
  limit({.per_second = 1, .burst = 3});
  EXPECT_EQ(launched(), "mail=mail-token files=files-token ");
  EXPECT_EQ(looked_up(), "admitted");
  EXPECT_EQ(looked_up(), "rate_limited");
  EXPECT_EQ(launched(), "rate_limited");
  clock_.advance(Seconds(2));
  EXPECT_EQ(launched(), "mail=mail-token files=files-token ");
  EXPECT_EQ(launched(), "rate_limited");
}

// A launch may take more tokens than a robot may ask for at once: it owes them.
TEST_F(LaunchRefusalsTest, WhatIsLargerThanTheBurstIsPaidBack) {
  limit({.per_second = 1, .burst = 1});
  EXPECT_EQ(launched(), "mail=mail-token files=files-token ");
  const auto refused = ask();
  ASSERT_FALSE(refused.has_value());
  const auto* const wait = refused.error().find("retry_after");
  ASSERT_NE(wait, nullptr);
  EXPECT_EQ(std::get<std::int64_t>(*wait), 2);
  clock_.advance(Seconds(2));
  EXPECT_EQ(launched(), "mail=mail-token files=files-token ");
}

TEST_F(LaunchRefusalsTest, NothingIsRetrievedWithAKeyThatHasTooFewUsesLeft) {
  use_key(restricted({}, 1, {}));
  clock_.advance(Seconds(7200));  // both tokens are too old
  EXPECT_EQ(launched(), "not found");
  EXPECT_EQ(last_reason(), "key_restricted");
  EXPECT_EQ(provider_.requests(), 0U);
}

}  // namespace
}  // namespace strongroom::vault
