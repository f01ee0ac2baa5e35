#include "app/metrics.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

namespace strongroom::app {
namespace {

// Prometheus' steps hold what the smaller ones hold as well.
prometheus::ClientMetric::Histogram histogram(const Metric& metric) {
  prometheus::ClientMetric::Histogram made;
  made.sample_sum = metric.value;
  for (const auto& [upper_end, count] : metric.steps) {
    made.sample_count += count;
    made.bucket.push_back({made.sample_count, upper_end});
  }
  return made;
}

prometheus::ClientMetric client_metric(const Metric& metric) {
  prometheus::ClientMetric made;
  for (const auto& [name, value] : metric.labels) {
    made.label.push_back({std::string(name), value});
  }
  switch (metric.kind) {
    case MetricKind::kCounter:
      made.counter.value = metric.value;
      break;
    case MetricKind::kGauge:
      made.gauge.value = metric.value;
      break;
    case MetricKind::kHistogram:
      made.histogram = histogram(metric);
      break;
  }
  return made;
}

prometheus::MetricType type_of(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter:
      return prometheus::MetricType::Counter;
    case MetricKind::kGauge:
      return prometheus::MetricType::Gauge;
    case MetricKind::kHistogram:
      return prometheus::MetricType::Histogram;
  }
  return prometheus::MetricType::Untyped;
}

// The numbers of /proc/self/stat behind the program's name, which may hold spaces and brackets.
std::vector<double> process_numbers() {
  std::ifstream file("/proc/self/stat");
  std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t name_end = text.rfind(')');
  std::vector<double> numbers;
  if (name_end == std::string::npos) return numbers;
  std::istringstream rest(text.substr(name_end + 1));
  std::string state;
  rest >> state;
  for (double number = 0; rest >> number;) numbers.push_back(number);
  return numbers;
}

double boot_time_seconds() {
  std::ifstream file("/proc/stat");
  for (std::string word; file >> word;) {
    double seconds = 0;
    if (word == "btime" && file >> seconds) return seconds;
  }
  return 0;
}

}  // namespace

std::string to_prometheus_text(const std::vector<Metric>& metrics) {
  std::vector<prometheus::MetricFamily> families;
  for (const Metric& metric : metrics) {
    if (families.empty() || families.back().name != metric.name) {
      families.push_back(
          {std::string(metric.name), std::string(metric.help), type_of(metric.kind), {}});
    }
    families.back().metric.push_back(client_metric(metric));
  }
  return prometheus::TextSerializer().Serialize(families);
}

void append_process_metrics(std::vector<Metric>& metrics) {
  // Places in proc(5)'s list of /proc/pid/stat, counted from the field after the state.
  constexpr std::size_t kUserTicks = 10;
  constexpr std::size_t kSystemTicks = 11;
  constexpr std::size_t kStartTicks = 18;
  constexpr std::size_t kResidentPages = 20;
  const std::vector<double> numbers = process_numbers();
  if (numbers.size() <= kResidentPages) return;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
  metrics.push_back({"process_cpu_seconds_total", "Processor time used, user and system.",
                     MetricKind::kCounter, (numbers[kUserTicks] + numbers[kSystemTicks]) / ticks});
  metrics.push_back({"process_resident_memory_bytes", "Memory in use.", MetricKind::kGauge,
                     numbers[kResidentPages] * page});
  metrics.push_back({"process_start_time_seconds", "When the process started, since 1970.",
                     MetricKind::kGauge, boot_time_seconds() + numbers[kStartTicks] / ticks});
  std::error_code problem;
  double open_files = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", problem)) {
    static_cast<void>(entry);
    ++open_files;
  }
  metrics.push_back({"process_open_fds", "Open file descriptors.", MetricKind::kGauge, open_files});
}

}  // namespace strongroom::app
