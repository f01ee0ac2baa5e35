#include "app/worker_pool.h"

#include <atomic>
#include <future>

#include <gtest/gtest.h>

namespace strongroom::app {
namespace {

TEST(WorkerPool, RunsEverythingItAcceptedBeforeItStops) {
  std::atomic<int> ran{0};
  WorkerPool pool(3, 1'000);
  for (int i = 0; i < 500; ++i) ASSERT_TRUE(pool.post([&] { ++ran; }));
  pool.stop();
  EXPECT_EQ(ran, 500);
  EXPECT_FALSE(pool.post([&] { ++ran; }));
}

TEST(WorkerPool, RefusesWhatDoesNotFitIntoTheQueue) {
  std::promise<void> started;
  std::promise<void> release;
  WorkerPool pool(1, 1);
  ASSERT_TRUE(pool.post([&] {
    started.set_value();
    release.get_future().wait();
  }));
  started.get_future().wait();
  EXPECT_TRUE(pool.post([] {}));
  EXPECT_FALSE(pool.post([] {}));
  EXPECT_TRUE(pool.post_completion([] {}));
  EXPECT_EQ(pool.queued(), 2U);
  release.set_value();
  pool.stop();
  EXPECT_FALSE(pool.post_completion([] {}));
}

}  // namespace
}  // namespace strongroom::app
