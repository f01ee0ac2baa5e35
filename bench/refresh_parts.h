#pragma once
// What bench/refresh.cc is told, and the clock that it goes by.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.h"
#include "base/result.h"

namespace strongroom {

struct RefreshOptions {
  std::string data;
  bool is_minute = false;
  std::size_t clients = 0;
  std::size_t hours = 2;
  std::size_t step = 1;      // seconds that the clock jumps by
  std::size_t workers = 32;  // as shipped: refresh.at_once, which is more than server.workers
  std::chrono::milliseconds latency{50};
};

[[noreturn]] inline void die(const std::string& why) {
  std::fprintf(stderr, "strongroom_refresh_bench: %s\n", why.c_str());
  std::_Exit(2);
}

template <class T>
T must(Result<T> result) {
  if (!result) die(std::string(result.error().message.view()) + " " + result.error().detail);
  return *std::move(result);
}
inline void must(const Status& status) {
  if (!status) die(std::string(status.error().message.view()) + " " + status.error().detail);
}

inline RefreshOptions read_options(int argc, char** argv) {
  RefreshOptions options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const auto number = static_cast<std::size_t>(std::strtoull(argv[i + 1], nullptr, 10));
    if (name == "--data") {
      options.data = argv[i + 1];
    } else if (name == "--mode") {
      options.is_minute = std::string_view(argv[i + 1]) == "minute";
    } else if (name == "--clients") {
      options.clients = number;
    } else if (name == "--hours") {
      options.hours = number;
    } else if (name == "--step") {
      options.step = number;
    } else if (name == "--workers") {
      options.workers = number;
    } else if (name == "--latency-ms") {
      options.latency = std::chrono::milliseconds(number);
    } else {
      die("unknown option " + std::string(name));
    }
  }
  if (options.data.empty()) die("--data is needed");
  if (options.clients == 0) options.clients = options.is_minute ? 10'000 : 1'000'000;
  return options;
}

// Stands still until it is put forward, or, once it was let go, runs from there.
class BenchClock final : public Clock {
 public:
  WallTime now() const override { return start_ + passed(); }
  BootTime boot_now() const override { return BootTime(std::chrono::hours(24)) + passed(); }
  void advance(Milliseconds time) { put_forward_ += time.count(); }
  void let_go() { since_ = std::chrono::steady_clock::now(); }

 private:
  Milliseconds passed() const {
    Milliseconds all(put_forward_.load());
    if (since_)
      all += std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - *since_);
    return all;
  }

  const WallTime start_ = SystemClock().now();
  std::atomic<Milliseconds::rep> put_forward_{0};
  std::optional<std::chrono::steady_clock::time_point> since_;
};

}  // namespace strongroom
