#include "vault/authorizations.h"

#include <string>

#include <gtest/gtest.h>

#include "vault/testing/departing.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class AuthorizationsTest : public VaultWorld {
 protected:
  void SetUp() override {
    VaultWorld::SetUp();
    project_ = project("Finance");
    system_ = sign_in_system("CRM");
    client_ = client(project_, system_.id, "invoices").id;
    authorizations_.emplace(*context_);
  }

  // For all projects.
  TargetSystem sign_in_system(const std::string& name) {
    TargetSystemFields fields = system_fields(name);
    fields.grant = GrantFlow::kAuthorizationCode;
    fields.scopes = std::vector<std::string>{"read", "write"};
    fields.endpoint_parameters = std::map<std::string, std::string>{
        {"token_endpoint", "https://id.example/token"},
        {"authorization_endpoint", "https://id.example/authorize?tenant=x"}};
    auto made = systems().create(admin_, fields);
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return made ? *std::move(made) : TargetSystem{};
  }

  NewAuthorization start() {
    auto made = authorizations_->start(admin_, client_);
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return *std::move(made);
  }
  AuthorizationState state(AuthorizationId id) { return authorizations_->get(admin_, id)->state; }

  ProjectId project_;
  TargetSystem system_;
  OAuthClientId client_;
  std::optional<Authorizations> authorizations_;
};

TEST_F(AuthorizationsTest, SayWhoAsksForWhatBeforeAnybodyGoesAnywhere) {
  RobotAccessGrant grant;
  grant.oauth_client = client_;
  grant.robot = robot(project_, "books", "nightly").id;
  ASSERT_EQ(answer_of(rules().grant(admin_, grant)), "ok");
  const NewAuthorization made = start();
  const auto page = authorizations_->look(made.ticket.reveal());
  ASSERT_TRUE(page.has_value());
  EXPECT_EQ(page->label, "invoices");
  EXPECT_EQ(page->project, "Finance");
  EXPECT_EQ(page->target_system, "CRM");
  EXPECT_EQ(page->scopes, (std::vector<std::string>{"read", "write"}));
  EXPECT_EQ(page->robots, (std::vector<std::string>{"books/nightly"}));
}

TEST_F(AuthorizationsTest, LeadToTheProviderOnceWithChallengeStateAndCallback) {
  //
  const NewAuthorization made = start();
  const auto gone = depart(*context_, *authorizations_, made.ticket.reveal(), {});
  ASSERT_TRUE(gone.has_value()) << answer_of(gone);
  const std::string address(gone->address.reveal());
  EXPECT_TRUE(address.starts_with("https://id.example/authorize?tenant=x&response_type=code&"));
  EXPECT_NE(address.find("code_challenge_method=S256"), std::string::npos);
  EXPECT_NE(address.find("redirect_uri=https%3A%2F%2Fvault.example%2FOAuthCallback%2F" +
                         system_.id.text()),
            std::string::npos);
  EXPECT_EQ(state(made.authorization.id), AuthorizationState::kStarted);
  EXPECT_EQ(answer_of(depart(*context_, *authorizations_, made.ticket.reveal(), {})), "link_over");
  EXPECT_EQ(answer_of(authorizations_->look(made.ticket.reveal())), "link_over");
}

TEST_F(AuthorizationsTest, EndAfterADayOrTenMinutesAtTheProvider) {
  //
  const NewAuthorization unused = start();
  clock_.advance(kTicketLifetime);
  EXPECT_EQ(answer_of(authorizations_->look(unused.ticket.reveal())), "link_over");
  EXPECT_EQ(state(unused.authorization.id), AuthorizationState::kExpired);
  const NewAuthorization begun = start();
  ASSERT_TRUE(depart(*context_, *authorizations_, begun.ticket.reveal(), {}).has_value());
  clock_.advance(kFlowLifetime);
  const auto over = authorizations_->get(admin_, begun.authorization.id);
  EXPECT_EQ(over->state, AuthorizationState::kExpired);
  EXPECT_EQ(over->failure->cause, "sign_in_abandoned");
}

TEST_F(AuthorizationsTest, AreWithdrawnByANewerOneOrByTheAsker) {
  const NewAuthorization first = start();
  const NewAuthorization second = start();
  EXPECT_EQ(state(first.authorization.id), AuthorizationState::kCancelled);
  EXPECT_EQ(answer_of(authorizations_->cancel(admin_, second.authorization.id)), "ok");
  EXPECT_EQ(answer_of(authorizations_->look(second.ticket.reveal())), "link_over");
  EXPECT_EQ(state(second.authorization.id), AuthorizationState::kCancelled);
}

TEST_F(AuthorizationsTest, NeedTheirPermissionsAndAClientThatSomebodySignsInFor) {
  const NewAuthorization made = start();
  EXPECT_EQ(answer_of(authorizations_->start(with({Permission::kView}), client_)), "denied");
  EXPECT_EQ(answer_of(authorizations_->get(with({}), made.authorization.id)), "denied");
  EXPECT_EQ(answer_of(authorizations_->cancel(with({Permission::kView}), made.authorization.id)),
            "denied");
  const OAuthClientId plain = client(project_, system("Plain").id, "x").id;
  EXPECT_EQ(answer_of(authorizations_->start(admin_, plain)), "no_sign_in");
}

// A draft may be without, and a target system may come to be for one directory after the fact; the
// provider would refuse what went to all of them.
TEST_F(AuthorizationsTest, NeedTheTenantOfAnApplicationOfOneDirectory) {
  TargetSystemFields fields = system_fields("Mail", project_);
  fields.service_provider = "microsoft";
  fields.endpoint_parameters = {};
  fields.grant = GrantFlow::kAuthorizationCode;
  fields.scopes = {"https://graph.microsoft.com/Mail.Read"};
  fields.supported_accounts = SupportedAccounts::kAnyDirectory;
  const auto mail = systems().create(admin_, fields);
  ASSERT_TRUE(mail.has_value()) << answer_of(mail);
  client_ = client(project_, mail->id, "mail").id;
  const NewAuthorization made = start();
  TargetSystemFields change;
  change.supported_accounts = SupportedAccounts::kThisDirectoryOnly;
  ASSERT_EQ(answer_of(systems().update(admin_, mail->id, 1, change)), "ok");
  EXPECT_EQ(answer_of(authorizations_->start(admin_, client_)), "tenant_missing");
  EXPECT_EQ(answer_of(authorizations_->look(made.ticket.reveal())), "tenant_missing");
  EXPECT_EQ(answer_of(depart(*context_, *authorizations_, made.ticket.reveal(), {})),
            "tenant_missing");
  OAuthClientFields named;
  named.tenant = "contoso.onmicrosoft.com";
  ASSERT_EQ(answer_of(clients().update(admin_, client_, 1, named)), "ok");
  EXPECT_EQ(answer_of(authorizations_->look(made.ticket.reveal())), "ok");
}

TEST_F(AuthorizationsTest, AreNoneOfASettingThatTheClientHasLeft) {
  //
  OAuthClientFields move;
  move.target_system = sign_in_system("Other").id;
  const NewAuthorization begun = start();
  ASSERT_TRUE(depart(*context_, *authorizations_, begun.ticket.reveal(), {}).has_value());
  ASSERT_EQ(answer_of(clients().update(admin_, client_, 1, move)), "ok");
  EXPECT_EQ(state(begun.authorization.id), AuthorizationState::kCancelled);

  const NewAuthorization waiting = start();
  move.target_system = system_.id;
  ASSERT_EQ(answer_of(clients().update(admin_, client_, 2, move)), "ok");
  EXPECT_EQ(state(waiting.authorization.id), AuthorizationState::kWaiting);
  EXPECT_EQ(authorizations_->look(waiting.ticket.reveal())->target_system, "CRM");

  move.project = project("People");
  ASSERT_EQ(answer_of(clients().update(admin_, client_, 3, move)), "ok");
  EXPECT_EQ(answer_of(authorizations_->get(admin_, waiting.authorization.id)), "not found");
  EXPECT_EQ(answer_of(authorizations_->get(admin_, begun.authorization.id)), "not found");
  EXPECT_EQ(answer_of(authorizations_->look(waiting.ticket.reveal())), "link_over");
}

TEST_F(AuthorizationsTest, NameTheAccountOnlyToTheBrowserThatSignedIn) {
  const NewAuthorization made = start();
  const auto gone = depart(*context_, *authorizations_, made.ticket.reveal(), {});
  const auto here = authorizations_->outcome(gone->id, gone->binding.reveal());
  const auto elsewhere = authorizations_->outcome(gone->id, "somebody else's");
  EXPECT_EQ(here->label, "invoices");
  EXPECT_EQ(elsewhere->label, "");
}

TEST_F(AuthorizationsTest, AreForgottenADayAfterTheirEnd) {
  const NewAuthorization made = start();
  clock_.advance(kTicketLifetime + kTicketLifetime);
  EXPECT_EQ(answer_of(authorizations_->purge()), "ok");
  EXPECT_EQ(answer_of(authorizations_->get(admin_, made.authorization.id)), "not found");
}

TEST_F(AuthorizationsTest, ThatWaitAreFoundThoughOneIsDamaged) {
  const NewAuthorization first = start();
  const OAuthClientId other = client(project_, system_.id, "payments").id;
  const auto second = authorizations_->start(admin_, other);
  ASSERT_TRUE(second.has_value());
  EXPECT_EQ(authorizations_->waiting(admin_, client_)->size(), 1U);
  EXPECT_TRUE(authorizations_->waiting(admin_, {})->empty()) << "nobody signed in yet";
  const Status held = store_->write([](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(tx.execute("UPDATE authorizations SET state = 'confirmation_needed'", {}));
    return {};
  });
  ASSERT_TRUE(held.has_value());
  EXPECT_EQ(authorizations_->waiting(admin_, {})->size(), 2U);
  const Status damaged = store_->write([&](storage::Transaction& tx) -> Status {
    STRONGROOM_CHECK(
        tx.execute("UPDATE authorizations SET sealed_details = x'00' WHERE oauth_client_id = ?",
                   {storage::to_value(other.uuid)}));
    return {};
  });
  ASSERT_TRUE(damaged.has_value());
  const auto found = authorizations_->waiting(admin_, {});
  ASSERT_TRUE(found.has_value()) << answer_of(found);
  ASSERT_EQ(found->size(), 1U);
  EXPECT_EQ(found->front().id, first.authorization.id);
  EXPECT_EQ(answer_of(authorizations_->waiting(with({}), {})), "denied");
}

}  // namespace
}  // namespace strongroom::vault
