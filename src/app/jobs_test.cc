#include "app/jobs.h"

#include <future>

#include <gtest/gtest.h>

namespace strongroom::app {
namespace {

TEST(Jobs, RunsEachAtItsOwnIntervalUntilItIsDestroyed) {
  const SystemClock clock;
  int often = 0;
  int seldom = 0;
  std::promise<void> enough;
  {
    std::vector<Job> jobs;
    jobs.push_back({"often", Milliseconds(1), [&] {
                      if (++often == 20) enough.set_value();
                    }});
    jobs.push_back({"seldom", std::chrono::hours(1), [&] { ++seldom; }});
    const Jobs running(std::move(jobs), clock);
    enough.get_future().wait();
  }
  EXPECT_GE(often, 20);
  EXPECT_EQ(seldom, 0);
}

TEST(Jobs, NeedsNoJobs) {
  const SystemClock clock;
  const Jobs running({}, clock);
}

}  // namespace
}  // namespace strongroom::app
