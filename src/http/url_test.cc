#include "http/url.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace strongroom::http {
namespace {

bool is_refused(std::string_view text) {
  const auto url = Url::parse(text);
  return !url.has_value() && url.error().code == Code::kInvalidArgument;
}

TEST(Url, IsTakenApart) {
  const auto url = Url::parse("HTTPS://Login.Example.COM:8443/a/B?x=1&y=%2f");
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->text, "HTTPS://Login.Example.COM:8443/a/B?x=1&y=%2f");
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "login.example.com");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->path, "/a/B");
  EXPECT_EQ(url->query, "x=1&y=%2f");
  EXPECT_EQ(url->origin(), "https://login.example.com:8443");
}

TEST(Url, HasThePortOfItsSchemeAndAPathOfAtLeastASlash) {
  const auto https = Url::parse("https://example.com");
  ASSERT_TRUE(https.has_value());
  EXPECT_EQ(https->port, 443);
  EXPECT_EQ(https->path, "/");
  EXPECT_EQ(https->query, "");
  EXPECT_EQ(https->origin(), "https://example.com");
  const auto http = Url::parse("http://example.com:80?");
  ASSERT_TRUE(http.has_value());
  EXPECT_EQ(http->port, 80);
  EXPECT_EQ(http->path, "/");
  EXPECT_EQ(http->origin(), "http://example.com");
  EXPECT_EQ(Url::parse("https://example.com:80/")->origin(), "https://example.com:80");
}

TEST(Url, KeepsTheQueryOfAnEndpoint) {
  // A-031
  const auto url = Url::parse("https://example.com/authorize?tenant=x&p=a%20b+c");
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->query, "tenant=x&p=a%20b+c");
}

TEST(Url, RefusesAFragmentEvenAnEmptyOne) {
  // A-031
  EXPECT_TRUE(is_refused("https://example.com/authorize#top"));
  EXPECT_TRUE(is_refused("https://example.com/authorize#"));
  EXPECT_TRUE(is_refused("https://example.com#@evil.example/"));
}

TEST(Url, RefusesEverySchemeButHttpsAndHttp) {
  // A-030, E14
  for (const char* text : {"javascript:alert(1)",
                           "javascript://example.com/%0aalert(1)",
                           "data:text/html,x",
                           "file:///etc/passwd",
                           "file://example.com/x",
                           "ftp://example.com/",
                           "gopher://127.0.0.1:6379/",
                           "ws://example.com/",
                           "httpsx://example.com/",
                           "https+x://example.com/",
                           "//example.com/",
                           "/authorize",
                           "example.com",
                           "https:example.com",
                           "https:/example.com",
                           "https",
                           "https:",
                           "https://",
                           "https:///path",
                           "https://?x",
                           " https://example.com",
                           "\thttps://example.com",
                           "htt\tps://example.com",
                           "",
                           "calc.exe",
                           "$(touch x)",
                           "https://example.com/;`id`"}) {
    EXPECT_TRUE(is_refused(text)) << text;
  }
}

TEST(Url, RefusesUserInfo) {
  // A-030, E14
  for (const char* text :
       {"https://user@example.com/", "https://user:secret@example.com/", "https://@example.com/",
        "https://good.example@evil.example/", "https://good.example:443@evil.example/"}) {
    EXPECT_TRUE(is_refused(text)) << text;
  }
  EXPECT_TRUE(Url::parse("https://example.com/@name?q=a@b").has_value());
}

TEST(Url, TakesAnIpv4AddressOnlyAsFourPlainDecimalNumbers) {
  // A-104, E14
  EXPECT_EQ(Url::parse("https://192.0.2.7/")->host, "192.0.2.7");
  for (const char* host :
       {"127.1",       "127.0.1",      "2130706433", "0x7f000001",   "0x7f.0.0.1",
        "0X7F.1",      "127.0.0.0x1",  "0177.0.0.1", "127.0.0.01",   "127.0.0.1.",
        "127.0.0.256", "1.2.3.4.5",    "0",          "0x",           "1.2.3",
        "example.1",   "example.0x7f", "00.0.0.0",   "127.0.0.1%00", "127。0。0。1",
        "①27.0.0.1"}) {
    EXPECT_TRUE(is_refused(std::string("https://") + host + "/")) << host;
  }
}

TEST(Url, TakesAnIpv6AddressInBracketsWithoutAZone) {
  // A-104
  const auto url = Url::parse("https://[2001:DB8::1]:444/x");
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->host, "2001:db8::1");
  EXPECT_EQ(url->port, 444);
  EXPECT_EQ(url->origin(), "https://[2001:db8::1]:444");
  EXPECT_EQ(Url::parse("https://[::ffff:127.0.0.1]/")->host, "::ffff:127.0.0.1");
  for (const char* host :
       {"[::1%25eth0]", "[::1%eth0]", "[::1", "::1", "[]", "[127.0.0.1]", "[v1.x]", "[::1]x",
        "[::1]:", "[::1]]", "[[::1]]", "[example.com]", "[1::2::3]", "[::12345]", "x[::1]"}) {
    EXPECT_TRUE(is_refused(std::string("https://") + host + "/")) << host;
  }
}

TEST(Url, TakesOnlyHostsThatAreDnsNames) {
  // A-030
  const std::string long_label(63, 'a');
  std::string four_long_labels = long_label;
  for (int i = 0; i < 3; ++i) four_long_labels.append(".").append(long_label);
  EXPECT_TRUE(Url::parse("https://" + long_label + ".example/").has_value());
  EXPECT_TRUE(Url::parse("https://xn--mnchen-3ya.example/").has_value());
  EXPECT_TRUE(Url::parse("https://localhost/").has_value());
  EXPECT_TRUE(Url::parse("https://3com.example/").has_value());
  for (const std::string& host :
       {std::string("münchen.example"), std::string("\xff.example"), std::string("example.com."),
        std::string(".example.com"), std::string("a..b"), std::string("."),
        std::string("-a.example"), std::string("a-.example"), std::string("a_b.example"),
        std::string("a%2eb.example"), std::string("%31%32%37.0.0.1"), std::string("a b.example"),
        std::string("a,b"), std::string("a;b"), std::string("a!b"), std::string("a*b"),
        std::string("*.example"), long_label + "a.example", four_long_labels}) {
    EXPECT_TRUE(is_refused("https://" + host + "/")) << host;
  }
}

TEST(Url, RefusesAPortThatIsNotAPlainNumberFrom1To65535) {
  EXPECT_EQ(Url::parse("https://example.com:65535/")->port, 65'535);
  EXPECT_EQ(Url::parse("https://example.com:1/")->port, 1);
  for (const char* port : {"", "0", "65536", "99999", "100000", "-1", "+1", "0443", "44x", " 443",
                           "443 ", "443:443", "0x1bb", "18446744073709551617"}) {
    EXPECT_TRUE(is_refused(std::string("https://example.com:") + port + "/")) << port;
  }
}

TEST(Url, RefusesCharactersOutsideRfc3986) {
  // A-030
  for (const char bad : {'\\', '\t', '\n', '\r', ' ', '\0', '\x7f', '"', '<', '>', '^', '`', '{',
                         '|', '}', '[', ']', '\x80', '\xc3'}) {
    for (const char* form : {"https://exa_mple.com/", "https://example.com/a_b",
                             "https://example.com/?a_b", "https_://example.com/",
                             "https:/_/example.com/", "https://example.com_/", "_https://a.b/"}) {
      std::string text = form;
      text[text.find('_')] = bad;
      EXPECT_TRUE(is_refused(text)) << text << " with byte " << int{bad};
    }
  }
}

TEST(Url, RefusesAPercentSignWithoutTwoHexadecimalDigits) {
  for (const char* tail : {"%", "%1", "%g1", "%1g", "a%", "?%", "?a=%zz", "%%20"}) {
    EXPECT_TRUE(is_refused(std::string("https://example.com/") + tail)) << tail;
  }
  EXPECT_TRUE(Url::parse("https://example.com/%2F?%7e").has_value());
}

TEST(Url, IsAtMost2048CharactersLong) {
  const std::string start = "https://example.com/";
  EXPECT_TRUE(Url::parse(start + std::string(2'048 - start.size(), 'a')).has_value());
  EXPECT_TRUE(is_refused(start + std::string(2'049 - start.size(), 'a')));
  EXPECT_TRUE(is_refused("https://" + std::string(100'000, '.')));
}

TEST(Url, ParsesItsOwnOriginToTheSameHostAndPort) {
  for (const char* text :
       {"https://a.example:8443/x", "http://[::1]:8080/", "https://192.0.2.1/"}) {
    const auto url = Url::parse(text);
    ASSERT_TRUE(url.has_value());
    const auto again = Url::parse(url->origin());
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->host, url->host);
    EXPECT_EQ(again->port, url->port);
    EXPECT_EQ(again->scheme, url->scheme);
  }
}

}  // namespace
}  // namespace strongroom::http
