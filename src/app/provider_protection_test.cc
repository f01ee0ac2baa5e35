#include "app/provider_protection.h"

#include <cstddef>
#include <vector>

#include <gtest/gtest.h>

namespace strongroom::app {
namespace {

Config config_with(const std::vector<RawValue>& sources) {
  auto config = Config::build(sources);
  EXPECT_TRUE(config.has_value());
  return *std::move(config);
}

TEST(ProviderProtection, TheGatesAreAsTheSettingsSay) {
  const vault::GateLimits usual = provider_limits(config_with({}), {});
  EXPECT_EQ(usual.at_once, 16U);
  EXPECT_EQ(usual.per_second, 0U);
  EXPECT_EQ(usual.of_project, 32U);
  EXPECT_FALSE(usual.per_minute.contains("generic"));
  const vault::GateLimits others =
      provider_limits(config_with({{"refresh.requests_per_host", "3", "flag"},
                                   {"refresh.requests_per_second_per_host", "4", "flag"},
                                   {"refresh.requests_per_project", "5", "flag"}}),
                      {});
  EXPECT_EQ(others.at_once, 3U);
  EXPECT_EQ(others.per_second, 4U);
  EXPECT_EQ(others.of_project, 5U);
}

TEST(ProviderProtection, OneProjectCanNeverHaveTheWholeJournalAndMore) {
  // E30
  EXPECT_FALSE(Config::build({{"refresh.requests_per_project", "65", "flag"}}).has_value());
  EXPECT_FALSE(Config::build({{"refresh.requests_per_project", "0", "flag"}}).has_value());
}

TEST(ProviderProtection, WhateverTheGatesLetThroughHasAConnectionAndMore) {
  for (const std::size_t at_once : {1U, 16U, 256U}) {
    const auto options = client_options({.at_once = at_once});
    EXPECT_GT(options.max_per_host, at_once) << "revocations pass no gate";
    EXPECT_LE(options.max_per_host, options.max_exchanges);
  }
}

}  // namespace
}  // namespace strongroom::app
