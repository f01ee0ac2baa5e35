#include <string>
#include <utility>

#include "base/base64.h"
#include "crypto/testing/test_certificates.h"
#include "oauth/testing/scripted_issuer.h"
#include "vault/testing/vault_world.h"
#include "vault/token_request_builder.h"

namespace strongroom::vault {
namespace {

constexpr const char* kEndpoint = "https://id.example/token";
constexpr const char* kAlias = "https://mtls.id.example/token";

std::string document(const std::string& methods) {
  return R"({"issuer":"https://id.example","token_endpoint":"https://id.example/token",)"
         R"("mtls_endpoint_aliases":{"token_endpoint":"https://mtls.id.example/token"},)"
         R"("token_endpoint_auth_methods_supported":[)" +
         methods + "]}";
}
constexpr const char* kAllMethods =
    R"("client_secret_basic","private_key_jwt","self_signed_tls_client_auth","tls_client_auth")";

class IssuerMutualTlsTest : public VaultWorld {
 protected:
  static NewClientCertificate pair(const crypto::PrivateKey& key) {
    NewClientCertificate made;
    made.certificate = crypto::make_certificate({.key = key});
    const crypto::PrivateKeyDer der = key.der();
    made.private_key = ClientKeyFile(base64(der.reveal()));
    return made;
  }
  static crypto::PrivateKey new_key() {
    return *crypto::PrivateKey::generate(crypto::NewKey::kP256);
  }
  static TargetSystemFields fields() {
    TargetSystemFields fields = system_fields("CRM");
    fields.service_provider = "issuer";
    fields.endpoint_parameters = {{{"issuer", "https://id.example"}}};
    return fields;
  }
  static std::vector<NewClientCertificate> only(NewClientCertificate certificate) {
    std::vector<NewClientCertificate> list;
    list.push_back(std::move(certificate));
    return list;
  }
  TargetSystem made(const std::string& methods, TargetSystemFields fields) {
    issuer_.says(document(methods));
    auto system = by_issuer().create(admin_, fields);
    EXPECT_TRUE(system.has_value()) << answer_of(system);
    return system ? *std::move(system) : TargetSystem{};
  }
  TargetSystem with_certificate(const std::string& methods) {
    TargetSystemFields with = fields();
    with.consumer_secrets.reset();
    with.client_certificates = only(pair(new_key()));
    return made(methods, std::move(with));
  }
  TargetSystems by_issuer() { return TargetSystems(*context_, &issuer_.discovery()); }
  // How and where the next token request of a new client would go.
  std::string way_of(const TargetSystem& system) {
    const OAuthClient one = client(project("Finance"), system.id, "nightly");
    const auto built = build_token_requests(*context_, {one.id});
    if (!built) return answer_of(built);
    const oauth::TokenRequest& request = built->requests.front();
    return std::string(request.summary.authentication) + " at " + request.message.url;
  }

  oauth::ScriptedIssuer issuer_;
};

TEST_F(IssuerMutualTlsTest, TakesMutualTlsAtItsAliasWhereThereIsACertificate) {
  // A-108, A-141
  const TargetSystem system = with_certificate(kAllMethods);
  EXPECT_EQ(system.token_endpoint, kAlias);
  EXPECT_EQ(way_of(system), std::string("tls_client_auth at ") + kAlias);
}

TEST_F(IssuerMutualTlsTest, SignsWithTheCertificatesKeyWhereTheServerKnowsNoMutualTls) {
  // A-108
  const TargetSystem system = with_certificate(R"("client_secret_basic","private_key_jwt")");
  EXPECT_EQ(system.token_endpoint, kEndpoint);
  EXPECT_EQ(way_of(system), std::string("private_key_jwt at ") + kEndpoint);
}

TEST_F(IssuerMutualTlsTest, FollowsWhatItProvesWithWhenThatIsReplaced) {
  // A-108, A-143
  const TargetSystem system = made(kAllMethods, fields());
  EXPECT_EQ(system.token_endpoint, kEndpoint);
  TargetSystemFields with;
  with.client_certificates = only(pair(new_key()));
  const auto changed = by_issuer().update(admin_, system.id, system.stamps.revision, with);
  ASSERT_TRUE(changed.has_value()) << answer_of(changed);
  EXPECT_EQ(changed->token_endpoint, kAlias);
  EXPECT_FALSE(changed->destination_held);
  EXPECT_EQ(way_of(*changed), std::string("tls_client_auth at ") + kAlias);
}

}  // namespace
}  // namespace strongroom::vault
