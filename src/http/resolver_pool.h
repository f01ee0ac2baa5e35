#pragma once
// A few threads that wait for the name service, so that nobody else has to.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/function.h"
#include "http/resolver.h"

namespace strongroom::http {

class ResolverPool {
 public:
  using Done = UniqueFunction<void(Result<std::vector<IpAddress>>)>;

  // `resolver` must outlive the pool. At most `max_queued` questions wait for a thread.
  ResolverPool(Resolver& resolver, std::size_t threads, std::size_t max_queued);
  // Drops the questions that no thread has begun, their `done` uncalled, and waits for those begun:
  // getaddrinfo(3) cannot be interrupted.
  ~ResolverPool();

  // Resolves `host` and calls `done` on a thread of the pool. False, with `done` dropped, when the
  // queue is full. Safe from any thread.
  bool ask(std::string host, Done done);

 private:
  struct Question {
    std::string host;
    Done done;
  };
  void work();

  Resolver& resolver_;
  const std::size_t max_queued_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Question> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace strongroom::http
