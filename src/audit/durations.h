#pragma once
// How long something took, counted in steps that double: a histogram for metrics.

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace strongroom::audit {

// Safe to use from any thread; numbers that are read together may be a moment apart.
class Durations {
 public:
  // Upper ends of the steps: 50 microseconds, 100, 200 ... 1.6 seconds. What took longer stands
  // behind them.
  static constexpr std::size_t kSteps = 16;
  static constexpr std::chrono::microseconds upper_end(std::size_t step) {
    return std::chrono::microseconds(50) * (std::int64_t{1} << step);
  }

  struct Counts {
    std::array<std::uint64_t, kSteps + 1> in_step{};
    std::chrono::nanoseconds sum{0};
  };

  void note(std::chrono::nanoseconds took) {
    std::size_t step = 0;
    while (step < kSteps && took > upper_end(step)) ++step;
    in_step_[step].fetch_add(1, std::memory_order_relaxed);
    sum_.fetch_add(took.count(), std::memory_order_relaxed);
  }

  Counts counts() const {
    Counts counts;
    for (std::size_t i = 0; i <= kSteps; ++i) {
      counts.in_step[i] = in_step_[i].load(std::memory_order_relaxed);
    }
    counts.sum = std::chrono::nanoseconds(sum_.load(std::memory_order_relaxed));
    return counts;
  }

 private:
  std::array<std::atomic<std::uint64_t>, kSteps + 1> in_step_{};
  std::atomic<std::int64_t> sum_{0};
};

}  // namespace strongroom::audit
