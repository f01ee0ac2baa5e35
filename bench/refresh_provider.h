#pragma once
// The provider of ./dev bench refresh: rotates refresh tokens in the place of http::Client, and
// keeps the truth about every one of them.

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "http/client.h"

namespace strongroom {

// Answers after `latency`, on a thread of its own; at once, on the thread that sends, where that is
// zero. Safe to use from any thread, but add() before the first request.
class RotatingProvider final : public http::Client {
 public:
  struct Counts {
    std::atomic<std::uint64_t> refreshes{0};
    std::atomic<std::uint64_t> duplicates{0};  // refresh tokens that were used up, or never issued
    std::atomic<std::uint64_t> late{0};        // asked for when the access token was dead already
    std::atomic<std::size_t> most_at_once{0};
  };

  RotatingProvider(const Clock& clock, std::chrono::milliseconds latency, Seconds lifetime)
      : clock_(clock), latency_(latency), lifetime_(lifetime) {
    if (latency.count() > 0) thread_ = std::thread([this] { answer_in_time(); });
  }
  ~RotatingProvider() override {
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  // One more client; its access token of now lives for `lifetime`. Answers its refresh token.
  std::string add(Seconds lifetime) {
    clients_.push_back({.rotations = 0, .ends = clock_.now() + lifetime});
    return token(clients_.size() - 1, 0);
  }
  const Counts& counts() const { return counts_; }
  // Of the access tokens that were issued last, how many are dead now.
  std::size_t dead() const {
    const WallTime now = clock_.now();
    return static_cast<std::size_t>(std::ranges::count_if(
        clients_, [now](const Client& client) { return client.ends <= now; }));
  }

  void send(http::OutgoingRequest request, http::ExchangeDone done) override {
    const std::size_t inside = ++inside_;
    std::size_t most = counts_.most_at_once;
    while (most < inside && !counts_.most_at_once.compare_exchange_weak(most, inside)) {
    }
    Answer answer{.response = respond(request.body.reveal()), .done = std::move(done)};
    if (latency_.count() == 0) return give(answer);
    const std::lock_guard lock(mutex_);
    answer.at = std::chrono::steady_clock::now() + latency_;
    waiting_.push_back(std::move(answer));
    changed_.notify_all();
  }

 private:
  // A client is asked for by one request at a time, or that is what is found out here.
  struct Client {
    std::uint32_t rotations = 0;
    WallTime ends{};
  };
  struct Answer {
    http::IncomingResponse response;
    http::ExchangeDone done;
    std::chrono::steady_clock::time_point at{};
  };

  static std::string token(std::size_t client, std::uint32_t rotation) {
    return "refresh-" + std::to_string(client) + "-" + std::to_string(rotation);
  }

  http::IncomingResponse respond(std::string_view body) {
    static constexpr std::string_view kName = "refresh_token=refresh-";
    http::IncomingResponse response;
    response.headers.push_back({"Content-Type", "application/json"});
    response.sent_at = clock_.now();
    response.sent_at_boot = clock_.boot_now();
    std::size_t which = clients_.size();
    std::uint32_t rotation = 0;
    if (const std::size_t at = body.find(kName); at != std::string_view::npos) {
      const char* const end = body.data() + body.size();
      const auto read = std::from_chars(body.data() + at + kName.size(), end, which);
      if (read.ptr != end) std::from_chars(read.ptr + 1, end, rotation);
    }
    const std::lock_guard lock(clients_mutex_);
    if (which >= clients_.size() || clients_[which].rotations != rotation) {
      ++counts_.duplicates;
      response.status = 400;
      response.body = http::ResponseBody(R"({"error":"invalid_grant"})");
      return response;
    }
    Client& client = clients_[which];
    if (client.ends <= clock_.now()) ++counts_.late;
    ++counts_.refreshes;
    ++client.rotations;
    client.ends = clock_.now() + lifetime_;
    response.status = 200;
    response.body = http::ResponseBody(R"({"access_token":"access-)" + std::string(1000, 'x') +
                                       R"(","token_type":"Bearer","expires_in":)" +
                                       std::to_string(lifetime_.count()) + R"(,"refresh_token":")" +
                                       token(which, client.rotations) + R"("})");
    return response;
  }

  void give(Answer& answer) {
    --inside_;
    answer.done(std::move(answer.response));
  }

  // All wait equally long, so the first that came is the first that goes.
  void answer_in_time() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return is_stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      const auto at = waiting_.front().at;
      if (std::chrono::steady_clock::now() < at) {
        changed_.wait_until(lock, at);
        continue;
      }
      Answer answer = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      give(answer);
      lock.lock();
    }
  }

  const Clock& clock_;
  const std::chrono::milliseconds latency_;
  const Seconds lifetime_;
  Counts counts_;
  std::mutex clients_mutex_;
  std::vector<Client> clients_;
  std::atomic<std::size_t> inside_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Answer> waiting_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace strongroom
