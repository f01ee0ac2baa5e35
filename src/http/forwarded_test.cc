#include "http/forwarded.h"

#include <string>

#include <gtest/gtest.h>

#include "http/testing/raw_client.h"
#include "http/testing/running_server.h"

namespace strongroom::http {
namespace {

constexpr const char* kProxy = "10.0.0.1";

TrustedProxies proxies() { return *TrustedProxies::parse({"10.0.0.0/8", "2001:db8:f::1"}); }

std::string client_of(const std::string& fields) { return proxies().client_of(kProxy, fields); }
std::string by_plain(const std::string& value) {
  return client_of("Host: h\r\nX-Forwarded-For: " + value + "\r\nAccept: */*\r\n");
}
std::string by_standard(const std::string& value) {
  return client_of("Host: h\r\nforwarded: " + value + "\r\nAccept: */*\r\n");
}

TEST(TrustedProxies, AreAddressesAndRanges) {
  //
  EXPECT_TRUE(proxies().contains("10.255.0.1"));
  EXPECT_TRUE(proxies().contains("::ffff:10.0.0.1"));
  EXPECT_TRUE(proxies().contains("2001:db8:f::1"));
  for (const char* other : {"11.0.0.1", "2001:db8:f::2", "", "proxy.example", "10.0.0.1:80"}) {
    EXPECT_FALSE(proxies().contains(other)) << other;
  }
  EXPECT_FALSE(TrustedProxies().contains(kProxy));
}

TEST(TrustedProxies, AreNeitherNamesNorEverybody) {
  for (const char* bad : {"proxy.example", "10.0.0.1:80", "10.0.0.1/8", "[::1]", "", "*",
                          "0.0.0.0/0", "::/0", "10.0.0.0/33"}) {
    const auto parsed = TrustedProxies::parse({"192.0.2.1", bad});
    ASSERT_FALSE(parsed.has_value()) << bad;
    EXPECT_EQ(parsed.error().code, Code::kInvalidArgument);
    EXPECT_EQ(parsed.error().detail, bad);
  }
}

TEST(TrustedProxies, NameWhoAskedThem) {
  //
  EXPECT_EQ(client_of("Host: h\r\n"), kProxy);
  EXPECT_EQ(by_plain("203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(by_plain("203.0.113.7:4711"), "203.0.113.7");
  EXPECT_EQ(by_plain("[2001:DB8::0:7]:4711"), "2001:db8::7");
  EXPECT_EQ(by_plain("[2001:db8::7]"), "2001:db8::7");
  EXPECT_EQ(by_plain("2001:db8::7"), "2001:db8::7");
  EXPECT_EQ(by_plain("::ffff:203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(by_standard("for=203.0.113.7"), "203.0.113.7");
  EXPECT_EQ(by_standard("proto=https; For=\"203.0.113.7:4711\";by=_p;host=evil"), "203.0.113.7");
  EXPECT_EQ(by_standard("for=\"[2001:db8::7]:_port\""), "2001:db8::7");
}

TEST(TrustedProxies, AreReadFromTheEndToTheFirstThatIsNone) {
  //
  EXPECT_EQ(by_plain("6.6.6.6, 203.0.113.7, 10.0.0.3 ,10.0.0.2"), "203.0.113.7");
  EXPECT_EQ(by_plain("10.0.0.3, 10.0.0.2"), "10.0.0.3");
  EXPECT_EQ(client_of("X-Forwarded-For: 6.6.6.6\r\nHost: h\r\nx-forwarded-for: 203.0.113.7\r\n"
                      "X-FORWARDED-FOR: 10.0.0.2\r\n"),
            "203.0.113.7");
  EXPECT_EQ(by_standard("for=6.6.6.6, for=203.0.113.7 , for=10.0.0.2"), "203.0.113.7");
  EXPECT_EQ(client_of("Forwarded: for=6.6.6.6\r\nForwarded: for=203.0.113.7, for=10.0.0.2\r\n"),
            "203.0.113.7");
}

TEST(TrustedProxies, AreBelievedAsFarAsTheyCanBeRead) {
  //
  for (const char* bad : {"unknown", "_hidden", "proxy.example", "203.0.113", "203.0.113.07", "1",
                          "203.0.113.7:", "203.0.113.7:123456", "203.0.113.7:8x", "[203.0.113.7]",
                          "[2001:db8::7", "[2001:db8::7]x", "[]", "fe80::1%eth0", "\"203.0.113.7\"",
                          "203.0.113.7 6.6.6.6", "\x01", "::7:4711:x"}) {
    EXPECT_EQ(by_plain(bad), kProxy) << bad;
    EXPECT_EQ(by_plain("6.6.6.6, " + std::string(bad)), kProxy) << bad;
    EXPECT_EQ(by_plain(std::string(bad) + ", 10.0.0.2"), "10.0.0.2") << bad;
    EXPECT_EQ(by_plain(std::string(bad) + ", 203.0.113.7"), "203.0.113.7") << bad;
  }
  EXPECT_EQ(by_standard("for=203.0.113.7, for=unknown"), kProxy);
  EXPECT_EQ(by_standard("for=203.0.113.7, for=_hidden, for=10.0.0.2"), "10.0.0.2");
  EXPECT_EQ(by_standard("for=203.0.113.7, proto=https"), kProxy);
  EXPECT_EQ(by_standard("for=\"203.0.113\\.7\""), kProxy);
  EXPECT_EQ(by_standard(", for=203.0.113.7,, ;"), "203.0.113.7");
}

TEST(TrustedProxies, AreNotBelievedWhereSomebodyBrokeTheirWords) {
  //
  for (const char* bad :
       {"for", "for=", "=203.0.113.7", "for =203.0.113.7", "for= 203.0.113.7",
        "for=203.0.113.7 x=y", "for=203.0.113.7;for=6.6.6.6", "for=2001:db8::7",
        "for=[2001:db8::7]", "for=\"203.0.113.7", "for=6.6.6.6;x=\", for=203.0.113.7",
        "for=6.6.6.6;x=\", for=\"203.0.113.7:80\"", "for=6.6.6.6;x=\"\\, for=\"203.0.113.7:80\"",
        "203.0.113.7", "\"\"", "for=\"\""}) {
    EXPECT_EQ(by_standard(bad), kProxy) << bad;
    EXPECT_EQ(by_standard(std::string(bad) + ", for=203.0.113.7"), kProxy) << bad;
  }
}

TEST(TrustedProxies, ContradictThemselvesWhereAClientWroteOneOfTheFields) {
  //
  EXPECT_EQ(client_of("Forwarded: for=6.6.6.6\r\nX-Forwarded-For: 203.0.113.7\r\n"), kProxy);
  EXPECT_EQ(client_of("X-Forwarded-For: 6.6.6.6\r\nForwarded: for=203.0.113.7\r\n"), kProxy);
  EXPECT_EQ(client_of("X-Forwarded-For: 203.0.113.7\r\nForwarded: x\r\n"), kProxy);
  EXPECT_EQ(client_of("X-Forwarded-For: 6.6.6.6, 203.0.113.7\r\nForwarded: for=203.0.113.7\r\n"),
            "203.0.113.7");
  EXPECT_EQ(client_of("X-Real-IP: 6.6.6.6\r\nX-Forwarded-Host: 6.6.6.6\r\n"), kProxy);
}

TEST(TrustedProxies, MayHandOnLongLists) {
  //
  std::string list = "203.0.113.7";
  while (list.size() < 10'240) list += ", 10.0.0.2";
  EXPECT_EQ(by_plain(list), "203.0.113.7");
  std::string elements = "for=203.0.113.7";
  while (elements.size() < 10'240) elements += ", for=10.0.0.2;by=\"_p\"";
  EXPECT_EQ(by_standard(elements), "203.0.113.7");
  EXPECT_EQ(by_plain(std::string(10'240, ',')), kProxy);
  EXPECT_EQ(by_standard(std::string(10'240, '"')), kProxy);
}

// Answers with who asked.
void tell_peer(const Request& request, Responder responder) {
  std::move(responder).send({.content_type = "text/plain", .headers = {}, .body = request.peer});
}

std::string asking_as(const std::string& address) {
  return "GET / HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: " + address + "\r\n\r\n";
}

TEST(TrustedProxies, SpeakForEachRequestOfAConnectionAnew) {
  //
  ServerOptions options = plain_options();
  options.proxies = *TrustedProxies::parse({"127.0.0.1"});
  RunningServer server(tell_peer, options);
  RawClient client(server.port());
  EXPECT_EQ(client.exchange(asking_as("203.0.113.7")).body, "203.0.113.7");
  EXPECT_EQ(client.exchange(asking_as("203.0.113.8")).body, "203.0.113.8");
  EXPECT_EQ(client.exchange(get("/")).body, "127.0.0.1");
}

TEST(TrustedProxies, AreNobodyUnlessTheyWereNamed) {
  //
  for (const std::vector<std::string>& named : {std::vector<std::string>{}, {"127.0.0.2", "::1"}}) {
    ServerOptions options = plain_options();
    options.proxies = *TrustedProxies::parse(named);
    RunningServer server(tell_peer, options);
    RawClient client(server.port());
    EXPECT_EQ(client.exchange(asking_as("203.0.113.7")).body, "127.0.0.1");
  }
}

}  // namespace
}  // namespace strongroom::http
