#include "storage/checkpointer.h"

#include <utility>

namespace strongroom::storage {

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
  return connection_->checkpoint();
}

}  // namespace strongroom::storage
