#include "http/network.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace strongroom::http {
namespace {

bool is_direct(const std::vector<std::string>& entries, const std::string& url) {
  return NoProxyList::parse(entries).value().contains(Url::parse(url).value());
}

TEST(NoProxyList, MeansHostsDomainsAndAddresses) {
  const std::vector<std::string> entries{"login.example.org", ".corp.example", "10.0.0.0/8", "::1"};
  for (const char* url :
       {"https://login.example.org/", "https://LOGIN.example.org:8443/", "https://a.corp.example/",
        "https://a.b.corp.example/", "https://10.1.2.3/", "https://[::1]/"}) {
    EXPECT_TRUE(is_direct(entries, url)) << url;
  }
  for (const char* url : {"https://example.org/", "https://a.login.example.org/",
                          "https://corp.example/", "https://evilcorp.example/", "https://11.1.2.3/",
                          "https://[::2]/", "https://login.example.org.evil.example/"}) {
    EXPECT_FALSE(is_direct(entries, url)) << url;
  }
  EXPECT_FALSE(is_direct({}, "https://a.example/"));
}

TEST(NoProxyList, RefusesWhatIsNeither) {
  for (const char* bad : {"", "*", "*.example.org", "a.example:443", "https://a.example", ".",
                          "10.0.0.1/8", "a b", "a,b", "user@a.example", "a.example/x"}) {
    const auto list = NoProxyList::parse({bad});
    ASSERT_FALSE(list.has_value()) << bad;
    EXPECT_EQ(list.error().detail, bad);
  }
}

TEST(Network, GivesItsProxyToAllRequestsButThoseOfTheList) {
  Network network;
  EXPECT_FALSE(network.proxy_for("https://a.example/").has_value());
  network.proxy_url = "http://proxy.example:3128";
  network.proxy_credentials.emplace("user:password");
  network.no_proxy = NoProxyList::parse({".corp.example"}).value();
  const auto proxy = network.proxy_for("https://a.example/");
  ASSERT_TRUE(proxy.has_value());
  EXPECT_EQ(proxy->url, network.proxy_url);
  EXPECT_EQ(proxy->credentials->reveal(), "user:password");
  EXPECT_FALSE(proxy->policy.has_value());
  EXPECT_FALSE(network.proxy_for("https://a.corp.example/").has_value());
  EXPECT_FALSE(network.proxy_for("nonsense").has_value());
}

TEST(ProxyUrl, IsASchemeAHostAndAPort) {
  for (const char* good : {"http://proxy.example:3128", "https://10.0.0.1/", "http://[::1]:8080"}) {
    EXPECT_TRUE(parse_proxy_url(good).has_value()) << good;
  }
  for (const char* bad : {"", "proxy.example:3128", "socks5://a.example:1080", "http://a/x",
                          "http://user:password@a.example", "http://a.example/?x", "none"}) {
    EXPECT_FALSE(parse_proxy_url(bad).has_value()) << bad;
  }
}

TEST(ProxyCredentials, AreAUserAndAPassword) {
  for (const char* good : {"user:password", "user:", "us er:a:b:c", "j\u00f6rg:\u00fc"}) {
    EXPECT_TRUE(check_proxy_credentials(ProxyCredentials(good)).has_value()) << good;
  }
  for (const std::string& bad :
       {std::string("user"), std::string(":password"), std::string(""), std::string("a:b\r\nX: y"),
        std::string("a:b\0c", 5), "a:" + std::string(2'000, 'x')}) {
    EXPECT_FALSE(check_proxy_credentials(ProxyCredentials(bad)).has_value()) << bad;
  }
}

}  // namespace
}  // namespace strongroom::http
