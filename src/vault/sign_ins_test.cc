#include "vault/sign_ins.h"

#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "base/file.h"
#include "crypto/uuid.h"
#include "oauth/testing/scripted_token_endpoint.h"
#include "vault/testing/departing.h"
#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class SignInsTest : public VaultWorld {
 protected:
  void SetUp() override {
    VaultWorld::SetUp();
    project_ = project("Finance");
    TargetSystemFields fields = system_fields("CRM", project_);
    fields.grant = GrantFlow::kAuthorizationCode;
    fields.callback = Callback::kBlank;
    fields.scopes = std::vector<std::string>{"read"};
    fields.endpoint_parameters = std::map<std::string, std::string>{
        {"token_endpoint", "https://id.example/token"},
        {"authorization_endpoint", "https://id.example/authorize"}};
    const auto made = systems().create(admin_, fields);
    ASSERT_TRUE(made.has_value()) << answer_of(made);
    client_ = client(project_, made->id, "invoices").id;
    auto file = open_preallocated(directory_.file("journal"), kJournalBytes);
    ASSERT_TRUE(file.has_value());
    auto journal = Journal::open(*std::move(file), sealer_, clock_, log_);
    ASSERT_TRUE(journal.has_value());
    journal_ = *std::move(journal);
    issuer_keys_.emplace(*context_, key_sets_);
    const auto public_url = [] { return std::string("https://vault.example"); };
    authorizations_.emplace(*context_);
    sign_ins_.emplace(*context_, endpoint_.client(), *issuer_keys_, *journal_, public_url,
                      [](Task task) {
                        task();
                        return true;
                      });
  }

  // Somebody pressed Continue.
  Departure depart() {
    const auto made = authorizations_->start(admin_, client_);
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    auto gone = vault::depart(*context_, *authorizations_, made->ticket.reveal(), {});
    EXPECT_TRUE(gone.has_value()) << answer_of(gone);
    return *std::move(gone);
  }
  std::string enter(const Actor* actor, AuthorizationId id, std::string_view binding,
                    std::string_view verifier) {
    std::string answer = "never answered";
    sign_ins_->enter_verifier(
        actor, id, binding, verifier,
        [&](const Result<AuthorizationId>& entered) { answer = answer_of(entered); });
    return answer;
  }

  ProjectId project_;
  OAuthClientId client_;
  std::unique_ptr<Journal> journal_;
  oauth::ScriptedTokenEndpoint endpoint_{clock_};
  http::FakeClient http_;
  oauth::KeySetClient key_sets_{http_};
  std::optional<IssuerKeys> issuer_keys_;
  std::optional<Authorizations> authorizations_;
  std::optional<SignIns> sign_ins_;
};

TEST_F(SignInsTest, TakeWhatIsTypedFiveTimes) {
  //
  const Departure gone = depart();
  for (std::int64_t i = 0; i < kMaxVerifierAttempts; ++i) {
    EXPECT_EQ(enter(&admin_, gone.id, {}, "two words"), "invalid at /verifier");
  }
  EXPECT_EQ(authorizations_->get(admin_, gone.id)->state, AuthorizationState::kStarted);
  EXPECT_EQ(enter(&admin_, gone.id, {}, "code"), "another error") << "rate limited";
  EXPECT_EQ(enter(nullptr, gone.id, gone.binding.reveal(), "code"), "another error");
}

TEST_F(SignInsTest, CountNoTryOfWhoMayNot) {
  //
  const Departure gone = depart();
  const Departure other = depart();  // takes the place of the first
  for (std::int64_t i = 0; i <= kMaxVerifierAttempts; ++i) {
    EXPECT_EQ(enter(nullptr, other.id, {}, "code"), "not found");
    EXPECT_EQ(enter(nullptr, other.id, gone.binding.reveal(), "code"), "not found");
    const Actor viewer = with({Permission::kView});
    EXPECT_EQ(enter(&viewer, other.id, {}, "code"), "denied");
  }
  endpoint_.grants("token", 600);
  EXPECT_EQ(enter(nullptr, other.id, other.binding.reveal(), "code"), "ok");
  EXPECT_EQ(enter(nullptr, gone.id, gone.binding.reveal(), "code"), "authorization_over");
}

}  // namespace
}  // namespace strongroom::vault
