// The client's own certificate, at servers that ask for it and at some that do not.
#include <algorithm>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "http/curl_client.h"
#include "http/testing/client_fixture.h"

namespace strongroom::http {
namespace {

class CurlClientIdentityTest : public ClientTest {
 protected:
  ScriptedServer::Options asking(CertificateQuestion question) const {
    return {.identity = provider_identity(), .question = question, .client_ca_pem = ca_.pem()};
  }
  static ScriptedServer::Script good() {
    return [](ScriptedConnection& connection, const std::string&) {
      connection.send(with_length("HTTP/1.1 200 OK", ""));
    };
  }
  OutgoingRequest request_as(const ScriptedServer& server, const TestIdentity& identity) const {
    OutgoingRequest request = request_to(server);
    request.identity =
        ClientIdentity{identity.certificate_pem(), ClientKeyDer(identity.private_key_der())};
    return request;
  }
  static std::vector<std::string> clients_of(const ScriptedServer& server) {
    std::vector<std::string> clients;
    for (const ScriptedHandshake& handshake : server.handshakes()) {
      EXPECT_FALSE(handshake.resumed);
      clients.push_back(handshake.client);
    }
    return clients;
  }

  TestIdentity robot_ = ca_.issue_to_client("robot");
  TestIdentity other_ = ca_.issue_to_client("other");
};

TEST_F(CurlClientIdentityTest, ShowsTheCertificateToAServerThatAsks) {
  //
  ScriptedServer server(asking(CertificateQuestion::kRequired), good());
  const ExchangeResult result = exchange(request_as(server, robot_));
  ASSERT_TRUE(result.has_value()) << result.error().message.view() << result.error().detail;
  EXPECT_TRUE(result->asked_for_certificate);
  EXPECT_EQ(clients_of(server), std::vector<std::string>{"CN=robot"});
}

TEST_F(CurlClientIdentityTest, SaysWhetherTheServerAskedAtAll) {
  //
  ScriptedServer server(provider_identity(), with_length("HTTP/1.1 200 OK", ""));
  const ExchangeResult result = exchange(request_as(server, robot_));
  ASSERT_TRUE(result.has_value());
  EXPECT_FALSE(result->asked_for_certificate);
  EXPECT_EQ(clients_of(server), std::vector<std::string>{""});
}

TEST_F(CurlClientIdentityTest, SharesNoConnectionAndNoSessionBetweenCredentials) {
  //
  ScriptedServer server(asking(CertificateQuestion::kOptional), good());
  const std::vector<const TestIdentity*> order = {&robot_, nullptr, &other_, &robot_,
                                                  &other_, nullptr, &robot_};
  for (const TestIdentity* identity : order) {
    OutgoingRequest request = identity ? request_as(server, *identity) : request_to(server);
    EXPECT_TRUE(exchange(std::move(request)).has_value());
  }
  EXPECT_EQ(clients_of(server), (std::vector<std::string>{"CN=robot", "", "CN=other", "CN=robot",
                                                          "CN=other", "", "CN=robot"}));
  EXPECT_EQ(server.connections(), order.size());
}

TEST_F(CurlClientIdentityTest, ResumesNoSessionThatKnewACertificateInTls12Either) {
  //
  ScriptedServer::Options options = asking(CertificateQuestion::kOptional);
  options.max_tls_version = TLS1_2_VERSION;
  ScriptedServer server(std::move(options), good());
  EXPECT_TRUE(exchange(request_as(server, robot_)).has_value());
  EXPECT_TRUE(exchange(request_to(server)).has_value());
  EXPECT_TRUE(exchange(request_as(server, other_)).has_value());
  EXPECT_EQ(clients_of(server), (std::vector<std::string>{"CN=robot", "", "CN=other"}));
}

TEST_F(CurlClientIdentityTest, KeepsCredentialsApartWhenRequestsRunAtOnce) {
  //
  ScriptedServer server(asking(CertificateQuestion::kOptional),
                        [](ScriptedConnection& connection, const std::string& request) {
                          const std::size_t end = request.find("\r\n");
                          connection.send(with_length("HTTP/1.1 200 OK", request.substr(0, end)));
                        });
  std::vector<std::thread> threads;
  threads.reserve(12);
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&, i] {
      EXPECT_TRUE(exchange(request_as(server, i % 2 == 0 ? robot_ : other_)).has_value());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::vector<std::string> clients = clients_of(server);
  EXPECT_EQ(clients.size(), 12U);
  EXPECT_EQ(std::ranges::count(clients, "CN=robot"), 6);
  EXPECT_EQ(std::ranges::count(clients, "CN=other"), 6);
}

TEST_F(CurlClientIdentityTest, SaysThatTheServerWantsACertificateWhereThereIsNone) {
  //
  for (const int version : {0, TLS1_2_VERSION}) {
    ScriptedServer::Options options = asking(CertificateQuestion::kRequired);
    options.max_tls_version = version;
    ScriptedServer server(std::move(options), good());
    const ExchangeFailure refused = failure(request_to(server));
    EXPECT_EQ(refused.hop, Hop::kTls) << refused.message.view() << refused.detail;
    EXPECT_NE(refused.message.view().find("client certificate"), std::string::npos)
        << refused.message.view() << refused.detail;
    EXPECT_TRUE(server.requests().empty());
  }
}

TEST_F(CurlClientIdentityTest, SaysThatTheServerRefusesTheCertificate) {
  using std::chrono::hours;
  const TestCa unknown("Unknown CA");
  const std::vector<std::pair<TestIdentity, std::string>> refused_ones = {
      {unknown.issue_to_client("robot"), "does not trust the CA"},
      {ca_.issue_to_client("robot", {hours(-48), hours(-24)}), "has expired"},
      {ca_.issue("DNS:server.example"), "refused the client certificate"}};
  for (const int version : {0, TLS1_2_VERSION}) {
    for (const auto& [identity, words] : refused_ones) {
      ScriptedServer::Options options = asking(CertificateQuestion::kRequired);
      options.max_tls_version = version;
      ScriptedServer server(std::move(options), good());
      const ExchangeFailure refused = failure(request_as(server, identity));
      EXPECT_EQ(refused.hop, Hop::kTls) << refused.message.view() << refused.detail;
      EXPECT_EQ(refused.fault, Fault::kClientCertificate);
      const bool told = refused.message.view().find(words) != std::string::npos ||
                        refused.message.view().find("closed the connection") != std::string::npos;
      EXPECT_TRUE(told) << words << ": " << refused.message.view() << refused.detail;
      EXPECT_TRUE(server.requests().empty());
    }
  }
}

TEST_F(CurlClientIdentityTest, BlamesNoCertificateForWhatElseGoesWrong) {
  ScriptedServer server(asking(CertificateQuestion::kRequired),
                        [](ScriptedConnection& connection, const std::string&) {
                          connection.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
                        });
  const ExchangeFailure broken = failure(request_as(server, robot_));
  EXPECT_EQ(broken.hop, Hop::kReceive) << broken.message.view();

  OutgoingRequest request = request_as(server, robot_);
  request.trusted_ca_pem = TestCa("Another CA").pem();
  const ExchangeFailure untrusted = failure(std::move(request));
  EXPECT_NE(untrusted.message.view().find("not signed by a trusted CA"), std::string::npos);
  EXPECT_EQ(clients_of(server), std::vector<std::string>{"CN=robot"});
}

TEST_F(CurlClientIdentityTest, SendsNothingWhereTheCertificateCannotBeUsed) {
  ScriptedServer server(asking(CertificateQuestion::kOptional), good());
  const auto refused_with = [&](const std::string& pem, const std::string& der) {
    OutgoingRequest request = request_to(server);
    request.identity = ClientIdentity{pem, ClientKeyDer(der)};
    const ExchangeFailure refused = failure(std::move(request));
    EXPECT_EQ(refused.hop, Hop::kTls);
    EXPECT_NE(refused.message.view().find("cannot be used for TLS"), std::string::npos)
        << refused.message.view();
    EXPECT_FALSE(refused.may_have_arrived);
  };
  refused_with(robot_.certificate_pem(), other_.private_key_der());
  refused_with(robot_.certificate_pem(), "no key");
  refused_with("no certificate", robot_.private_key_der());
  refused_with("", robot_.private_key_der());
  EXPECT_TRUE(server.requests().empty());
}

TEST_F(CurlClientIdentityTest, ShowsNoCertificateToAProxyThatAsks) {
  //
  ScriptedServer server(asking(CertificateQuestion::kRequired), good());
  resolver_.add("proxy.example", {"127.0.0.1"});
  ScriptedServer::Options options = asking(CertificateQuestion::kOptional);
  options.identity = ca_.issue("DNS:proxy.example");
  ScriptedServer proxy(std::move(options), [&](ScriptedConnection& connection, const std::string&) {
    connection.send("HTTP/1.1 200 OK\r\n\r\n");
    connection.tunnel_to(server.port());
  });
  OutgoingRequest request = request_as(server, robot_);
  request.proxy = OutgoingProxy{.url = "https://proxy.example:" + std::to_string(proxy.port()),
                                .credentials = {},
                                .trusted_ca_pem = ca_.pem(),
                                .extra_ca_pem = "",
                                .policy = {}};
  const ExchangeResult result = exchange(std::move(request));
  ASSERT_TRUE(result.has_value()) << result.error().message.view() << result.error().detail;
  EXPECT_EQ(clients_of(server), std::vector<std::string>{"CN=robot"});
  EXPECT_EQ(clients_of(proxy), std::vector<std::string>{""});
}

TEST_F(CurlClientIdentityTest, GoesOverNoPlainHttpWithACertificate) {
  ScriptedServer plain(ScriptedServer::Options{}, good());
  OutgoingRequest request = request_as(plain, robot_);
  request.url = "http://provider.example:" + std::to_string(plain.port()) + "/token";
  request.policy.allow_plain_http = true;
  EXPECT_EQ(failure(std::move(request)).hop, Hop::kUrl);
}

}  // namespace
}  // namespace strongroom::http
