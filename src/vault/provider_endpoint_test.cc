#include "vault/provider_endpoint.h"

#include <string>

#include "vault/testing/vault_world.h"

namespace strongroom::vault {
namespace {

class ProviderEndpointTest : public VaultWorld {
 protected:
  // As the vault has it stored: with an endpoint of the catalogue's test provider.
  TargetSystem stored(const std::string& name, std::optional<ProjectId> project = {}) {
    return system(name, project);
  }
  ProviderEndpoint endpoint(const TargetSystem& system) const {
    return provider_endpoint(*catalogue_, system);
  }
};

TEST_F(ProviderEndpointTest, RequestsAreCountedByHostAndTheProxyThatLeadsThere) {
  // E30
  TargetSystem direct = stored("Direct");
  const ProviderEndpoint plain = endpoint(direct);
  EXPECT_TRUE(plain.host.starts_with("https://")) << plain.host;
  EXPECT_EQ(plain.host.find('/', 8), std::string::npos) << "no path: " << plain.host;
  TargetSystem by_proxy = direct;
  by_proxy.proxy = "http://tar-pit.example:3128";
  EXPECT_NE(endpoint(by_proxy).host, plain.host);
  EXPECT_NE(endpoint(by_proxy).address, plain.address);
  by_proxy.proxy = "http://other.example:3128";
  TargetSystem alike = stored("Alike");
  alike.proxy = by_proxy.proxy;
  EXPECT_EQ(endpoint(alike).host, endpoint(by_proxy).host) << "all who go that way count together";
}

TEST_F(ProviderEndpointTest, WhetherItWorksIsEachProjectsOwnAndTheHostIsOneForAll) {
  //
  const ProjectId finance = project("finance");
  const ProviderEndpoint shared = endpoint(stored("Shared"));
  const ProviderEndpoint of_finance = endpoint(stored("Of finance", finance));
  const ProviderEndpoint also_of_finance = endpoint(stored("Of finance too", finance));
  const ProviderEndpoint of_sales = endpoint(stored("Of sales", project("sales")));
  EXPECT_EQ(of_finance.address, also_of_finance.address);
  EXPECT_NE(of_finance.address, of_sales.address);
  EXPECT_NE(of_finance.address, shared.address);
  EXPECT_EQ(of_finance.host, of_sales.host);
  EXPECT_EQ(of_finance.host, shared.host);
}

TEST_F(ProviderEndpointTest, WithoutSettingsThatMakeAnAddressThereIsNone) {
  TargetSystem unknown = stored("Unknown");
  unknown.service_provider = "nobody";
  EXPECT_TRUE(endpoint(unknown).host.empty());
  EXPECT_TRUE(endpoint(unknown).address.empty());
}

}  // namespace
}  // namespace strongroom::vault
