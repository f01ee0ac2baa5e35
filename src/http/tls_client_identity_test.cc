#include "http/tls_client_identity.h"

#include <memory>
#include <optional>
#include <utility>

#include <gtest/gtest.h>
#include <openssl/bio.h>

#include "http/testing/test_ca.h"

namespace strongroom::http {
namespace {

// A client without a certificate and a server that wants one, in one thread.
class DemandWatchTest : public testing::Test {
 protected:
  using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
  using Session = std::unique_ptr<SSL, decltype(&SSL_free)>;

  DemandWatchTest() {
    SSL_CTX_use_certificate(server_context_.get(), identity_.certificate.get());
    SSL_CTX_use_PrivateKey(server_context_.get(), identity_.key.get());
    SSL_CTX_set_verify(server_context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
                       nullptr);
    SSL_CTX_set_min_proto_version(server_context_.get(), TLS1_3_VERSION);
  }

  // The client is done, and the server has yet to see that there is no certificate.
  void shake_hands_as_client() {
    client_ = Session(SSL_new(client_context_.get()), &SSL_free);
    server_ = Session(SSL_new(server_context_.get()), &SSL_free);
    BIO* near = nullptr;
    BIO* far = nullptr;
    ASSERT_EQ(BIO_new_bio_pair(&near, 0, &far, 0), 1);
    SSL_set_bio(client_.get(), near, near);
    SSL_set_bio(server_.get(), far, far);
    EXPECT_LT(SSL_connect(client_.get()), 1);
    EXPECT_LT(SSL_accept(server_.get()), 1);
    ASSERT_EQ(SSL_connect(client_.get()), 1);
  }

  // The server refuses; the client reads that.
  void end() {
    EXPECT_LT(SSL_accept(server_.get()), 1);
    char byte = 0;
    EXPECT_LT(SSL_read(client_.get(), &byte, 1), 1);
    EXPECT_EQ(SSL_get_error(client_.get(), -1), SSL_ERROR_SSL);
  }

  const TestIdentity identity_ = TestCa::self_signed("DNS:server.example");
  Context client_context_{SSL_CTX_new(TLS_client_method()), &SSL_CTX_free};
  Context server_context_{SSL_CTX_new(TLS_server_method()), &SSL_CTX_free};
  Session client_{nullptr, &SSL_free};
  Session server_{nullptr, &SSL_free};
};

TEST_F(DemandWatchTest, LearnsThatAServerAskedAndHowItEnded) {
  //
  DemandWatch watch;
  ASSERT_TRUE(watch.start(client_context_.get()));
  shake_hands_as_client();
  EXPECT_TRUE(watch.seen().asked);
  EXPECT_EQ(watch.seen().alert, 0);
  end();
  EXPECT_EQ(watch.seen().alert, SSL_AD_CERTIFICATE_REQUIRED);
}

TEST_F(DemandWatchTest, MayEndBeforeItsConnectionDoes) {
  std::optional<DemandWatch> watch(std::in_place);
  ASSERT_TRUE(watch->start(client_context_.get()));
  shake_hands_as_client();
  watch.reset();
  end();
}

TEST_F(DemandWatchTest, MayOutliveWhoeverMadeTheContext) {
  DemandWatch watch;
  ASSERT_TRUE(watch.start(client_context_.get()));
  shake_hands_as_client();
  client_.reset();
  client_context_.reset();
  EXPECT_TRUE(watch.seen().asked);
}

}  // namespace
}  // namespace strongroom::http
