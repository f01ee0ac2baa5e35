#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "http/curl_client.h"
#include "http/testing/client_fixture.h"

namespace strongroom::http {
namespace {

class CurlClientTrustTest : public ClientTest {
 protected:
  OutgoingRequest with_extra_ca() const {
    OutgoingRequest request = request_to(provider_);
    request.trusted_ca_pem.clear();
    request.extra_ca_pem = ca_.pem();
    return request;
  }

  ScriptedServer provider_{provider_identity(), with_length("HTTP/1.1 200 OK", "")};
};

TEST_F(CurlClientTrustTest, TrustsAnExtraCaForTheRequestsThatNameItAlone) {
  //
  EXPECT_TRUE(exchange(with_extra_ca()).has_value());
  OutgoingRequest without = with_extra_ca();
  without.extra_ca_pem.clear();
  EXPECT_EQ(failure(std::move(without)).hop, Hop::kTls);
}

TEST_F(CurlClientTrustTest, AnExtraCaCountsForNothingWhereACaIsNamed) {
  //
  const TestCa other("Another CA");
  OutgoingRequest request = with_extra_ca();
  request.trusted_ca_pem = other.pem();
  EXPECT_EQ(failure(std::move(request)).hop, Hop::kTls);
}

TEST_F(CurlClientTrustTest, FailsClosedWhenAnExtraCaCannotBeRead) {
  //
  for (const char* pem : {"x", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"}) {
    OutgoingRequest request = with_extra_ca();
    request.extra_ca_pem = pem;
    const ExchangeFailure refused = failure(std::move(request));
    EXPECT_EQ(refused.hop, Hop::kTls) << refused.message.view() << refused.detail;
  }
  EXPECT_TRUE(provider_.requests().empty());
}

TEST_F(CurlClientTrustTest, ATraceKnowsTheCertificateAndWhoVouchesForIt) {
  const auto trace = std::make_shared<ExchangeTrace>();
  OutgoingRequest request = request_to(provider_);
  request.trace = trace;
  ASSERT_TRUE(exchange(std::move(request)).has_value());
  ASSERT_TRUE(trace->certificate.has_value());
  EXPECT_EQ(trace->certificate->subject, "CN=server");
  EXPECT_EQ(trace->certificate->issuer, "CN=Strongroom Test CA");
  EXPECT_EQ(trace->certificate->sha256.size(), 64U);
  EXPECT_GT(trace->certificate->expires_at, clock_.now());
  EXPECT_EQ(trace->trusted_ca, "CN=Strongroom Test CA");
  EXPECT_EQ(trace->connected_to, "127.0.0.1");
}

TEST_F(CurlClientTrustTest, ATraceShowsACertificateThatWasRefused) {
  const auto trace = std::make_shared<ExchangeTrace>();
  ScriptedServer stranger(TestCa("Evil\nCA").issue("DNS:provider.example"), "");
  OutgoingRequest request = request_to(stranger);
  request.trace = trace;
  EXPECT_EQ(failure(std::move(request)).hop, Hop::kTls);
  ASSERT_TRUE(trace->certificate.has_value());
  EXPECT_EQ(trace->certificate->issuer.find('\n'), std::string::npos);
  EXPECT_EQ(trace->trusted_ca, "");
  EXPECT_TRUE(trace->connected);
  EXPECT_EQ(trace->tls_protocol, "");
}

TEST_F(CurlClientTrustTest, ReachesAServerOverIpv6WhereItsAddressIsAllowed) {
  //
  ScriptedServer server(
      ScriptedServer::Options{.identity = ca_.issue("IP:::1,DNS:six.example"), .ipv6 = true},
      [](ScriptedConnection& connection, const std::string&) {
        connection.send(with_length("HTTP/1.1 200 OK", "six"));
      });
  resolver_.add("six.example", {"::1"});
  for (const std::string host : {"[::1]", "six.example"}) {
    OutgoingRequest request = request_to(server);
    request.url = "https://" + host + ":" + std::to_string(server.port()) + "/";
    const ExchangeFailure closed = failure(std::move(request));
    EXPECT_EQ(closed.hop, Hop::kAddressPolicy);

    OutgoingRequest allowed = request_to(server);
    allowed.url = "https://" + host + ":" + std::to_string(server.port()) + "/";
    allowed.policy = AddressPolicy::parse({"::1"}).value();
    const ExchangeResult result = exchange(std::move(allowed));
    ASSERT_TRUE(result.has_value()) << result.error().message.view() << result.error().detail;
    EXPECT_EQ(result->body.reveal(), "six");
  }
}

}  // namespace
}  // namespace strongroom::http
