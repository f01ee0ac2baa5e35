#pragma once
// A Client for tests: gives the answers it was told to give, and remembers what it was asked.

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/client.h"

namespace strongroom::http {

// Answers come in the order in which they were scripted, one to each request as it arrives; a
// request without one fails at kConnect. `done` runs inside send(), or, between hold() and
// release(), inside release(). Safe from any thread; no lock is held while `done` runs.
class FakeClient final : public Client {
 public:
  // With a clock, an answer says that its request was sent at the moment of send(). The clock must
  // outlive the client.
  explicit FakeClient(const Clock* clock = nullptr) : clock_(clock) {}

  void answer(int status, std::string_view body, std::vector<Header> headers = {}) {
    IncomingResponse response;
    response.status = status;
    response.headers = std::move(headers);
    response.body = ResponseBody(body);
    script(std::move(response));
  }
  void answer_json(int status, std::string_view body) {
    answer(status, body, {{"Content-Type", "application/json"}});
  }
  void fail(Hop hop, bool may_have_arrived = true) {
    script(tl::make_unexpected(
        ExchangeFailure{hop, "The exchange failed as the test asked.", "", may_have_arrived}));
  }
  void script(ExchangeResult result) {
    const std::lock_guard lock(mutex_);
    script_.push_back(std::move(result));
  }

  // From now on, answers are kept back.
  void hold() {
    const std::lock_guard lock(mutex_);
    holding_ = true;
  }
  // Gives the answers that were kept back, and keeps none back any more.
  void release() {
    std::deque<Held> held;
    {
      const std::lock_guard lock(mutex_);
      holding_ = false;
      held.swap(held_);
    }
    for (Held& each : held) each.done(std::move(each.result));
  }
  // Gives the oldest answer that was kept back; false if there is none.
  bool release_one() {
    std::optional<Held> held;
    {
      const std::lock_guard lock(mutex_);
      if (held_.empty()) return false;
      held.emplace(std::move(held_.front()));
      held_.pop_front();
    }
    held->done(std::move(held->result));
    return true;
  }

  void send(OutgoingRequest request, ExchangeDone done) override {
    std::optional<Held> now;
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(std::move(request));
      Held held{next_result(), std::move(done)};
      if (holding_) {
        held_.push_back(std::move(held));
      } else {
        now.emplace(std::move(held));
      }
    }
    arrived_.notify_all();
    if (now) now->done(std::move(now->result));
  }

  // How many requests have come so far.
  std::size_t count() const {
    const std::lock_guard lock(mutex_);
    return requests_.size();
  }
  // The request that came as number `index`, from 0. It must have come. Valid while *this lives.
  const OutgoingRequest& request(std::size_t index) const {
    const std::lock_guard lock(mutex_);
    return requests_.at(index);
  }
  // Waits until `count` requests have come; false when they have not within ten seconds.
  bool wait_for_requests(std::size_t count) {
    std::unique_lock lock(mutex_);
    return arrived_.wait_for(lock, std::chrono::seconds(10),
                             [&] { return requests_.size() >= count; });
  }

 private:
  struct Held {
    ExchangeResult result;
    ExchangeDone done;
  };

  ExchangeResult next_result() {
    if (script_.empty()) {
      return tl::make_unexpected(
          ExchangeFailure{Hop::kConnect, "The test scripted no answer.", "", false});
    }
    ExchangeResult result = std::move(script_.front());
    script_.pop_front();
    if (result && clock_ != nullptr) {
      result->sent_at = clock_->now();
      result->sent_at_boot = clock_->boot_now();
    }
    return result;
  }

  const Clock* clock_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<OutgoingRequest> requests_;  // a deque, so that references stay good
  std::deque<ExchangeResult> script_;
  std::deque<Held> held_;
  bool holding_ = false;
};

}  // namespace strongroom::http
