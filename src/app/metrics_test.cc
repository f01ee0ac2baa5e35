#include "app/metrics.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace strongroom::app {
namespace {

using testing::HasSubstr;

TEST(Metrics, WritesOneHeadForAllLabelsOfAName) {
  const std::string text = to_prometheus_text({
      {"strongroom_lookups_total", "Look-ups.", MetricKind::kCounter, 3, {{"result", "denied"}}},
      {"strongroom_lookups_total", "Look-ups.", MetricKind::kCounter, 4, {{"result", "failed"}}},
      {"strongroom_lookups_waiting", "Waiting.", MetricKind::kGauge, 5},
  });
  EXPECT_EQ(text,
            "# HELP strongroom_lookups_total Look-ups.\n"
            "# TYPE strongroom_lookups_total counter\n"
            "strongroom_lookups_total{result=\"denied\"} 3\n"
            "strongroom_lookups_total{result=\"failed\"} 4\n"
            "# HELP strongroom_lookups_waiting Waiting.\n"
            "# TYPE strongroom_lookups_waiting gauge\n"
            "strongroom_lookups_waiting 5\n");
}

TEST(Metrics, AddsTheStepsOfAHistogramUp) {
  const double infinity = std::numeric_limits<double>::infinity();
  const std::string text = to_prometheus_text({
      {"fsync_seconds",
       "Times.",
       MetricKind::kHistogram,
       1.5,
       {},
       {{0.1, 2}, {0.2, 3}, {infinity, 1}}},
  });
  EXPECT_EQ(text,
            "# HELP fsync_seconds Times.\n"
            "# TYPE fsync_seconds histogram\n"
            "fsync_seconds_count 6\n"
            "fsync_seconds_sum 1.5\n"
            "fsync_seconds_bucket{le=\"0.1\"} 2\n"
            "fsync_seconds_bucket{le=\"0.2\"} 5\n"
            "fsync_seconds_bucket{le=\"+Inf\"} 6\n");
}

TEST(Metrics, KnowsItsOwnProcess) {
  std::vector<Metric> metrics;
  append_process_metrics(metrics);
  const std::string text = to_prometheus_text(metrics);
  EXPECT_THAT(text, HasSubstr("process_resident_memory_bytes"));
  for (const Metric& metric : metrics) EXPECT_GE(metric.value, 0) << metric.name;
  EXPECT_EQ(metrics.size(), 4U);
}

}  // namespace
}  // namespace strongroom::app
