#include "vault/client_keys.h"

#include <utility>

#include "crypto/jwk.h"
#include "vault/testing/vault_world.h"
#include "vault/token_request_builder.h"

namespace strongroom::vault {
namespace {

class ClientKeysTest : public VaultWorld {
 protected:
  static std::vector<NewClientKey> made(std::initializer_list<crypto::NewKey> kinds) {
    std::vector<NewClientKey> keys;
    for (const crypto::NewKey kind : kinds) {
      NewClientKey key;
      key.generate = kind;
      keys.push_back(std::move(key));
    }
    return keys;
  }
  static TargetSystemFields fields_with(const std::string& name, std::vector<NewClientKey> keys) {
    TargetSystemFields fields = system_fields(name);
    fields.consumer_secrets.reset();
    fields.client_authentication = ClientAuthentication::kPrivateKeyJwt;
    fields.client_keys = std::move(keys);
    return fields;
  }
  TargetSystem system_with(const std::string& name, std::vector<NewClientKey> keys) {
    auto made = systems().create(admin_, fields_with(name, std::move(keys)));
    EXPECT_TRUE(made.has_value()) << answer_of(made);
    return made ? *std::move(made) : TargetSystem{};
  }
  // The thumbprint of the one key of `id`, opened as a token request would.
  std::string opened(TargetSystemId id) {
    const auto answer = storage::read<std::string>(
        *store_, [&](storage::Snapshot& snapshot) -> Result<std::string> {
          STRONGROOM_TRY(const auto row, storage::find_target_system(snapshot, id.uuid));
          STRONGROOM_TRY(const auto rows, storage::consumer_secrets_of(snapshot, id.uuid));
          STRONGROOM_TRY(const auto key, open_client_key(sealer_, *row, rows.at(0)));
          return crypto::jwk_thumbprint(key);
        });
    return answer ? *answer : answer_of(answer);
  }
};

TEST_F(ClientKeysTest, AKeyThatWasMadeIsSealedAndKnownByItsThumbprint) {
  const TargetSystem made_system = system_with("CRM", made({crypto::NewKey::kP256}));
  ASSERT_EQ(made_system.client_keys.size(), 1U);
  EXPECT_EQ(made_system.client_keys[0].key_type, "P-256");
  EXPECT_EQ(made_system.client_keys[0].key_id, opened(made_system.id));
  EXPECT_TRUE(made_system.consumer_secrets.empty());
  const auto set = systems().jwks(admin_, made_system.id);
  ASSERT_TRUE(set.has_value());
  EXPECT_NE(set->find(made_system.client_keys[0].key_id), std::string::npos);
  EXPECT_EQ(set->find("\"d\""), std::string::npos);
}

TEST_F(ClientKeysTest, AKeyOpensForTheDestinationThatItWasEnteredForAndAfterAnApproval) {
  const TargetSystem made_system = system_with("CRM", made({crypto::NewKey::kEd25519}));
  const std::string thumbprint = opened(made_system.id);
  TargetSystemFields moved;
  moved.endpoint_parameters =
      std::map<std::string, std::string>{{"token_endpoint", "https://other.example/token"}};
  const auto held = systems().update(admin_, made_system.id, 1, moved);
  ASSERT_TRUE(held.has_value()) << answer_of(held);
  EXPECT_TRUE(held->destination_held);
  const auto approved =
      systems().approve_destination(admin_, made_system.id, held->stamps.revision);
  ASSERT_TRUE(approved.has_value()) << answer_of(approved);
  EXPECT_FALSE(approved->destination_held);
  EXPECT_EQ(opened(made_system.id), thumbprint);
}

TEST_F(ClientKeysTest, SecretsAndKeysAreReplacedTogether) {
  const TargetSystem made_system = system_with("CRM", made({crypto::NewKey::kEd25519}));
  TargetSystemFields secret;
  secret.consumer_secrets = secrets({"a-secret"});
  const auto with_secret = systems().update(admin_, made_system.id, 1, secret);
  ASSERT_TRUE(with_secret.has_value());
  EXPECT_TRUE(with_secret->client_keys.empty());
  EXPECT_EQ(with_secret->consumer_secrets.size(), 1U);
  TargetSystemFields both;
  both.consumer_secrets = secrets({"a-secret"});
  both.client_keys = made({crypto::NewKey::kEd25519, crypto::NewKey::kP256});
  const auto with_both = systems().update(admin_, made_system.id, 2, both);
  ASSERT_TRUE(with_both.has_value()) << answer_of(with_both);
  EXPECT_EQ(with_both->client_keys.size(), 2U);
  EXPECT_EQ(with_both->consumer_secrets.size(), 1U);
}

TEST_F(ClientKeysTest, WithoutWhatTheMethodNeedsNoRequestIsMade) {
  TargetSystemFields fields = system_fields("CRM");
  fields.client_authentication = ClientAuthentication::kPrivateKeyJwt;
  const auto made_system = systems().create(admin_, fields);
  ASSERT_TRUE(made_system.has_value());
  const OAuthClient client_of = client(project("Finance"), made_system->id, "nightly");
  EXPECT_EQ(answer_of(build_token_requests(*context_, {client_of.id})), "no_client_key");
}

}  // namespace
}  // namespace strongroom::vault
