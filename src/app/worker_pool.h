#pragma once
// The threads that blocking work runs on: administration, storage, sealing.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "base/function.h"

namespace strongroom::app {

// Owns its threads. Safe to use from any thread.
class WorkerPool {
 public:
  // `max_queued` tasks may wait; post() refuses more.
  WorkerPool(std::size_t threads, std::size_t max_queued);
  ~WorkerPool();  // as stop()
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // False, with the task dropped, when too many wait or the pool is stopping.
  bool post(Task task);

  // For what ends work that was begun, and is bounded by it: takes no heed of how many wait, since
  // to drop the answer to a token request would be to lose a token. False only when stopping.
  bool post_completion(Task task);

  // Runs what was accepted, then joins the threads. Safe to call twice.
  void stop();

  std::size_t queued() const;

 private:
  bool put(Task task, std::size_t max_queued);
  void work();

  const std::size_t max_queued_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> tasks_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace strongroom::app
