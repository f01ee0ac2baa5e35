// Tokens for single resources, from the look-up that names one to the index after a restart.
#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "oauth/testing/scripted_token_endpoint.h"
#include "storage/resource_token_rows.h"
#include "vault/lookup.h"
#include "vault/retrievals.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

constexpr std::string_view kOrders = "https://api.example/orders";
constexpr std::string_view kBills = "https://api.example/bills";

class ResourceTokensTest : public VaultWorld {
 protected:
  void SetUp() override {
    VaultWorld::SetUp();
    project_ = project("Finance");
    TargetSystemFields fields = system_fields("CRM");
    fields.resources = {std::string(kOrders), std::string(kBills)};
    auto made = systems().create(admin_, fields);
    ASSERT_TRUE(made.has_value()) << answer_of(made);
    system_ = *std::move(made);
    client_ = client(project_, system_.id, "nightly").id;
    const Robot reader = robot(project_, "", "reader");
    const auto rule =
        rules().grant(admin_, {.oauth_client = client_, .robot = reader.id, .path_pattern = {}});
    ASSERT_TRUE(rule.has_value()) << answer_of(rule);
    rule_ = rule->id;
    auto key = robots().create_key(admin_, reader.id);
    ASSERT_TRUE(key.has_value());
    key_ = std::make_unique<NewRobotKey>(std::move(*key));
    retrievals_ = std::make_unique<Retrievals>(
        *context_, provider_.client(),
        Retrievals::Workers{.start = [](Task task) { return task(), true; },
                            .finish = [](Task task) { return task(), true; }},
        crypto::make_uuid(clock_.now(), random_));
    lookups_ = std::make_unique<Lookups>(*context_, *retrievals_, RateLimit{});
  }

  // The token that a robot gets for `resource`, or what it is told instead.
  std::string asked(std::string_view resource) {
    std::promise<Result<Handout>> answered;
    lookups_->ask({.robot_key = key_->key.reveal(),
                   .project = "Finance",
                   .target_system = "CRM",
                   .label = "nightly",
                   .id = {},
                   .min_ttl = {},
                   .resource = resource,
                   .peer = "127.0.0.1",
                   .request_id = "r"},
                  [&](Result<Handout> answer) { answered.set_value(std::move(answer)); });
    const auto handout = answered.get_future().get();
    if (!handout) return answer_of(handout);
    std::string token;
    const Status opened = lookups_->collect(*handout, token);
    return opened ? token : answer_of(opened.error());
  }

  Result<TargetSystem> change(const TargetSystemFields& fields) {
    const auto now = systems().get(admin_, system_.id);
    return systems().update(admin_, system_.id, now->stamps.revision, fields);
  }

  ProjectId project_;
  TargetSystem system_;
  OAuthClientId client_;
  RobotAccessId rule_;
  std::unique_ptr<NewRobotKey> key_;
  oauth::ScriptedTokenEndpoint provider_{clock_};
  std::unique_ptr<Retrievals> retrievals_;
  std::unique_ptr<Lookups> lookups_;
};

TEST_F(ResourceTokensTest, EachResourceHasATokenOfItsOwnAndSoHaveTheSettings) {
  //
  provider_.grants("for-orders", 3600);
  provider_.grants("for-bills", 3600);
  provider_.grants("for-none", 3600);
  EXPECT_EQ(asked(kOrders), "for-orders");
  EXPECT_EQ(asked(kBills), "for-bills");
  EXPECT_EQ(asked(""), "for-none");
  EXPECT_EQ(asked(kOrders), "for-orders");
  EXPECT_EQ(asked(kBills), "for-bills");
  EXPECT_EQ(provider_.requests(), 3U);
  EXPECT_NE(provider_.body(0).find("resource=https%3A%2F%2Fapi.example%2Forders"),
            std::string_view::npos);
  EXPECT_EQ(provider_.body(2).find("resource="), std::string_view::npos);
  expect_index_as_after_restart({client_});
}

TEST_F(ResourceTokensTest, WhatTheTargetSystemDoesNotListIsNeverAskedFor) {
  //
  for (const std::string_view resource :
       {"https://api.example/orders/", "https://API.example/orders", "https://elsewhere.example",
        "not a uri"}) {
    EXPECT_EQ(asked(resource), "unknown_resource at resource") << resource;
  }
  EXPECT_EQ(provider_.requests(), 0U);
}

TEST_F(ResourceTokensTest, ARobotThatMayNotReadTheClientLearnsNothingOfItsResources) {
  ASSERT_TRUE(rules().revoke(admin_, rule_).has_value());
  EXPECT_EQ(asked(kOrders), "not found");
  EXPECT_EQ(asked("https://elsewhere.example"), "not found");
}

TEST_F(ResourceTokensTest, OneThatFailsLeavesTheClientAndTheOthersAsTheyAre) {
  provider_.grants("for-none", 3600);
  EXPECT_EQ(asked(""), "for-none");
  provider_.refuses(400, "invalid_target");
  EXPECT_EQ(asked(kOrders), "provider_refused");
  provider_.grants("for-bills", 3600);
  EXPECT_EQ(asked(kBills), "for-bills");

  const auto client = clients().get(admin_, client_);
  ASSERT_TRUE(client.has_value());
  EXPECT_EQ(client->state, OAuthClientState::kActive);
  EXPECT_FALSE(client->failure.has_value());
  ASSERT_EQ(client->resource_tokens.size(), 2U);
  EXPECT_TRUE(client->resource_tokens[0].token.has_value());  // bills
  ASSERT_TRUE(client->resource_tokens[1].failure.has_value());
  EXPECT_EQ(client->resource_tokens[1].failure->cause, "invalid_target");
}

TEST_F(ResourceTokensTest, AreDroppedWithTheSettingsThatTheyWereRequestedWith) {
  provider_.grants("old", 3600);
  EXPECT_EQ(asked(kOrders), "old");
  TargetSystemFields fields;
  fields.scopes = {"read"};
  ASSERT_TRUE(change(fields).has_value());
  expect_index_as_after_restart({client_});
  provider_.grants("new", 3600);
  EXPECT_EQ(asked(kOrders), "new");
  EXPECT_EQ(provider_.requests(), 2U);
}

TEST_F(ResourceTokensTest, AreNotHandedOutOnceTheTargetSystemListsTheResourceNoMore) {
  provider_.grants("for-orders", 3600);
  EXPECT_EQ(asked(kOrders), "for-orders");
  TargetSystemFields fields;
  fields.resources = {std::string(kBills)};
  ASSERT_TRUE(change(fields).has_value());
  EXPECT_EQ(asked(kOrders), "unknown_resource at resource");
  EXPECT_TRUE(clients().get(admin_, client_)->resource_tokens.empty());
}

// Invariant 8, for each of them.
TEST_F(ResourceTokensTest, AWriteBackThatComesAfterTheDropIsRefused) {
  provider_.grants("late", 3600);
  provider_.hold();
  std::string told = "no answer yet";
  retrievals_->retrieve(
      {client_, std::string(kOrders)}, std::nullopt,
      [&](const RetrievalResult& result) { told = result ? "token" : answer_of(result); });
  ASSERT_TRUE(store_->write(
      [&](storage::Transaction& tx) { return storage::drop_resource_tokens(tx, client_.uuid); }));
  provider_.release();
  EXPECT_EQ(told, "overloaded");
  expect_index_as_after_restart({client_});
}

// Invariant 2: a token is sealed for its resource.
TEST_F(ResourceTokensTest, OneThatWasPutInTheRowOfAnotherDoesNotOpen) {
  provider_.grants("for-orders", 3600);
  provider_.grants("for-bills", 3600);
  EXPECT_EQ(asked(kOrders), "for-orders");
  EXPECT_EQ(asked(kBills), "for-bills");
  const auto entry = index_.find(client_).client;
  index_.put_retrieved(client_, kBills, token_for(*entry, kOrders));
  EXPECT_EQ(asked(kBills), "corrupt");
}

TEST_F(ResourceTokensTest, AreThereAgainWhenADeletedClientIsRestored) {
  provider_.grants("for-orders", 3600);
  EXPECT_EQ(asked(kOrders), "for-orders");
  ASSERT_TRUE(clients().remove(admin_, client_).has_value());
  EXPECT_EQ(asked(kOrders), "not found");
  ASSERT_TRUE(clients().restore(admin_, client_).has_value());
  EXPECT_EQ(asked(kOrders), "for-orders");
  EXPECT_EQ(provider_.requests(), 1U);
}

TEST_F(ResourceTokensTest, AProviderWithoutAWayToAskForOneTakesNone) {
  TargetSystemFields fields = system_fields("Box");
  fields.service_provider = "box";
  fields.endpoint_parameters = std::map<std::string, std::string>{{"box_subject_id", "1"}};
  fields.resources = {std::string(kOrders)};
  const auto refused = systems().create(admin_, fields);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(field_of(refused.error()), "/resources");
}

TEST_F(ResourceTokensTest, AResourceIsAnAbsoluteUriWithoutFragment) {
  //
  for (const std::string resource :
       {"orders", "/orders", "https://api.example/orders#a", "https://api.example/a b", ""}) {
    TargetSystemFields fields;
    fields.resources = {std::string(kBills), resource};
    const auto refused = change(fields);
    ASSERT_FALSE(refused.has_value()) << resource;
    EXPECT_EQ(field_of(refused.error()), "/resources/1");
  }
  TargetSystemFields twice;
  twice.resources = {std::string(kBills), std::string(kBills)};
  EXPECT_EQ(field_of(change(twice).error()), "/resources/1");
}

TEST_F(ResourceTokensTest, ABoundTokenIsNotHandedOut) {
  // {"alg":"none"} . {"cnf":{"x5t#S256":"abc"}}
  provider_.grants("eyJhbGciOiJub25lIn0.eyJjbmYiOnsieDV0I1MyNTYiOiJhYmMifX0.c2ln", 3600);
  EXPECT_EQ(asked(""), "token_is_bound");
  EXPECT_EQ(asked(""), "token_is_bound");
  EXPECT_EQ(provider_.requests(), 1U);
  EXPECT_TRUE(clients().get(admin_, client_)->token->is_bound);
  EXPECT_EQ(lookups_->counters().handed_out, 0U);
}

TEST_F(ResourceTokensTest, NothingIsStoredOfAResourceThatNobodyListed) {
  std::string answer;
  retrievals_->retrieve({client_, "https://api.example/made-up"}, admin_,
                        [&](const RetrievalResult& result) { answer = answer_of(result); });
  EXPECT_EQ(answer, "unknown_resource at resource");
  EXPECT_EQ(storage::raw_rows(directory_.file("state.db"), "SELECT COUNT(*) FROM resource_tokens"),
            std::vector<std::string>{"0"});
}

}  // namespace
}  // namespace strongroom::vault
