#include "vault/oauth_client_rules.h"

#include <gtest/gtest.h>

namespace strongroom::vault {
namespace {

std::vector<std::string> reasons(const std::string& provider, const std::string& cause) {
  const auto catalogue = catalogue::Catalogue::built_in();
  if (!catalogue) return {"no catalogue"};
  storage::OAuthClientRow row;
  row.state = to_text(OAuthClientState::kNeedsSignIn);
  row.grant_flow = to_text(GrantFlow::kAuthorizationCode);
  row.requested_scopes = "[]";
  row.service_provider = provider;
  row.failure_cause = cause;
  const auto client = to_oauth_client(*catalogue, row);
  if (!client || !client->failure) return {"no failure"};
  return client->failure->possible_reasons;
}

TEST(OAuthClientFailures, OfASignInThatEndedHaveTheReasonsOfTheProvidersPages) {
  //
  const auto of_google = reasons("google", "sign_in_ended");
  ASSERT_GE(of_google.size(), 5U);
  EXPECT_NE(of_google[2].find("Testing"), std::string::npos) << of_google[2];
  EXPECT_TRUE(reasons("google", "invalid_client").empty());
  EXPECT_TRUE(reasons("generic", "sign_in_ended").empty());
  EXPECT_TRUE(reasons("left-the-catalogue", "sign_in_ended").empty());
}

}  // namespace
}  // namespace strongroom::vault
