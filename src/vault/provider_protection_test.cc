// Retrievals before the gates of providers, and target systems whose credentials are refused.

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "vault/provider_gates.h"
#include "vault/scope_changes.h"
#include "vault/target_system_faults.h"
#include "vault/testing/sign_in_world.h"

namespace strongroom::vault {
namespace {

class ProviderProtection : public SignInWorld {
 protected:
  void SetUp() override {
    ASSERT_NO_FATAL_FAILURE(SignInWorld::SetUp());
    gates_ = std::make_unique<ProviderGates>(
        clock_, random_, lines_log_, [](Task task) { return task(), true; },
        GateLimits{.at_once = 2, .per_second = 0});
    start_faults();
  }
  void TearDown() override {
    retrievals_->drain(Milliseconds(0));
    SignInWorld::TearDown();
  }
  // As a new process would.
  void start_faults() {
    faults_of_systems_ = std::make_unique<TargetSystemFaults>(*context_);
    ASSERT_TRUE(faults_of_systems_->load());
    context_->gates = gates_.get();
    context_->faults = faults_of_systems_.get();
  }

  OAuthClientId with_grant(const std::string& label) {
    const OAuthClientId id = client(project_, system_.id, label).id;
    sign_in(id, "refresh-of-" + label, "access-of-" + label, Seconds(30));
    return id;
  }
  void ask(OAuthClientId id, std::optional<Actor> person = std::nullopt,
           Urgency urgency = Urgency::kLookup) {
    retrievals_->retrieve(
        {id}, std::move(person),
        [this](const RetrievalResult& result) {
          answers_.push_back(result ? "token" : answer_of(result));
          last_error_ = result ? std::nullopt : std::optional<Error>(result.error());
        },
        urgency);
  }
  std::string asked_for(OAuthClientId id, std::optional<Actor> person = std::nullopt) {
    answers_.clear();
    ask(id, std::move(person));
    return answers_.empty() ? "no answer yet" : answers_.back();
  }
  std::int64_t retry_after() const {
    const ErrorValue* const value = last_error_ ? last_error_->find("retry_after") : nullptr;
    return value == nullptr ? -1 : std::get<std::int64_t>(*value);
  }
  std::ptrdiff_t lines_with(std::string_view text) const {
    return std::ranges::count_if(
        lines_, [&](const std::string& line) { return line.find(text) != std::string::npos; });
  }
  std::ptrdiff_t events(std::string_view action) {
    const auto all = actions(500);
    return std::ranges::count(all, action);
  }
  OAuthClientState state_of(OAuthClientId id) { return clients().get(admin_, id)->state; }
  TargetSystem read_system() { return *systems().get(admin_, system_.id); }
  TargetSystemTroubles troubles() { return systems().troubles(read_system()); }
  void change_secret() {
    TargetSystemFields fields;
    fields.consumer_secrets = secrets({"another-secret"});
    const auto changed =
        systems().update(admin_, system_.id, read_system().stamps.revision, fields);
    ASSERT_TRUE(changed.has_value()) << answer_of(changed);
  }

  std::unique_ptr<ProviderGates> gates_;
  std::unique_ptr<TargetSystemFaults> faults_of_systems_;
  std::vector<std::string> answers_;
};

TEST_F(ProviderProtection, AProviderThatHangsTakesNoMoreThanItsShareOfLeasesAndJournal) {
  const auto a = with_grant("a");
  const auto b = with_grant("b");
  const auto c = with_grant("c");
  provider_.renews("access-a", 600, "refresh-a2");
  provider_.renews("access-b", 600, "refresh-b2");
  provider_.renews("access-c", 600, "refresh-c2");
  provider_.hold();
  ask(a);
  ask(b);
  ask(c);
  EXPECT_EQ(provider_.requests(), 2U);
  EXPECT_EQ(journal_->free_slots(), kJournalSlots - 2);
  EXPECT_EQ(gates_->counts().waiting, 1U);
  const auto lease = storage::write<std::optional<GrantLease>>(
      *store_, [&](auto& tx) { return claim_grant_lease(*context_, tx, {c}, process_); });
  ASSERT_TRUE(lease.has_value());
  EXPECT_TRUE(lease->has_value()) << "who waits has none";
  ASSERT_TRUE(store_->write([&](auto& tx) { return release_grant_lease(tx, **lease); }));
  provider_.release();
  EXPECT_EQ(answers_, std::vector<std::string>(3, "token"));
  EXPECT_EQ(journal_->free_slots(), kJournalSlots);
  EXPECT_EQ(gates_->counts().inside, 0U);
}

TEST_F(ProviderProtection, ALookUpThatJoinsTheBackgroundIsNextInLine) {
  const auto a = with_grant("a");
  const auto b = with_grant("b");
  const auto c = with_grant("c");
  const auto d = with_grant("d");
  provider_.hold();
  ask(a);
  ask(b);
  ask(c, std::nullopt, Urgency::kBackground);
  ask(d, std::nullopt, Urgency::kBackground);
  ask(d);
  for (int i = 0; i < 4; ++i) provider_.renews("access", 600, "");
  provider_.release();
  ASSERT_EQ(provider_.requests(), 4U);
  EXPECT_EQ(sent(2, "refresh_token"), "refresh-of-d");
  EXPECT_EQ(sent(3, "refresh_token"), "refresh-of-c");
}

TEST_F(ProviderProtection, APersonWhoJoinsTheBackgroundGoesThroughToAnEndpointThatFails) {
  const auto a = with_grant("a");
  const auto b = with_grant("b");
  const auto c = with_grant("c");
  provider_.hold();
  ask(a);
  ask(b);
  ask(c, std::nullopt, Urgency::kBackground);
  for (int i = 0; i < kFailuresToOpen; ++i) provider_.refuses(503, "temporarily_unavailable");
  provider_.renews("access", 600, "");
  ask(c, admin_);
  for (int i = 2; i < kFailuresToOpen; ++i) ask(with_grant(std::to_string(i)));
  provider_.release();
  bool was_sent = false;
  for (std::size_t i = 0; i < provider_.requests(); ++i) {
    was_sent |= sent(i, "refresh_token") == "refresh-of-c";
  }
  EXPECT_TRUE(was_sent) << "whoever presses Retrieve is not told that nobody asks";
}

TEST_F(ProviderProtection, ALookUpThatJoinsBeforeTheGateIsOneFromThereOn) {
  const auto a = with_grant("a");
  const auto b = with_grant("b");
  const auto c = with_grant("c");
  const auto d = with_grant("d");
  provider_.hold();
  ask(a);
  ask(b);
  ask(c, std::nullopt, Urgency::kBackground);
  // It waits for its turn behind another resource of the same client, and not at the gate yet.
  const auto wish = [&](const std::string& resource, Urgency urgency) {
    retrievals_->retrieve(
        {d, resource}, std::nullopt, [](const RetrievalResult&) {}, urgency);
  };
  wish({}, Urgency::kLookup);
  wish("https://files.example", Urgency::kBackground);
  wish("https://files.example", Urgency::kLookup);
  for (int i = 0; i < 5; ++i) provider_.renews("access", 600, "");
  provider_.release();
  ASSERT_EQ(provider_.requests(), 5U);
  EXPECT_EQ(sent(2, "refresh_token"), "refresh-of-d");
  EXPECT_EQ(sent(3, "refresh_token"), "refresh-of-d") << "a robot waits for this one, too";
  EXPECT_EQ(sent(4, "refresh_token"), "refresh-of-c");
}

TEST_F(ProviderProtection, WhileAnEndpointFailsLookUpsAreToldAtOnceAndOneClientFindsOut) {
  // field.md pain 8
  std::vector<OAuthClientId> all;
  for (const char* const label : {"a", "b", "c", "d", "e", "f", "g"}) {
    all.push_back(with_grant(label));
  }
  for (int i = 0; i < 5; ++i) provider_.cannot_be_reached();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(asked_for(all[static_cast<std::size_t>(i)]), "provider_unreachable");
  }
  EXPECT_EQ(asked_for(all[5]), "provider_unreachable");
  EXPECT_EQ(provider_.requests(), 5U);
  EXPECT_EQ(said("cause"), "unreachable");
  EXPECT_GE(retry_after(), 1);
  EXPECT_EQ(state_of(all[5]), OAuthClientState::kActive) << "it has not failed";
  EXPECT_EQ(gates_->counts().open, 1U);
  ASSERT_TRUE(troubles().pause.has_value());
  EXPECT_EQ(troubles().pause->cause, "unreachable");
  EXPECT_GT(troubles().pause->until, clock_.now());

  clock_.advance(gates_->pause_of(index_.find(all[5]).target_system->endpoint)->until -
                 clock_.boot_now());
  provider_.hold();
  provider_.renews("access-f", 600, "");
  provider_.renews("access-g", 600, "");
  answers_.clear();
  ask(all[5]);
  ask(all[6]);
  EXPECT_EQ(provider_.requests(), 6U) << "one finds out";
  EXPECT_EQ(answers_, std::vector<std::string>{"provider_unreachable"});
  ask(all[5]);
  EXPECT_EQ(answers_.size(), 1U) << "and who wants the same waits for it";
  provider_.release();
  EXPECT_EQ(answers_, (std::vector<std::string>{"provider_unreachable", "token", "token"}));
  EXPECT_EQ(asked_for(all[6]), "token");
  EXPECT_FALSE(troubles().pause.has_value());
}

TEST_F(ProviderProtection, APersonsRetrieveGoesThroughToAnEndpointThatFails) {
  const auto a = with_grant("a");
  const auto b = with_grant("b");
  for (int i = 0; i < 6; ++i) ask(i % 2 == 0 ? a : b, admin_);
  ASSERT_EQ(gates_->counts().open, 1U);
  const std::size_t sent_so_far = provider_.requests();
  provider_.renews("access", 600, "");
  EXPECT_EQ(asked_for(a, admin_), "token");
  EXPECT_EQ(provider_.requests(), sent_so_far + 1);
  EXPECT_EQ(gates_->counts().open, 0U);
}

TEST_F(ProviderProtection, RefusedCredentialsAreTheTargetSystemsFaultAndSaidOnce) {
  // field.md pain 8
  const auto a = with_grant("a");
  const auto b = with_grant("b");
  provider_.refuses(401, "invalid_client");
  EXPECT_EQ(asked_for(a), "provider_refused");
  EXPECT_EQ(asked_for(b), "provider_refused");
  EXPECT_EQ(said("cause"), "invalid_client");
  EXPECT_EQ(retry_after(), -1) << "nobody is advised to come back";
  EXPECT_EQ(provider_.requests(), 1U) << "the second client would have been told the same";
  EXPECT_EQ(state_of(b), OAuthClientState::kActive);
  EXPECT_EQ(events("target_system.at_fault"), 1);
  EXPECT_EQ(lines_with("does not accept a target system's credentials"), 1);
  ASSERT_TRUE(troubles().fault.has_value());
  EXPECT_EQ(troubles().fault->cause, "invalid_client");
  EXPECT_EQ(troubles().fault->who_must_act, "target_system_owner");
  EXPECT_EQ(faults_of_systems_->list().size(), 1U);

  // An hour later one client finds out that it is still so, which is no news.
  clock_.advance(TargetSystemFaults::kTryEvery);
  provider_.refuses(401, "invalid_client");
  EXPECT_EQ(asked_for(b), "provider_refused");
  EXPECT_EQ(asked_for(a), "provider_refused");
  EXPECT_EQ(provider_.requests(), 2U);
  EXPECT_EQ(events("target_system.at_fault"), 1);

  change_secret();
  EXPECT_FALSE(troubles().fault.has_value());
  provider_.renews("access", 600, "");
  EXPECT_EQ(asked_for(b), "token");
  EXPECT_EQ(events("target_system.accepted_again"), 1);
  EXPECT_EQ(state_of(b), OAuthClientState::kActive);
}

TEST_F(ProviderProtection, AGrantThatIsOverIsOneClientsOwnWhateverTheStatus) {
  //
  const auto a = with_grant("a");
  const auto b = with_grant("b");
  provider_.refuses(401, "invalid_grant");
  EXPECT_EQ(asked_for(a), "needs_sign_in");
  EXPECT_FALSE(troubles().fault.has_value());
  provider_.renews("access", 600, "");
  EXPECT_EQ(asked_for(b), "token");
}

TEST_F(ProviderProtection, APersonsTriesLeaveTheHourlyOneWhereItIs) {
  //
  const auto a = with_grant("a");
  const auto b = with_grant("b");
  provider_.refuses(401, "invalid_client");
  EXPECT_EQ(asked_for(a), "provider_refused");
  clock_.advance(TargetSystemFaults::kTryEvery - Seconds(1));
  provider_.refuses(401, "invalid_client");
  EXPECT_EQ(asked_for(a, admin_), "provider_refused");
  clock_.advance(Seconds(1));
  provider_.renews("access", 600, "");
  EXPECT_EQ(asked_for(b), "token");
  EXPECT_EQ(provider_.requests(), 3U);
}

TEST_F(ProviderProtection, TheHourlyTryIsAnotherClientsIfOneComes) {
  //
  const auto a = with_grant("a");
  const auto b = with_grant("b");
  provider_.refuses(401, "invalid_client");
  EXPECT_EQ(asked_for(a), "provider_refused");
  clock_.advance(TargetSystemFaults::kTryEvery);
  EXPECT_EQ(asked_for(a), "provider_refused");
  EXPECT_EQ(provider_.requests(), 1U) << "it was the last";
  provider_.refuses(401, "invalid_client");
  EXPECT_EQ(asked_for(b), "provider_refused");
  EXPECT_EQ(provider_.requests(), 2U);
  clock_.advance(TargetSystemFaults::kTryEvery + TargetSystemFaults::kLeftToOthers);
  provider_.renews("access", 600, "");
  EXPECT_EQ(asked_for(b), "token") << "nobody else came";
}

TEST_F(ProviderProtection, WhatARefreshIsNotAuthorizedForMayBeOneGrants) {
  //
  const auto a = with_grant("a");
  const auto b = with_grant("b");
  const auto c = with_grant("c");
  for (int i = 0; i < 2; ++i) {
    provider_.refuses(400, "unauthorized_client");
    EXPECT_EQ(asked_for(a, admin_), "provider_refused");
    EXPECT_FALSE(troubles().fault.has_value()) << "of one client, however often";
  }
  provider_.refuses(400, "unauthorized_client");
  EXPECT_EQ(asked_for(b), "provider_refused");
  EXPECT_TRUE(troubles().fault.has_value());
  EXPECT_EQ(asked_for(c), "provider_refused");
  EXPECT_EQ(provider_.requests(), 3U);
}

TEST_F(ProviderProtection, AFaultIsKnownAfterARestartAndOneClientTriesThen) {
  //
  const auto a = with_grant("a");
  const auto b = with_grant("b");
  provider_.refuses(401, "invalid_client");
  EXPECT_EQ(asked_for(a), "provider_refused");
  crash();
  start_faults();
  EXPECT_TRUE(troubles().fault.has_value());
  provider_.refuses(401, "invalid_client");
  EXPECT_EQ(asked_for(b), "provider_refused");
  EXPECT_EQ(asked_for(a), "provider_refused");
  EXPECT_EQ(provider_.requests(), 2U);
  EXPECT_EQ(events("target_system.at_fault"), 1) << "said before";
  provider_.renews("access", 600, "");
  EXPECT_EQ(asked_for(a, admin_), "token");
  EXPECT_FALSE(troubles().fault.has_value());
  crash();
  start_faults();
  EXPECT_FALSE(troubles().fault.has_value());
}

TEST_F(ProviderProtection, ALivingTokenIsServedWhateverIsWrongWithTheTargetSystem) {
  // field.md pain 9
  sign_in("refresh-1", Seconds(600));
  provider_.refuses(401, "invalid_client");
  EXPECT_EQ(asked(), "provider_refused");
  EXPECT_EQ(access_token(), "access-0");
  EXPECT_EQ(refresh_token(), "refresh-1");
}

TEST_F(ProviderProtection, OneClientWithATenantOfItsOwnSaysNothingOfTheOthers) {
  TargetSystemFaults& faults = *faults_of_systems_;
  const auto entry = index_.find(system_.id);
  const auto other = client(project_, system_.id, "other").id;
  const TargetSystemFaults::Refused refused{.system = system_.id,
                                            .revision = entry->revision,
                                            .client = client_,
                                            .may_be_the_clients = true};
  faults.note(refused);
  faults.note(refused);
  EXPECT_FALSE(faults.refusal(*entry, other).has_value());
  EXPECT_EQ(faults.list().size(), 0U);
  auto second = refused;
  second.client = other;
  faults.note(second);
  EXPECT_TRUE(faults.refusal(*entry, other).has_value()) << "of two, it is not the tenant";
  EXPECT_EQ(faults.list().size(), 1U);
}

TEST_F(ProviderProtection, ATestThatFindsTheCredentialsAcceptedEndsTheFault) {
  const auto a = with_grant("a");
  provider_.refuses(401, "invalid_client");
  EXPECT_EQ(asked_for(a), "provider_refused");
  faults_of_systems_->note_accepted(system_.id);
  EXPECT_FALSE(troubles().fault.has_value());
  EXPECT_EQ(events("target_system.accepted_again"), 1);
  faults_of_systems_->note_accepted(system_.id);
  EXPECT_EQ(events("target_system.accepted_again"), 1);
}

TEST_F(ProviderProtection, AFaultThatCannotBeWrittenDownIsInForceAllTheSame) {
  const auto entry = index_.find(system_.id);
  faults_->fail_call(1, storage::FaultStore::Kind::kBefore);
  faults_of_systems_->note({.system = system_.id, .revision = entry->revision, .client = client_});
  EXPECT_TRUE(faults_->has_failed());
  faults_->fail_call(0);
  EXPECT_TRUE(faults_of_systems_->refusal(*entry, {}).has_value());
}

TEST_F(ProviderProtection, WhoeverWaitsAsTheServerStopsIsTold) {
  const auto a = with_grant("a");
  const auto b = with_grant("b");
  const auto c = with_grant("c");
  provider_.hold();
  ask(a);
  ask(b);
  ask(c);
  EXPECT_FALSE(retrievals_->drain(Milliseconds(0)));
  EXPECT_EQ(answers_, std::vector<std::string>{"provider_unreachable"});
  provider_.release();
  EXPECT_TRUE(retrievals_->drain(Milliseconds(0)));
}

TEST_F(ProviderProtection, NothingHasStoppedBeforeEverybodyWasTold) {
  const auto a = with_grant("a");
  bool had_stopped = true;
  provider_.renews("access", 600, "");
  retrievals_->retrieve({a}, std::nullopt, [&](const RetrievalResult&) {
    had_stopped = retrievals_->drain(Milliseconds(0));
  });
  EXPECT_FALSE(had_stopped) << "who is being told may still use what stops next";
  EXPECT_TRUE(retrievals_->drain(Milliseconds(0)));
}

TEST_F(ProviderProtection, NarrowerScopesThanBeforeAreAnEventOncePerChange) {
  // field.md pain 12
  sign_in("refresh-1", Seconds(600));
  const auto renewed = [&](std::string_view scope) {
    provider_.renews("access", 600, "", ",\"scope\":\"" + std::string(scope) + "\"");
    EXPECT_EQ(asked({}, admin_), "token");
    return events("oauth_client.scopes_narrowed");
  };
  EXPECT_EQ(renewed("mail.send mail.read"), 0);
  EXPECT_EQ(renewed("mail.read"), 1);
  EXPECT_EQ(renewed("mail.read"), 1) << "said once";
  EXPECT_EQ(renewed("mail.read mail.send"), 1);
  EXPECT_EQ(renewed("mail.send"), 2);
  EXPECT_EQ(renewed("mail.read"), 3) << "another one is no wider";
  EXPECT_EQ(lines_with("may do less than the one before"), 3);
}

TEST_F(ProviderProtection, ASignInWithOtherScopesIsNoLossThatNobodyWanted) {
  //
  sign_in("refresh-1", Seconds(600));
  sign_in("refresh-2", Seconds(600));
  EXPECT_EQ(events("oauth_client.scopes_narrowed"), 0);
}

TEST(Scopes, AreNarrowerWhereOneIsMissing) {
  EXPECT_TRUE(is_narrower("a", "a b"));
  EXPECT_TRUE(is_narrower("ab", "a"));
  EXPECT_FALSE(is_narrower("b  a c", " a b "));
  EXPECT_FALSE(is_narrower("a", "a"));
  EXPECT_FALSE(is_narrower("", "a")) << "nobody knows";
  EXPECT_FALSE(is_narrower("a", ""));
}

}  // namespace
}  // namespace strongroom::vault
