#pragma once
// A few threads that wait for the name service, so that nobody else has to.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
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

  // Resolves `host` and calls `done` on a thread of the pool. A name that is being asked for is not
  // asked for again: everybody who wants it waits for that one answer, so that a name server that
  // does not answer costs one thread a name. False, with `done` dropped, when too many wait. Safe
  // from any thread.
  bool ask(std::string host, Done done);

 private:
  struct Question {
    std::vector<Done> wanted;
    std::size_t begun = 0;  // how many of these a thread works for, from the front
  };
  void work();

  Resolver& resolver_;
  const std::size_t max_queued_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<std::string, Question> questions_;  // by host, until they are answered
  std::deque<std::string> queue_;                        // hosts that no thread has begun with
  std::size_t waiting_ = 0;                              // of all `wanted`, those not begun
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace strongroom::http
