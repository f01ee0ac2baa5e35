// Clients that go to another tenant, target system or project: what they and their robots get
// meanwhile, and what never goes along.

#include <future>
#include <memory>
#include <string>
#include <vector>

#include "storage/robot_access_rows.h"
#include "vault/lookup.h"
#include "vault/testing/sign_in_world.h"
#include "vault/token_withdrawal.h"

namespace strongroom::vault {
namespace {

class ClientUpdateTest : public SignInWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SignInWorld::SetUp());
    robot_ = robot(project_, "nightly", "reader").id;
    key_ = std::make_unique<NewRobotKey>(*robots().create_key(admin_, robot_));
    lookups_ = std::make_unique<Lookups>(*context_, *retrievals_, RateLimit{});
  }
  // As client_, but of an application that acts for itself: with a token, and the robot may read
  // it.
  OAuthClientId tenants_client(const std::string& tenant, const std::string& by_default = {}) {
    TargetSystemFields fields = system_fields("Graph");
    fields.service_provider = "microsoft";
    fields.endpoint_parameters.reset();
    fields.scopes = {"https://graph.microsoft.com/.default"};
    fields.supported_accounts = SupportedAccounts::kThisDirectoryOnly;
    fields.default_tenant = by_default;
    const auto system = systems().create(admin_, fields);
    EXPECT_TRUE(system.has_value()) << answer_of(system);
    OAuthClientFields client;
    client.project = project_;
    client.target_system = system->id;
    client.label = "directory";
    client.tenant = tenant;
    const auto made = clients().create(admin_, client);
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return made->id;
  }
  OAuthClientId plain_client() { return client(project_, system("Plain").id, "plain").id; }
  void let_in(OAuthClientId id) {
    ASSERT_TRUE(rules().grant(admin_, {.oauth_client = id, .robot = robot_, .path_pattern = {}}));
  }
  Result<OAuthClient> change(OAuthClientId id, const OAuthClientFields& fields) {
    STRONGROOM_TRY(const OAuthClient now, clients().get(admin_, id));
    return clients().update(admin_, id, now.stamps.revision, fields);
  }
  UpdateEffects effects(OAuthClientId id, const OAuthClientFields& fields) {
    const auto now = clients().get(admin_, id);
    const auto effects = clients().effects(admin_, id, now->stamps.revision, fields);
    EXPECT_TRUE(effects.has_value()) << answer_of(effects);
    return effects.value_or(UpdateEffects{});
  }
  static OAuthClientFields to_tenant(const std::string& tenant) {
    OAuthClientFields fields;
    fields.tenant = tenant;
    return fields;
  }
  static OAuthClientFields to_system(TargetSystemId system) {
    OAuthClientFields fields;
    fields.target_system = system;
    return fields;
  }
  static OAuthClientFields to_project(ProjectId project) {
    OAuthClientFields fields;
    fields.project = project;
    return fields;
  }
  std::string got(const LookupQuestion& question) {
    std::promise<Result<Handout>> answered;
    lookups_->ask(question, [&](Result<Handout> answer) { answered.set_value(std::move(answer)); });
    const auto handout = answered.get_future().get();
    if (!handout) return answer_of(handout);
    std::string token;
    const Status opened = lookups_->collect(*handout, token);
    return opened ? token : answer_of(opened.error());
  }
  // The token that the robot with `key` gets, or what it is told instead.
  static LookupQuestion question(const NewRobotKey& key) {
    LookupQuestion question{};
    question.robot_key = key.key.reveal();
    question.request_id = "r";
    return question;
  }
  std::string looked_up(OAuthClientId id, const NewRobotKey& key) {
    LookupQuestion by_id = question(key);
    by_id.id = id;
    return got(by_id);
  }
  std::string looked_up(OAuthClientId id) { return looked_up(id, *key_); }
  std::string looked_up(std::string_view project, std::string_view system, std::string_view label) {
    LookupQuestion by_name = question(*key_);
    by_name.project = project;
    by_name.target_system = system;
    by_name.label = label;
    return got(by_name);
  }
  TargetSystem other_system(const std::string& name, std::vector<std::string> scopes) {
    TargetSystemFields fields = sign_in_fields(name);
    fields.scopes = std::move(scopes);
    auto made = systems().create(admin_, fields);
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return *std::move(made);
  }

  RobotId robot_;
  std::unique_ptr<NewRobotKey> key_;
  std::unique_ptr<Lookups> lookups_;
};

TEST_F(ClientUpdateTest, TheOldTokenServesWhileNoneOfTheNewTenantCanBeHad) {
  //
  const OAuthClientId id = tenants_client("contoso.example");
  let_in(id);
  provider_.grants("of-contoso", 3600);
  EXPECT_EQ(looked_up(id), "of-contoso");
  const UpdateEffects will = effects(id, to_tenant("fabrikam.example"));
  EXPECT_EQ(will.next, NextStep::kRetrieval);
  EXPECT_TRUE(will.serves_on);
  EXPECT_EQ(will.serves_until, clock_.now() + Seconds(3600));
  EXPECT_FALSE(will.names_change);
  EXPECT_EQ(clients().get(admin_, id)->tenant, "contoso.example");  // nothing was changed

  ASSERT_EQ(answer_of(change(id, to_tenant("fabrikam.example"))), "ok");
  expect_index_as_after_restart({id});
  provider_.cannot_be_reached();
  EXPECT_EQ(looked_up(id), "of-contoso");
  EXPECT_NE(provider_.url(1).find("fabrikam.example"), std::string_view::npos);
  EXPECT_EQ(looked_up("Finance", "Graph", "directory"), "of-contoso");
  EXPECT_EQ(provider_.requests(), 2U);  // look-ups wait for the next try
  EXPECT_TRUE(clients().get(admin_, id)->token->is_former);

  clock_.advance(Seconds(600));
  provider_.grants("of-fabrikam", 3600);
  EXPECT_EQ(looked_up(id), "of-fabrikam");
  EXPECT_FALSE(clients().get(admin_, id)->token->is_former);
  EXPECT_EQ(looked_up(id), "of-fabrikam");
  EXPECT_EQ(provider_.requests(), 3U);
  expect_index_as_after_restart({id});
}

TEST_F(ClientUpdateTest, NoOldTokenOutlivesItsEndBecauseNoNewOneCame) {
  const OAuthClientId id = tenants_client("contoso.example");
  let_in(id);
  provider_.grants("of-contoso", 600);
  EXPECT_EQ(looked_up(id), "of-contoso");
  ASSERT_EQ(answer_of(change(id, to_tenant("fabrikam.example"))), "ok");
  clock_.advance(Seconds(601));
  provider_.refuses(401, "invalid_client");
  EXPECT_EQ(looked_up(id), "provider_refused");
}

TEST_F(ClientUpdateTest, AnotherNameForTheSameTenantChangesNoToken) {
  //
  const OAuthClientId id = tenants_client("contoso.example", "contoso.example");
  let_in(id);
  provider_.grants("of-contoso", 3600);
  EXPECT_EQ(looked_up(id), "of-contoso");
  EXPECT_EQ(effects(id, to_tenant("")).next, NextStep::kNothing);
  ASSERT_EQ(answer_of(change(id, to_tenant(""))), "ok");
  EXPECT_FALSE(clients().get(admin_, id)->token->is_former);
  EXPECT_EQ(clients().get(admin_, id)->state, OAuthClientState::kActive);
  expect_index_as_after_restart({id});
}

TEST_F(ClientUpdateTest, NewNamesAnswerAtOnceWithTheTokenThatIsThere) {
  let_in(client_);
  sign_in("refresh-1");
  const TargetSystem other = other_system("Post", {"mail.read"});
  EXPECT_TRUE(effects(client_, to_system(other.id)).names_change);
  ASSERT_EQ(answer_of(change(client_, to_system(other.id))), "ok");
  provider_.cannot_be_reached();
  EXPECT_EQ(looked_up("Finance", "Post", "inbox"), "access-0");
  EXPECT_EQ(looked_up("Finance", "Mail", "inbox"), "not found");
}

TEST_F(ClientUpdateTest, WhereTheGrantIsGoodForTheNewTargetSystemItRenewsThere) {
  //
  sign_in("refresh-1");
  const TargetSystem other = other_system("Post", {"mail.read"});
  EXPECT_EQ(effects(client_, to_system(other.id)).next, NextStep::kRetrieval);
  const auto moved = change(client_, to_system(other.id));
  ASSERT_TRUE(moved.has_value()) << answer_of(moved);
  EXPECT_EQ(moved->state, OAuthClientState::kNeedsRetrieval);
  EXPECT_EQ(access_token(), "access-0");
  provider_.renews("access-1", 600, "refresh-2");
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(sent(0, "refresh_token"), "refresh-1");
  EXPECT_EQ(access_token(), "access-1");
  EXPECT_EQ(refresh_token(), "refresh-2");
  EXPECT_FALSE(stored().token->is_former);
  EXPECT_EQ(stored().state, OAuthClientState::kActive);
}

TEST_F(ClientUpdateTest, ForMoreThanWasGrantedSomebodyHasToSignInAgain) {
  //
  let_in(client_);
  sign_in("refresh-1");
  const TargetSystem other = other_system("Post", {"mail.read", "calendar.read"});
  const UpdateEffects will = effects(client_, to_system(other.id));
  EXPECT_EQ(will.next, NextStep::kSignIn);
  EXPECT_TRUE(will.serves_on);
  ASSERT_EQ(answer_of(change(client_, to_system(other.id))), "ok");
  EXPECT_EQ(refresh_token(), "none");
  EXPECT_EQ(stored().state, OAuthClientState::kNeedsSignIn);
  EXPECT_EQ(looked_up(client_), "access-0");
  EXPECT_EQ(provider_.requests(), 0U);
  clock_.advance(Seconds(601));
  EXPECT_EQ(looked_up(client_), "needs_sign_in");
  EXPECT_EQ(provider_.requests(), 0U);
}

// Invariant 5.
TEST_F(ClientUpdateTest, NoRefreshTokenGoesToAnotherDestination) {
  //
  sign_in("refresh-1");
  TargetSystemFields fields = sign_in_fields("Behind a proxy");
  fields.proxy = "http://proxy.example:3128";
  const auto proxied = systems().create(admin_, fields);
  ASSERT_TRUE(proxied.has_value()) << answer_of(proxied);
  EXPECT_EQ(effects(client_, to_system(proxied->id)).next, NextStep::kSignIn);
  ASSERT_EQ(answer_of(change(client_, to_system(proxied->id))), "ok");
  EXPECT_EQ(refresh_token(), "none");
  EXPECT_EQ(asked(), "needs_sign_in");
  EXPECT_EQ(provider_.requests(), 0U);
  EXPECT_EQ(access_token(), "access-0");
}

TEST_F(ClientUpdateTest, WhatIsOnItsWayForTheSettingsBeforeIsNotTakenForNew) {
  //
  sign_in("refresh-1");
  const TargetSystem other = other_system("Post", {"calendar.read"});
  provider_.hold();
  provider_.renews("late", 600, "refresh-late");
  std::string answer;
  retrievals_->retrieve({client_, {}}, std::nullopt,
                        [&](const RetrievalResult& result) { answer = answer_of(result); });
  ASSERT_EQ(answer_of(change(client_, to_system(other.id))), "ok");
  provider_.release();
  EXPECT_EQ(answer, "overloaded");
  EXPECT_EQ(access_token(), "access-0");
  EXPECT_EQ(refresh_token(), "none");
  EXPECT_EQ(stored().state, OAuthClientState::kNeedsSignIn);
  expect_index_as_after_restart({client_});
}

TEST_F(ClientUpdateTest, InAnotherProjectTheSameTokensAreSealedForIt) {
  //
  let_in(client_);
  sign_in("refresh-1");
  provider_.renews("files-1", 600, "refresh-2");
  EXPECT_EQ(asked("https://files.example"), "token");
  const ProjectId to = project("People");
  const auto moved = change(client_, to_project(to));
  ASSERT_TRUE(moved.has_value()) << answer_of(moved);
  EXPECT_EQ(moved->state, OAuthClientState::kActive);
  EXPECT_FALSE(moved->token->is_former);
  EXPECT_EQ(access_token(), "does not open");  // with the key of the project before
  EXPECT_EQ(refresh_token(), "does not open");
  project_ = to;
  EXPECT_EQ(access_token(), "access-0");
  EXPECT_EQ(access_token("https://files.example"), "files-1");
  EXPECT_EQ(refresh_token(), "refresh-2");
  expect_index_as_after_restart({client_});
  provider_.renews("access-2", 600, "refresh-3");
  EXPECT_EQ(asked(), "token");
  EXPECT_EQ(access_token(), "access-2");
  EXPECT_EQ(refresh_token(), "refresh-3");
}

TEST_F(ClientUpdateTest, NoRuleOfTheProjectBeforeLetsAnybodyIn) {
  let_in(client_);
  ASSERT_TRUE(
      rules().grant(admin_, {.oauth_client = client_, .robot = {}, .path_pattern = "nightly"}));
  sign_in("refresh-1");
  EXPECT_EQ(looked_up(client_), "access-0");
  const ProjectId to = project("People");
  const RobotId stranger = robot(to, "nightly", "stranger").id;
  const NewRobotKey strangers = *robots().create_key(admin_, stranger);
  EXPECT_EQ(looked_up(client_, strangers), "not found");

  const UpdateEffects will = effects(client_, to_project(to));
  EXPECT_EQ(will.robot_access, 2);
  EXPECT_EQ(will.robots, (std::vector<std::string>{"nightly", "nightly/reader"}));
  EXPECT_EQ(will.next, NextStep::kNothing);
  ASSERT_EQ(answer_of(change(client_, to_project(to))), "ok");
  EXPECT_EQ(looked_up(client_), "not found");
  EXPECT_EQ(looked_up(client_, strangers), "not found");
  EXPECT_EQ(looked_up("Finance", "Mail", "inbox"), "not found");
  expect_index_as_after_restart({client_});

  ASSERT_TRUE(
      rules().grant(admin_, {.oauth_client = client_, .robot = stranger, .path_pattern = {}}));
  EXPECT_EQ(looked_up(client_, strangers), "access-0");
}

TEST_F(ClientUpdateTest, WhatWasDecidedInTheProjectBeforeIsNotHandedOut) {
  let_in(client_);
  sign_in("refresh-1");
  std::promise<Result<Handout>> answered;
  LookupQuestion by_id = question(*key_);
  by_id.id = client_;
  lookups_->ask(by_id, [&](Result<Handout> answer) { answered.set_value(std::move(answer)); });
  const auto handout = answered.get_future().get();
  ASSERT_TRUE(handout.has_value());
  ASSERT_EQ(answer_of(change(client_, to_project(project("People")))), "ok");
  std::string token;
  EXPECT_FALSE(lookups_->collect(*handout, token).has_value());
  EXPECT_EQ(token, "");
}

TEST_F(ClientUpdateTest, NobodyMovesAClientWhoseRefreshIsUnderWay) {
  //
  sign_in("refresh-1");
  const ProjectId to = project("People");
  provider_.hold();
  provider_.renews("access-1", 600, "refresh-2");
  std::string answer;
  retrievals_->retrieve({client_, {}}, std::nullopt,
                        [&](const RetrievalResult& result) { answer = answer_of(result); });
  EXPECT_EQ(answer_of(change(client_, to_project(to))), "overloaded");
  provider_.release();
  EXPECT_EQ(answer, "ok");
  EXPECT_EQ(refresh_token(), "refresh-2");
  EXPECT_EQ(answer_of(change(client_, to_project(to))), "ok");
  project_ = to;
  EXPECT_EQ(refresh_token(), "refresh-2");
}

TEST_F(ClientUpdateTest, ARefreshTokenThatCameMeanwhileIsNotLeftSealedForTheProjectBefore) {
  const ProjectId to = project("People");
  const auto now = stored();
  // Somebody brings one along between what was planned and what is written.
  faults_->before_call(4, [&] {
    const auto system = systems().get(admin_, system_.id);
    const auto lease = storage::write<GrantLease>(*store_, [&](storage::Transaction& tx) {
      return take_grant_lease(*context_, tx, client_);
    });
    ASSERT_TRUE(lease.has_value());
    const auto grant = seal_imported(*context_, *lease, destination_digest(*catalogue_, *system),
                                     {}, oauth::RefreshToken("refresh-1"), "mail.read mail.send");
    ASSERT_TRUE(grant.has_value());
    const auto kept = storage::write<GrantStored>(*store_, [&](storage::Transaction& tx) {
      return store_granted(*context_, tx, *lease, *grant, sign_in_event());
    });
    ASSERT_TRUE(kept.has_value());
  });
  EXPECT_EQ(answer_of(clients().update(admin_, client_, now.stamps.revision, to_project(to))),
            "overloaded");
  EXPECT_EQ(refresh_token(), "refresh-1");
  EXPECT_EQ(answer_of(change(client_, to_project(to))), "ok");
  project_ = to;
  EXPECT_EQ(refresh_token(), "refresh-1");
}

TEST_F(ClientUpdateTest, WhatIsBeingRevokedKeepsTheClientWhereItIs) {
  //
  TargetSystemFields fields = sign_in_fields("Revocable");
  (*fields.endpoint_parameters)["revocation_endpoint"] = "https://id.example/revoke";
  system_ = *systems().create(admin_, fields);
  client_ = client(project_, system_.id, "inbox").id;
  sign_in("refresh-1");
  const auto withdrawn = withdraw_tokens(*context_, admin_, client_);
  ASSERT_TRUE(withdrawn.has_value()) << answer_of(withdrawn);
  ASSERT_EQ(*withdrawn, RevocationState::kPending);
  EXPECT_EQ(answer_of(change(client_, to_project(project("People")))), "revocation_pending");
  OAuthClientFields other;
  other.label = "renamed";
  EXPECT_EQ(answer_of(change(client_, other)), "ok");
}

TEST_F(ClientUpdateTest, TheBoxForBasicEngineRobotsIsTickedAnewInEachProject) {
  OAuthClientFields tick;
  tick.allow_basic_engine_robots = true;
  ASSERT_EQ(answer_of(change(client_, tick)), "ok");
  const ProjectId to = project("People");
  EXPECT_EQ(effects(client_, to_project(to)).basic_engine, BasicEngineDelivery::kStops);
  tick.project = to;
  EXPECT_EQ(effects(client_, tick).basic_engine, BasicEngineDelivery::kContinues);
  ASSERT_EQ(answer_of(change(client_, to_project(to))), "ok");
  EXPECT_FALSE(stored().allow_basic_engine_robots);
}

TEST_F(ClientUpdateTest, MovesWithTokensAndRulesOrNotAtAll) {
  let_in(client_);
  sign_in("refresh-1");
  const ProjectId homes[] = {project_, project("People")};
  int number = 0;
  with_every_fault(
      [&] {
        const auto now = clients().get(admin_, client_);
        if (!now) return false;
        const ProjectId to = homes[now->project == homes[0] ? 1 : 0];
        OAuthClientFields fields = to_project(to);
        fields.label = "inbox " + std::to_string(++number);
        return clients().update(admin_, client_, now->stamps.revision, fields).has_value();
      },
      [&](bool) {
        faults_->fail_call(0);
        expect_index_as_after_restart({client_});
        project_ = stored().project;
        EXPECT_EQ(access_token(), "access-0");
        EXPECT_EQ(refresh_token(), "refresh-1");
      });
}

TEST_F(ClientUpdateTest, ADraftGoesAnywhereWithoutItsTokens) {
  //
  OAuthClientFields fields;
  fields.project = project_;
  fields.target_system = system_.id;
  fields.label = "draft";
  fields.expected_account = "ann@example.test";
  fields.draft = true;
  const auto made = clients().create(admin_, fields);
  ASSERT_TRUE(made.has_value()) << answer_of(made);
  client_ = made->id;
  sign_in("refresh-1");
  EXPECT_EQ(refresh_token(), "refresh-1");
  const ProjectId to = project("People");
  TargetSystemFields elsewhere = system_fields("Elsewhere", to);
  (*elsewhere.endpoint_parameters)["token_endpoint"] = "https://other.example/token";
  elsewhere.consumer_key = "another";
  OAuthClientFields move = to_project(to);
  EXPECT_EQ(answer_of(change(client_, to_system(systems().create(admin_, elsewhere)->id))),
            "invalid at /target_system");  // of a project that it is not in
  move.target_system = systems().list(admin_, {.filter = "Elsewhere"})->items.front().id;
  const auto moved = change(client_, move);
  ASSERT_TRUE(moved.has_value()) << answer_of(moved);
  EXPECT_EQ(moved->state, OAuthClientState::kDraft);
  EXPECT_EQ(moved->project, to);
  EXPECT_EQ(moved->expected_account, "");
  EXPECT_FALSE(moved->token.has_value());
  EXPECT_FALSE(moved->account.has_value());
  EXPECT_EQ(refresh_token(), "none");
  expect_index_as_after_restart({client_});
  OAuthClientFields finish;
  finish.draft = false;
  EXPECT_EQ(change(client_, finish)->state, OAuthClientState::kNeedsRetrieval);
  EXPECT_EQ(provider_.requests(), 0U);
}

TEST_F(ClientUpdateTest, WhatCannotBeDoneIsRefusedWhenItIsOnlyTried) {
  TargetSystemFields elsewhere = sign_in_fields("Elsewhere");
  (*elsewhere.endpoint_parameters)["token_endpoint"] = "https://other.example/token";
  const auto to = systems().create(admin_, elsewhere);
  const auto now = stored();
  const auto tried = [&](const OAuthClientFields& fields) {
    return answer_of(clients().effects(admin_, client_, now.stamps.revision, fields));
  };
  EXPECT_EQ(tried(to_system(to->id)), "invalid at /target_system");
  client(project_, system_.id, "taken");
  OAuthClientFields rename;
  rename.label = "taken";
  EXPECT_EQ(tried(rename), "duplicate at /label");
  EXPECT_EQ(answer_of(clients().effects(admin_, client_, now.stamps.revision + 1, {})),
            "changed meanwhile");
  EXPECT_EQ(
      answer_of(clients().effects(with({Permission::kView}), client_, now.stamps.revision, {})),
      "denied");
}

}  // namespace
}  // namespace strongroom::vault
