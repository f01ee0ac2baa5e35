// Tokens that a change of the settings has made wrong.

#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class StaleTokensTest : public VaultWorld {
 protected:
  void SetUp() override {
    VaultWorld::SetUp();
    project_ = project("P");
    system_ = system("T", project_);
    for (const char* label : {"a", "b"}) {
      users_.push_back(client(project_, system_.id, label).id);
      give_token(users_.back());
    }
  }

  // Changes the target system and says whose tokens are gone, in the order of users_; checks that
  // database and index agree.
  std::string gone_after(const TargetSystemFields& fields) {
    const auto now = systems().get(admin_, system_.id);
    const auto changed = systems().update(admin_, system_.id, now->stamps.revision, fields);
    EXPECT_TRUE(changed.has_value()) << answer_of(changed);
    expect_index_as_after_restart(users_);
    std::string gone;
    for (const OAuthClientId id : users_) {
      const auto stored = clients().get(admin_, id);
      EXPECT_EQ(stored->token.has_value(), index_.find(id).client->token != nullptr);
      if (stored->token) continue;
      EXPECT_EQ(stored->state, OAuthClientState::kNeedsRetrieval);
      gone += stored->label;
      give_token(id);
    }
    return gone;
  }
  template <class Set>
  std::string gone_after_setting(Set set) {
    TargetSystemFields fields;
    set(fields);
    return gone_after(fields);
  }
  OAuthClientId microsoft_user(TargetSystemId system, const std::string& label,
                               const std::string& tenant) {
    OAuthClientFields fields;
    fields.project = project_;
    fields.target_system = system;
    fields.label = label;
    fields.tenant = tenant;
    const auto made = clients().create(admin_, fields);
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    give_token(made->id);
    return made->id;
  }

  ProjectId project_;
  TargetSystem system_;
  std::vector<OAuthClientId> users_;
};

TEST_F(StaleTokensTest, WhateverATokenWasIssuedForItGoesWhenThatChanges) {
  //
  using F = TargetSystemFields;
  using Parameters = std::map<std::string, std::string>;
  const std::string url = "https://id.example/token";
  EXPECT_EQ(gone_after_setting([](F& f) { f.scopes = {"read"}; }), "ab");
  EXPECT_EQ(gone_after_setting([](F& f) { f.scopes = std::vector<std::string>{}; }), "ab");
  EXPECT_EQ(gone_after_setting([](F& f) { f.consumer_key = "another"; }), "ab");
  EXPECT_EQ(gone_after_setting([](F& f) { f.client_authentication = ClientAuthentication::kPost; }),
            "ab");
  EXPECT_EQ(gone_after_setting([&](F& f) {
              f.endpoint_parameters = Parameters{{"token_endpoint", url}, {"audience", "x"}};
            }),
            "ab");
  EXPECT_EQ(gone_after_setting([](F& f) {
              f.endpoint_parameters = Parameters{{"token_endpoint", "https://other.example/"}};
            }),
            "ab");
  EXPECT_EQ(gone_after_setting([](F& f) {
              f.service_provider = "okta";
              f.endpoint_parameters = Parameters{{"domain", "dev.okta.com"}};
              f.scopes = {"read"};
            }),
            "ab");
}

TEST_F(StaleTokensTest, WhatSaysNothingOfTheTokenLeavesItAlone) {
  //
  using F = TargetSystemFields;
  EXPECT_EQ(gone_after_setting([](F& f) { f.name = "Other"; }), "");
  EXPECT_EQ(gone_after_setting([](F& f) { f.description = "x"; }), "");
  EXPECT_EQ(gone_after_setting([](F& f) { f.allowed_addresses = {"10.0.0.0/8"}; }), "");
  EXPECT_EQ(gone_after_setting([](F& f) { f.consumer_secrets = secrets({"new"}); }), "");
  EXPECT_EQ(gone_after_setting([](F& f) { f.consumer_key = "consumer"; }), "");
}

TEST_F(StaleTokensTest, AnotherDefaultTenantIsNothingToClientsThatNameTheirOwn) {
  //
  TargetSystemFields fields = system_fields("M");
  fields.service_provider = "microsoft";
  fields.endpoint_parameters.reset();
  fields.scopes = {"https://graph.microsoft.com/.default"};
  fields.supported_accounts = SupportedAccounts::kThisDirectoryOnly;
  fields.default_tenant = "contoso.example";
  system_ = *systems().create(admin_, fields);
  users_ = {microsoft_user(system_.id, "inherits", ""),
            microsoft_user(system_.id, "own", "fabrikam.example")};
  using F = TargetSystemFields;
  EXPECT_EQ(gone_after_setting([](F& f) { f.default_tenant = "litware.example"; }), "inherits");
  EXPECT_EQ(
      gone_after_setting([](F& f) { f.supported_accounts = SupportedAccounts::kAnyDirectory; }),
      "");
  EXPECT_EQ(gone_after_setting([](F& f) { f.scopes = {"https://x.example/.default"}; }),
            "inheritsown");
}

TEST_F(StaleTokensTest, ATokenThatIsOnItsWayForTheOldSettingsIsNotKept) {
  //
  const WallTime now = clock_.now();
  const auto epoch =
      storage::write<std::optional<std::int64_t>>(*store_, [&](storage::Transaction& tx) {
        return storage::claim_lease(tx, users_[0].uuid, users_[0].uuid, now, now + Seconds(60));
      });
  ASSERT_TRUE(epoch && *epoch);
  TargetSystemFields fields;
  fields.scopes = {"read"};
  ASSERT_TRUE(systems().update(admin_, system_.id, 1, fields).has_value());
  storage::TokenRow late;
  late.sealed = "late";
  late.generation = 2;
  const auto kept = storage::write<bool>(*store_, [&](storage::Transaction& tx) {
    return storage::store_token(tx, users_[0].uuid, **epoch, late);
  });
  EXPECT_EQ(*kept, false);
}

TEST_F(StaleTokensTest, ADisabledClientLosesItsTokenAndStaysDisabled) {
  OAuthClientFields disable;
  disable.disabled = true;
  ASSERT_TRUE(clients().update(admin_, users_[0], 1, disable).has_value());
  TargetSystemFields fields;
  fields.scopes = {"read"};
  ASSERT_TRUE(systems().update(admin_, system_.id, 1, fields).has_value());
  const auto stored = clients().get(admin_, users_[0]);
  EXPECT_EQ(stored->state, OAuthClientState::kDisabled);
  EXPECT_FALSE(stored->token.has_value());
  expect_index_as_after_restart(users_);
}

TEST_F(StaleTokensTest, AClientThatMovesKeepsItsTokenUntilANewOneIsThere) {
  //
  TargetSystemFields fields = system_fields("Same endpoint, other scopes", project_);
  fields.scopes = {"write"};
  OAuthClientFields move;
  move.target_system = systems().create(admin_, fields)->id;
  const auto moved = clients().update(admin_, users_[0], 1, move);
  ASSERT_TRUE(moved.has_value()) << answer_of(moved);
  EXPECT_EQ(moved->state, OAuthClientState::kNeedsRetrieval);
  ASSERT_TRUE(moved->token.has_value());
  EXPECT_TRUE(moved->token->is_former);
  EXPECT_TRUE(moved->token->missing_scopes.empty());  // nobody knows what was asked for with it
  expect_index_as_after_restart(users_);

  OAuthClientFields toggled;
  for (const bool disabled : {true, false}) {
    toggled.disabled = disabled;
    const auto now = clients().get(admin_, users_[0]);
    ASSERT_TRUE(clients().update(admin_, users_[0], now->stamps.revision, toggled).has_value());
  }
  EXPECT_EQ(clients().get(admin_, users_[0])->state, OAuthClientState::kNeedsRetrieval);

  give_token(users_[0]);
  EXPECT_FALSE(clients().get(admin_, users_[0])->token->is_former);
  EXPECT_EQ(clients().get(admin_, users_[0])->state, OAuthClientState::kActive);
  expect_index_as_after_restart(users_);
}

TEST_F(StaleTokensTest, SettingsAndTokensChangeTogetherOrNotAtAll) {
  int number = 0;
  with_every_fault(
      [&] {
        const auto now = systems().get(admin_, system_.id);
        if (!now) return false;
        TargetSystemFields fields;
        fields.scopes = {"s" + std::to_string(++number)};
        return systems().update(admin_, system_.id, now->stamps.revision, fields).has_value();
      },
      [&](bool) { expect_index_as_after_restart(users_); });
}

}  // namespace
}  // namespace strongroom::vault
