#pragma once
// Background work at intervals, on one thread.

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/function.h"
#include "base/result.h"

namespace strongroom::app {

struct Job {
  LiteralText name;
  Milliseconds interval;
  Task work;
};

// Runs each job once per interval, one after another, the first time one interval after the start.
// Owns its thread.
class Jobs {
 public:
  Jobs(std::vector<Job> jobs, const Clock& clock);
  ~Jobs();  // waits for the job that runs
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;

 private:
  void run();

  std::vector<Job> jobs_;
  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace strongroom::app
