#pragma once
// A Resolver for tests: names and their addresses as the test says, and nothing else exists.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "http/resolver.h"

namespace strongroom::http {

// Safe from any thread.
class FakeResolver final : public Resolver {
 public:
  // The next answer for `host`. The last one is given again and again; each before it once.
  void add(const std::string& host, const std::vector<std::string>& addresses) {
    std::vector<IpAddress> answer;
    answer.reserve(addresses.size());
    for (const std::string& text : addresses) answer.push_back(IpAddress::parse(text).value());
    const std::lock_guard lock(mutex_);
    answers_[host].push_back(std::move(answer));
  }

  // Between hold() and release(), resolve() blocks.
  void hold() {
    const std::lock_guard lock(mutex_);
    holding_ = true;
  }
  void release() {
    {
      const std::lock_guard lock(mutex_);
      holding_ = false;
    }
    changed_.notify_all();
  }

  // How often any name was asked for.
  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  std::size_t asked_for(const std::string& host) const {
    const std::lock_guard lock(mutex_);
    const auto found = counts_.find(host);
    return found == counts_.end() ? 0 : found->second;
  }
  // Waits until names were asked for `count` times; false when not within ten seconds.
  bool wait_for_questions(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(10), [&] { return count_ >= count; });
  }

  Result<std::vector<IpAddress>> resolve(const std::string& host) override {
    std::unique_lock lock(mutex_);
    ++count_;
    ++counts_[host];
    changed_.notify_all();
    changed_.wait(lock, [&] { return !holding_; });
    const auto found = answers_.find(host);
    if (found == answers_.end()) {
      return Error{Code::kUnavailable, "The name could not be resolved.", host};
    }
    std::vector<IpAddress> answer = found->second.front();
    if (found->second.size() > 1) found->second.pop_front();
    return answer;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, std::deque<std::vector<IpAddress>>> answers_;
  std::size_t count_ = 0;
  std::map<std::string, std::size_t> counts_;
  bool holding_ = false;
};

}  // namespace strongroom::http
