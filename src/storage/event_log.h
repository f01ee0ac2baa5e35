#pragma once
// The database of the audit trail: rows are appended, in groups with one fsync each, and removed
// from the front only.
//
// Not a Store: there is one writer, which runs on its caller's thread with statements of its own,
// because the look-ups of all robots wait for it.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"
#include "base/uuid.h"
#include "storage/store.h"

namespace strongroom::storage {

struct EventLogOptions {
  std::string path;
  std::string vfs = {};                                              // as SqliteOptions::vfs
  std::function<void(std::chrono::nanoseconds took)> on_fsync = {};  // as SqliteOptions::on_fsync
  int pages_to_move = 1000;  // of 4 KiB: how long the write-ahead log grows; see tidy()
};

// One thread at a time, but for read(), which is safe from any thread.
class EventLog {
 public:
  // Errors: as open_sqlite().
  static Result<std::unique_ptr<EventLog>> open(const EventLogOptions& options, Log& log);
  ~EventLog();

  // begin, then any number of append, count_use and contains, then commit or rollback. Until commit
  // succeeded readers see nothing of the group; if it failed, nothing may be appended before
  // reopen() succeeded. Errors: as Transaction::execute(). append: kConflict if the id is there
  // already; then the group may go on without it.
  Status begin();
  Status append(std::int64_t sequence, const Uuid& id, std::string_view body,
                std::string_view hash);
  // One use more of this key, with the group.
  Status count_use(const Uuid& key);
  Status append_checkpoint(std::int64_t sequence, std::string_view text);
  // From now on the chain begins behind this link; those up to it may be removed.
  Status set_start(std::int64_t sequence, std::string_view hash);
  // Removes at most `most` of the links up to the start, the oldest first, and the checkpoints
  // before it. Answers how many links went.
  Result<std::int64_t> remove_before_start(std::int64_t most);
  Result<bool> contains(const Uuid& id);
  Status commit();
  void rollback();

  // Makes sure, after a commit that failed, that what can be read is also durable: a system may
  // forget what it could not write, and yet show it to whoever reads. The write-ahead log is moved
  // into the database and emptied, both files are opened anew, and a small write is made durable.
  // Errors: as open_sqlite(); then nothing may be appended yet.
  Status reopen();

  // Keeps the write-ahead log short; call it between groups. The bulk is moved into the database on
  // a thread of its own, so this takes a few milliseconds once in some thousand events, and nothing
  // otherwise. Errors: as sqlite_error(); then the log is only longer than it should be.
  Status tidy();

  // As Store::read(), beside the appending thread.
  Status read(UniqueFunction<Status(Snapshot&)> work);

 private:
  class Impl;
  explicit EventLog(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace strongroom::storage
