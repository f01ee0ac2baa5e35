// attacks.md E14: where a webhook may be sent; invariant 2: who writes to the database redirects
// none.
#include "notify/targets.h"

#include <memory>
#include <string>
#include <vector>

#include "http/testing/fake_client.h"
#include "storage/notification_rows.h"
#include "vault/testing/vault_world.h"

namespace strongroom::notify {
namespace {

using vault::answer_of;

class TargetsTest : public vault::VaultWorld {
 protected:
  void SetUp() override {
    vault::VaultWorld::SetUp();
    targets_ = std::make_unique<Targets>(Targets::Parts{
        *context_, client_, network_of_machine_, [] { return "https://vault.example.org"; }});
  }
  static TargetSettings settings() {
    return {.name = "On call",
            .url = "https://hooks.example.org/strongroom",
            .events = {EventKind::kFailing}};
  }
  Result<NewSecret> create(const TargetSettings& settings) {
    return targets_->create(admin_, settings);
  }
  storage::NotificationTargetRow row_of(TargetId id) {
    auto row = storage::read<std::optional<storage::NotificationTargetRow>>(
        *store_, [&](storage::Snapshot& snapshot) {
          return storage::find_notification_target(snapshot, id.uuid);
        });
    return row.value().value();
  }
  std::size_t signatures_at(TargetId id, WallTime now) {
    return signing_secrets(sealer_, row_of(id), now).value().size();
  }

  http::FakeClient client_;
  http::Network network_of_machine_;
  std::unique_ptr<Targets> targets_;
};

TEST_F(TargetsTest, AreForWhoManagesTheServer) {
  const vault::Actor other = with({Permission::kConfigure, Permission::kView});
  EXPECT_EQ(answer_of(targets_->create(other, settings())), "denied");
  EXPECT_EQ(answer_of(targets_->list(other)), "denied");
  const auto made = create(settings());
  ASSERT_TRUE(made) << answer_of(made);
  EXPECT_EQ(answer_of(targets_->find(other, made->target.id)), "denied");
  EXPECT_EQ(answer_of(targets_->rotate_secret(other, made->target.id)), "denied");
  EXPECT_EQ(answer_of(targets_->test(other, made->target.id)), "denied");
  EXPECT_EQ(answer_of(targets_->remove(other, made->target.id)), "denied");
}

TEST_F(TargetsTest, AreAuditedAndShowTheirSecretOnce) {
  const auto made = create(settings());
  ASSERT_TRUE(made) << answer_of(made);
  EXPECT_EQ(actions(1), std::vector<std::string>{"notification_target.created"});
  const auto listed = targets_->list(admin_);
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 1U);
  EXPECT_EQ(listed->front().target.settings, settings());
}

TEST_F(TargetsTest, RefuseWhatIsNoWebhook) {
  const auto refused = [&](auto change) {
    TargetSettings bad = settings();
    change(bad);
    return answer_of(create(bad));
  };
  EXPECT_EQ(refused([](TargetSettings& s) { s.name = " "; }), "invalid at /name");
  EXPECT_EQ(refused([](TargetSettings& s) { s.events.clear(); }), "invalid at /events");
  EXPECT_EQ(refused([](TargetSettings& s) { s.url = "http://hooks.example.org/"; }),
            "invalid at /url");
  EXPECT_EQ(refused([](TargetSettings& s) { s.url = "http://127.0.0.1/"; }), "invalid at /url");
  EXPECT_EQ(refused([](TargetSettings& s) { s.url = "https://a:b@hooks.example.org/"; }),
            "invalid at /url");
  EXPECT_EQ(refused([](TargetSettings& s) { s.allowed_addresses = {"10.0.0.1/8"}; }),
            "invalid at /allowed_addresses/0");
  EXPECT_EQ(refused([](TargetSettings& s) { s.trusted_ca_pem = "none"; }),
            "invalid at /trusted_ca_pem");
  EXPECT_EQ(refused([&](TargetSettings& s) {
              s.projects = {admin_.id, admin_.id};
            }),
            "invalid at /projects");
  EXPECT_EQ(refused([](TargetSettings& s) {
              s.projects = {*Uuid::parse("00000000-0000-7000-8000-000000000001")};
            }),
            "invalid at /projects/0");
  TargetSettings loopback = settings();
  loopback.url = "http://127.0.0.1:8080/";
  loopback.allowed_addresses = {"127.0.0.1"};
  EXPECT_EQ(answer_of(create(loopback)), "ok");
  EXPECT_EQ(answer_of(create(loopback)), "duplicate at /name");
}

TEST_F(TargetsTest, SignWithBothSecretsForADay) {
  const TargetId id = create(settings()).value().target.id;
  EXPECT_EQ(signatures_at(id, clock_.now()), 1U);
  ASSERT_TRUE(targets_->rotate_secret(admin_, id));
  EXPECT_EQ(signatures_at(id, clock_.now()), 2U);
  EXPECT_EQ(signatures_at(id, clock_.now() + Targets::kBothSecrets), 1U);
}

TEST_F(TargetsTest, AreNotToldWhereSomebodyElseWroteTheirRow) {
  const TargetId id = create(settings()).value().target.id;
  tamper("UPDATE notification_targets SET url = 'https://evil.example.org/'");
  EXPECT_EQ(answer_of(targets_->test(admin_, id)), "corrupt");
  EXPECT_EQ(client_.count(), 0U);
  EXPECT_EQ(answer_of(targets_->update(admin_, id, 1, settings())), "corrupt");
  EXPECT_EQ(answer_of(targets_->rotate_secret(admin_, id)), "corrupt");
  EXPECT_EQ(answer_of(targets_->remove(admin_, id)), "ok");
}

TEST_F(TargetsTest, ChangeOnlyFromWhatWasRead) {
  const TargetId id = create(settings()).value().target.id;
  TargetSettings other = settings();
  other.enabled = false;
  EXPECT_EQ(answer_of(targets_->update(admin_, id, 2, other)), "changed meanwhile");
  EXPECT_EQ(answer_of(targets_->update(admin_, id, 1, other)), "ok");
  EXPECT_FALSE(targets_->find(admin_, id).value().target.settings.enabled);
}

TEST_F(TargetsTest, SendATestThatIsSignedAndSayWhatCameOfIt) {
  const TargetId id = create(settings()).value().target.id;
  client_.answer(204, "");
  EXPECT_TRUE(targets_->test(admin_, id).value().taken);
  const http::OutgoingRequest& sent = client_.request(0);
  EXPECT_EQ(sent.url, settings().url);
  EXPECT_TRUE(sent.policy.allowed.empty());
  const std::string* const signature = http::find_header(sent.headers, "webhook-signature");
  ASSERT_NE(signature, nullptr);
  EXPECT_TRUE(signature->starts_with("v1,"));
  client_.answer(500, "a body that nobody is shown", {{"Retry-After", "120"}});
  const auto refused = targets_->test(admin_, id);
  EXPECT_EQ(refused->failure, "The receiver did not take it: it answered 500.");
  EXPECT_EQ(refused->retry_after, Seconds(120));
  client_.fail(http::Hop::kAddressPolicy, false);
  EXPECT_EQ(targets_->test(admin_, id)->status, std::nullopt);
}

TEST_F(TargetsTest, ForgetAReplacedSecretOnceItSignsNoMore) {
  const TargetId id = create(settings()).value().target.id;
  ASSERT_TRUE(targets_->rotate_secret(admin_, id));
  ASSERT_TRUE(Targets::forget_old_secrets(*context_));
  EXPECT_TRUE(targets_->find(admin_, id)->target.previous_secret_until);
  clock_.advance(Targets::kBothSecrets);
  ASSERT_TRUE(Targets::forget_old_secrets(*context_));
  EXPECT_FALSE(targets_->find(admin_, id)->target.previous_secret_until);
  client_.answer(204, "");
  EXPECT_TRUE(targets_->test(admin_, id)->taken);
}

TEST_F(TargetsTest, AreNoMoreThanFifty) {
  TargetSettings one = settings();
  for (std::size_t i = 0; i < Targets::kMost; ++i) {
    one.name = "target " + std::to_string(i);
    ASSERT_EQ(answer_of(create(one)), "ok");
  }
  one.name = "one more";
  EXPECT_EQ(answer_of(create(one)), "too_many");
}

TEST_F(TargetsTest, AreNotAddedWhileNobodyCouldSeeThat) {
  break_audit();
  EXPECT_EQ(answer_of(create(settings())), "audit_unavailable");
}

}  // namespace
}  // namespace strongroom::notify
