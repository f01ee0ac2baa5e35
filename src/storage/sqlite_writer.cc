#include "storage/sqlite_writer.h"

#include <exception>
#include <typeinfo>
#include <utility>

namespace strongroom::storage {
namespace {

constexpr std::chrono::seconds kProbeInterval{1};

Error rolled_back() {
  return Error{Code::kUnavailable, "the database cannot be written at the moment",
               "the transaction was rolled back by an error in its group"};
}

// Callers' code runs here; what it throws must not end the process, and it rolls back like an
// Error.
Status call(UniqueFunction<Status(Transaction&)>& work, Transaction& transaction) {
  try {
    return work(transaction);
  } catch (const std::exception& bug) {
    return Error{Code::kInternal, "a change failed in an unexpected way", typeid(bug).name()};
  }
}

}  // namespace

SqliteWriter::SqliteWriter(Parts parts, Log& log)
    : connection_(std::move(parts.connection)),
      watch_(std::move(parts.watch)),
      observer_(std::move(parts.observer)),
      log_(log),
      thread_([this] { run(); }) {}

SqliteWriter::~SqliteWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  thread_.join();
  // So that the file alone is the database, for whoever copies it while nothing runs. Everything is
  // durable already: a failure here costs nothing but that.
  if (const Status emptied = connection_->empty_log(); !emptied) {
    log_.failed("The database's log was left beside it.", emptied.error());
  }
}

Status SqliteWriter::write(UniqueFunction<Status(Transaction&)> work) {
  if (std::this_thread::get_id() == thread_.get_id()) {
    return Error{Code::kInternal, "a change waits for itself", "write() inside write()"};
  }
  Job job{.work = std::move(work)};
  return enqueue(job);
}

Status SqliteWriter::empty_log() {
  Job job{.work = {}};
  return enqueue(job);
}

Status SqliteWriter::enqueue(Job& job) {
  {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return waiting_.size() < kMaxWaiting; });
    waiting_.push_back(&job);
  }
  wake_.notify_one();
  std::unique_lock lock(job.mutex);
  job.finished.wait(lock, [&] { return job.done; });
  return std::move(job.outcome);
}

// Whoever asks after a failure has the thread try again, at most once a second. So a server that
// nobody could write to, because it said that it is not writable, finds out that the disk has room.
bool SqliteWriter::writable() const {
  if (writable_.load(std::memory_order_relaxed)) return true;
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  if (now < next_probe_) return false;
  next_probe_ = now + kProbeInterval;
  probe_wanted_ = true;
  wake_.notify_one();
  return false;
}

void SqliteWriter::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [&] { return stopping_ || probe_wanted_ || !waiting_.empty(); });
    if (waiting_.empty() && stopping_) return;
    Group group = std::exchange(waiting_, {});
    const bool probing = std::exchange(probe_wanted_, false);
    lock.unlock();
    room_.notify_all();
    if (!group.empty()) {
      commit_group(group);
    } else if (probing) {
      probe();
    }
    for (Job* job : group) {
      const std::lock_guard done(job->mutex);
      job->done = true;
      job->finished.notify_one();  // under the lock: the caller cannot be gone yet
    }
    lock.lock();
  }
}

void SqliteWriter::commit_group(Group& group) {
  const Status commit = apply(group);
  if (!commit && connection_->in_transaction()) {
    if (const Status undone = connection_->run_script("ROLLBACK"); !undone) {
      log_.failed("a failed group of changes could not be rolled back", undone.error());
    }
  }
  note(commit);
  settle(group, commit);
}

// Errors of single jobs stay in them; an answered error means that nothing of the group holds.
Status SqliteWriter::apply(Group& group) {
  STRONGROOM_CHECK(connection_->execute("BEGIN IMMEDIATE"));
  for (Job* job : group) {
    if (!job->work) continue;
    STRONGROOM_CHECK(connection_->execute("SAVEPOINT job"));
    run_job(*job);
    // On some errors SQLite has ended the whole transaction, with all that came before in it.
    if (!connection_->in_transaction()) return rolled_back();
    if (!job->outcome) STRONGROOM_CHECK(connection_->execute("ROLLBACK TO job"));
    STRONGROOM_CHECK(connection_->execute("RELEASE job"));
  }
  STRONGROOM_CHECK(connection_->execute("COMMIT"));
  return {};
}

void SqliteWriter::run_job(Job& job) {
  SqliteTransaction transaction(*connection_, watch_.get());
  job.outcome = call(job.work, transaction);
  if (watch_) {
    const std::vector<MacChange> changes = watch_->take();
    if (job.outcome && !changes.empty()) job.outcome = observer_(transaction, changes);
  }
  if (job.outcome) job.tasks = transaction.take_tasks();
}

// The tasks are part of the commit: memory follows the database. If one threw, the two would differ
// from then on, so the process ends instead (the thread has no handler).
void SqliteWriter::settle(Group& group, const Status& commit) {
  for (Job* job : group) {
    if (!commit) {
      if (job->outcome) job->outcome = commit;
    } else if (job->outcome) {
      for (Task& task : job->tasks) task();
    }
    job->tasks.clear();
  }
  for (Job* job : group) {
    if (!job->work && job->outcome) job->outcome = connection_->empty_log();
  }
}

void SqliteWriter::probe() { note(connection_->write_nothing_durably()); }

void SqliteWriter::note(const Status& commit) {
  const bool was = writable_.exchange(commit.has_value());
  if (was && !commit) log_.failed("the database cannot be written", commit.error());
  if (!was && commit) log_.info("the database can be written again");
}

}  // namespace strongroom::storage
