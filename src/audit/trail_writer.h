#pragma once
// The thread behind a Trail: many events, one commit, one fsync.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "audit/chain.h"
#include "audit/durations.h"
#include "audit/trail.h"
#include "base/clock.h"
#include "base/log.h"
#include "storage/outbox_rows.h"
#include "storage/store.h"

namespace strongroom::audit {

// A later beginning of the trail: what is up to `start` goes. Sequence 0: the beginning stays.
struct Expiry {
  Head start;
  Uuid id;           // of the event that tells it
  std::string body;  // and its text
};

// While one group is committed the next one gathers, so grouping adds no wait of its own.
//
// Once in so many events, or so long after the last, it signs a checkpoint; and at its end.
//
// After a group that failed the writer is broken: whatever comes fails until Chain::recover()
// succeeded, which is tried when events come and once a second.
class TrailWriter {
 public:
  struct Text {
    Uuid id;  // nil: there is none
    std::string body = {};
  };
  struct Numbers {
    std::atomic<std::uint64_t> events = 0;
    std::atomic<std::uint64_t> commits = 0;
    std::atomic<std::uint64_t> fsyncs = 0;
    std::atomic<std::uint64_t> failures = 0;
    Durations fsync_times = {};
  };

  // All must outlive the writer.
  TrailWriter(Chain& chain, storage::Store& state, const Clock& clock, Log& log, Numbers& numbers,
              const TrailOptions& options);
  // Writes what is queued, then stops.
  ~TrailWriter();

  // Moves what a crash left in the outbox. Before start(), on the caller's thread. Errors: as
  // Chain's and Store's.
  Status move_leftovers();
  // `last_checkpoint`: the sequence of the last one; 0: there is none.
  void start(std::int64_t last_checkpoint);

  struct Pending {
    Uuid id;
    std::string body;
    Trail::Done done;
    Uuid counted_key = {};  // nil: none
    Text beside = {};       // with it or not at all
  };
  // From any thread; see Trail::append().
  void push(Pending event);
  void outbox_filled();
  Status flush();
  // See Trail::expire().
  Result<std::int64_t> expire(Expiry expiry);
  bool writable() const { return !broken_.load(std::memory_order_relaxed); }
  std::size_t queued() const;

  // While one lives on a thread, what that thread pushes waits in it; see Trail::gather().
  class Gathering {
   public:
    explicit Gathering(TrailWriter& writer);
    ~Gathering();
    Gathering(const Gathering&) = delete;
    Gathering& operator=(const Gathering&) = delete;

   private:
    friend class TrailWriter;
    TrailWriter& writer_;
    std::vector<Pending> events_;
  };

 private:
  struct Flush {
    std::condition_variable finished = {};
    std::optional<Status> outcome = {};
  };
  struct Removal {
    Expiry expiry;
    std::condition_variable finished = {};
    std::optional<Result<std::int64_t>> outcome = {};
    std::int64_t removed = 0;
  };
  // What the thread takes in one go.
  struct Work {
    std::vector<Pending> events = {};
    std::vector<Flush*> flushes = {};
    bool outbox = false;
    bool empty() const { return events.empty() && flushes.empty() && !outbox; }
  };

  void push_all(std::vector<Pending>& events);
  void run();
  void handle(Work& work);
  bool is_time_for_outbox(const Work& work) const;
  Status move_outbox(std::vector<Pending>& events);
  Status commit(std::vector<Pending>& events, const std::vector<storage::OutboxRow>& rows);
  Status write_group(std::vector<Pending>& events, const std::vector<storage::OutboxRow>& rows);
  Result<std::vector<storage::OutboxRow>> read_outbox();
  Status clear_outbox(const std::vector<storage::OutboxRow>& rows);
  Status recover(bool idle);
  void wait(std::unique_lock<std::mutex>& lock);
  bool is_time_for_checkpoint() const;
  void write_checkpoint();
  Status in_group(const std::function<Status()>& work);
  void remove_some(Removal& removal);
  void end_removal(Result<std::int64_t> outcome);
  static void finish(std::vector<Pending>& events, const Status& outcome);

  Chain& chain_;
  storage::Store& state_;
  const Clock& clock_;
  Log& log_;
  Numbers& numbers_;
  const TrailOptions options_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  Work next_;
  bool stopping_ = false;

  std::atomic<bool> broken_ = false;                // written by the thread only
  BootTime next_outbox_attempt_ = BootTime::min();  // the thread's own, as what follows
  bool outbox_left_ = false;                        // moving it failed
  BootTime next_attempt_ = BootTime::min();         // of a recovery
  std::int64_t signed_until_ = 0;                   // the sequence of the last checkpoint
  BootTime signed_at_ = BootTime::min();
  Removal* removal_ = nullptr;  // under the lock; one at a time
  std::thread thread_;
};

}  // namespace strongroom::audit
