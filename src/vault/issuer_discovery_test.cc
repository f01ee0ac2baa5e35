#include "vault/issuer_discovery.h"

#include <string>

#include "oauth/testing/scripted_issuer.h"
#include "vault/retrievals.h"
#include "vault/target_system_checks.h"
#include "vault/testing/vault_world.h"
#include "vault/token_request_builder.h"

namespace strongroom::vault {
namespace {

std::string document(const std::string& token_endpoint, const std::string& more = "") {
  return R"({"issuer":"https://id.example","token_endpoint":")" + token_endpoint + "\"" + more +
         "}";
}

class IssuerDiscoveryTest : public VaultWorld {
 protected:
  static TargetSystemFields fields(const std::string& name = "CRM") {
    TargetSystemFields fields = system_fields(name);
    fields.service_provider = "issuer";
    fields.endpoint_parameters = {{{"issuer", "https://id.example"}}};
    return fields;
  }
  TargetSystems by_issuer() { return TargetSystems(*context_, &discovery_); }
  void says(const std::string& text) { issuer_.says(text); }
  TargetSystem made(const std::string& name = "CRM") {
    says(document("https://id.example/token"));
    auto system = by_issuer().create(admin_, fields(name));
    EXPECT_TRUE(system.has_value()) << answer_of(system);
    return system ? *std::move(system) : TargetSystem{};
  }
  TargetSystem read(TargetSystemId id) {
    auto system = systems().get(admin_, id);
    EXPECT_TRUE(system.has_value()) << answer_of(system);
    return system ? *std::move(system) : TargetSystem{};
  }
  // Where the next token request of the client would go.
  std::string goes_to(OAuthClientId id) {
    const auto built = build_token_requests(*context_, {id});
    return built ? built->requests.front().message.url : answer_of(built);
  }

  oauth::ScriptedIssuer issuer_;
  oauth::Discovery& discovery_ = issuer_.discovery();
};

TEST_F(IssuerDiscoveryTest, MakesTheEndpointOfATargetSystem) {
  // A-106
  const TargetSystem system = made();
  EXPECT_EQ(system.token_endpoint, "https://id.example/token");
  EXPECT_FALSE(system.destination_held);
  EXPECT_EQ(system.endpoint_parameters.size(), 1U);  // nothing is copied into the settings
  const OAuthClient one = client(project("Finance"), system.id, "nightly");
  EXPECT_EQ(goes_to(one.id), "https://id.example/token");
  expect_index_as_after_restart({one.id});
}

TEST_F(IssuerDiscoveryTest, StoresNothingOfATargetSystemWhoseIssuerCannotBeRead) {
  // A-102
  says(R"({"issuer":"https://honest.example","token_endpoint":"https://id.example/token"})");
  EXPECT_EQ(answer_of(by_issuer().create(admin_, fields())),
            "issuer_unreadable at /endpoint_parameters/issuer");
  issuer_.cannot_be_resolved();
  EXPECT_EQ(answer_of(by_issuer().create(admin_, fields())),
            "issuer_unreadable at /endpoint_parameters/issuer");
  EXPECT_EQ(systems().list(admin_, {})->total, 0);
  EXPECT_EQ(answer_of(systems().create(admin_, fields())),
            "issuer_unreadable at /endpoint_parameters/issuer");
}

TEST_F(IssuerDiscoveryTest, AsksNobodyForWhatIsNoIssuer) {
  // A-100
  for (const char* bad : {"http://id.example", "https://id.example?x", "https://a@id.example"}) {
    TargetSystemFields with = fields();
    with.endpoint_parameters = {{{"issuer", bad}}};
    EXPECT_EQ(answer_of(by_issuer().create(admin_, with)),
              "invalid at /endpoint_parameters/issuer");
  }
  TargetSystemFields with = fields();
  with.endpoint_parameters.reset();
  EXPECT_EQ(answer_of(by_issuer().create(admin_, with)), "invalid at /endpoint_parameters/issuer");
  EXPECT_EQ(issuer_.requests(), 0U);
}

TEST_F(IssuerDiscoveryTest, RefusesAnIssuerThatStandsForManyTenants) {
  // A-103
  TargetSystemFields with = fields();
  with.endpoint_parameters = {{{"issuer", "https://login.microsoftonline.com/common/v2.0"}}};
  says(R"({"issuer":"https://login.microsoftonline.com/{tenantid}/v2.0",)"
       R"("token_endpoint":"https://login.microsoftonline.com/common/oauth2/v2.0/token"})");
  EXPECT_EQ(answer_of(by_issuer().create(admin_, with)),
            "issuer_unreadable at /endpoint_parameters/issuer");
}

TEST_F(IssuerDiscoveryTest, HoldsWhatMovesTrustAndGoesOnWithWhatWasAccepted) {
  // A-107
  const TargetSystem system = made();
  const OAuthClient one = client(project("Finance"), system.id, "nightly");
  IssuerDiscovery issuers(*context_, discovery_);
  says(document("https://evil.example/token"));
  const auto found = issuers.discover(admin_, system.id);
  ASSERT_TRUE(found.has_value()) << answer_of(found);
  ASSERT_TRUE(found->metadata->pending.has_value());
  EXPECT_EQ(found->metadata->pending->token_endpoint, "https://evil.example/token");
  EXPECT_GT(found->stamps.revision, system.stamps.revision);
  EXPECT_EQ(found->token_endpoint, "https://id.example/token");
  EXPECT_EQ(goes_to(one.id), "https://id.example/token");
  // Whoever approves must have looked at just this.
  EXPECT_EQ(answer_of(systems().approve_destination(admin_, system.id, system.stamps.revision)),
            "changed meanwhile");
  EXPECT_EQ(answer_of(systems().approve_destination(with({Permission::kConfigure}), system.id,
                                                    found->stamps.revision)),
            "denied");
  const auto approved = systems().approve_destination(admin_, system.id, found->stamps.revision);
  ASSERT_TRUE(approved.has_value()) << answer_of(approved);
  EXPECT_FALSE(approved->metadata->pending || approved->destination_held);
  EXPECT_EQ(goes_to(one.id), "https://evil.example/token");
  expect_index_as_after_restart({one.id});
}

TEST_F(IssuerDiscoveryTest, TakesOverWhatMovesNoTrust) {
  // A-107
  const TargetSystem system = made();
  IssuerDiscovery issuers(*context_, discovery_);
  says(document("https://id.example/token",
                R"(,"token_endpoint_auth_methods_supported":["client_secret_post"])"));
  const auto found = issuers.discover(admin_, system.id);
  ASSERT_TRUE(found.has_value());
  EXPECT_FALSE(found->metadata->pending);
  EXPECT_EQ(found->metadata->accepted.auth_methods.front(), "client_secret_post");
  const OAuthClient one = client(project("Finance"), system.id, "nightly");
  const auto built = build_token_requests(*context_, {one.id});
  ASSERT_TRUE(built.has_value());
  EXPECT_FALSE(built->requests.front().message.secret_header);
}

TEST_F(IssuerDiscoveryTest, KeepsWhatWasAcceptedWhenTheIssuerCannotBeRead) {
  // A-107
  const TargetSystem system = made();
  IssuerDiscovery issuers(*context_, discovery_);
  issuer_.cannot_be_reached();
  EXPECT_FALSE(issuers.discover(admin_, system.id).has_value());
  EXPECT_EQ(read(system.id).metadata->failure, "unreachable");
  EXPECT_EQ(read(system.id).token_endpoint, system.token_endpoint);
  says(document("https://id.example/token"));
  EXPECT_TRUE(issuers.discover(admin_, system.id).has_value());
  EXPECT_EQ(read(system.id).metadata->failure, "");
  EXPECT_EQ(read(system.id).stamps.revision, system.stamps.revision);
}

TEST_F(IssuerDiscoveryTest, IsDueOnceADayAndSoonerAfterAFailure) {
  const TargetSystem system = made();
  IssuerDiscovery issuers(*context_, discovery_);
  EXPECT_TRUE(issuers.due(9)->empty());
  clock_.advance(kReadFailedIssuersEvery);
  EXPECT_TRUE(issuers.due(9)->empty());
  issuer_.cannot_be_reached();
  issuers.read_again(system.id);
  EXPECT_TRUE(issuers.due(9)->empty());
  clock_.advance(kReadFailedIssuersEvery);
  EXPECT_EQ(issuers.due(9)->size(), 1U);
  says(document("https://id.example/token"));
  issuers.read_again(system.id);
  EXPECT_TRUE(issuers.due(9)->empty());
  clock_.advance(kReadIssuersEvery);
  made("second");
  clock_.advance(kReadIssuersEvery);
  EXPECT_EQ(issuers.due(9)->size(), 2U);
  EXPECT_EQ(issuers.due(1)->front(), system.id);
  ASSERT_TRUE(systems().remove(admin_, system.id).has_value());
  EXPECT_EQ(issuers.due(9)->size(), 1U);
}

TEST_F(IssuerDiscoveryTest, IsWorthWhileOnceInAWhileForAnEndpointThatIsGone) {
  IssuerDiscovery issuers(*context_, discovery_);
  const TargetSystemId id{crypto::make_uuid(clock_.now(), random_)};
  EXPECT_TRUE(issuers.is_worth_while(id));
  EXPECT_FALSE(issuers.is_worth_while(id));
  clock_.advance(kPauseAfterGone);
  EXPECT_TRUE(issuers.is_worth_while(id));
}

TEST_F(IssuerDiscoveryTest, NeedsAnIssuerAndThePermission) {
  const TargetSystem generic = system("Generic");
  IssuerDiscovery issuers(*context_, discovery_);
  EXPECT_EQ(answer_of(issuers.discover(admin_, generic.id)), "no_issuer");
  EXPECT_EQ(answer_of(issuers.discover(with({Permission::kView}), generic.id)), "denied");
}

TEST_F(IssuerDiscoveryTest, DropsTheMetadataOfAnIssuerThatIsNobodysAnyMore) {
  const TargetSystem system = made();
  TargetSystemFields other = system_fields("CRM");
  const auto changed = by_issuer().update(admin_, system.id, 1, other);
  ASSERT_TRUE(changed.has_value()) << answer_of(changed);
  EXPECT_FALSE(changed->metadata);
  EXPECT_EQ(changed->token_endpoint, "https://id.example/token");
}

TEST_F(IssuerDiscoveryTest, HoldsTheSecretsWhenAnotherIssuerIsEntered) {
  const TargetSystem system = made();
  TargetSystemFields other;
  other.endpoint_parameters = {{{"issuer", "https://other.example"}}};
  says(R"({"issuer":"https://other.example","token_endpoint":"https://id.example/token"})");
  const auto changed = by_issuer().update(admin_, system.id, 1, other);
  ASSERT_TRUE(changed.has_value()) << answer_of(changed);
  EXPECT_TRUE(changed->destination_held);
  EXPECT_EQ(changed->metadata->accepted.issuer, "https://other.example");
}

TEST_F(IssuerDiscoveryTest, BelievesNoMetadataThatSomebodyElseWrote) {
  // A-106
  const TargetSystem system = made();
  const OAuthClient one = client(project("Finance"), system.id, "nightly");
  tamper(
      "UPDATE issuer_metadata SET accepted = replace(accepted, 'https://id.example/token', "
      "'https://evil.example/token')");
  EXPECT_EQ(goes_to(one.id), "corrupt");
  EXPECT_EQ(answer_of(systems().get(admin_, system.id)), "corrupt");
}

TEST_F(IssuerDiscoveryTest, IsMissedWhenSomebodyTakesItAway) {
  // A-106
  const TargetSystem system = made();
  const OAuthClient one = client(project("Finance"), system.id, "nightly");
  tamper("DELETE FROM issuer_metadata");
  EXPECT_EQ(goes_to(one.id), "destination_held");  // nothing leads there any more
  EXPECT_EQ(answer_of(row_sets_.check(*store_)), "corrupt");
}

TEST_F(IssuerDiscoveryTest, IsAskedForByARetrievalWhoseEndpointIsGone) {
  // A-107
  const TargetSystem system = made();
  const OAuthClient one = client(project("Finance"), system.id, "nightly");
  const OAuthClient other = client(one.project, this->system("Generic").id, "nightly");
  std::vector<TargetSystemId> told;
  const auto now = [](Task task) {
    task();
    return true;
  };
  Retrievals retrievals(*context_, issuer_.tokens(), {.start = now, .finish = now},
                        crypto::make_uuid(clock_.now(), random_),
                        [&](TargetSystemId id) { told.push_back(id); });
  const auto retrieve = [&](OAuthClientId id) {
    retrievals.retrieve({id}, admin_, [](const RetrievalResult& result) { EXPECT_FALSE(result); });
  };
  issuer_.cannot_be_reached();
  retrieve(one.id);
  EXPECT_TRUE(told.empty());
  issuer_.cannot_be_resolved();
  retrieve(one.id);
  issuer_.is_not_there();
  retrieve(one.id);
  EXPECT_EQ(told, (std::vector<TargetSystemId>{system.id, system.id}));
  issuer_.is_not_there();
  retrieve(other.id);
  EXPECT_EQ(told.size(), 2U);
}

TEST_F(IssuerDiscoveryTest, IsAHopOfTheTest) {
  const TargetSystem system = made();
  TargetSystemChecks checks(
      *context_, issuer_.tokens(),
      [](Task task) {
        task();
        return true;
      },
      &discovery_);
  const auto hop = [&] {
    std::string failed;
    checks.check(admin_, system.id, [&](const Result<EndpointCheck>& check) {
      failed = check ? failed_hop(*check) : answer_of(check);
    });
    return failed;
  };
  says(document("https://id.example/token"));
  says(R"({"access_token":"t","token_type":"Bearer","expires_in":60})");
  EXPECT_EQ(hop(), "");
  issuer_.cannot_be_trusted();
  EXPECT_EQ(hop(), "discovery");
}

}  // namespace
}  // namespace strongroom::vault
