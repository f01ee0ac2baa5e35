#include "vault/launches.h"

#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "vault/basic_engine.h"
#include "vault/sign_in_parties.h"
#include "vault/testing/launch_world.h"

namespace strongroom::vault {
namespace {

class LaunchesTest : public LaunchWorld {};

constexpr const char* kAll = "mail=mail-token files=files-token ";

TEST_F(LaunchesTest, ARobotIsGivenEveryTokenThatItTakes) {
  EXPECT_EQ(launched(), kAll);
  EXPECT_EQ(launched("OLD/legacy"), kAll);
  EXPECT_EQ(count("token.delivered_to_basic_engine_robot"), 4U);
  EXPECT_EQ(count("launch.denied"), 0U);
}

TEST_F(LaunchesTest, OneThatItMayNotLaunchIsLikeOneThatNobodyHas) {
  robot_of_kind("old", "Modern", RobotKind::kRobot);
  robot_of_kind("new", "Legacy", RobotKind::kBasicEngine);
  const std::pair<const char*, const char*> cases[] = {{"old/Nobody", "unknown_robot"},
                                                       {"old/Modern", "not_basic_engine"},
                                                       {"new/Legacy", "not_under_runner"},
                                                       {"machines/Machine", "not_under_runner"},
                                                       {"", "unknown_robot"}};
  for (const auto& [name, reason] : cases) {
    EXPECT_EQ(launched(name), "not found") << name;
    EXPECT_EQ(last_reason(), reason) << name;
  }
}

// Each of these keeps every token back, also that of the other input.
TEST_F(LaunchesTest, WhatMayNotBeDeliveredIsNamedAndKeepsAllOfThemBack) {
  put_token(files_, "files-token", /*is_bound=*/true);
  EXPECT_EQ(launched(), "input_not_deliverable files bound");
  put_token(files_, "files-token");
  tick(files_, false);
  EXPECT_EQ(launched(), "input_not_deliverable files box_off");
  tick(files_, true);
  put_token(files_, "files-token");
  EXPECT_EQ(launched(), kAll);
  disable(files_);
  EXPECT_EQ(launched(), "input_not_deliverable files not_available");
  EXPECT_EQ(last_reason(), "disabled");
  ASSERT_TRUE(clients().remove(admin_, files_).has_value());
  EXPECT_EQ(launched(), "input_not_deliverable files not_available");
  EXPECT_EQ(last_reason(), "gone");
  EXPECT_EQ(count("token.delivered_to_basic_engine_robot"), 2U);
}

TEST_F(LaunchesTest, AKillStopsItWhateverItIsOf) {
  kill(KillScope::kOAuthClient, mail_.uuid);
  EXPECT_EQ(launched(), "input_not_deliverable mail not_available");
  EXPECT_EQ(last_reason(), "killed");
}

TEST_F(LaunchesTest, AKilledRobotOrRunnerLaunchesNothing) {
  kill(KillScope::kRobot, robot_.uuid);
  EXPECT_EQ(launched(), "not found");
  EXPECT_EQ(last_reason(), "killed");
}

// They may be anywhere by now.
TEST_F(LaunchesTest, AKilledRobotOrRunnerLosesTheTokensThatWereDelivered) {
  for (const RobotId killed : {robot_, runner_}) {
    give_token(mail_);
    give_token(files_);
    Kills kills(*context_);
    ASSERT_TRUE(kills.set(admin_, {.subject = {.scope = KillScope::kRobot, .id = killed.uuid},
                                   .reason = "r",
                                   .revoke_upstream = true}));
    ASSERT_TRUE(kills.withdraw_some());
    EXPECT_FALSE(clients().get(admin_, mail_)->token);
    EXPECT_FALSE(clients().get(admin_, files_)->token);
  }
}

TEST_F(LaunchesTest, WhoeverSignsInForAClientIsToldOfTheRobotsThatTakeIt) {
  const auto readers = [&] {
    return storage::read<Readers>(
        *store_, [&](storage::Snapshot& snapshot) { return readers_of(snapshot, mail_.uuid); });
  };
  EXPECT_EQ(readers()->names, std::vector<std::string>{"old/Legacy"});
  tick(mail_, false);
  EXPECT_TRUE(readers()->names.empty());
}

TEST_F(LaunchesTest, AFlowWithACertificateOrAPrivateKeyDeliversNothing) {
  auto changed = std::make_shared<TargetSystemEntry>(*index_.find(system_));
  changed->proves_by_key = true;
  index_.put_target_system(system_, std::move(changed));
  EXPECT_EQ(launched(), "input_not_deliverable mail certificate_flow");
}

TEST_F(LaunchesTest, TheSwitchOfTheServerForbidsItAtOnce) {
  forbid(true);
  EXPECT_EQ(launched(), "basic_engine_forbidden");
  EXPECT_EQ(last_reason(), "forbidden");
  forbid(false);
  EXPECT_EQ(launched(), kAll);
}

// Each by itself, between the decision and the moment when the answer leaves.
class TakenAwayTest : public LaunchesTest, public testing::WithParamInterface<const char*> {
 protected:
  // What takes a right away, and what the runner is told then.
  struct Case {
    std::function<void()> take_away;
    const char* expected;
  };
  std::map<std::string, Case> cases() {
    constexpr const char* kNotAvailable = "input_not_deliverable files not_available";
    return {
        {"box", {[this] { tick(files_, false); }, "input_not_deliverable files box_off"}},
        {"disabled", {[this] { disable(files_); }, kNotAvailable}},
        {"deleted", {[this] { EXPECT_TRUE(clients().remove(admin_, files_)); }, kNotAvailable}},
        {"killed", {[this] { kill(KillScope::kOAuthClient, files_.uuid); }, kNotAvailable}},
        {"input",
         {[this] {
            EXPECT_EQ(take({{"mail", mail_}}), "ok");
          },
          "overloaded"}},
        {"tokens",
         {[this] { index_.withdraw_tokens(files_, OAuthClientState::kNeedsRetrieval); },
          "overloaded files"}},
        {"switch", {[this] { forbid(true); }, "basic_engine_forbidden"}},
        {"path", {[this] { serve("new"); }, "not found"}},
        {"kind", {[this] { become(RobotKind::kRobot); }, "not found"}},
        {"runner", {[this] { kill(KillScope::kRobot, runner_.uuid); }, "not found"}},
        {"robot", {[this] { EXPECT_TRUE(robots().remove(admin_, robot_)); }, "not found"}},
        {"key",
         {[this] { EXPECT_TRUE(robots().revoke_key(admin_, runner_, key_->info.id)); },
          "unauthenticated"}},
    };
  }
};

// Invariants 6 and 7: the trail says that the tokens were delivered when a right is taken away;
// none leaves, and the trail is told so.
TEST_P(TakenAwayTest, KeepsAllOfThemBack) {
  const Case taken = cases().at(GetParam());
  const auto launch = ask();
  ASSERT_TRUE(launch.has_value()) << told(launch.error());
  EXPECT_EQ(count("token.delivered_to_basic_engine_robot"), 2U);
  taken.take_away();
  std::string letters;
  const Status opened = launches_->collect(*launch, 0, letters);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(told(opened.error()), taken.expected);
  EXPECT_EQ(letters, "");
  EXPECT_EQ(count("launch.denied"), 2U);
  EXPECT_EQ(last_reason(), "rights_changed");
}

INSTANTIATE_TEST_SUITE_P(Rights, TakenAwayTest,
                         testing::Values("box", "disabled", "deleted", "killed", "input", "tokens",
                                         "switch", "path", "kind", "runner", "robot", "key"),
                         [](const auto& one) { return std::string(one.param); });

// Invariant 6
TEST_F(LaunchesTest, NothingLeavesWhileTheTrailCannotBeWritten) {
  break_audit();
  EXPECT_EQ(launched(), "audit_unavailable");
  EXPECT_EQ(launched("old/Nobody"), "audit_unavailable");
  EXPECT_EQ(launches_->counters().delivered, 0U);
}

TEST_F(LaunchesTest, WhatOnlyTakesRightsAwayWorksWhileTheTrailCannotBeWritten) {
  break_audit();
  tick(files_, false);
  EXPECT_EQ(launched(), "audit_unavailable");
  OAuthClientFields ticked;
  ticked.allow_basic_engine_robots = true;
  const auto now = clients().get(admin_, files_);
  EXPECT_EQ(answer_of(clients().update(admin_, files_, now->stamps.revision, ticked)),
            "audit_unavailable");
  EXPECT_EQ(take({{"mail", mail_}, {"files", files_}, {"more", mail_}}), "audit_unavailable");
  EXPECT_EQ(take({{"mail", mail_}}), "ok");
  forbid(true);
  EXPECT_EQ(answer_of(switches_->change(admin_, {false})), "audit_unavailable");
  EXPECT_EQ(answer_of(switches_->get(admin_)), "ok");
}

TEST_F(LaunchesTest, EachTokenIsOneUseOfAKeyWhoseUsesAreCounted) {
  use_key(restricted({}, 3, {}));
  EXPECT_EQ(launched(), kAll);
  EXPECT_EQ(launched(), "not found");  // one is left, and two are needed
  EXPECT_EQ(last_reason(), "key_restricted");
  EXPECT_EQ(take({{"mail", mail_}}), "ok");
  EXPECT_EQ(launched(), "mail=mail-token ");
}

TEST_F(LaunchesTest, TheRestrictionsOfTheKeyHoldForEachClient) {
  use_key(restricted({}, {}, {mail_}));
  EXPECT_EQ(launched(), "not found");
  EXPECT_EQ(last_reason(), "key_restricted");
  use_key(restricted({"192.0.2.0/24"}, {}, {}));
  EXPECT_EQ(launched(), "not found");
  use_key(restricted({"127.0.0.1"}, {}, {mail_, files_}));
  EXPECT_EQ(launched(), kAll);
}

TEST_F(LaunchesTest, ATokenThatIsTooOldIsRetrievedAnewAndOneThatCannotBeNamesItsInput) {
  clock_.advance(Seconds(3590));
  for (int i = 0; i < 4; ++i) provider_.cannot_be_reached();
  EXPECT_EQ(launched(), kAll);  // they live, whatever happened to their renewal
  clock_.advance(Seconds(20));
  const std::string told = launched();
  EXPECT_TRUE(told.ends_with(" mail")) << told;
  EXPECT_EQ(count("token.delivered_to_basic_engine_robot"), 2U);
}

TEST_F(LaunchesTest, InputsAreForThoseWhoMayGrantAccessThere) {
  const auto taken = [&](std::initializer_list<Permission> permissions) {
    return take({{"mail", mail_}}, with(permissions));
  };
  EXPECT_EQ(taken({Permission::kView, Permission::kConfigure}), "denied");
  EXPECT_EQ(taken({Permission::kView, Permission::kGrantAccess}), "denied");
  EXPECT_EQ(taken({Permission::kView, Permission::kConfigure, Permission::kGrantAccess}), "ok");
  const ProjectId other = project("Payroll");
  const OAuthClientId foreign = client(other, system_, "foreign").id;
  EXPECT_EQ(take({{"foreign", foreign}}), "invalid at /items/0/oauth_client");
  EXPECT_EQ(answer_of(switches_->change(with({Permission::kView, Permission::kConfigure}), {true})),
            "denied");
}

// Invariant 2: whoever can write to the database makes no input, and brings none back.
TEST_F(LaunchesTest, ForgedInputsAndSettingsDeliverNothingAfterARestart) {
  const auto why_not = [&] {
    LookupIndex fresh;
    Context other{*store_, *trail_, keys_,       sealer_, random_,
                  clock_,  log_,    *catalogue_, fresh,   network_};
    EXPECT_TRUE(load_index(other).has_value());
    const auto inputs = fresh.inputs_of(robot_);
    EXPECT_TRUE(inputs && inputs->size() == 2);
    const InputEntry& first = inputs->front();
    const auto why = why_not_delivered(fresh, project_, first, fresh.find(first.client));
    return why ? std::string(to_text(*why)) : "nothing";
  };
  EXPECT_EQ(why_not(), "nothing");
  tamper("UPDATE robot_inputs SET name = 'other' WHERE name = 'mail'");
  EXPECT_EQ(why_not(), "invalid");
  tamper("UPDATE robot_inputs SET name = 'mail' WHERE name = 'other'");
  EXPECT_EQ(why_not(), "nothing");
  forbid(true);
  EXPECT_EQ(why_not(), "forbidden");
  tamper("UPDATE server_settings SET value = 'no'");
  EXPECT_EQ(why_not(), "forbidden");
}

}  // namespace
}  // namespace strongroom::vault
