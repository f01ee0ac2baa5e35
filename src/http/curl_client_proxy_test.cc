#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "http/curl_client.h"
#include "http/testing/client_fixture.h"

namespace strongroom::http {
namespace {

using Script = ScriptedServer::Script;

// A proxy that does what it is asked: it answers CONNECT and carries the bytes.
Script honest(int port) {
  return [port](ScriptedConnection& connection, const std::string&) {
    connection.send("HTTP/1.1 200 Connection established\r\nX-Proxy: 1\r\n\r\n");
    connection.tunnel_to(port);
  };
}

Script saying(std::string bytes) {
  return [bytes = std::move(bytes)](ScriptedConnection& connection, const std::string&) {
    connection.send(bytes);
  };
}

class CurlClientProxyTest : public ClientTest {
 protected:
  CurlClientProxyTest() { resolver_.add("proxy.example", {"127.0.0.1"}); }

  static OutgoingProxy at(const ScriptedServer& proxy, const std::string& scheme = "http") {
    return {.url = scheme + "://proxy.example:" + std::to_string(proxy.port()),
            .credentials = std::nullopt,
            .trusted_ca_pem = "",
            .extra_ca_pem = "",
            .policy = std::nullopt};
  }
  OutgoingRequest request_through(const ScriptedServer& proxy) const {
    OutgoingRequest request = request_to(provider_);
    request.proxy = at(proxy);
    return request;
  }
  // What is said of a proxy with this script. The provider must not have seen anything.
  ExchangeFailure failure_at(const Script& script) {
    ScriptedServer proxy(ScriptedServer::Options{}, script);
    OutgoingRequest request = request_through(proxy);
    request.limits.connect_timeout = std::chrono::milliseconds(300);
    ExchangeFailure failed = failure(std::move(request));
    EXPECT_FALSE(failed.may_have_arrived) << failed.message.view() << failed.detail;
    EXPECT_TRUE(provider_.requests().empty());
    return failed;
  }
  void expect_proxy_failure(const Script& script, const std::string& words) {
    const ExchangeFailure failed = failure_at(script);
    EXPECT_EQ(failed.hop, Hop::kProxy) << failed.message.view() << failed.detail;
    EXPECT_NE(failed.message.view().find(words), std::string_view::npos)
        << failed.message.view() << failed.detail;
  }

  ScriptedServer provider_{provider_identity(), with_length("HTTP/1.1 200 OK", "here")};
};

TEST_F(CurlClientProxyTest, ReachesTheServerThroughTheProxy) {
  ScriptedServer proxy(ScriptedServer::Options{}, honest(provider_.port()));
  OutgoingRequest request = request_through(proxy);
  request.headers = {{"X-For-Provider", "1"}};
  request.secret_header.emplace("Authorization: Basic cm9ib3Q6c2VjcmV0");
  request.body = RequestBody("grant_type=client_credentials");
  const ExchangeResult result = exchange(std::move(request));
  ASSERT_TRUE(result.has_value()) << result.error().message.view() << result.error().detail;
  EXPECT_EQ(result->body.reveal(), "here");
  EXPECT_EQ(find_header(result->headers, "X-Proxy"), nullptr);

  ASSERT_EQ(proxy.requests().size(), 1U);
  const std::string asked = proxy.requests()[0];
  const std::string host = "provider.example:" + std::to_string(provider_.port());
  EXPECT_TRUE(asked.starts_with("CONNECT " + host + " HTTP/1.1\r\n")) << asked;
  for (const char* text : {"Authorization", "X-For-Provider", "grant_type"}) {
    EXPECT_EQ(asked.find(text), std::string::npos) << asked;
  }
  ASSERT_EQ(provider_.requests().size(), 1U);
  EXPECT_NE(provider_.requests()[0].find("grant_type"), std::string::npos);
}

TEST_F(CurlClientProxyTest, GivesItsCredentialsToTheProxyAlone) {
  ScriptedServer proxy(ScriptedServer::Options{}, honest(provider_.port()));
  OutgoingRequest request = request_through(proxy);
  request.proxy->credentials.emplace("robot:50%25 p\u00e4ss:word");
  ASSERT_TRUE(exchange(std::move(request)).has_value());
  EXPECT_NE(proxy.requests()[0].find(
                "\r\nProxy-Authorization: Basic cm9ib3Q6NTAlMjUgcMOkc3M6d29yZA==\r\n"),
            std::string::npos)
      << proxy.requests()[0];
  EXPECT_EQ(provider_.requests()[0].find("Proxy-"), std::string::npos);
}

TEST_F(CurlClientProxyTest, KeepsNoConnectionForAnotherProxyOrOtherCredentials) {
  ScriptedServer proxy(ScriptedServer::Options{}, honest(provider_.port()));
  ScriptedServer other(ScriptedServer::Options{}, honest(provider_.port()));
  for (const char* credentials : {"a:1", "b:2"}) {
    OutgoingRequest request = request_through(proxy);
    request.proxy->credentials.emplace(credentials);
    ASSERT_TRUE(exchange(std::move(request)).has_value());
  }
  ASSERT_TRUE(exchange(request_through(other)).has_value());
  ASSERT_TRUE(exchange(request_to(provider_)).has_value());
  EXPECT_EQ(proxy.connections(), 2U);
  EXPECT_EQ(other.connections(), 1U);
  EXPECT_EQ(provider_.connections(), 4U);
}

TEST_F(CurlClientProxyTest, SpeaksTlsToAnHttpsProxyThatItsOwnCaVouchesFor) {
  //
  const TestCa ca("CA of the proxy");
  ScriptedServer proxy(ca.issue("DNS:proxy.example"), honest(provider_.port()));
  OutgoingRequest request = request_through(proxy);
  request.proxy = at(proxy, "https");
  request.proxy->trusted_ca_pem = ca.pem();
  const ExchangeResult result = exchange(std::move(request));
  ASSERT_TRUE(result.has_value()) << result.error().message.view() << result.error().detail;
  EXPECT_EQ(result->body.reveal(), "here");

  // The CA of the server is none for the proxy, nor the other way round.
  OutgoingRequest swapped = request_through(proxy);
  swapped.proxy = at(proxy, "https");
  swapped.proxy->trusted_ca_pem = ca_.pem();
  const ExchangeFailure refused = failure(std::move(swapped));
  EXPECT_EQ(refused.hop, Hop::kProxy) << refused.message.view() << refused.detail;
  EXPECT_NE(refused.message.view().find("certificate of the proxy"), std::string_view::npos);
  EXPECT_EQ(proxy.requests().size(), 1U);
}

TEST_F(CurlClientProxyTest, TrustsAnExtraCaOfTheProxyBesidesThoseOfTheMachine) {
  //
  const TestCa ca("CA of the proxy");
  ScriptedServer proxy(ca.issue("DNS:proxy.example"), honest(provider_.port()));
  const auto through = [&](const std::string& of_machine, const std::string& of_proxy) {
    OutgoingRequest request = request_through(proxy);
    request.proxy = at(proxy, "https");
    request.extra_ca_pem = of_machine;
    request.proxy->extra_ca_pem = of_proxy;
    return exchange(std::move(request));
  };
  EXPECT_TRUE(through("", ca.pem()).has_value());
  // Neither takes anything away from the other.
  const std::string strange = TestCa("Another CA").pem();
  EXPECT_TRUE(through(strange, ca.pem()).has_value());
  EXPECT_TRUE(through(ca.pem(), strange).has_value());
  EXPECT_TRUE(through("", strange + ca.pem()).has_value());
  EXPECT_EQ(proxy.requests().size(), 4U);

  for (const std::string& wrong : {strange, std::string("x")}) {
    const ExchangeResult refused = through(strange, wrong);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().hop, Hop::kProxy) << refused.error().detail;
    EXPECT_EQ(proxy.requests().size(), 4U);
  }
}

TEST_F(CurlClientProxyTest, AnExtraCaOfTheProxyCountsForNothingElse) {
  //
  const TestCa ca("CA of the proxy");
  ScriptedServer server(ca.issue("DNS:provider.example"), with_length("HTTP/1.1 200 OK", ""));
  ScriptedServer proxy(ca.issue("DNS:proxy.example"), honest(server.port()));
  for (const std::string& of_server : {ca_.pem(), std::string()}) {
    OutgoingRequest request = request_to(server);
    request.trusted_ca_pem = of_server;
    request.proxy = at(proxy, "https");
    request.proxy->extra_ca_pem = ca.pem();
    const ExchangeFailure refused = failure(std::move(request));
    EXPECT_EQ(refused.hop, Hop::kTls) << refused.message.view() << refused.detail;
    EXPECT_EQ(refused.fault, Fault::kUntrustedChain);
  }
  EXPECT_TRUE(server.requests().empty());
  EXPECT_EQ(proxy.requests().size(), 2U);

  // Nor where a CA is named for the proxy.
  OutgoingRequest named = request_through(proxy);
  named.proxy = at(proxy, "https");
  named.proxy->trusted_ca_pem = ca_.pem();
  named.proxy->extra_ca_pem = ca.pem();
  EXPECT_EQ(failure(std::move(named)).hop, Hop::kProxy);
  EXPECT_EQ(proxy.requests().size(), 2U);
}

TEST_F(CurlClientProxyTest, RefusesClosedServersBehindAProxyToo) {
  // A-104, E14
  ScriptedServer proxy(ScriptedServer::Options{}, honest(provider_.port()));
  resolver_.add("inside.example", {"10.0.0.1"});
  resolver_.add("mixed.example", {"8.8.8.8", "169.254.169.254"});
  for (const char* host : {"169.254.169.254", "10.1.2.3", "[::1]", "[::ffff:127.0.0.1]",
                           "inside.example", "mixed.example"}) {
    OutgoingRequest request = request_through(proxy);
    request.url = std::string("https://") + host + "/token";
    request.policy = {};
    EXPECT_EQ(failure(std::move(request)).hop, Hop::kAddressPolicy) << host;
  }
  EXPECT_EQ(proxy.connections(), 0U);
}

TEST_F(CurlClientProxyTest, LetsTheProxyResolveANameThatMeansNothingHere) {
  ScriptedServer unknown(ca_.issue("DNS:elsewhere.example"), with_length("HTTP/1.1 200 OK", "far"));
  ScriptedServer proxy(ScriptedServer::Options{}, honest(unknown.port()));
  OutgoingRequest request = request_through(proxy);
  request.url = "https://elsewhere.example/token";
  const ExchangeResult result = exchange(std::move(request));
  ASSERT_TRUE(result.has_value()) << result.error().message.view() << result.error().detail;
  EXPECT_EQ(result->body.reveal(), "far");
  EXPECT_TRUE(proxy.requests()[0].starts_with("CONNECT elsewhere.example:443 "));
}

TEST_F(CurlClientProxyTest, JudgesTheProxyByItsOwnPolicy) {
  //
  ScriptedServer proxy(ScriptedServer::Options{}, honest(provider_.port()));
  OutgoingRequest request = request_through(proxy);
  request.proxy->policy.emplace();
  const ExchangeFailure refused = failure(std::move(request));
  EXPECT_EQ(refused.hop, Hop::kAddressPolicy);
  EXPECT_NE(refused.message.view().find("The proxy"), std::string_view::npos);
  EXPECT_EQ(proxy.connections(), 0U);

  OutgoingRequest allowed = request_through(proxy);
  allowed.proxy->policy = AddressPolicy::parse({"127.0.0.1"}).value();
  EXPECT_TRUE(exchange(std::move(allowed)).has_value());
}

TEST_F(CurlClientProxyTest, SaysWhatTheProxyAnsweredToConnect) {
  const auto answering = [](const std::string& status) {
    return saying(with_length("HTTP/1.1 " + status + "\r\nProxy-Authenticate: Basic realm=x",
                              "<html>see http://evil.example</html>"));
  };
  expect_proxy_failure(answering("407 Proxy Authentication Required"), "correct its credentials");
  expect_proxy_failure(answering("401 Unauthorized"), "correct its credentials");
  expect_proxy_failure(answering("403 Forbidden"), "must allow it");
  expect_proxy_failure(answering("302 Found\r\nLocation: https://evil.example"), "refuses");
  expect_proxy_failure(answering("502 Bad Gateway"), "cannot reach the server");
  expect_proxy_failure(answering("504 Gateway Timeout"), "cannot reach the server");
}

TEST_F(CurlClientProxyTest, SaysThatTheProxyDropsTheConnectionOrTalksNonsense) {
  expect_proxy_failure(saying(""), "closed the connection");
  expect_proxy_failure(saying("SSH-2.0-OpenSSH_9.2\r\n\r\n"), "proxy");
  expect_proxy_failure(saying(std::string(100'000, 'x')), "not HTTP");
  expect_proxy_failure(saying("HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n"),
                       "not HTTP");
  expect_proxy_failure(
      [](ScriptedConnection& connection, const std::string&) { connection.wait_for_close(); },
      "did not answer in time");
}

TEST_F(CurlClientProxyTest, SaysThatTheProxyLiesAboutBeingConnected) {
  const std::string yes = "HTTP/1.1 200 OK\r\n\r\n";
  expect_proxy_failure(saying(yes + "HTTP/1.1 200 OK\r\n\r\n{\"access_token\":\"lie\"}"),
                       "no TLS handshake");
  expect_proxy_failure(saying(yes), "no TLS handshake");
  expect_proxy_failure(
      [yes](ScriptedConnection& connection, const std::string&) {
        connection.send(yes);
        connection.wait_for_close();
      },
      "in time");
}

TEST_F(CurlClientProxyTest, RefusesTheCertificateOfAProxyThatOpensTls) {
  //
  const TestCa of_proxy("CA of a proxy that reads along");
  ScriptedServer between(of_proxy.issue("DNS:provider.example"), saying("HTTP/1.1 200 OK\r\n\r\n"));
  const ExchangeFailure refused = failure_at(honest(between.port()));
  EXPECT_EQ(refused.hop, Hop::kTls);
  EXPECT_NE(refused.message.view().find("came through the proxy"), std::string_view::npos);
  EXPECT_TRUE(between.requests().empty());
}

TEST_F(CurlClientProxyTest, SaysThatTheProxyIsNotThere) {
  int port = 0;
  {
    ScriptedServer gone(ScriptedServer::Options{}, saying(""));
    port = gone.port();
  }
  OutgoingRequest request = request_to(provider_);
  request.proxy = {.url = "http://proxy.example:" + std::to_string(port),
                   .credentials = std::nullopt,
                   .trusted_ca_pem = "",
                   .extra_ca_pem = "",
                   .policy = std::nullopt};
  const ExchangeFailure refused = failure(std::move(request));
  EXPECT_EQ(refused.hop, Hop::kProxy);
  EXPECT_NE(refused.message.view().find("could not be reached"), std::string_view::npos);

  OutgoingRequest unknown = request_to(provider_);
  unknown.proxy = {.url = "http://nobody.example:3128",
                   .credentials = std::nullopt,
                   .trusted_ca_pem = "",
                   .extra_ca_pem = "",
                   .policy = std::nullopt};
  EXPECT_EQ(failure(std::move(unknown)).message.view(),
            "The name of the proxy could not be resolved.");
}

TEST_F(CurlClientProxyTest, SendsNoPlainHttpThroughAProxy) {
  //
  ScriptedServer proxy(ScriptedServer::Options{}, honest(provider_.port()));
  OutgoingRequest request = request_through(proxy);
  request.url = "http://provider.example/token";
  request.policy.allow_plain_http = true;
  EXPECT_EQ(failure(std::move(request)).hop, Hop::kProxy);
  EXPECT_EQ(proxy.connections(), 0U);
}

TEST_F(CurlClientProxyTest, TellsATraceWhatItMet) {
  ScriptedServer proxy(ScriptedServer::Options{}, honest(provider_.port()));
  const auto trace = std::make_shared<ExchangeTrace>();
  OutgoingRequest request = request_through(proxy);
  request.trace = trace;
  ASSERT_TRUE(exchange(std::move(request)).has_value());
  EXPECT_EQ(trace->proxy_addresses, std::vector{*IpAddress::parse("127.0.0.1")});
  EXPECT_EQ(trace->addresses, std::vector{*IpAddress::parse("127.0.0.1")});
  EXPECT_EQ(trace->proxy_status, 200);
  EXPECT_TRUE(trace->connected);
  EXPECT_EQ(trace->tls_protocol, "TLSv1.3");
  EXPECT_EQ(trace->http_version, "1.1");
}

}  // namespace
}  // namespace strongroom::http
