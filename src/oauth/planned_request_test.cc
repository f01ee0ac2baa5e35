#include "oauth/planned_request.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/testing/fake_clock.h"
#include "crypto/testing/counting_random.h"
#include "oauth/client_credentials.h"

namespace strongroom::oauth {
namespace {

using catalogue::ClientAuthentication;

TokenRequest request_by(ClientAuthentication method) {
  FakeClock clock;
  crypto::CountingRandom random{1};
  catalogue::Provider provider;
  provider.id = "planned";
  provider.grants = {catalogue::Grant::kClientCredentials};
  provider.token_endpoint = "https://as.example/token?tracking=canary-query";
  provider.client_authentication = {method};
  provider.client_credentials_grant_type = "client_credentials";
  const ConsumerSecret secret("canary-secret");
  const std::vector<std::string> scopes{"read"};
  auto request = build_client_credentials_request({.client = {.provider = provider,
                                                              .parameters = {},
                                                              .tenant = "",
                                                              .consumer_key = "canary-key",
                                                              .consumer_secret = &secret,
                                                              .authentication = {},
                                                              .random = random,
                                                              .now = clock.now()},
                                                   .scopes = scopes});
  EXPECT_TRUE(request.has_value());
  return *std::move(request);
}

std::string all_of(const PlannedRequest& plan) {
  std::string text = plan.method + " " + plan.url + " " + plan.proxy;
  for (const auto* const list : {&plan.headers, &plan.parameters}) {
    for (const SeenParameter& one : *list)
      text.append(" ").append(one.name).append("=").append(one.value);
  }
  return text;
}

TEST(PlannedRequest, SaysWhatIsSentAndNothingSecret) {
  //
  TokenRequest request = request_by(ClientAuthentication::kClientSecretPost);
  request.message.headers.push_back({"X-Tenant-Key", "canary-header"});
  EXPECT_EQ(all_of(planned(request)),
            "POST https://as.example/token  Content-Type=application/x-www-form-urlencoded "
            "Accept=application/json X-Tenant-Key= grant_type=client_credentials scope=read "
            "client_id= client_secret=");
  EXPECT_EQ(planned(request).authentication, "client_secret_post");
}

TEST(PlannedRequest, OfASecretInAHeaderSaysTheHeader) {
  const PlannedRequest plan = planned(request_by(ClientAuthentication::kClientSecretBasic));
  ASSERT_FALSE(plan.headers.empty());
  EXPECT_EQ(plan.headers.back().name, "Authorization");
  EXPECT_EQ(plan.headers.back().value, "");
}

TEST(PlannedRequest, SaysTheWayToTheServer) {
  TokenRequest request = request_by(ClientAuthentication::kClientSecretPost);
  EXPECT_FALSE(planned(request).has_own_ca);
  request.message.trusted_ca_pem = "pem";
  request.message.policy = *http::AddressPolicy::parse({"10.1.0.0/16"});
  request.message.proxy.emplace();
  request.message.proxy->url = "http://proxy.example:3128";
  request.message.proxy->credentials.emplace("user:canary");
  const PlannedRequest plan = planned(request);
  EXPECT_TRUE(plan.has_own_ca);
  EXPECT_EQ(plan.allowed_addresses, std::vector<std::string>{"10.1.0.0/16"});
  EXPECT_EQ(plan.proxy, "http://proxy.example:3128");
  EXPECT_TRUE(plan.has_proxy_credentials);
  EXPECT_EQ(plan.connect_timeout, request.message.limits.connect_timeout);
  EXPECT_EQ(plan.total_timeout, request.message.limits.total_timeout);
}

}  // namespace
}  // namespace strongroom::oauth
