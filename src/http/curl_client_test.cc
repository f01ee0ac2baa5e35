#include "http/curl_client.h"

#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): setenv is POSIX
#include <unistd.h>

#include "base/testing/fake_clock.h"
#include "http/testing/client_fixture.h"

namespace strongroom::http {
namespace {

class CurlClientTest : public ClientTest {};

bool has_line(const std::string& request, const std::string& line) {
  return request.find("\r\n" + line + "\r\n") != std::string::npos;
}

TEST_F(CurlClientTest, PostsTheBodyAndGivesBackStatusHeadersAndBody) {
  // A-050
  ScriptedServer server(provider_identity(),
                        with_length("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Empty:"
                                    "\r\nX-Folded: a\r\n  b",
                                    R"({"access_token":"t"})"));
  OutgoingRequest request = request_to(server, "/token?tenant=x");
  request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "a/b"}};
  request.secret_header.emplace("Authorization: Basic cm9ib3Q6c2VjcmV0");
  request.body = RequestBody("grant_type=client_credentials");
  const ExchangeResult result = exchange(std::move(request));
  ASSERT_TRUE(result.has_value()) << result.error().message.view() << result.error().detail;
  EXPECT_EQ(result->status, 200);
  EXPECT_EQ(result->body.reveal(), R"({"access_token":"t"})");
  EXPECT_EQ(*find_header(result->headers, "content-type"), "application/json");
  EXPECT_EQ(*find_header(result->headers, "X-Empty"), "");
  EXPECT_EQ(*find_header(result->headers, "X-Folded"), "a b");

  ASSERT_EQ(server.requests().size(), 1U);
  const std::string sent = server.requests()[0];
  EXPECT_TRUE(sent.starts_with("POST /token?tenant=x HTTP/1.1\r\n")) << sent;
  EXPECT_TRUE(sent.ends_with("\r\n\r\ngrant_type=client_credentials")) << sent;
  EXPECT_TRUE(has_line(sent, "Authorization: Basic cm9ib3Q6c2VjcmV0")) << sent;
  EXPECT_TRUE(has_line(sent, "Content-Type: application/x-www-form-urlencoded")) << sent;
  EXPECT_TRUE(has_line(sent, "User-Agent: strongroom")) << sent;
  EXPECT_TRUE(has_line(sent, "Host: provider.example:" + std::to_string(server.port()))) << sent;
  EXPECT_EQ(sent.find("Expect"), std::string::npos);
}

TEST_F(CurlClientTest, SendsEachMethodAsItsNameSays) {
  ScriptedServer server(provider_identity(), "HTTP/1.1 204 No Content\r\n\r\n");
  for (const char* method : {"GET", "HEAD", "DELETE", "POST", "PUT", "PATCH"}) {
    OutgoingRequest request = request_to(server, "/a/../b?c=%2F");
    request.method = method;
    const ExchangeResult result = exchange(std::move(request));
    ASSERT_TRUE(result.has_value()) << method << result.error().detail;
    EXPECT_EQ(result->status, 204);
    const std::string sent = server.requests().back();
    EXPECT_TRUE(sent.starts_with(std::string(method) + " /a/../b?c=%2F HTTP/1.1\r\n")) << sent;
    EXPECT_EQ(sent.find("Content-Type"), std::string::npos) << sent;
    const bool has_length = sent.find("Content-Length: 0") != std::string::npos;
    EXPECT_EQ(has_length, std::string_view(method).starts_with('P')) << sent;
  }
}

TEST_F(CurlClientTest, FollowsNoRedirect) {
  // A-054, A-104, E19
  ScriptedServer other(provider_identity(), with_length("HTTP/1.1 200 OK", "followed"));
  const std::string target = "https://provider.example:" + std::to_string(other.port()) + "/";
  for (const int status : {301, 302, 303, 307, 308}) {
    ScriptedServer server(provider_identity(), with_length("HTTP/1.1 " + std::to_string(status) +
                                                               " Moved\r\nLocation: " + target,
                                                           "moved"));
    OutgoingRequest request = request_to(server);
    request.secret_header.emplace("Authorization: Basic cm9ib3Q6c2VjcmV0");
    request.body = RequestBody("code=secret");
    const ExchangeResult result = exchange(std::move(request));
    ASSERT_TRUE(result.has_value());
    EXPECT_EQ(result->status, status);
    EXPECT_EQ(result->body.reveal(), "moved");
    EXPECT_EQ(*find_header(result->headers, "Location"), target);
  }
  EXPECT_EQ(other.connections(), 0U);
}

TEST_F(CurlClientTest, GivesBackAnErrorStatusAsAnAnswer) {
  for (const int status : {400, 401, 403, 407, 429, 500, 503, 599}) {
    ScriptedServer server(
        provider_identity(),
        with_length("HTTP/1.1 " + std::to_string(status) + " No\r\nWWW-Authenticate: Basic realm=x",
                    "no"));
    const ExchangeResult result = exchange(request_to(server));
    ASSERT_TRUE(result.has_value()) << status << result.error().detail;
    EXPECT_EQ(result->status, status);
    EXPECT_EQ(server.requests().size(), 1U);
  }
}

TEST_F(CurlClientTest, ForgetsInformationalAnswersAndTrailers) {
  ScriptedServer server(provider_identity(),
                        "HTTP/1.1 100 Continue\r\nX-Early: 1\r\n\r\n"
                        "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                        "HTTP/1.1 200 OK\r\nX-Real: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
                        "5\r\nhello\r\n0\r\nX-Late: 1\r\nHTTP/1.1: 1\r\n\r\n");
  const ExchangeResult result = exchange(request_to(server));
  ASSERT_TRUE(result.has_value()) << result.error().detail;
  EXPECT_EQ(result->status, 200);
  EXPECT_EQ(result->body.reveal(), "hello");
  EXPECT_NE(find_header(result->headers, "X-Real"), nullptr);
  EXPECT_EQ(find_header(result->headers, "X-Early"), nullptr);
  EXPECT_EQ(find_header(result->headers, "Link"), nullptr);
  EXPECT_EQ(find_header(result->headers, "X-Late"), nullptr);
}

TEST_F(CurlClientTest, KeepsNoCookieAndNoConnection) {
  ScriptedServer server(
      provider_identity(),
      with_length("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nStrict-Transport-Security: max-age=9",
                  ""));
  ASSERT_TRUE(exchange(request_to(server)).has_value());
  ASSERT_TRUE(exchange(request_to(server)).has_value());
  EXPECT_EQ(server.connections(), 2U);
  EXPECT_EQ(server.requests()[1].find("Cookie"), std::string::npos);
}

TEST_F(CurlClientTest, TakesNothingFromTheEnvironment) {
  ScriptedServer server(provider_identity(), with_length("HTTP/1.1 200 OK", "direct"));
  ScriptedServer proxy(ScriptedServer::Options{},
                       [](ScriptedConnection& connection, const std::string&) {
                         connection.send("HTTP/1.1 502 Proxy\r\n\r\n");
                       });
  const std::string address = "http://127.0.0.1:" + std::to_string(proxy.port());
  client_.reset();  // no other thread may read the environment while it changes
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY"}) {
    setenv(name, address.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
  }
  make_client({});
  const ExchangeResult result = exchange(request_to(server));
  client_.reset();
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY"}) {
    unsetenv(name);  // NOLINT(concurrency-mt-unsafe)
  }
  ASSERT_TRUE(result.has_value()) << result.error().detail;
  EXPECT_EQ(result->body.reveal(), "direct");
  EXPECT_EQ(proxy.connections(), 0U);
}

TEST_F(CurlClientTest, SaysWhenTheRequestWasSent) {
  ScriptedServer server(provider_identity(), with_length("HTTP/1.1 200 OK", ""));
  FakeClock clock;
  CurlClient client({}, clock, resolver_, log_);
  const ExchangeResult result = send_and_wait(client, request_to(server));
  ASSERT_TRUE(result.has_value());
  EXPECT_EQ(result->sent_at, FakeClock::kStart);
  EXPECT_EQ(result->sent_at_boot, FakeClock::kBootStart);
}

TEST_F(CurlClientTest, UsesAUnixSocketInPlaceOfTcp) {
  const std::string path = testing::TempDir() + "strongroom-" + std::to_string(getpid()) + ".sock";
  ScriptedServer server(ScriptedServer::Options{.unix_socket = path},
                        [](ScriptedConnection& connection, const std::string&) {
                          connection.send(with_length("HTTP/1.1 200 OK", "here"));
                        });
  OutgoingRequest request;
  request.url = "http://localhost/api";
  request.unix_socket = path;
  request.policy.allow_plain_http = true;
  const ExchangeResult result = exchange(std::move(request));
  ASSERT_TRUE(result.has_value()) << result.error().message.view() << result.error().detail;
  EXPECT_EQ(result->body.reveal(), "here");
  EXPECT_EQ(resolver_.count(), 0U);

  OutgoingRequest nowhere;
  nowhere.url = "http://localhost/api";
  nowhere.unix_socket = path + ".not-there";
  nowhere.policy.allow_plain_http = true;
  const ExchangeFailure missing = failure(std::move(nowhere));
  EXPECT_EQ(missing.hop, Hop::kConnect);
  EXPECT_FALSE(missing.may_have_arrived);
}

TEST_F(CurlClientTest, RefusesClosedAddressesUnlessAllowed) {
  // A-104, E14
  ScriptedServer server(provider_identity(), with_length("HTTP/1.1 200 OK", ""));
  for (const char* address :
       {"127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00:ec2::254", "::ffff:127.0.0.1",
        "64:ff9b::7f00:1", "0.0.0.0", "100.100.100.200"}) {
    OutgoingRequest request = request_to(server);
    const std::string name = "closed" + std::to_string(resolver_.count()) + ".example";
    resolver_.add(name, {"8.8.8.8", address});
    request.url = "https://" + name + ":" + std::to_string(server.port()) + "/";
    request.policy = {};
    const ExchangeFailure refused = failure(std::move(request));
    EXPECT_EQ(refused.hop, Hop::kAddressPolicy) << address;
    EXPECT_FALSE(refused.may_have_arrived);
  }
  EXPECT_EQ(server.connections(), 0U);
  EXPECT_TRUE(exchange(request_to(server)).has_value());
}

TEST_F(CurlClientTest, JudgesAddressesWrittenIntoTheUrl) {
  // A-104, E14
  for (const char* host : {"127.0.0.1", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]",
                           "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "10.0.0.1", "0.0.0.0"}) {
    OutgoingRequest request;
    request.url = std::string("https://") + host + ":9/";
    EXPECT_EQ(failure(std::move(request)).hop, Hop::kAddressPolicy) << host;
  }
  for (const char* host : {"127.1", "0x7f000001", "2130706433", "0177.0.0.1"}) {
    OutgoingRequest request;
    request.url = std::string("https://") + host + ":9/";
    EXPECT_EQ(failure(std::move(request)).hop, Hop::kUrl) << host;
  }
  EXPECT_EQ(resolver_.count(), 0U);

  ScriptedServer server(ca_.issue("IP:127.0.0.1"), with_length("HTTP/1.1 200 OK", "literal"));
  OutgoingRequest request = request_to(server);
  request.url = "https://127.0.0.1:" + std::to_string(server.port()) + "/";
  const ExchangeResult result = exchange(std::move(request));
  ASSERT_TRUE(result.has_value()) << result.error().detail;
  EXPECT_EQ(result->body.reveal(), "literal");
}

TEST_F(CurlClientTest, ConnectsToTheAddressThatWasJudgedWhateverTheNameSaysNext) {
  // A-104, E14: DNS rebinding. The name is asked for once; a second answer would be loopback.
  ScriptedServer server(provider_identity(), with_length("HTTP/1.1 200 OK", "inside"));
  resolver_.add("rebind.example", {"127.0.0.2"});
  resolver_.add("rebind.example", {"127.0.0.1"});
  OutgoingRequest request = request_to(server);
  request.url = "https://rebind.example:" + std::to_string(server.port()) + "/";
  request.policy = AddressPolicy::parse({"127.0.0.2"}).value();
  const ExchangeFailure refused = failure(std::move(request));
  EXPECT_EQ(refused.hop, Hop::kConnect);  // nobody listens at 127.0.0.2
  EXPECT_FALSE(refused.may_have_arrived);
  EXPECT_EQ(resolver_.count(), 1U);
  EXPECT_EQ(server.connections(), 0U);

  OutgoingRequest again = request_to(server);
  again.url = "https://rebind.example:" + std::to_string(server.port()) + "/";
  again.policy = AddressPolicy::parse({"127.0.0.2"}).value();
  EXPECT_EQ(failure(std::move(again)).hop, Hop::kAddressPolicy);
  EXPECT_EQ(server.connections(), 0U);
}

TEST_F(CurlClientTest, DoesNotLetLibcurlAnswerForLocalhost) {
  // A-104: libcurl knows localhost by heart; the answer of the resolver is what counts.
  ScriptedServer server(ca_.issue("DNS:localhost"), with_length("HTTP/1.1 200 OK", ""));
  resolver_.add("localhost", {"127.0.0.2"});
  OutgoingRequest request = request_to(server);
  request.url = "https://localhost:" + std::to_string(server.port()) + "/";
  request.policy = AddressPolicy::parse({"127.0.0.2"}).value();
  EXPECT_EQ(failure(std::move(request)).hop, Hop::kConnect);
  EXPECT_EQ(server.connections(), 0U);
}

TEST_F(CurlClientTest, KeepsOneExchangesAddressesFromAnother) {
  // A-104: two policies, one name, at the same moment.
  ScriptedServer server(provider_identity(), with_length("HTTP/1.1 200 OK", ""));
  resolver_.add("split.example", {"127.0.0.1"});
  for (int i = 0; i < 20; ++i) {
    OutgoingRequest open = request_to(server);
    OutgoingRequest closed = request_to(server);
    closed.policy = {};
    EXPECT_TRUE(exchange(std::move(open)).has_value());
    EXPECT_EQ(failure(std::move(closed)).hop, Hop::kAddressPolicy);
  }
}

TEST_F(CurlClientTest, SaysThatANameDoesNotResolve) {
  OutgoingRequest request;
  request.url = "https://nowhere.example/";
  const ExchangeFailure unknown = failure(std::move(request));
  EXPECT_EQ(unknown.hop, Hop::kName);
  EXPECT_FALSE(unknown.may_have_arrived);
}

TEST_F(CurlClientTest, SpeaksPlainHttpOnlyToAllowedLoopback) {
  // A-030, A-050
  ScriptedServer server(ScriptedServer::Options{},
                        [](ScriptedConnection& connection, const std::string&) {
                          connection.send(with_length("HTTP/1.1 200 OK", "plain"));
                        });
  OutgoingRequest request = request_to(server);
  const std::string url = "http://provider.example:" + std::to_string(server.port()) + "/";
  request.url = url;
  EXPECT_EQ(failure(std::move(request)).hop, Hop::kUrl);

  OutgoingRequest allowed = request_to(server);
  allowed.url = url;
  allowed.policy.allow_plain_http = true;
  EXPECT_TRUE(exchange(std::move(allowed)).has_value());

  resolver_.add("public.example", {"8.8.8.8"});
  OutgoingRequest elsewhere = request_to(server);
  elsewhere.url = "http://public.example/";
  elsewhere.policy.allow_plain_http = true;
  EXPECT_EQ(failure(std::move(elsewhere)).hop, Hop::kAddressPolicy);
}

TEST_F(CurlClientTest, RefusesARequestThatWouldBecomeTwo) {
  ScriptedServer server(provider_identity(), with_length("HTTP/1.1 200 OK", ""));
  OutgoingRequest request = request_to(server);
  request.headers = {{"X-Tenant", "a\r\nX-Admin: 1"}};
  const ExchangeFailure refused = failure(std::move(request));
  EXPECT_EQ(refused.hop, Hop::kSend);
  EXPECT_FALSE(refused.may_have_arrived);
  EXPECT_EQ(server.connections(), 0U);
}

}  // namespace
}  // namespace strongroom::http
