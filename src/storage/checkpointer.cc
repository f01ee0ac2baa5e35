#include "storage/checkpointer.h"

#include <utility>

#include <sys/resource.h>
#include <unistd.h>

namespace strongroom::storage {

namespace {

constexpr int kLittle = 64;  // pages: what a writer moves and syncs as fast as a group of events
constexpr int kMostPasses = 8;
constexpr int kNice = 10;  // whoever waits for an answer goes first

}  // namespace

Checkpointer::Checkpointer(std::string path, std::string vfs, Log& log)
    : path_(std::move(path)), vfs_(std::move(vfs)), log_(log), thread_([this] { run(); }) {}

Checkpointer::~Checkpointer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Checkpointer::State Checkpointer::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void Checkpointer::start() {
  {
    const std::lock_guard lock(mutex_);
    state_ = State::kRunning;
  }
  changed_.notify_all();
}

void Checkpointer::acknowledge() {
  const std::lock_guard lock(mutex_);
  if (state_ == State::kDone) state_ = State::kIdle;
}

void Checkpointer::close() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return state_ != State::kRunning; });
  state_ = State::kIdle;
  connection_.reset();
}

void Checkpointer::run() {
  // Of this thread alone (setpriority(2), "C library/kernel differences"). It works without, too.
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || state_ == State::kRunning; });
    if (stopping_) return;
    lock.unlock();
    if (const Status done = checkpoint(); !done) {
      log_.failed("a write-ahead log cannot be moved into its database yet", done.error());
    }
    lock.lock();
    state_ = State::kDone;
    changed_.notify_all();
  }
}

Status Checkpointer::checkpoint() {
  if (!connection_) {
    STRONGROOM_TRY(connection_, Connection::open(path_, vfs_, Connection::Mode::kReadWrite));
  }
  // What came while a pass copied and synced is moved by the next one, which has much less to do.
  int moved_before = 0;
  for (int pass = 0; pass < kMostPasses; ++pass) {
    STRONGROOM_TRY(const int moved, connection_->checkpoint());
    STRONGROOM_CHECK(connection_->sync_database());
    if (moved - moved_before < kLittle) break;
    moved_before = moved;
  }
  return {};
}

}  // namespace strongroom::storage
