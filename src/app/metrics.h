#pragma once
// What the server counts, in Prometheus' text form.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace strongroom::app {

enum class MetricKind { kCounter, kGauge, kHistogram };

// One number, or one histogram. Labels come from bounded sets only: never an id or a name of a
// client, robot or person.
struct Metric {
  std::string_view name;  // "strongroom_lookups_total"
  std::string_view help;
  MetricKind kind = MetricKind::kCounter;
  double value = 0;
  std::vector<std::pair<std::string_view, std::string>> labels = {};
  // Of a histogram, whose sum is `value`: upper ends of its steps, the last one infinite, and how
  // many fell into each.
  std::vector<std::pair<double, std::uint64_t>> steps = {};
};

// The text exposition format 0.0.4. Metrics of one name must stand next to each other.
std::string to_prometheus_text(const std::vector<Metric>& metrics);

// process_cpu_seconds_total, process_resident_memory_bytes, process_open_fds,
// process_start_time_seconds, from /proc; what cannot be read is left out.
void append_process_metrics(std::vector<Metric>& metrics);

}  // namespace strongroom::app
