#include "app/jobs.h"

#include <algorithm>
#include <utility>

namespace strongroom::app {

Jobs::Jobs(std::vector<Job> jobs, const Clock& clock)
    : jobs_(std::move(jobs)), clock_(clock), thread_([this] { run(); }) {}

Jobs::~Jobs() {
  {
    const std::scoped_lock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Jobs::run() {
  if (jobs_.empty()) return;
  std::vector<BootTime> due;
  for (const Job& job : jobs_) due.push_back(clock_.boot_now() + job.interval);
  for (;;) {
    const auto next = std::ranges::min_element(due);
    {
      std::unique_lock lock(mutex_);
      const Milliseconds left = std::max(*next - clock_.boot_now(), Milliseconds{0});
      if (changed_.wait_for(lock, left, [this] { return stopping_; })) return;
    }
    if (clock_.boot_now() < *next) continue;
    jobs_[static_cast<std::size_t>(next - due.begin())].work();
    *next = clock_.boot_now() + jobs_[static_cast<std::size_t>(next - due.begin())].interval;
  }
}

}  // namespace strongroom::app
