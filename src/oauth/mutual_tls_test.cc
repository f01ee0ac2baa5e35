#include "oauth/mutual_tls.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "catalogue/catalogue.h"
#include "crypto/testing/counting_random.h"
#include "crypto/testing/test_certificates.h"
#include "oauth/client_credentials.h"

namespace strongroom::oauth {
namespace {

using catalogue::ClientAuthentication;

class MutualTls : public testing::Test {
 protected:
  MutualTls()
      : key_(*crypto::PrivateKey::generate(crypto::NewKey::kP256)),
        pair_{*crypto::PrivateKey::open(key_.der()),
              *crypto::ClientCertificate::parse(crypto::make_certificate({.key = key_}))} {}

  Result<TokenRequest> build(ClientAuthentication method, bool with_secret = false) {
    const ConsumerSecret secret("secret");
    return build_client_credentials_request(
        {.client = {.provider = *catalogue_.find("generic"),
                    .parameters = parameters_,
                    .tenant = {},
                    .consumer_key = "robots",
                    .consumer_secret = with_secret ? &secret : nullptr,
                    .certificate = &pair_,
                    .authentication = method,
                    .random = random_,
                    .now = {}},
         .scopes = {}});
  }

  const catalogue::Catalogue catalogue_ = *catalogue::Catalogue::built_in();
  crypto::CountingRandom random_;
  const crypto::PrivateKey key_;
  crypto::KeyAndCertificate pair_;
  catalogue::Parameters parameters_ = {{"token_endpoint", "https://as.example/token"}};
};

TEST_F(MutualTls, SendsTheClientIdAndNoSecretAndShowsTheCertificate) {
  //
  for (const auto method :
       {ClientAuthentication::kTlsClientAuth, ClientAuthentication::kSelfSignedTlsClientAuth}) {
    const auto request = build(method);
    ASSERT_TRUE(request.has_value()) << request.error().message.view();
    EXPECT_EQ(request->message.body.reveal(), "grant_type=client_credentials&client_id=robots");
    EXPECT_FALSE(request->message.secret_header.has_value());
    ASSERT_TRUE(request->message.identity.has_value());
    EXPECT_EQ(request->message.identity->certificate_pem, pair_.certificate.pem());
    const crypto::PrivateKeyDer der = key_.der();
    EXPECT_EQ(request->message.identity->private_key.reveal(), der.reveal());
  }
}

TEST_F(MutualTls, GoesToTheAddressForCertificatesWhereThereIsOne) {
  //
  parameters_["mtls_token_endpoint"] = "https://mtls.as.example/token";
  EXPECT_EQ(build(ClientAuthentication::kTlsClientAuth)->message.url,
            "https://mtls.as.example/token");
  parameters_["mtls_token_endpoint"] = "http://mtls.as.example/token";
  const auto refused = build(ClientAuthentication::kTlsClientAuth);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(std::get<FieldPointer>(*refused.error().find("field")).text,
            "/endpoint_parameters/mtls_token_endpoint");
}

TEST_F(MutualTls, TakesNoSecretBesideACertificateAndNoCertificateForAnotherMethod) {
  //
  EXPECT_EQ(build(ClientAuthentication::kTlsClientAuth, true).error().code, Code::kInternal);
  EXPECT_EQ(build(ClientAuthentication::kClientSecretBasic, true).error().code, Code::kInternal);
  EXPECT_EQ(build(ClientAuthentication::kPrivateKeyJwt).error().code, Code::kInternal);
}

TEST_F(MutualTls, SaysThatTheServerNeverAskedForTheCertificate) {
  //
  http::IncomingResponse response;
  response.status = 401;
  EXPECT_NE(certificate_not_asked_for(response).view(), "");
  response.asked_for_certificate = true;
  EXPECT_EQ(certificate_not_asked_for(response).view(), "");
  response.asked_for_certificate = false;
  response.status = 503;
  EXPECT_EQ(certificate_not_asked_for(response).view(), "");
}

}  // namespace
}  // namespace strongroom::oauth
