#include "storage/sqlite_readers.h"

#include <algorithm>
#include <exception>
#include <typeinfo>
#include <utility>

#include "storage/sqlite_snapshot.h"

namespace strongroom::storage {
namespace {

Status read_through(Connection& connection, UniqueFunction<Status(Snapshot&)>& work) {
  STRONGROOM_CHECK(connection.execute("BEGIN"));
  SqliteSnapshot snapshot(connection);
  Status outcome;
  try {
    outcome = work(snapshot);
  } catch (const std::exception& bug) {
    outcome = Error{Code::kInternal, "a query failed in an unexpected way", typeid(bug).name()};
  }
  if (connection.in_transaction()) STRONGROOM_CHECK(connection.execute("END"));
  return outcome;
}

}  // namespace

SqliteReaders::SqliteReaders(std::string path, std::string vfs, std::size_t most)
    : path_(std::move(path)), vfs_(std::move(vfs)), most_(std::max<std::size_t>(most, 1)) {}

Status SqliteReaders::read(UniqueFunction<Status(Snapshot&)> work) {
  Result<std::unique_ptr<Connection>> connection = borrow();
  if (!connection) {
    give_back(nullptr);
    return std::move(connection).error();
  }
  Status outcome = read_through(**connection, work);
  // A connection whose transaction did not end is closed, which ends it.
  give_back((*connection)->in_transaction() ? nullptr : *std::move(connection));
  return outcome;
}

Result<std::unique_ptr<Connection>> SqliteReaders::borrow() {
  {
    std::unique_lock lock(mutex_);
    freed_.wait(lock, [&] { return lent_ < most_; });
    ++lent_;
    if (!idle_.empty()) {
      std::unique_ptr<Connection> connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return Connection::open(path_, vfs_, Connection::Mode::kReadOnly);
}

void SqliteReaders::give_back(std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  if (connection) idle_.push_back(std::move(connection));
  --lent_;
  freed_.notify_one();
}

}  // namespace strongroom::storage
