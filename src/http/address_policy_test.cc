#include "http/address_policy.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace strongroom::http {
namespace {

IpAddress ip(const char* text) {
  const auto parsed = IpAddress::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(IpAddress{});
}

AddressPolicy allowing(const std::vector<std::string>& ranges) {
  auto policy = AddressPolicy::parse(ranges);
  EXPECT_TRUE(policy.has_value());
  return policy.value_or(AddressPolicy{});
}

TEST(IpAddress, IsWrittenAsRfc5952Does) {
  EXPECT_EQ(ip("192.0.2.1").text(), "192.0.2.1");
  EXPECT_EQ(ip("2001:DB8:0:0:0:0:0:1").text(), "2001:db8::1");
  EXPECT_EQ(ip("::").text(), "::");
  EXPECT_EQ(ip("::ffff:192.0.2.1").text(), "192.0.2.1");
  EXPECT_EQ(ip("::ffff:c000:201"), ip("192.0.2.1"));
}

TEST(IpAddress, RefusesOctalHexadecimalShorthandAndEverythingElse) {
  // A-104, E14
  for (const std::string& text : {std::string("127.1"),
                                  std::string("0177.0.0.1"),
                                  std::string("0x7f.0.0.1"),
                                  std::string("2130706433"),
                                  std::string("127.0.0.01"),
                                  std::string("127.0.0.256"),
                                  std::string("1.2.3.4.5"),
                                  std::string("1.2.3.4 "),
                                  std::string(" 1.2.3.4"),
                                  std::string("1.2.3.4\n"),
                                  std::string("1.2.3.4\0", 8),
                                  std::string("::1\0x", 5),
                                  std::string("::1%lo"),
                                  std::string("[::1]"),
                                  std::string("1::2::3"),
                                  std::string("::12345"),
                                  std::string(":"),
                                  std::string(""),
                                  std::string("."),
                                  std::string("1.2.3.4/32"),
                                  std::string(1'000'000, '1'),
                                  std::string("１.2.3.4")}) {
    EXPECT_FALSE(IpAddress::parse(text).has_value()) << text.substr(0, 40);
  }
}

TEST(AddressRange, ContainsExactlyItsAddresses) {
  const auto ten = AddressRange::parse("10.16.0.0/12");
  ASSERT_TRUE(ten.has_value());
  EXPECT_TRUE(ten->contains(ip("10.16.0.0")));
  EXPECT_TRUE(ten->contains(ip("10.31.255.255")));
  EXPECT_FALSE(ten->contains(ip("10.15.255.255")));
  EXPECT_FALSE(ten->contains(ip("10.32.0.0")));
  EXPECT_EQ(ten->text(), "10.16.0.0/12");
  const auto one = AddressRange::parse("::1");
  EXPECT_TRUE(one->contains(ip("::1")));
  EXPECT_FALSE(one->contains(ip("::2")));
  EXPECT_EQ(one->text(), "::1");
  EXPECT_EQ(AddressRange::parse("fc00::/7")->text(), "fc00::/7");
  EXPECT_EQ(AddressRange::parse("::ffff:10.0.0.0/104")->text(), "10.0.0.0/8");
}

TEST(AddressRange, OfOneFamilyContainsNothingOfTheOther) {
  EXPECT_FALSE(AddressRange::parse("::/0")->contains(ip("10.0.0.1")));
  EXPECT_FALSE(AddressRange::parse("0.0.0.0/0")->contains(ip("fd00::1")));
  EXPECT_TRUE(AddressRange::parse("0.0.0.0/0")->contains(ip("10.0.0.1")));
  EXPECT_TRUE(AddressRange::parse("::/0")->contains(ip("fd00::1")));
}

TEST(AddressRange, RefusesWhatItCannotTakeLiterally) {
  for (const char* text :
       {"10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/08", "10.0.0.0/8/8", "10.1.2.3/8",
        "::/129", "::1/64", "fe80::/1000", "10.0.0.0/+8", "/8", "", "*", "localhost", "10.*",
        "::ffff:0.0.0.0/90", "10.0.0.0 /8", "10.0.0.0-10.0.0.9"}) {
    EXPECT_FALSE(AddressRange::parse(text).has_value()) << text;
  }
}

TEST(AddressPolicy, PermitsThePublicInternetAndNothingElseByDefault) {
  // A-104, E14
  const AddressPolicy policy;
  for (const char* open :
       {"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
        "126.255.255.255", "128.0.0.0", "169.253.255.255", "172.15.255.255", "172.32.0.0",
        "192.0.1.0", "192.167.255.255", "198.17.255.255", "198.20.0.0", "223.255.255.255",
        "2606:4700:4700::1111", "2a00::1", "2001:4860:4860::8888"}) {
    EXPECT_TRUE(policy.permits(ip(open))) << open;
  }
  for (const char* closed :
       {"0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.255",
        "127.0.0.1", "127.255.255.255", "169.254.0.1", "172.16.0.1", "172.31.255.255", "192.0.0.8",
        "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1",
        "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        // IPv6
        "::", "::1", "::2", "100::1", "fc00::1", "fdff::1", "fe80::1", "febf::1", "fec0::1",
        "ff02::1", "2001::1", "2001:1ff::1", "2001:db8::1", "3fff::1", "4000::1", "5f00::1"}) {
    EXPECT_FALSE(policy.permits(ip(closed))) << closed;
  }
}

TEST(AddressPolicy, JudgesTheIpv4AddressInsideAnIpv6One) {
  // A-104, E14
  const AddressPolicy policy;
  for (const char* closed :
       {"::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::169.254.169.254", "64:ff9b::10.0.0.1", "2002:7f00:1::", "2002:a9fe:a9fe::1",
        "2002:c0a8:101::1", "::127.0.0.1", "::8.8.8.8", "64:ff9b:1::10.0.0.1", "64:ff9b:1::8.8.8.8",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2"}) {
    EXPECT_FALSE(policy.permits(ip(closed))) << closed;
  }
  for (const char* open : {"::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"}) {
    EXPECT_TRUE(policy.permits(ip(open))) << open;
  }
}

TEST(AddressPolicy, OpensOnlyWhatAnOperatorAllowed) {
  //
  const AddressPolicy policy = allowing({"10.1.0.0/16", "::1", "fd12::/16"});
  EXPECT_TRUE(policy.permits(ip("10.1.2.3")));
  EXPECT_TRUE(policy.permits(ip("::ffff:10.1.2.3")));
  EXPECT_TRUE(policy.permits(ip("64:ff9b::10.1.2.3")));
  EXPECT_TRUE(policy.permits(ip("::1")));
  EXPECT_TRUE(policy.permits(ip("fd12::9")));
  EXPECT_FALSE(policy.permits(ip("10.2.0.1")));
  EXPECT_FALSE(policy.permits(ip("127.0.0.1")));
  EXPECT_FALSE(policy.permits(ip("fd13::9")));
}

TEST(AddressPolicy, KeepsMetadataServicesClosedUnlessNamedExactly) {
  // A-104, E14
  const AddressPolicy wide = allowing({"0.0.0.0/0", "::/0", "169.254.0.0/16", "169.254.169.254/31",
                                       "fd00:ec2::/32", "fd20::/16", "fe80::/10", "192.0.0.0/24"});
  const std::vector<const char*> services = {
      "169.254.169.254", "169.254.170.2", "169.254.169.253", "fd00:ec2::254", "100.100.100.200",
      "168.63.129.16",   "fd20:ce::254",  "fe80::a9fe:a9fe", "192.0.0.192"};
  for (const char* service : services) {
    EXPECT_FALSE(wide.permits(ip(service))) << service;
    EXPECT_FALSE(AddressPolicy{}.permits(ip(service))) << service;
    EXPECT_TRUE(allowing({service}).permits(ip(service))) << service;
  }
  for (const char* wrapped :
       {"::ffff:169.254.169.254", "64:ff9b::169.254.169.254", "2002:a9fe:a9fe::1",
        "::169.254.169.254", "64:ff9b:1::169.254.169.254", "64:ff9b::168.63.129.16"}) {
    EXPECT_FALSE(wide.permits(ip(wrapped))) << wrapped;
  }
  EXPECT_TRUE(wide.permits(ip("169.254.1.1")));
  EXPECT_TRUE(allowing({"169.254.169.254/32"}).permits(ip("169.254.169.254")));
}

TEST(AddressPolicy, PermitsPlainHttpOnlyToAllowedLoopback) {
  //
  AddressPolicy policy = allowing({"127.0.0.1", "::1", "10.0.0.0/8"});
  EXPECT_FALSE(policy.permits_plain_http(ip("127.0.0.1")));
  policy.allow_plain_http = true;
  EXPECT_TRUE(policy.permits_plain_http(ip("127.0.0.1")));
  EXPECT_TRUE(policy.permits_plain_http(ip("::1")));
  EXPECT_FALSE(policy.permits_plain_http(ip("127.0.0.2")));
  EXPECT_FALSE(policy.permits_plain_http(ip("10.0.0.1")));
  EXPECT_FALSE(policy.permits_plain_http(ip("8.8.8.8")));
  policy.allowed.clear();
  EXPECT_FALSE(policy.permits_plain_http(ip("127.0.0.1")));
}

TEST(AddressPolicy, SaysWhichEntryIsBad) {
  const auto policy = AddressPolicy::parse({"10.0.0.0/8", "10.0.0.1/8"});
  ASSERT_FALSE(policy.has_value());
  EXPECT_EQ(policy.error().code, Code::kInvalidArgument);
  const ErrorValue* field = policy.error().find("field");
  ASSERT_NE(field, nullptr);
  EXPECT_EQ(std::get<FieldPointer>(*field).text, "/allowed_addresses/1");
}

}  // namespace
}  // namespace strongroom::http
