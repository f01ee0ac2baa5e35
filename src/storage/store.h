#pragma once
// The Store contract: rows and transactions, whichever database is behind it.
//
// The files beside this one hold a noun each (project_rows.h, ...): its row as a struct and its
// SQL, in the dialect that SQLite and PostgreSQL share. Sealed columns are bytes that nobody in
// this room can open: storage does not link crypto (invariant 1).

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/function.h"
#include "base/result.h"
#include "base/uuid.h"
#include "storage/value.h"

namespace strongroom::storage {

// The current row of a query. Columns count from 0. A column of another type, or NULL where the
// method does not allow for it, means that the database is damaged: status() answers kCorrupt from
// then on, and the value here is empty.
class Rows {
 public:
  virtual ~Rows() = default;
  // Steps to the next row; false when there is none, or on an error (then status() has it).
  virtual bool next() = 0;
  // Whether everything read so far was sound. Ask once, when next() said false.
  virtual Status status() const = 0;

  virtual bool is_null(int column) const = 0;
  virtual std::int64_t integer(int column) = 0;
  virtual std::string_view text(int column) = 0;   // valid until next()
  virtual std::string_view bytes(int column) = 0;  // valid until next()

  // The same, as our own types; a value that does not fit counts as damage.
  Uuid uuid(int column);
  WallTime time(int column) { return WallTime(Milliseconds(integer(column))); }
  bool flag(int column) { return integer(column) != 0; }
  std::optional<WallTime> maybe_time(int column);
  std::optional<Uuid> maybe_uuid(int column);

 protected:
  // Notes that a column did not hold what it should; status() answers kCorrupt from then on.
  virtual void damaged(int column) = 0;
};

// A view of the database as of one moment. Used by one thread, inside read() or write(); its Rows
// must be gone when the work returns.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  // Errors: kUnavailable (busy, full, I/O), kCorrupt, kInternal (bad SQL: a bug).
  virtual Result<std::unique_ptr<Rows>> query(std::string_view sql,
                                              std::span<const Value> values) = 0;
  Result<std::unique_ptr<Rows>> query(std::string_view sql,
                                      std::initializer_list<Value> values = {}) {
    return query(sql, std::span(values.begin(), values.size()));
  }
};

// A Snapshot that may change things. Committed or rolled back as a whole.
class Transaction : public Snapshot {
 public:
  // Answers how many rows were changed. As query(), and kConflict where a uniqueness or foreign-key
  // constraint forbids it.
  virtual Result<std::int64_t> execute(std::string_view sql, std::span<const Value> values) = 0;
  Result<std::int64_t> execute(std::string_view sql, std::initializer_list<Value> values = {}) {
    return execute(sql, std::span(values.begin(), values.size()));
  }

  // Runs `task` after this transaction is durable and before Store::write() returns; tasks of all
  // transactions run one after another in the order of the commits. It must not block or call the
  // store. This is how what is held in memory follows the database.
  virtual void on_commit(Task task) = 0;
};

// Safe to use from any thread. Never call write() inside read() or write().
class Store {
 public:
  virtual ~Store() = default;

  // Runs `work` in a read-only transaction on this thread.
  virtual Status read(UniqueFunction<Status(Snapshot&)> work) = 0;

  // Runs `work` in a transaction on the writer's thread, and returns when it is durable. Any error
  // from `work` rolls back and is answered. Several callers may share one commit and one fsync.
  virtual Status write(UniqueFunction<Status(Transaction&)> work) = 0;

  // Whether a write could be made durable now: the last one was, or a probe succeeded since.
  virtual bool writable() const = 0;
};

// read() and write() for work that answers a value.
template <class T>
Result<T> read(Store& store, UniqueFunction<Result<T>(Snapshot&)> work) {
  std::optional<T> answer;
  STRONGROOM_CHECK(store.read([&](Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(answer, work(snapshot));
    return {};
  }));
  return std::move(*answer);
}
template <class T>
Result<T> write(Store& store, UniqueFunction<Result<T>(Transaction&)> work) {
  std::optional<T> answer;
  STRONGROOM_CHECK(store.write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(answer, work(tx));
    return {};
  }));
  return std::move(*answer);
}

}  // namespace strongroom::storage
