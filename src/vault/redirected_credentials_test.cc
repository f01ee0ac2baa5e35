// What somebody does who wants a credential to go elsewhere, or to be shown as something else:
// a hostile issuer, whoever may configure and may not approve, and who can write to the database.

#include <string>
#include <utility>

#include "base/base64.h"
#include "crypto/testing/test_certificates.h"
#include "oauth/testing/scripted_issuer.h"
#include "vault/client_certificates.h"
#include "vault/issuer_discovery.h"
#include "vault/testing/vault_world.h"
#include "vault/token_request_builder.h"

namespace strongroom::vault {
namespace {

constexpr const char* kEndpoint = "https://id.example/token";
constexpr const char* kElsewhere = "https://evil.example/token";

std::string document(const std::string& token_endpoint, const std::string& methods = "",
                     const std::string& more = "") {
  std::string text = R"({"issuer":"https://id.example","token_endpoint":")" + token_endpoint + '"';
  if (!methods.empty()) text += R"(,"token_endpoint_auth_methods_supported":[)" + methods + "]";
  return text + more + "}";
}

class RedirectedCredentialsTest : public VaultWorld {
 protected:
  static TargetSystemFields at_issuer() {
    TargetSystemFields fields;
    fields.service_provider = "issuer";
    fields.endpoint_parameters = {{{"issuer", "https://id.example"}}};
    return fields;
  }
  static TargetSystemFields at_another_provider() {
    TargetSystemFields fields;
    fields.service_provider = "generic";
    fields.endpoint_parameters = {{{"token_endpoint", kEndpoint}}};
    return fields;
  }
  TargetSystems by_issuer() { return TargetSystems(*context_, &issuer_.discovery()); }
  // A target system of the issuer, whose document is `says`, and its client.
  TargetSystem made(TargetSystemFields fields, const std::string& says) {
    fields.name = "CRM";
    fields.consumer_key = "consumer";
    issuer_.says(says);
    auto system = by_issuer().create(admin_, fields);
    EXPECT_TRUE(system.has_value()) << answer_of(system);
    if (!system) return {};
    client_ = client(project("Finance"), system->id, "nightly").id;
    return *std::move(system);
  }
  TargetSystem made_with_secret() {
    TargetSystemFields fields = at_issuer();
    fields.consumer_secrets = secrets({"very-secret"});
    return made(std::move(fields), document(kEndpoint));
  }
  TargetSystem changed(const TargetSystem& system, const TargetSystemFields& fields) {
    const auto now = systems().get(admin_, system.id);
    auto after = by_issuer().update(with({Permission::kConfigure}), system.id,
                                    now ? now->stamps.revision : 0, fields);
    EXPECT_TRUE(after.has_value()) << answer_of(after);
    return after ? *std::move(after) : TargetSystem{};
  }
  Result<TargetSystem> read_again(const TargetSystem& system, const std::string& says) {
    issuer_.says(says);
    return IssuerDiscovery(*context_, issuer_.discovery()).discover(admin_, system.id);
  }
  // Where the next token request of the client would go.
  std::string goes_to() {
    const auto built = build_token_requests(*context_, {client_});
    return built ? built->requests.front().message.url : answer_of(built);
  }

  oauth::ScriptedIssuer issuer_;
  OAuthClientId client_;
};

TEST_F(RedirectedCredentialsTest, AreHeldWhereADetourLeadsToAnotherEndpointOfTheSameIssuer) {
  // A-107, E8
  const TargetSystem system = made_with_secret();
  EXPECT_EQ(goes_to(), kEndpoint);
  EXPECT_TRUE(changed(system, at_another_provider()).destination_held);
  issuer_.says(document(kElsewhere));
  EXPECT_TRUE(changed(system, at_issuer()).destination_held);
  EXPECT_EQ(goes_to(), "destination_held");
}

TEST_F(RedirectedCredentialsTest, AreFreeAgainWhereADetourLeadsBackToWhatWasAccepted) {
  const TargetSystem system = made_with_secret();
  EXPECT_TRUE(changed(system, at_another_provider()).destination_held);
  issuer_.says(document(kEndpoint));
  EXPECT_FALSE(changed(system, at_issuer()).destination_held);
  EXPECT_EQ(goes_to(), kEndpoint);
}

TEST_F(RedirectedCredentialsTest, AreHeldWhereSomebodyTookTheAcceptedMetadataAway) {
  // A-107
  const TargetSystem system = made_with_secret();
  tamper("DELETE FROM issuer_metadata");
  issuer_.says(document(kElsewhere));
  TargetSystemFields harmless;
  harmless.description = "of the sales department";
  EXPECT_TRUE(changed(system, harmless).destination_held);
  EXPECT_EQ(goes_to(), "destination_held");
}

TEST_F(RedirectedCredentialsTest, AreHeldWhereSomebodyPutsFormerMetadataBack) {
  // A-107
  const TargetSystem system = made_with_secret();
  tamper("CREATE TABLE former AS SELECT * FROM issuer_metadata");
  const auto found = read_again(system, document("https://new.example/token"));
  ASSERT_TRUE(found.has_value()) << answer_of(found);
  const auto approved = systems().approve_destination(admin_, system.id, found->stamps.revision);
  ASSERT_TRUE(approved.has_value()) << answer_of(approved);
  EXPECT_EQ(goes_to(), "https://new.example/token");
  tamper("REPLACE INTO issuer_metadata SELECT * FROM former");
  EXPECT_EQ(goes_to(), "destination_held");
}

TEST_F(RedirectedCredentialsTest, AreNoneOfAnotherKindThanTheyWereEnteredAs) {
  // A private key that is shown as a consumer secret would be sent.
  for (const bool as_certificate : {false, true}) {
    TargetSystemFields fields = system_fields(as_certificate ? "with certificate" : "with key");
    fields.client_authentication = ClientAuthentication::kPost;
    fields.consumer_secrets.reset();
    if (as_certificate) {
      const crypto::PrivateKey key = *crypto::PrivateKey::generate(crypto::NewKey::kP256);
      const crypto::PrivateKeyDer der = key.der();
      NewClientCertificate pair;
      pair.certificate = crypto::make_certificate({.key = key});
      pair.private_key = ClientKeyFile(base64(der.reveal()));
      fields.client_certificates.emplace().push_back(std::move(pair));
    } else {
      NewClientKey key;
      key.generate = crypto::NewKey::kP256;
      fields.client_keys.emplace().push_back(std::move(key));
    }
    const auto system = systems().create(admin_, fields);
    ASSERT_TRUE(system.has_value()) << answer_of(system);
    client_ = client(project(fields.name.value()), system->id, "nightly").id;
    EXPECT_EQ(goes_to(), "no_consumer_secret");
    tamper("UPDATE consumer_secrets SET kind = 'secret'");
    EXPECT_EQ(goes_to(), "corrupt") << as_certificate;
    tamper("DELETE FROM consumer_secrets");
  }
}

TEST_F(RedirectedCredentialsTest, AreNotSentWhereTheyOnlySignedUntilSomebodyApproves) {
  // A-107, A-108
  TargetSystemFields fields = at_issuer();
  fields.consumer_secrets = secrets({"very-secret"});
  NewClientKey key;
  key.generate = crypto::NewKey::kP256;
  fields.client_keys.emplace().push_back(std::move(key));
  const TargetSystem system =
      made(std::move(fields), document(kEndpoint, R"("private_key_jwt","client_secret_basic")"));
  const auto sends_secret = [&] {
    const auto built = build_token_requests(*context_, {client_});
    return built && built->requests.front().message.secret_header.has_value();
  };
  EXPECT_FALSE(sends_secret());
  const auto found = read_again(system, document(kEndpoint, R"("client_secret_basic")"));
  ASSERT_TRUE(found.has_value()) << answer_of(found);
  EXPECT_TRUE(found->metadata->pending.has_value());
  EXPECT_FALSE(sends_secret());
  ASSERT_TRUE(systems().approve_destination(admin_, system.id, found->stamps.revision));
  EXPECT_TRUE(sends_secret());
}

TEST_F(RedirectedCredentialsTest, GoOnWhereADocumentSaysThatNothingWorksAnyMore) {
  // A-107
  const TargetSystem system = made_with_secret();
  const auto found = read_again(system, document(kEndpoint, R"("none")"));
  ASSERT_TRUE(found.has_value()) << answer_of(found);
  EXPECT_TRUE(found->metadata->pending.has_value());
  EXPECT_EQ(goes_to(), kEndpoint);
}

TEST_F(RedirectedCredentialsTest, AreShownInTlsWhereTheIssuerPrefersThat) {
  // A-108
  const crypto::PrivateKey key = *crypto::PrivateKey::generate(crypto::NewKey::kP256);
  const crypto::PrivateKeyDer der = key.der();
  NewClientCertificate pair;
  pair.certificate = crypto::make_certificate({.key = key});
  pair.private_key = ClientKeyFile(base64(der.reveal()));
  TargetSystemFields fields = at_issuer();
  fields.client_certificates.emplace().push_back(std::move(pair));
  const TargetSystem system =
      made(std::move(fields),
           document(kEndpoint, R"("tls_client_auth","private_key_jwt")",
                    R"(,"mtls_endpoint_aliases":{"token_endpoint":"https://mtls.example/t"})"));
  EXPECT_EQ(goes_to(), "https://mtls.example/t");
  EXPECT_EQ(system.token_endpoint, "https://mtls.example/t");
}

}  // namespace
}  // namespace strongroom::vault
