#include "vault/callback_url.h"

#include <gtest/gtest.h>

namespace strongroom::vault {
namespace {

TargetSystem system_with(Callback callback) {
  TargetSystem system;
  system.id = *TargetSystemId::parse("01900000-0000-7000-8000-000000000001");
  system.callback = callback;
  return system;
}

TEST(CallbackUrl, IsOneForEachTargetSystemAndSurvivesRenames) {
  //
  TargetSystem system = system_with(Callback::kOwn);
  const std::string before = callback_url("https://vault.example", system);
  EXPECT_EQ(before, "https://vault.example/OAuthCallback/01900000-0000-7000-8000-000000000001");
  system.name = "Another name";
  EXPECT_EQ(callback_url("https://vault.example", system), before);
}

TEST(CallbackUrl, IsThePlainPathOnlyWhereThatWasChosen) {
  EXPECT_EQ(callback_url("https://vault.example", system_with(Callback::kPlain)),
            "https://vault.example/OAuthCallback");
}

TEST(CallbackUrl, IsNoAddressOutOfBand) {
  EXPECT_EQ(callback_url("https://vault.example", system_with(Callback::kBlank)), "");
  EXPECT_EQ(callback_url("https://vault.example", system_with(Callback::kOob)), "oob");
}

}  // namespace
}  // namespace strongroom::vault
