#include "vault/launches.h"

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <utility>

#include "oauth/testing/scripted_token_endpoint.h"
#include "vault/basic_engine.h"
#include "vault/kills.h"
#include "vault/robot_inputs.h"
#include "vault/server_settings.h"
#include "vault/sign_in_parties.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class LaunchesTest : public VaultWorld {
 protected:
  void SetUp() override {
    VaultWorld::SetUp();
    project_ = project("Finance");
    system_ = system("CRM").id;
    mail_ = client_with_box("mail");
    files_ = client_with_box("files");
    robot_ = robot_of_kind("old", "Legacy", RobotKind::kBasicEngine);
    runner_ = robot_of_kind("machines", "Machine", RobotKind::kRunner);
    use_key({});
    inputs_ = std::make_unique<RobotInputLists>(*context_);
    switches_ = std::make_unique<ServerSwitches>(*context_);
    retrievals_ = std::make_unique<Retrievals>(
        *context_, provider_.client(),
        Retrievals::Workers{.start = [](Task task) { return task(), true; },
                            .finish = [](Task task) { return task(), true; }},
        crypto::make_uuid(clock_.now(), random_));
    launches_ = std::make_unique<Launches>(*context_, *retrievals_, RateLimit{});
    EXPECT_EQ(take({{"mail", mail_}, {"files", files_}}), "ok");
  }

  RobotId robot_of_kind(const std::string& path, const std::string& name, RobotKind kind) {
    RobotFields fields;
    fields.project = project_;
    fields.path = path;
    fields.name = name;
    fields.kind = kind;
    if (kind == RobotKind::kRunner) fields.serves = {"old"};
    const auto made = robots().create(admin_, fields);
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return made ? made->id : RobotId{};
  }
  OAuthClientId client_with_box(const std::string& label) {
    const OAuthClientId id = client(project_, system_, label).id;
    tick(id, true);
    put_token(id, label + "-token");
    return id;
  }
  void tick(OAuthClientId id, bool is_ticked) {
    OAuthClientFields fields;
    fields.allow_basic_engine_robots = is_ticked;
    change(id, fields);
  }
  void change(OAuthClientId id, const OAuthClientFields& fields) {
    const auto now = clients().get(admin_, id);
    ASSERT_TRUE(now.has_value());
    const auto changed = clients().update(admin_, id, now->stamps.revision, fields);
    ASSERT_TRUE(changed.has_value()) << answer_of(changed);
  }
  void disable(OAuthClientId id) {
    OAuthClientFields fields;
    fields.disabled = true;
    change(id, fields);
  }
  void change(RobotId id, const RobotFields& fields) {
    const auto now = robots().get(admin_, id);
    const auto changed = robots().update(admin_, id, now->stamps.revision, fields);
    ASSERT_TRUE(changed.has_value()) << answer_of(changed);
  }
  void serve(const std::string& path) {
    RobotFields fields;
    fields.serves = {path};
    change(runner_, fields);
  }
  void become(RobotKind kind) {
    RobotFields fields;
    fields.kind = kind;
    change(robot_, fields);
  }
  static KeyRestrictions restricted(std::vector<std::string> addresses,
                                    std::optional<std::int64_t> max_uses,
                                    std::vector<OAuthClientId> clients) {
    KeyRestrictions restrictions;
    restrictions.addresses = std::move(addresses);
    restrictions.max_uses = max_uses;
    restrictions.oauth_clients = std::move(clients);
    return restrictions;
  }
  std::string take(const std::vector<NewRobotInput>& inputs,
                   const std::optional<Actor>& actor = {}) {
    const auto now = inputs_->get(admin_, robot_);
    return answer_of(
        inputs_->replace(actor.value_or(admin_), robot_, now ? now->revision : 0, inputs));
  }
  void forbid(bool is_forbidden) {
    ASSERT_TRUE(switches_->change(admin_, {is_forbidden}).has_value());
  }
  void kill(KillScope scope, const Uuid& id) {
    Kills kills(*context_);
    const auto set = kills.set(
        admin_, {.subject = {.scope = scope, .id = id}, .reason = "r", .revoke_upstream = false});
    ASSERT_TRUE(set.has_value()) << answer_of(set);
  }

  void put_token(OAuthClientId id, const std::string& text, bool is_bound = false) {
    auto token = std::make_shared<TokenEntry>();
    token->generation = 1;
    token->lifetime = Milliseconds(3'600'000);
    token->deadline = Deadline::after(clock_.now(), clock_.boot_now(), *token->lifetime);
    token->expires_at = token->deadline->wall;
    token->is_bound = is_bound;
    token->fingerprint = std::string(32, 'f');
    const auto sealed = sealer_.seal({.table = "oauth_clients",
                                      .row = id.uuid,
                                      .column = "sealed_token",
                                      .scope = project_.uuid,
                                      .generation = 1},
                                     text);
    ASSERT_TRUE(sealed.has_value());
    token->sealed = *sealed;
    index_.put_retrieved(id, std::move(token));
  }
  void use_key(const KeyRestrictions& restrictions) {
    if (key_) {
      ASSERT_TRUE(robots().revoke_key(admin_, runner_, key_->info.id).has_value());
    }
    auto key = robots().create_key(admin_, runner_, restrictions);
    ASSERT_TRUE(key.has_value()) << answer_of(key);
    key_ = std::make_unique<NewRobotKey>(*std::move(key));
  }

  Result<Launch> ask(std::string_view robot = "old/Legacy") {
    std::promise<Result<Launch>> answered;
    launches_->ask({.robot_key = key_->key.reveal(),
                    .proven = {},
                    .robot = robot,
                    .peer = "127.0.0.1",
                    .request_id = "r"},
                   [&](Result<Launch> answer) { answered.set_value(std::move(answer)); });
    return answered.get_future().get();
  }
  // What it is given, or what the runner is told instead.
  std::string collected(const Launch& launch) {
    std::string all;
    for (std::size_t i = 0; i < launch.inputs.size(); ++i) {
      all += launch.inputs[i].entry.name + "=";
      const Status opened = launches_->collect(launch, i, all);
      if (!opened) return told(opened.error());
      all += " ";
    }
    return all;
  }
  static std::string told(const Error& error) {
    std::string text = answer_of(Result<int>(error));
    if (const auto* const input = error.find("input")) {
      text += " " + std::get<VisibleName>(*input).text;
    }
    if (const auto* const why = error.find("why")) text += " " + std::get<VisibleName>(*why).text;
    return text;
  }
  std::string launched(std::string_view robot = "old/Legacy") {
    const auto launch = ask(robot);
    return launch ? collected(*launch) : told(launch.error());
  }
  std::size_t count(const std::string& action) {
    EXPECT_TRUE(trail_->flush().has_value());
    return trail_->list({.action = action, .limit = 100})->entries.size();
  }
  std::string last_reason() {
    EXPECT_TRUE(trail_->flush().has_value());
    const auto page = trail_->list({.action = "launch.denied", .limit = 1});
    if (page->entries.empty()) return "none";
    const std::string& json = page->entries.front().json;
    const std::string name = R"("reason":")";
    const std::size_t at = json.find(name) + name.size();
    return json.substr(at, json.find('"', at) - at);
  }

  ProjectId project_;
  TargetSystemId system_;
  OAuthClientId mail_;
  OAuthClientId files_;
  RobotId robot_;
  RobotId runner_;
  std::unique_ptr<NewRobotKey> key_;
  std::unique_ptr<RobotInputLists> inputs_;
  std::unique_ptr<ServerSwitches> switches_;
  oauth::ScriptedTokenEndpoint provider_{clock_};
  std::unique_ptr<Retrievals> retrievals_;
  std::unique_ptr<Launches> launches_;
};

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
