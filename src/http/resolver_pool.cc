#include "http/resolver_pool.h"

#include <algorithm>
#include <utility>

namespace strongroom::http {

ResolverPool::ResolverPool(Resolver& resolver, std::size_t threads, std::size_t max_queued)
    : resolver_(resolver), max_queued_(max_queued) {
  for (std::size_t i = 0; i < std::max<std::size_t>(threads, 1); ++i) {
    threads_.emplace_back([this] { work(); });
  }
}

ResolverPool::~ResolverPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool ResolverPool::ask(std::string host, Done done) {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_ >= max_queued_) return false;
    const auto [question, is_new] = questions_.try_emplace(host);
    question->second.wanted.push_back(std::move(done));
    ++waiting_;
    if (!is_new) return true;
    queue_.push_back(std::move(host));
  }
  changed_.notify_one();
  return true;
}

void ResolverPool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    if (stopping_) return;
    const std::string host = std::move(queue_.front());
    queue_.pop_front();
    Question& question = questions_.at(host);
    question.begun = question.wanted.size();
    waiting_ -= question.begun;
    lock.unlock();
    const auto answer = resolver_.resolve(host);
    lock.lock();
    Question answered = std::move(questions_.extract(host).mapped());
    waiting_ -= answered.wanted.size() - answered.begun;
    lock.unlock();
    for (Done& done : answered.wanted) done(answer);
    lock.lock();
  }
}

}  // namespace strongroom::http
