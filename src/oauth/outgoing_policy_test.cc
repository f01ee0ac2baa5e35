#include "oauth/outgoing_policy.h"

#include <chrono>

#include <gtest/gtest.h>

namespace strongroom::oauth {
namespace {

TEST(AllowedAddresses, AreRangesOrSingleAddresses) {
  EXPECT_TRUE(check_allowed_addresses({}).has_value());
  EXPECT_TRUE(check_allowed_addresses({"10.1.0.0/16", "127.0.0.1", "fd00::/8"}).has_value());
}

TEST(AllowedAddresses, AreRefusedWithTheIndexOfTheBadOne) {
  for (const char* bad :
       {"", "10.1.0.1/16", "localhost", "010.0.0.1", "10.0.0.0/33", " 10.0.0.1"}) {
    const Status checked = check_allowed_addresses({"10.0.0.0/8", bad});
    ASSERT_FALSE(checked.has_value()) << bad;
    EXPECT_EQ(checked.error().code, Code::kInvalidArgument);
    const ErrorValue* field = checked.error().find("field");
    ASSERT_NE(field, nullptr);
    EXPECT_EQ(std::get<FieldPointer>(*field).text, "/allowed_addresses/1");
  }
}

Status restrict(TokenRequest& request, const Network& network, const std::string& proxy) {
  const std::string ca = "named";
  const std::vector<std::string> allowed{"10.0.0.0/8"};
  return restrict_destination(request, network,
                              {.trusted_ca_pem = ca,
                               .allowed_addresses = allowed,
                               .proxy = proxy,
                               .proxy_credentials = ProxyCredentials("user:password")});
}

TEST(Proxy, IsTheMachinesNoneOrAUrl) {
  for (const char* good : {"", "none", "http://proxy.example:3128", "https://10.0.0.1:443"}) {
    EXPECT_TRUE(check_proxy(good).has_value()) << good;
  }
  for (const char* bad : {"None", "direct", "proxy.example:3128", "http://u:p@proxy.example"}) {
    const Status checked = check_proxy(bad);
    ASSERT_FALSE(checked.has_value()) << bad;
    EXPECT_EQ(std::get<FieldPointer>(*checked.error().find("field")).text, "/proxy");
  }
}

TEST(RestrictDestination, TakesProxyLimitsAndExtraCasFromTheMachine) {
  Network network;
  network.proxy_url = "http://proxy.example:3128";
  network.no_proxy = http::NoProxyList::parse({".corp.example"}).value();
  network.extra_ca_pem = "extra";
  network.total_timeout = std::chrono::seconds(7);
  TokenRequest request;
  request.message.url = "https://login.example.org/token";
  ASSERT_TRUE(restrict(request, network, "").has_value());
  ASSERT_TRUE(request.message.proxy.has_value());
  EXPECT_EQ(request.message.proxy->url, network.proxy_url);
  EXPECT_EQ(request.message.trusted_ca_pem, "named");
  EXPECT_EQ(request.message.extra_ca_pem, "extra");
  EXPECT_EQ(request.message.limits.total_timeout, network.total_timeout);
  EXPECT_EQ(request.message.policy.allowed.size(), 1U);

  request.message.url = "https://login.corp.example/token";
  ASSERT_TRUE(restrict(request, network, "").has_value());
  EXPECT_FALSE(request.message.proxy.has_value());
}

TEST(RestrictDestination, LetsTheTrustedCaVouchForTheTargetSystemsOwnProxyToo) {
  //
  Network network;
  network.proxy_url = "https://proxy.example:3128";
  TokenRequest request;
  request.message.url = "https://login.example.org/token";
  ASSERT_TRUE(restrict(request, network, "https://own.example:8080").has_value());
  ASSERT_TRUE(request.message.proxy.has_value());
  EXPECT_EQ(request.message.proxy->extra_ca_pem, "named");
  EXPECT_EQ(request.message.proxy->trusted_ca_pem, "");

  // The machine's proxy is not for a target system to vouch for.
  TokenRequest usual;
  usual.message.url = request.message.url;
  ASSERT_TRUE(restrict(usual, network, "").has_value());
  ASSERT_TRUE(usual.message.proxy.has_value());
  EXPECT_EQ(usual.message.proxy->extra_ca_pem, "");
}

TEST(RestrictDestination, PrefersTheTargetSystemsOwnProxyAndJudgesItAsItsServer) {
  //
  Network network;
  network.proxy_url = "http://proxy.example:3128";
  network.proxy_credentials.emplace("machine:password");
  TokenRequest request;
  request.message.url = "https://login.example.org/token";
  ASSERT_TRUE(restrict(request, network, "http://own.example:8080").has_value());
  ASSERT_TRUE(request.message.proxy.has_value());
  EXPECT_EQ(request.message.proxy->url, "http://own.example:8080");
  EXPECT_EQ(request.message.proxy->credentials->reveal(), "user:password");
  ASSERT_TRUE(request.message.proxy->policy.has_value());
  EXPECT_EQ(request.message.proxy->policy->allowed.size(), 1U);

  TokenRequest direct;
  direct.message.url = request.message.url;
  ASSERT_TRUE(restrict(direct, network, "none").has_value());
  EXPECT_FALSE(direct.message.proxy.has_value());

  // Credentials of a target system's own proxy never go to the machine's.
  TokenRequest usual;
  usual.message.url = request.message.url;
  ASSERT_TRUE(restrict(usual, network, "").has_value());
  EXPECT_EQ(usual.message.proxy->credentials->reveal(), "machine:password");
}

}  // namespace
}  // namespace strongroom::oauth
