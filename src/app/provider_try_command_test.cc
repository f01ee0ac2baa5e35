#include "app/provider_try_command.h"

#include <string>

#include <gtest/gtest.h>

#include "catalogue/catalogue.h"

namespace strongroom::app {
namespace {

using catalogue::Grant;

TEST(ProviderTryCommand, TriesTheFirstGrantThatTheEntryHas) {
  const auto catalogue = catalogue::Catalogue::built_in();
  ASSERT_TRUE(catalogue);
  const catalogue::Provider& generic = *catalogue->find("generic");
  EXPECT_EQ(grant_to_try(generic, "").value(), Grant::kClientCredentials);
  EXPECT_EQ(grant_to_try(generic, "authorization_code").value(), Grant::kAuthorizationCode);
  const catalogue::Provider& github = *catalogue->find("github");
  EXPECT_EQ(grant_to_try(github, "").value(), Grant::kAuthorizationCode);
  const auto refused = grant_to_try(github, "client_credentials");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::kInvalidArgument);
}

TEST(ProviderTryCommand, TakesEachParameterOnce) {
  const auto parameters = parameters_to_try({"domain=login.example.com", "x=a=b", "empty="});
  ASSERT_TRUE(parameters);
  EXPECT_EQ(*parameters,
            (catalogue::Parameters{{"domain", "login.example.com"}, {"x", "a=b"}, {"empty", ""}}));
  for (const char* bad : {"domain", "=x", ""}) EXPECT_FALSE(parameters_to_try({bad})) << bad;
  EXPECT_FALSE(parameters_to_try({"a=1", "a=2"}));
}

}  // namespace
}  // namespace strongroom::app
