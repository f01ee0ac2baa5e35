#include "http/resolver.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace strongroom::http {
namespace {

TEST(SystemResolver, FindsTheAddressesOfThisMachine) {
  SystemResolver resolver;
  const auto addresses = resolver.resolve("localhost");
  ASSERT_TRUE(addresses.has_value());
  EXPECT_TRUE(std::ranges::any_of(*addresses, [](const IpAddress& address) {
    return address.text() == "127.0.0.1" || address.text() == "::1";
  }));
}

TEST(SystemResolver, NamesEachAddressOnce) {
  SystemResolver resolver;
  const auto addresses = resolver.resolve("127.0.0.1");
  ASSERT_TRUE(addresses.has_value());
  ASSERT_EQ(addresses->size(), 1U);
  EXPECT_EQ((*addresses)[0], IpAddress::parse("127.0.0.1"));
}

TEST(SystemResolver, SaysThatANameDoesNotExist) {
  SystemResolver resolver;
  // RFC 6761 section 6.4: "invalid" names never resolve, so no name server is asked the truth.
  const auto addresses = resolver.resolve("no-such-host.invalid");
  ASSERT_FALSE(addresses.has_value());
  EXPECT_EQ(addresses.error().code, Code::kUnavailable);
}

}  // namespace
}  // namespace strongroom::http
