// Bytes that proxies and servers have been known to read in different ways, sent raw. Each must be
// refused, and the connection closed, so that nothing behind them is taken for a request.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "http/request_head.h"
#include "http/testing/raw_client.h"
#include "http/testing/running_server.h"

namespace strongroom::http {
namespace {

constexpr std::string_view kHidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";

// Sends `bytes` and a hidden request; expects one refusal and the end.
void expect_refused(RunningServer& server, const std::string& bytes, int status = 400) {
  const std::uint64_t requests = server->counters().requests;
  RawClient client(server.port(), RawTls{});
  client.send(bytes + std::string(kHidden));
  const RawResponse response = client.receive();
  EXPECT_EQ(response.status, status) << testing::PrintToString(bytes);
  EXPECT_TRUE(response.has("Connection: close\r\n"));
  EXPECT_TRUE(response.has("Content-Type: application/problem+json\r\n"));
  EXPECT_NE(response.body.find("\"status\":" + std::to_string(status)), std::string::npos);
  EXPECT_TRUE(client.is_closed_by_server()) << testing::PrintToString(bytes);
  EXPECT_EQ(server->counters().requests, requests) << testing::PrintToString(bytes);
}

std::string post(std::string_view fields, std::string_view body) {
  return "POST /a HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

TEST(Smuggling, OfBothLengthAndEncodingIsRefused) {
  RunningServer server(echo);
  expect_refused(server, post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nX"));
  expect_refused(server, post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", "0\r\n\r\n"));
}

TEST(Smuggling, ByDisguisedEncodingIsRefused) {
  RunningServer server(echo);
  for (const std::string& field :
       {std::string("Transfer-Encoding: xchunked"), std::string("Transfer-Encoding : chunked"),
        std::string("Transfer-Encoding: chunked\r\nTransfer-Encoding: x"),
        std::string("Transfer-Encoding:\x0b"
                    "chunked"),
        std::string("Transfer-Encoding: x, chunked"), std::string(" Transfer-Encoding: chunked"),
        std::string("X: y\r\n Transfer-Encoding: chunked"),
        std::string("X: y\nTransfer-Encoding: chunked"),
        std::string("X: y\rTransfer-Encoding: chunked"),
        std::string("Transfer-Encoding\r\n: chunked"),
        std::string("Transfer-Encoding: \0chunked", 27),
        std::string("Transfer-Encoding: chunked\r\n , identity")}) {
    expect_refused(server, post(field + "\r\n", "0\r\n\r\n"));
  }
}

TEST(Smuggling, ByStrangeLengthsIsRefused) {
  RunningServer server(echo);
  for (const char* value : {"+5", "-5", "5,5", "0x5", "5 6", "5\r\nContent-Length: 5",
                            "99999999999999999999", "", "5\x0b"}) {
    expect_refused(server, post("Content-Length: " + std::string(value) + "\r\n", "hello"));
  }
}

TEST(Smuggling, ByLineEndsIsRefused) {
  RunningServer server(echo);
  expect_refused(server, "GET / HTTP/1.1\nHost: a\n\n");
  expect_refused(server, "GET / HTTP/1.1\r\nHost: a\r\n\n");
  expect_refused(server, "GET / HTTP/1.1\r\nHost: a\n\r\n");
  expect_refused(server, "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n");
  expect_refused(server, "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
}

TEST(Smuggling, ByHostOrTargetIsRefused) {
  RunningServer server(echo);
  expect_refused(server, "GET / HTTP/1.1\r\n\r\n");
  expect_refused(server, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
  expect_refused(server, "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n");
  expect_refused(server, "CONNECT b:443 HTTP/1.1\r\nHost: b:443\r\n\r\n");
  expect_refused(server, "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
  expect_refused(server, "GET /#x HTTP/1.1\r\nHost: a\r\n\r\n");
  expect_refused(server, "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n");
  expect_refused(server, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
}

TEST(Smuggling, ByAuthorizationTwiceIsRefused) {
  RunningServer server(echo);
  expect_refused(server, post("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n", ""));
}

TEST(Smuggling, InsideChunksIsRefused) {
  RunningServer server(echo);
  for (const std::string& body :
       {std::string("5\nhello\r\n0\r\n\r\n"),
        std::string("5\r\nhello\n0\r\n\r\n"),
        std::string("5\r\nhelloXX0\r\n\r\n"),
        std::string("+5\r\nhello\r\n0\r\n\r\n"),
        std::string("0x5\r\nhello\r\n0\r\n\r\n"),
        std::string("-1\r\nhello\r\n0\r\n\r\n"),
        std::string("5 \r\nhello\r\n0\r\n\r\n"),
        std::string(" 5\r\nhello\r\n0\r\n\r\n"),
        std::string("\r\nhello\r\n0\r\n\r\n"),
        std::string("g\r\nhello\r\n0\r\n\r\n"),
        std::string("fffffffffffffffff\r\nhello\r\n0\r\n\r\n"),
        std::string("10000000000000005\r\nhello\r\n0\r\n\r\n"),
        std::string("5;\n\r\nhello\r\n0\r\n\r\n"),
        std::string("5;a\nb\r\nhello\r\n0\r\n\r\n"),
        std::string("5\r\nhello\r\n0\r\n\n"),
        std::string("5\r\nhello\r\n0\n\r\n"),
        std::string("5\r\nhello\r\n0\r\nX: y\n\r\n"),
        std::string("5\r\nhello\r\n0\r\n\rX"),
        std::string("5\r\nhello\r\n0\r\nAuthorization: Bearer late\r\n\r\n"),
        std::string("5\r\nhello\r\n0\r\nContent-Length: 9\r\n\r\n"),
        std::string("5\r\nhello\r\n0\r\nX: trailer\r\n\r\n")}) {
    expect_refused(server, post("Transfer-Encoding: chunked\r\n", body));
  }
}

TEST(Smuggling, LeavesHonestBodiesAlone) {
  RunningServer server(echo);
  RawClient client(server.port(), RawTls{});
  const std::string hidden(kHidden);
  // A body that looks like a request is a body.
  EXPECT_EQ(
      client.exchange(post("Content-Length: " + std::to_string(hidden.size()) + "\r\n", hidden))
          .body,
      "POST /a? body=" + hidden);
  EXPECT_EQ(client
                .exchange(post("Transfer-Encoding: chunked\r\n",
                               "5\r\nhello\r\n00006;ext=\"1\"\r\n world\r\n0\r\n\r\n"))
                .body,
            "POST /a? body=hello world");
  EXPECT_EQ(
      client.exchange(post("Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 3\r\n", "abc"))
          .body,
      "POST /a? body=abc");
  EXPECT_EQ(client.exchange("GET /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc").body,
            "GET /a? body=abc");
}

TEST(Limits, HaveTheirOwnAnswers) {
  RunningServer server(echo);
  expect_refused(server,
                 "GET /" + std::string(kMaxTargetBytes, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414);
  expect_refused(server, "GET /" + std::string(20'000, 'a'), 414);
  expect_refused(server, post("X: " + std::string(std::size_t{16} * 1024, 'a') + "\r\n", ""), 431);
  std::string many;
  for (int i = 0; i < 200; ++i) many += "X: y\r\n";
  expect_refused(server, post(many, ""), 431);
  expect_refused(server, post("Content-Length: 262145\r\n", ""), 413);
  expect_refused(server, post("Content-Length: 262145\r\nExpect: 100-continue\r\n", ""), 413);
  expect_refused(server, post("Content-Length: 5\r\nExpect: the-unexpected\r\n", ""), 417);
}

TEST(Limits, AreReachedAndNotPassed) {
  RunningServer server(echo);
  RawClient client(server.port(), RawTls{});
  const std::string body(std::size_t{256} * 1024, 'b');
  EXPECT_EQ(client.exchange(post("Content-Length: 262144\r\n", body)).body,
            "POST /a? body=" + body);
  std::string chunked;
  for (int i = 0; i < 64; ++i) chunked += "1000\r\n" + body.substr(0, 4096) + "\r\n";
  EXPECT_EQ(client.exchange(post("Transfer-Encoding: chunked\r\n", chunked + "0\r\n\r\n")).body,
            "POST /a? body=" + body);
  expect_refused(server, post("Transfer-Encoding: chunked\r\n", chunked + "1\r\nb\r\n0\r\n\r\n"),
                 413);
}

TEST(Limits, EndAChunkExtensionThatNeverEnds) {
  RunningServer server(echo);
  expect_refused(server, post("Transfer-Encoding: chunked\r\n", "5;" + std::string(64'000, 'x')));
}

TEST(Limits, LetTheClientSeeTheRefusalThoughItSendsOn) {
  RunningServer server(echo);
  RawClient client(server.port(), RawTls{});
  client.send(post("Content-Length: 900000000\r\n", ""));
  for (int i = 0; i < 64; ++i) client.send(std::string(std::size_t{16} * 1024, 'x'));
  EXPECT_EQ(client.receive().status, 413);
}

}  // namespace
}  // namespace strongroom::http
