#pragma once
// Snapshot and Transaction on a Connection.

#include <utility>
#include <vector>

#include "storage/mac_watch.h"
#include "storage/sqlite_connection.h"
#include "storage/store.h"

namespace strongroom::storage {

class SqliteSnapshot final : public Snapshot {
 public:
  explicit SqliteSnapshot(Connection& connection) : connection_(connection) {}

  using Snapshot::query;
  Result<std::unique_ptr<Rows>> query(std::string_view sql,
                                      std::span<const Value> values) override {
    return connection_.query(sql, values);
  }

 private:
  Connection& connection_;
};

class SqliteTransaction final : public Transaction {
 public:
  // `watch`: told of each statement, or nullptr.
  SqliteTransaction(Connection& connection, MacWatch* watch)
      : connection_(connection), watch_(watch) {}

  using Snapshot::query;
  using Transaction::execute;
  Result<std::unique_ptr<Rows>> query(std::string_view sql,
                                      std::span<const Value> values) override {
    return connection_.query(sql, values);
  }
  Result<std::int64_t> execute(std::string_view sql, std::span<const Value> values) override {
    if (watch_ == nullptr) return connection_.execute(sql, values);
    watch_->statement_begins(values);
    auto changed = connection_.execute(sql, values);
    watch_->statement_ended(changed.has_value());
    return changed;
  }
  void on_commit(Task task) override { tasks_.push_back(std::move(task)); }

  std::vector<Task> take_tasks() { return std::move(tasks_); }

 private:
  Connection& connection_;
  MacWatch* watch_;
  std::vector<Task> tasks_;
};

}  // namespace strongroom::storage
