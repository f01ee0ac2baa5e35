#pragma once
// A few connections that only read, lent to whoever reads now.

#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "storage/sqlite_connection.h"
#include "storage/store.h"

namespace strongroom::storage {

// Safe to use from any thread. At most `most` readers at once; others wait for one to end.
class SqliteReaders {
 public:
  SqliteReaders(std::string path, std::string vfs, std::size_t most);

  // As Store::read().
  Status read(UniqueFunction<Status(Snapshot&)> work);

 private:
  Result<std::unique_ptr<Connection>> borrow();
  void give_back(std::unique_ptr<Connection> connection);

  const std::string path_;
  const std::string vfs_;
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t lent_ = 0;
};

}  // namespace strongroom::storage
