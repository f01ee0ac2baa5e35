#include "app/refreshing.h"

#include <chrono>
#include <limits>
#include <string>
#include <string_view>

namespace strongroom::app {
namespace {

std::string_view name_of(refresh::Outcome outcome) {
  switch (outcome) {
    case refresh::Outcome::kRenewed:
      return "renewed";
    case refresh::Outcome::kFailed:
      return "failed";
    case refresh::Outcome::kNeedsSignIn:
      return "needs_sign_in";
  }
  return "";
}

void add_outcomes(const refresh::Counters& counted, std::vector<Metric>& metrics) {
  for (const auto& [which, count] : counted.ended) {
    metrics.push_back(
        {"strongroom_refreshes_total",
         "Tokens that were to be renewed ahead of their end, by service provider and result.",
         MetricKind::kCounter,
         static_cast<double>(count),
         {{"provider", which.first}, {"result", std::string(name_of(which.second))}}});
  }
}

Metric life_left(const refresh::Counters& counted) {
  using Sum = std::chrono::duration<double>;
  Metric metric{"strongroom_refresh_life_left_seconds",
                "How long the tokens had left to live that were renewed.", MetricKind::kHistogram,
                Sum(counted.life_left_sum).count()};
  const auto& ends = refresh::Counters::kLifeSteps;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    metric.steps.emplace_back(static_cast<double>(ends[i].count()), counted.life_left[i]);
  }
  metric.steps.emplace_back(std::numeric_limits<double>::infinity(), counted.life_left.back());
  return metric;
}

}  // namespace

Refreshing::Refreshing(const Config& config)
    : at_once_(static_cast<std::size_t>(config.number("refresh.at_once"))) {
  if (config.text("refresh.ahead") != "true") return;
  plan_.emplace(vault::RefreshSettings{
      .margin = std::chrono::seconds(config.number("refresh.margin_s")),
      .share_percent = static_cast<int>(config.number("refresh.share_percent")),
      .assumed_lifetime = std::chrono::minutes(config.number("refresh.assumed_lifetime_minutes")),
      .least_interval = std::chrono::seconds(config.number("refresh.least_interval_s"))});
}

void Refreshing::start(vault::Context& context, vault::Retrievals& retrievals) {
  if (!plan_) return;
  due_.emplace(context);
  scheduler_ = std::make_unique<refresh::Scheduler>(
      refresh::Rounds::Parts{*due_, retrievals, context.clock, context.log, at_once_,
                             /*landed=*/{}},
      *plan_);
}

void Refreshing::stop() {
  if (scheduler_) scheduler_->stop();
}

void Refreshing::add_metrics(std::vector<Metric>& metrics) {
  if (!scheduler_) return;
  if (const auto due = due_->count()) {
    metrics.push_back({"strongroom_refresh_due",
                       "Tokens that are to be renewed now, those under way among them.",
                       MetricKind::kGauge, static_cast<double>(*due)});
  }
  metrics.push_back({"strongroom_refresh_in_flight", "Of those, how many are under way.",
                     MetricKind::kGauge, static_cast<double>(scheduler_->in_flight())});
  const refresh::Counters counted = scheduler_->counters();
  metrics.push_back({"strongroom_refresh_late_total",
                     "Tokens that had died before they were renewed, each time that it was tried.",
                     MetricKind::kCounter, static_cast<double>(counted.late)});
  add_outcomes(counted, metrics);
  metrics.push_back(life_left(counted));
}

}  // namespace strongroom::app
