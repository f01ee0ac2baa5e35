#pragma once
// Moves a write-ahead log into its database beside the one who writes.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/log.h"
#include "base/result.h"
#include "storage/sqlite_connection.h"

namespace strongroom::storage {

// A thread and a connection of its own, so that nobody waits while megabytes are copied and synced.
// What is appended meanwhile stays in the log; moving that little is left to the writer, after
// which the log starts again from its beginning.
//
// One thread uses it. `log` must outlive it.
class Checkpointer {
 public:
  Checkpointer(std::string path, std::string vfs, Log& log);
  ~Checkpointer();  // waits for the end of a run

  enum class State { kIdle, kRunning, kDone };
  // kDone: a run has ended since start(). Errors of a run are logged; the next one tries again.
  State state() const;
  // Starts a run. Only when idle or done.
  void start();
  // Forgets that a run has ended.
  void acknowledge();
  // Waits for the end of a run and closes the connection; the next run opens another.
  void close();

 private:
  void run();
  Status checkpoint();

  const std::string path_;
  const std::string vfs_;
  Log& log_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  State state_ = State::kIdle;
  bool stopping_ = false;
  std::unique_ptr<Connection> connection_;  // the thread's while it runs
  std::thread thread_;                      // last: it uses all of the above
};

}  // namespace strongroom::storage
