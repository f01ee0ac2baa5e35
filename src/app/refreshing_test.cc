#include "app/refreshing.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

#include "vault/testing/sign_in_world.h"

namespace strongroom::app {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

class RefreshingTest : public vault::SignInWorld {
 protected:
  static Config config_with(const std::vector<RawValue>& sources) {
    auto config = Config::build(sources);
    EXPECT_TRUE(config.has_value());
    return *std::move(config);
  }
  static double value_of(const std::vector<Metric>& metrics, std::string_view name) {
    const auto found = std::ranges::find(metrics, name, &Metric::name);
    EXPECT_NE(found, metrics.end()) << name;
    return found == metrics.end() ? -1 : found->value;
  }
};

TEST_F(RefreshingTest, TheSettingsAreThoseOfTheConfiguration) {
  Refreshing usual(config_with({}));
  ASSERT_NE(usual.plan(), nullptr);
  const vault::RefreshSettings defaults = usual.plan()->settings_for(system_.id);
  EXPECT_EQ(defaults.margin, minutes(5));
  EXPECT_EQ(defaults.share_percent, 10);
  EXPECT_EQ(defaults.assumed_lifetime, hours(1));
  EXPECT_EQ(defaults.least_interval, minutes(1));
  Refreshing others(config_with({{"refresh.margin_s", "7", "flag"},
                                 {"refresh.share_percent", "8", "flag"},
                                 {"refresh.assumed_lifetime_minutes", "9", "flag"},
                                 {"refresh.least_interval_s", "10", "flag"}}));
  const vault::RefreshSettings set = others.plan()->settings_for(system_.id);
  EXPECT_EQ(set.margin, Seconds(7));
  EXPECT_EQ(set.share_percent, 8);
  EXPECT_EQ(set.assumed_lifetime, minutes(9));
  EXPECT_EQ(set.least_interval, Seconds(10));
  EXPECT_FALSE(Config::build({{"refresh.least_interval_s", "0", "flag"}}).has_value());
}

TEST_F(RefreshingTest, WhereNothingIsRenewedAheadThereIsNeitherAPlanNorANumber) {
  Refreshing off(config_with({{"refresh.ahead", "false", "flag"}}));
  EXPECT_EQ(off.plan(), nullptr);
  off.start(*context_, *retrievals_);
  std::vector<Metric> metrics;
  off.add_metrics(metrics);
  EXPECT_TRUE(metrics.empty());
  off.stop();
}

TEST_F(RefreshingTest, WhatIsDueIsRenewedAndCounted) {
  Refreshing refreshing(config_with({}));
  context_->refresh_plan = refreshing.plan();
  sign_in("refresh-1", hours(1));
  clock_.advance(minutes(55));
  provider_.renews("access-1", 3600, "refresh-2");
  refreshing.start(*context_, *retrievals_);
  ASSERT_TRUE(provider_.wait_for_requests(1));
  refreshing.stop();
  ASSERT_TRUE(retrievals_->drain(Seconds(30)));
  std::vector<Metric> metrics;
  refreshing.add_metrics(metrics);
  EXPECT_EQ(value_of(metrics, "strongroom_refresh_due"), 0);
  EXPECT_EQ(value_of(metrics, "strongroom_refresh_in_flight"), 0);
  EXPECT_EQ(value_of(metrics, "strongroom_refresh_late_total"), 0);
  EXPECT_EQ(value_of(metrics, "strongroom_refreshes_total"), 1);
  const auto life =
      std::ranges::find(metrics, "strongroom_refresh_life_left_seconds", &Metric::name);
  ASSERT_NE(life, metrics.end());
  EXPECT_EQ(life->value, 300) << "five minutes were left";
  EXPECT_EQ(life->steps.at(3).first, 300);
  EXPECT_EQ(life->steps.at(3).second, 1U);
  refreshing.stop();
  context_->refresh_plan = nullptr;
}

}  // namespace
}  // namespace strongroom::app
