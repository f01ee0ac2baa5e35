#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "http/curl_client.h"
#include "http/testing/client_fixture.h"

namespace strongroom::http {
namespace {

class CurlClientTlsTest : public ClientTest {
 protected:
  // What is said of a server with this identity. The request must not have reached it.
  std::string refusal_of(TestIdentity identity) {
    ScriptedServer server(std::move(identity), with_length("HTTP/1.1 200 OK", ""));
    const ExchangeFailure refused = failure(request_to(server));
    EXPECT_EQ(refused.hop, Hop::kTls) << refused.message.view() << refused.detail;
    EXPECT_FALSE(refused.may_have_arrived);
    EXPECT_TRUE(server.requests().empty());
    fault_ = refused.fault;
    return std::string(refused.message.view());
  }

  Fault fault_ = Fault::kOther;  // of the last refusal
};

TEST_F(CurlClientTlsTest, TrustsACertificateOfTheNamedCa) {
  //
  ScriptedServer server(provider_identity(), with_length("HTTP/1.1 200 OK", ""));
  EXPECT_TRUE(exchange(request_to(server)).has_value());
}

TEST_F(CurlClientTlsTest, RefusesASelfSignedCertificate) {
  //
  EXPECT_NE(refusal_of(TestCa::self_signed("DNS:provider.example")).find("not signed by a trusted"),
            std::string::npos);
  EXPECT_EQ(fault_, Fault::kUntrustedChain);
}

TEST_F(CurlClientTlsTest, RefusesACertificateForAnotherHost) {
  //
  const std::string expected = "The certificate of the server is for another host name.";
  EXPECT_EQ(refusal_of(ca_.issue("DNS:other.example")), expected);
  EXPECT_EQ(fault_, Fault::kOtherName);
  EXPECT_EQ(refusal_of(ca_.issue("DNS:provider.example.evil.example")), expected);
  EXPECT_EQ(refusal_of(ca_.issue("IP:127.0.0.1")), expected);
  EXPECT_EQ(refusal_of(ca_.issue("DNS:*.example.com,DNS:*")), expected);
}

TEST_F(CurlClientTlsTest, RefusesAnExpiredCertificateAndOneThatIsNotValidYet) {
  //
  using std::chrono::hours;
  EXPECT_NE(refusal_of(ca_.issue("DNS:provider.example", {hours(-48), hours(-24)})).find("expired"),
            std::string::npos);
  EXPECT_EQ(fault_, Fault::kExpired);
  EXPECT_NE(refusal_of(ca_.issue("DNS:provider.example", {hours(24), hours(48)})).find("not valid"),
            std::string::npos);
  EXPECT_EQ(fault_, Fault::kOther);
}

TEST_F(CurlClientTlsTest, RefusesACertificateOfAnotherCa) {
  //
  const TestCa other("Another CA");
  EXPECT_NE(refusal_of(other.issue("DNS:provider.example")).find("not signed by a trusted CA"),
            std::string::npos);
  const TestCa same_name;  // the same name as ca_, another key
  refusal_of(same_name.issue("DNS:provider.example"));
}

TEST_F(CurlClientTlsTest, DoesNotTrustAPrivateCaThatTheRequestDoesNotName) {
  //
  ScriptedServer server(provider_identity(), with_length("HTTP/1.1 200 OK", ""));
  ASSERT_TRUE(
      exchange(request_to(server)).has_value());  // trusted a moment ago, by another request
  OutgoingRequest request = request_to(server);
  request.trusted_ca_pem.clear();
  const ExchangeFailure refused = failure(std::move(request));
  EXPECT_EQ(refused.hop, Hop::kTls);
  EXPECT_EQ(server.requests().size(), 1U);
}

TEST_F(CurlClientTlsTest, FailsClosedWhenTheTrustedCaCannotBeRead) {
  //
  ScriptedServer server(provider_identity(), with_length("HTTP/1.1 200 OK", ""));
  for (const char* pem : {"x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    OutgoingRequest request = request_to(server);
    request.trusted_ca_pem = pem;
    const ExchangeFailure refused = failure(std::move(request));
    EXPECT_EQ(refused.hop, Hop::kTls) << refused.message.view() << refused.detail;
    EXPECT_FALSE(refused.may_have_arrived);
  }
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(CurlClientTlsTest, RefusesAServerThatSpeaksOnlyAnOldVersion) {
  //
  ScriptedServer server(
      ScriptedServer::Options{.identity = provider_identity(), .max_tls_version = TLS1_1_VERSION},
      [](ScriptedConnection&, const std::string&) {});
  const ExchangeFailure refused = failure(request_to(server));
  EXPECT_EQ(refused.hop, Hop::kTls) << refused.message.view();
  EXPECT_FALSE(refused.may_have_arrived);

  ScriptedServer older(
      ScriptedServer::Options{.identity = provider_identity(), .max_tls_version = TLS1_2_VERSION},
      [](ScriptedConnection& connection, const std::string&) {
        connection.send(with_length("HTTP/1.1 200 OK", ""));
      });
  EXPECT_TRUE(exchange(request_to(older)).has_value());
}

// With TLS 1.2 a server says so with an alert that may mean anything (RFC 5246 section 7.4.6).
TEST_F(CurlClientTlsTest, SaysThatAServerWantsAClientCertificate) {
  ScriptedServer server(ScriptedServer::Options{.identity = provider_identity(),
                                                .question = CertificateQuestion::kRequired},
                        [](ScriptedConnection&, const std::string&) {});
  const ExchangeFailure refused = failure(request_to(server));
  EXPECT_EQ(refused.hop, Hop::kTls) << refused.message.view() << refused.detail;
  EXPECT_EQ(refused.fault, Fault::kClientCertificate) << refused.detail;
  EXPECT_TRUE(server.requests().empty());

  ScriptedServer older(ScriptedServer::Options{.identity = provider_identity(),
                                               .max_tls_version = TLS1_2_VERSION,
                                               .question = CertificateQuestion::kRequired},
                       [](ScriptedConnection&, const std::string&) {});
  EXPECT_EQ(failure(request_to(older)).hop, Hop::kTls);
}

TEST_F(CurlClientTlsTest, DoesNotFallBackToPlainHttp) {
  //
  ScriptedServer plain(ScriptedServer::Options{},
                       [](ScriptedConnection& connection, const std::string&) {
                         connection.send(with_length("HTTP/1.1 200 OK", ""));
                       });
  OutgoingRequest request = request_to(plain);
  request.policy.allow_plain_http = true;
  request.limits.connect_timeout = std::chrono::milliseconds(500);
  const ExchangeFailure refused = failure(std::move(request));
  EXPECT_EQ(refused.hop, Hop::kTls);
  EXPECT_FALSE(refused.may_have_arrived);
}

TEST_F(CurlClientTlsTest, EndsAHandshakeThatNeverEnds) {
  // A-055, E30
  ScriptedServer server(
      ScriptedServer::Options{.identity = provider_identity(), .never_shakes_hands = true},
      [](ScriptedConnection&, const std::string&) {});
  OutgoingRequest request = request_to(server);
  request.limits.connect_timeout = std::chrono::milliseconds(200);
  const ExchangeFailure refused = failure(std::move(request));
  EXPECT_EQ(refused.hop, Hop::kTls);
  EXPECT_EQ(refused.message.view(), "The server did not finish the TLS handshake in time.");
  EXPECT_FALSE(refused.may_have_arrived);
}

TEST_F(CurlClientTlsTest, SaysThatAServerClosedDuringTheHandshake) {
  ScriptedServer server(
      ScriptedServer::Options{.identity = provider_identity(), .closes_at_once = true},
      [](ScriptedConnection&, const std::string&) {});
  const ExchangeFailure refused = failure(request_to(server));
  EXPECT_EQ(refused.hop, Hop::kTls) << refused.message.view() << refused.detail;
  EXPECT_FALSE(refused.may_have_arrived);
}

TEST_F(CurlClientTlsTest, SaysThatNobodyListens) {
  int port = 0;
  {
    ScriptedServer gone(provider_identity(), "");
    port = gone.port();
  }
  const ExchangeFailure refused = failure(request_to_port(port));
  EXPECT_EQ(refused.hop, Hop::kConnect);
  EXPECT_FALSE(refused.may_have_arrived);
}

}  // namespace
}  // namespace strongroom::http
