#include "vault/target_system_checks.h"

#include <optional>

#include "oauth/testing/scripted_token_endpoint.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class TargetSystemChecksTest : public VaultWorld {
 protected:
  void SetUp() override {
    VaultWorld::SetUp();
    system_ = system("CRM");
  }
  Result<EndpointCheck> check(const Actor& actor) {
    std::optional<Result<EndpointCheck>> answer;
    checks_->check(actor, system_.id,
                   [&](const Result<EndpointCheck>& result) { answer = result; });
    return answer.value_or(Error{Code::kInternal, "There was no answer."});
  }
  Result<EndpointCheck> check() { return check(admin_); }

  void make(bool workers_full = false) {
    context_with_store_ = std::make_unique<Context>(Context{
        *faults_, *trail_, keys_, sealer_, random_, clock_, log_, *catalogue_, index_, network_});
    checks_ = std::make_unique<TargetSystemChecks>(*context_with_store_, provider_.client(),
                                                   [workers_full](Task task) {
                                                     if (!workers_full) task();
                                                     return !workers_full;
                                                   });
  }

  oauth::ScriptedTokenEndpoint provider_{clock_};
  TargetSystem system_;
  std::unique_ptr<Context> context_with_store_;
  std::unique_ptr<TargetSystemChecks> checks_;
};

TEST_F(TargetSystemChecksTest, ThrowsTheTokenAwayAndWritesDownThatItWasTried) {
  make();
  provider_.grants("canary-token", 3600);
  const auto checked = check();
  ASSERT_TRUE(checked.has_value()) << answer_of(checked);
  EXPECT_TRUE(checked->good());
  EXPECT_EQ(checked->http_status, 200);
  EXPECT_EQ(failed_hop(*checked), "");
  EXPECT_NE(provider_.body(0).find("grant_type=client_credentials"), std::string_view::npos);
  EXPECT_EQ(actions(10),
            (std::vector<std::string>{"target_system.created", "target_system.tested"}));
  EXPECT_EQ(systems().get(admin_, system_.id)->stamps.revision, 1);
}

TEST_F(TargetSystemChecksTest, SaysWhichHopFailedAndWhoMustAct) {
  make();
  provider_.cannot_be_reached();
  const auto unreachable = check();
  ASSERT_TRUE(unreachable.has_value());
  EXPECT_EQ(failed_hop(*unreachable), "tcp");
  EXPECT_TRUE(unreachable->transient);

  provider_.refuses(401, "invalid_client");
  const auto refused = check();
  ASSERT_TRUE(refused.has_value());
  EXPECT_EQ(failed_hop(*refused), "oauth");
  EXPECT_EQ(cause_name(*refused), "invalid_client");
  EXPECT_EQ(to_text(refused->who_must_act), "target_system_owner");
  EXPECT_FALSE(refused->transient);
}

TEST_F(TargetSystemChecksTest, TriesTheSecondSecretWhereTheFirstIsRefused) {
  make();
  TargetSystemFields fields;
  fields.consumer_secrets = secrets({"new", "old"});
  ASSERT_TRUE(systems().update(admin_, system_.id, 1, fields).has_value());
  provider_.refuses(401, "invalid_client");
  provider_.grants("token", 3600);
  EXPECT_TRUE(check()->good());
  EXPECT_EQ(provider_.requests(), 2U);
}

// A stored secret goes only where it was entered for (invariant 5).
TEST_F(TargetSystemChecksTest, SendsNoSecretToADestinationThatIsHeld) {
  make();
  TargetSystemFields fields;
  fields.allowed_addresses = {"10.0.0.0/8"};
  ASSERT_TRUE(systems().update(admin_, system_.id, 1, fields)->destination_held);
  provider_.refuses(400, "invalid_request");
  const auto checked = check();
  ASSERT_TRUE(checked.has_value()) << answer_of(checked);
  EXPECT_TRUE(checked->good());
  EXPECT_EQ(checked->steps.back().verdict, oauth::CheckVerdict::kSkipped);
  EXPECT_EQ(provider_.body(0), "");
  EXPECT_EQ(checked->http_status, 400);
}

TEST_F(TargetSystemChecksTest, SaysWhichKindOfCredentialIsMissing) {
  make();
  TargetSystemFields fields;
  fields.client_authentication = ClientAuthentication::kTls;
  ASSERT_TRUE(systems().update(admin_, system_.id, 1, fields).has_value());
  provider_.refuses(400, "invalid_request");
  EXPECT_EQ(check()->steps.back().message.view(),
            "Not asked for a token: there is no client certificate yet.");
  fields.client_authentication = ClientAuthentication::kPrivateKeyJwt;
  ASSERT_TRUE(systems().update(admin_, system_.id, 2, fields).has_value());
  provider_.refuses(400, "invalid_request");
  EXPECT_EQ(check()->steps.back().message.view(),
            "Not asked for a token: there is no client key yet.");
}

TEST_F(TargetSystemChecksTest, SaysWhyTheSettingsMakeNoRequest) {
  make();
  TargetSystemFields fields;
  fields.consumer_secrets = secrets({"short"});
  ASSERT_TRUE(systems().update(admin_, system_.id, 1, fields).has_value());
  TargetSystemFields method;
  method.client_authentication = ClientAuthentication::kSecretJwt;
  ASSERT_TRUE(systems().update(admin_, system_.id, 2, method).has_value());
  const auto checked = check();
  ASSERT_TRUE(checked.has_value()) << answer_of(checked);
  EXPECT_EQ(failed_hop(*checked), "settings");
  EXPECT_EQ(checked->steps.front().message.view(),
            "A consumer secret of fewer than 32 bytes cannot sign assertions.");
  EXPECT_EQ(provider_.requests(), 0U);
}

TEST_F(TargetSystemChecksTest, NeedsThePermissionToConfigureAndAnAuditTrail) {
  make();
  EXPECT_EQ(answer_of(check(with({Permission::kView, Permission::kRetrieve}))), "denied");
  break_audit();
  EXPECT_EQ(answer_of(check()), "audit_unavailable");
  EXPECT_EQ(provider_.requests(), 0U);
}

TEST_F(TargetSystemChecksTest, AnswersWhenTheServerStops) {
  make(/*workers_full=*/true);
  provider_.grants("token", 3600);
  EXPECT_EQ(answer_of(check()), "overloaded");
}

}  // namespace
}  // namespace strongroom::vault
