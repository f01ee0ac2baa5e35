#include "vault/proxy_credentials.h"

#include "vault/testing/vault_world.h"
#include "vault/token_request_builder.h"

namespace strongroom::vault {
namespace {

constexpr const char* kOwnProxy = "http://proxy.example:3128";

class ProxyCredentialsTest : public VaultWorld {
 protected:
  static TargetSystemFields proxy(const char* url, const char* credentials = nullptr) {
    TargetSystemFields fields;
    fields.proxy = url;
    if (credentials != nullptr) fields.proxy_credentials.emplace(ProxyCredentials(credentials));
    return fields;
  }
  TargetSystem change(const TargetSystemFields& fields) {
    const auto changed = systems().update(admin_, system_.id, system_.stamps.revision, fields);
    EXPECT_TRUE(changed.has_value()) << answer_of(changed);
    if (changed) system_ = *changed;
    return system_;
  }
  // What is stored, opened as a retrieval would.
  std::string opened() {
    const auto row = storage::read<std::optional<storage::TargetSystemRow>>(
        *store_, [&](storage::Snapshot& snapshot) {
          return storage::find_target_system(snapshot, system_.id.uuid);
        });
    const auto credentials = open_proxy_credentials(sealer_, **row);
    if (!credentials) return answer_of(credentials);
    return *credentials ? std::string((*credentials)->reveal()) : "none";
  }

  ProjectId project_;
  TargetSystem system_;

  void SetUp() override {
    VaultWorld::SetUp();
    project_ = project("P");
    system_ = system("T", project_);
  }
};

TEST_F(ProxyCredentialsTest, AreKeptSealedAndNeverShown) {
  TargetSystemFields fields = proxy(kOwnProxy, "user:canary");
  fields.consumer_secrets = secrets({"very-secret"});
  change(fields);
  EXPECT_EQ(system_.proxy, kOwnProxy);
  EXPECT_TRUE(system_.has_proxy_credentials);
  EXPECT_FALSE(system_.destination_held);
  EXPECT_EQ(opened(), "user:canary");
  const auto row = storage::read<std::optional<storage::TargetSystemRow>>(
      *store_, [&](storage::Snapshot& snapshot) {
        return storage::find_target_system(snapshot, system_.id.uuid);
      });
  EXPECT_EQ((*row)->sealed_proxy_credentials->find("canary"), std::string::npos);
}

// A stored secret goes only where it was entered for (invariant 5).
TEST_F(ProxyCredentialsTest, AChangedProxyOrChangedCredentialsHoldTheSecrets) {
  EXPECT_TRUE(change(proxy("none")).destination_held);
  EXPECT_FALSE(change(proxy("")).destination_held);
  EXPECT_TRUE(change(proxy(kOwnProxy)).destination_held);
  EXPECT_FALSE(change(proxy("")).destination_held);

  TargetSystemFields with_secret = proxy(kOwnProxy, "user:first");
  with_secret.consumer_secrets = secrets({"very-secret"});
  EXPECT_FALSE(change(with_secret).destination_held);
  TargetSystemFields none;
  none.proxy_credentials.emplace(std::nullopt);
  EXPECT_TRUE(change(none).destination_held);
  EXPECT_EQ(opened(), "none");
  EXPECT_TRUE(change(proxy(kOwnProxy, "user:second")).destination_held);
  EXPECT_EQ(opened(), "user:second");
}

TEST_F(ProxyCredentialsTest, AreGoneWhenAnotherProxyIsNamed) {
  change(proxy(kOwnProxy, "user:canary"));
  EXPECT_FALSE(change(proxy("http://evil.example:3128")).has_proxy_credentials);
  EXPECT_EQ(opened(), "none");
  EXPECT_FALSE(change(proxy(kOwnProxy)).has_proxy_credentials);
  EXPECT_EQ(opened(), "none");
}

TEST_F(ProxyCredentialsTest, DoNotOpenForAProxyThatTheDatabaseWasChangedTo) {
  change(proxy(kOwnProxy, "user:canary"));
  tamper("UPDATE target_systems SET proxy = 'http://evil.example:3128'");
  EXPECT_EQ(opened(), "corrupt");
  EXPECT_EQ(answer_of(systems().get(admin_, system_.id)), "corrupt");
}

TEST_F(ProxyCredentialsTest, AreRefusedWithoutAProxyOrWhereTheyAreNone) {
  const auto refusal = [&](const TargetSystemFields& fields) {
    return answer_of(systems().update(admin_, system_.id, system_.stamps.revision, fields));
  };
  EXPECT_EQ(refusal(proxy("", "user:password")), "invalid at /proxy_credentials");
  EXPECT_EQ(refusal(proxy("none", "user:password")), "invalid at /proxy_credentials");
  EXPECT_EQ(refusal(proxy(kOwnProxy, "user")), "invalid at /proxy_credentials");
  EXPECT_EQ(refusal(proxy("proxy.example")), "invalid at /proxy");
  EXPECT_EQ(refusal(proxy("http://user:password@proxy.example")), "invalid at /proxy");
}

TEST_F(ProxyCredentialsTest, ATokenRequestTakesThemAlong) {
  TargetSystemFields fields = proxy(kOwnProxy, "user:password");
  fields.consumer_secrets = secrets({"very-secret"});
  fields.allowed_addresses = {"10.0.0.0/8"};
  change(fields);
  const auto built = build_token_requests(*context_, {client(project_, system_.id, "L").id});
  ASSERT_TRUE(built.has_value()) << answer_of(built);
  const auto& through = built->requests.at(0).message.proxy;
  ASSERT_TRUE(through.has_value());
  EXPECT_EQ(through->url, kOwnProxy);
  EXPECT_EQ(through->credentials->reveal(), "user:password");
  EXPECT_EQ(through->policy->allowed.size(), 1U);
}

}  // namespace
}  // namespace strongroom::vault
