#include "app/addresses.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace strongroom::app {
namespace {

using testing::ElementsAre;

const Machine vault_machine{"vault-1", {"192.0.2.7", "2001:db8::7"}};

Config config(const char* listen, const char* public_url = "") {
  return Config::build(
             {{"server.listen", listen, "test"}, {"server.public_url", public_url, "test"}})
      .value();
}

TEST(CertificateNames, AreThoseOfTheAddressThatIsListenedOn) {
  EXPECT_THAT(certificate_names(config("127.0.0.1:0"), vault_machine),
              ElementsAre("localhost", "127.0.0.1", "::1"));
  EXPECT_THAT(certificate_names(config("[2001:db8::7]:443"), vault_machine),
              ElementsAre("localhost", "127.0.0.1", "::1", "2001:db8::7"));
}

TEST(CertificateNames, AreAllOfTheMachineWhereAllAddressesAreListenedOn) {
  EXPECT_THAT(certificate_names(config("0.0.0.0:8443"), vault_machine),
              ElementsAre("localhost", "127.0.0.1", "::1", "vault-1", "192.0.2.7"));
  EXPECT_THAT(certificate_names(config("[::]:8443"), vault_machine),
              ElementsAre("localhost", "127.0.0.1", "::1", "vault-1", "192.0.2.7", "2001:db8::7"));
}

TEST(CertificateNames, HaveTheHostOfThePublicAddress) {
  for (const char* url : {"https://vault.example", "https://vault.example:8443/x"}) {
    EXPECT_THAT(certificate_names(config("127.0.0.1:0", url), vault_machine),
                ElementsAre("localhost", "127.0.0.1", "::1", "vault.example"));
  }
  EXPECT_THAT(certificate_names(config("127.0.0.1:0", "https://[2001:db8::1]"), vault_machine),
              ElementsAre("localhost", "127.0.0.1", "::1", "2001:db8::1"));
  EXPECT_THAT(certificate_names(config("127.0.0.1:0"), vault_machine),
              ElementsAre("localhost", "127.0.0.1", "::1"));
}

TEST(ReachableHosts, NameTheWaysOfOtherMachinesFirstAndLoopbackLast) {
  EXPECT_THAT(reachable_hosts("0.0.0.0:8443", vault_machine),
              ElementsAre("192.0.2.7", "127.0.0.1"));
  EXPECT_THAT(reachable_hosts("[::]:8443", vault_machine),
              ElementsAre("192.0.2.7", "[2001:db8::7]", "[::1]"));
  EXPECT_THAT(reachable_hosts("127.0.0.1:8443", vault_machine), ElementsAre("127.0.0.1"));
  EXPECT_THAT(reachable_hosts("[::1]:8443", vault_machine), ElementsAre("[::1]"));
}

TEST(ThisMachine, SaysWhatItsInterfacesHaveAndNothingOfLoopback) {
  const Machine machine = this_machine();
  EXPECT_THAT(machine.addresses, testing::Not(testing::Contains("127.0.0.1")));
  EXPECT_THAT(machine.addresses, testing::Not(testing::Contains("::1")));
  EXPECT_TRUE(std::ranges::none_of(machine.addresses,
                                   [](const auto& text) { return text.starts_with("fe80:"); }));
}

TEST(PublicUrl, HasNoSlashAtItsEnd) {
  EXPECT_EQ(public_url(config("127.0.0.1:0")), "");
  EXPECT_EQ(public_url(config("127.0.0.1:0", "https://vault.example")), "https://vault.example");
  EXPECT_EQ(public_url(config("127.0.0.1:0", "https://vault.example/")), "https://vault.example");
  EXPECT_EQ(public_url(config("127.0.0.1:0", "https://a.example/vault//")),
            "https://a.example/vault");
}

}  // namespace
}  // namespace strongroom::app
