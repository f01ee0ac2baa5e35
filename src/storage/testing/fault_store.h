#pragma once
// A real Store that fails when a test says so.
//
//   for (int n = 1;; ++n) {
//     faults.fail_call(n);
//     flow();                          // must leave things whole, whichever call failed
//     if (!faults.has_failed()) break; // the flow has fewer than n calls
//   }

#include <mutex>
#include <optional>
#include <utility>

#include "storage/store.h"

namespace strongroom::storage {

// Passes calls on to `store`, which must outlive it. Safe to use from any thread.
class FaultStore final : public Store {
 public:
  // How a call fails.
  enum class Kind {
    kBefore,  // nothing happened
    kAfter,   // it was done, but the caller is told that it was not: a lost answer
  };

  explicit FaultStore(Store& store) : store_(store) {}

  // Makes the `n`-th read() or write() from now on (1: the next) fail once, with `error`.
  void fail_call(int n, Kind kind = Kind::kBefore,
                 Error error = {Code::kUnavailable, "the database failed as the test asked"}) {
    const std::lock_guard lock(mutex_);
    calls_left_ = n;
    kind_ = kind;
    error_ = std::move(error);
    failed_ = false;
  }
  // Fails every write() from now on, or none any more; nothing happens then.
  void fail_writes(bool all) {
    const std::lock_guard lock(mutex_);
    fails_writes_ = all;
  }
  // Runs `task` before the `n`-th read() or write() from now on (1: the next), once: what somebody
  // else does between two calls of whoever is tested. `task` does not use this store.
  void before_call(int n, Task task) {
    const std::lock_guard lock(mutex_);
    calls_until_task_ = n;
    task_ = std::move(task);
  }
  // Whether the failure asked for last has happened.
  bool has_failed() const {
    const std::lock_guard lock(mutex_);
    return failed_;
  }
  // What writable() answers from now on.
  void set_writable(std::optional<bool> answer) {
    const std::lock_guard lock(mutex_);
    writable_ = answer;
  }

  Status read(UniqueFunction<Status(Snapshot&)> work) override {
    run_task_if_due();
    if (is_due()) return error_;
    return store_.read(std::move(work));
  }
  Status write(UniqueFunction<Status(Transaction&)> work) override {
    run_task_if_due();
    if (all_writes_fail()) return Error{Code::kUnavailable, "the database cannot be written"};
    if (!is_due()) return store_.write(std::move(work));
    if (kind_ == Kind::kAfter) STRONGROOM_CHECK(store_.write(std::move(work)));
    return error_;
  }
  bool writable() const override {
    const std::lock_guard lock(mutex_);
    return writable_ ? *writable_ : store_.writable();
  }

 private:
  void run_task_if_due() {
    {
      const std::lock_guard lock(mutex_);
      if (calls_until_task_ == 0 || --calls_until_task_ > 0) return;
    }
    task_();  // a test that races for it deserves what it gets
  }
  bool all_writes_fail() const {
    const std::lock_guard lock(mutex_);
    return fails_writes_;
  }
  bool is_due() {
    const std::lock_guard lock(mutex_);
    if (calls_left_ == 0 || --calls_left_ > 0) return false;
    failed_ = true;
    return true;
  }

  Store& store_;
  mutable std::mutex mutex_;
  int calls_left_ = 0;        // 0: none fails
  int calls_until_task_ = 0;  // 0: none waits
  Task task_;
  bool failed_ = false;
  bool fails_writes_ = false;
  Kind kind_ = Kind::kBefore;
  Error error_{Code::kUnavailable, ""};
  std::optional<bool> writable_;
};

}  // namespace strongroom::storage
