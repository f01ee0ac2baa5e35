#pragma once
// A Store on a database that another one has open, for simulations: every transaction runs on the
// thread that asks for it, and nothing is synced. Nothing is lost of that but speed: a simulation
// ends its processes by itself, and none of them takes the database with it.

#include <memory>
#include <string>
#include <utility>

#include "storage/sqlite_connection.h"
#include "storage/sqlite_snapshot.h"
#include "storage/store.h"

namespace strongroom::storage {

// For one thread. It tells nobody of changed MACs, so no row with one may be changed by it.
class DirectStore final : public Store {
 public:
  // Errors: as Connection::open().
  static Result<std::unique_ptr<DirectStore>> open(const std::string& path) {
    STRONGROOM_TRY(auto connection, Connection::open(path, {}, Connection::Mode::kReadWrite));
    STRONGROOM_CHECK(connection->run_script("PRAGMA synchronous=OFF"));
    return std::unique_ptr<DirectStore>(new DirectStore(std::move(connection)));
  }

  Status read(UniqueFunction<Status(Snapshot&)> work) override {
    SqliteSnapshot snapshot(*connection_);
    return work(snapshot);
  }
  Status write(UniqueFunction<Status(Transaction&)> work) override {
    STRONGROOM_CHECK(connection_->execute("BEGIN IMMEDIATE"));
    SqliteTransaction transaction(*connection_, nullptr);
    const Status outcome = work(transaction);
    if (!outcome) {
      STRONGROOM_CHECK(connection_->execute("ROLLBACK"));
      return outcome.error();
    }
    STRONGROOM_CHECK(connection_->execute("COMMIT"));
    for (Task& task : transaction.take_tasks()) task();
    return {};
  }
  bool writable() const override { return true; }

 private:
  explicit DirectStore(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)) {}

  std::unique_ptr<Connection> connection_;
};

}  // namespace strongroom::storage
