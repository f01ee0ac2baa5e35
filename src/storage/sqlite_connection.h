#pragma once
// One connection to an SQLite database, with its prepared statements.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "storage/store.h"

struct sqlite3;
struct sqlite3_stmt;

namespace strongroom::storage {

struct StatementDeleter {
  void operator()(sqlite3_stmt* statement) const;
};
using StatementPointer = std::unique_ptr<sqlite3_stmt, StatementDeleter>;

// Used by one thread at a time. Rows of a query must be gone before the connection is.
class Connection {
 public:
  enum class Mode { kReadOnly, kReadWrite, kCreate };

  // Opens `path` through the VFS named `vfs` (empty: the system's) and makes the settings that
  // every connection has: foreign keys, no trust in the schema's functions, checks of every page.
  //
  // Errors: kUnavailable (cannot be opened); damage shows at the first statement.
  static Result<std::unique_ptr<Connection>> open(const std::string& path, const std::string& vfs,
                                                  Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Exactly one statement, prepared once and kept. Errors: as sqlite_error(); kInternal also for
  // text after the statement or a wrong number of values.
  Result<std::unique_ptr<Rows>> query(std::string_view sql, std::span<const Value> values = {});
  // Answers how many rows the statement changed.
  Result<std::int64_t> execute(std::string_view sql, std::span<const Value> values = {});

  // Several statements without values: a migration, or pragmas.
  Status run_script(std::string_view sql);
  // The one integer that `sql` (a pragma, a count) answers.
  Result<std::int64_t> integer(std::string_view sql);

  // Whether BEGIN is in force: SQLite ends a transaction by itself on some errors (disk full, I/O).
  bool in_transaction() const;
  // Moves what it can of the write-ahead log into the database without waiting for anybody, and
  // answers how many of the log's pages are in the database then. SQLite syncs the database only
  // when that is all of them. Errors of these four: as sqlite_error().
  Result<int> checkpoint();
  // Syncs the database itself, so that who moves the rest of the log has little left to sync.
  Status sync_database();
  // Moves all of it, waiting for readers, and leaves it empty: what can be read afterwards has been
  // synced in the database itself.
  Status empty_log();
  // Makes a change durable that changes nothing: finds out whether writing works.
  Status write_nothing_durably();

  sqlite3* handle() const { return database_; }

 private:
  class Lease;
  class StatementRows;
  struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  explicit Connection(sqlite3* database) : database_(database) {}
  Status configure(Mode mode);
  Result<Lease> take(std::string_view sql);
  Result<Lease> prepare(std::string_view sql, std::span<const Value> values, bool copy);
  void make_room();

  // Of one text, those that nobody uses just now.
  struct Idle {
    std::vector<StatementPointer> statements;
    std::size_t lent = 0;
  };

  sqlite3* database_;
  std::unordered_map<std::string, Idle, TextHash, std::equal_to<>> idle_;
};

// Whether SQLite knows a VFS of that name; true for the empty one, which is the system's.
bool vfs_exists(const std::string& name);

// Whether what follows the first statement in `tail` is nothing but white space.
bool is_blank(std::string_view tail);

}  // namespace strongroom::storage
