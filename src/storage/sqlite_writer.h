#pragma once
// The one thread that changes a database: many transactions, one commit, one fsync.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "storage/mac_watch.h"
#include "storage/sqlite_connection.h"
#include "storage/sqlite_snapshot.h"
#include "storage/store.h"

namespace strongroom::storage {

// While one group is committed the next one gathers, so grouping adds no wait of its own. Each
// transaction of a group runs in its own savepoint: one that fails rolls back alone. If the commit
// fails, all of them do.
class SqliteWriter {
 public:
  static constexpr std::size_t kMaxWaiting = 1024;  // callers beyond these wait for room

  // What it writes with. With a watch, each transaction that changed a MAC ends with the observer.
  struct Parts {
    std::unique_ptr<Connection> connection;
    std::unique_ptr<MacWatch> watch;
    MacObserver observer;
  };

  // Starts the thread. `log` must outlive the writer.
  SqliteWriter(Parts parts, Log& log);
  // Commits what waits, then stops. Nobody may call write() any more.
  ~SqliteWriter();

  // As Store::write() and Store::writable().
  Status write(UniqueFunction<Status(Transaction&)> work);
  bool writable() const;
  // As storage::empty_log().
  Status empty_log();

 private:
  // One caller of write(), on its stack, with a mutex of its own: a whole group that woke up to ask
  // for one and the same would wait a second time, for each other.
  struct Job {
    UniqueFunction<Status(Transaction&)> work;  // empty: to empty the log
    Status outcome = {};                        // the thread's until it is done, like the tasks
    std::vector<Task> tasks = {};
    std::mutex mutex = {};
    std::condition_variable finished = {};
    bool done = false;
  };
  using Group = std::vector<Job*>;

  void run();
  Status enqueue(Job& job);
  void commit_group(Group& group);
  Status apply(Group& group);
  void run_job(Job& job);
  void settle(Group& group, const Status& commit);
  void probe();
  void note(const Status& commit);

  const std::unique_ptr<Connection> connection_;
  const std::unique_ptr<MacWatch> watch_;
  const MacObserver observer_;
  Log& log_;
  mutable std::mutex mutex_;
  mutable std::condition_variable wake_;  // the thread: there is work
  std::condition_variable room_;          // callers: the queue was taken
  Group waiting_;
  bool stopping_ = false;
  mutable bool probe_wanted_ = false;
  mutable std::chrono::steady_clock::time_point next_probe_{};
  std::atomic<bool> writable_ = true;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace strongroom::storage
