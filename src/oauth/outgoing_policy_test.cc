#include <chrono>

#include <gtest/gtest.h>

#include "oauth/outgoing_policy.h"

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

TEST(RestrictDestination, TakesProxyLimitsAndExtraCasFromTheMachine) {
  Network network;
  network.proxy_url = "http://proxy.example:3128";
  network.no_proxy = http::NoProxyList::parse({".corp.example"}).value();
  network.extra_ca_pem = "extra";
  network.total_timeout = std::chrono::seconds(7);
  TokenRequest request;
  request.message.url = "https://login.example.org/token";
  ASSERT_TRUE(restrict_destination(request, network, "named", {"10.0.0.0/8"}).has_value());
  ASSERT_TRUE(request.message.proxy.has_value());
  EXPECT_EQ(request.message.proxy->url, network.proxy_url);
  EXPECT_EQ(request.message.trusted_ca_pem, "named");
  EXPECT_EQ(request.message.extra_ca_pem, "extra");
  EXPECT_EQ(request.message.limits.total_timeout, network.total_timeout);
  EXPECT_EQ(request.message.policy.allowed.size(), 1U);

  request.message.url = "https://login.corp.example/token";
  ASSERT_TRUE(restrict_destination(request, network, "", {}).has_value());
  EXPECT_FALSE(request.message.proxy.has_value());
}

}  // namespace
}  // namespace strongroom::oauth
