#include "storage/sqlite_connection.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include <sqlite3.h>

#include "base/overloaded.h"
#include "storage/sqlite_error.h"

namespace strongroom::storage {
namespace {

constexpr std::size_t kMaxIdleTexts =
    128;  // lists come in many shapes; their texts must not pile up
constexpr int kBusyMilliseconds = 5000;

int bind(sqlite3_stmt* statement, int place, const Value& value, sqlite3_destructor_type lifetime) {
  return std::visit(
      Overloaded{
          [&](std::monostate) { return sqlite3_bind_null(statement, place); },
          [&](std::int64_t number) { return sqlite3_bind_int64(statement, place, number); },
          [&](std::string_view text) {
            return sqlite3_bind_text64(statement, place, text.empty() ? "" : text.data(),
                                       text.size(), lifetime, SQLITE_UTF8);
          },
          [&](Blob blob) {
            if (blob.bytes.empty()) return sqlite3_bind_zeroblob(statement, place, 0);
            return sqlite3_bind_blob64(statement, place, blob.bytes.data(), blob.bytes.size(),
                                       lifetime);
          },
      },
      value);
}

// SQLite's counts of memory, which nobody reads, cost a lock of the whole process around each of
// its allocations; Debian's makes one for nearly every value. Refused, and no harm done, where
// SQLite was in use before.
void count_no_memory() {
  [[maybe_unused]] static const int code = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int open_flags(Connection::Mode mode) {
  constexpr int kCommon = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  switch (mode) {
    case Connection::Mode::kReadOnly:
      return kCommon | SQLITE_OPEN_READONLY;
    case Connection::Mode::kReadWrite:
      return kCommon | SQLITE_OPEN_READWRITE;
    case Connection::Mode::kCreate:
      return kCommon | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  return kCommon | SQLITE_OPEN_READONLY;
}

}  // namespace

void StatementDeleter::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

bool is_blank(std::string_view tail) {
  return tail.find_first_not_of(" \t\r\n;") == std::string_view::npos;
}

// A prepared statement in use; goes back to its connection, reset, when this ends. What it came
// from stays where it is meanwhile: no text with a lent statement is forgotten.
class Connection::Lease {
 public:
  Lease(sqlite3* database, Idle& home, StatementPointer statement)
      : database_(database), home_(&home), statement_(std::move(statement)) {
    ++home_->lent;
  }
  Lease(Lease&&) noexcept = default;
  Lease& operator=(Lease&&) = delete;
  ~Lease() {
    if (!statement_) return;
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
    --home_->lent;
    home_->statements.push_back(std::move(statement_));
  }
  sqlite3_stmt* get() const { return statement_.get(); }
  sqlite3* database() const { return database_; }

 private:
  sqlite3* database_;
  Idle* home_;
  StatementPointer statement_;
};

class Connection::StatementRows final : public Rows {
 public:
  explicit StatementRows(Lease lease) : lease_(std::move(lease)) {}

  bool next() override {
    if (!status_ || finished_) return false;
    const int code = sqlite3_step(lease_.get());
    if (code == SQLITE_ROW) return true;
    finished_ = true;
    if (code != SQLITE_DONE) status_ = sqlite_error(code, lease_.database());
    return false;
  }
  Status status() const override { return status_; }

  bool is_null(int column) const override { return type(column) == SQLITE_NULL; }
  std::int64_t integer(int column) override {
    if (type(column) != SQLITE_INTEGER) return damaged(column), 0;
    return sqlite3_column_int64(lease_.get(), column);
  }
  std::string_view text(int column) override {
    if (type(column) != SQLITE_TEXT) return damaged(column), std::string_view{};
    const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(lease_.get(), column));
    return {data, length(column)};
  }
  std::string_view bytes(int column) override {
    if (type(column) != SQLITE_BLOB) return damaged(column), std::string_view{};
    const auto* data = static_cast<const char*>(sqlite3_column_blob(lease_.get(), column));
    return {data == nullptr ? "" : data, length(column)};
  }

 private:
  int type(int column) const { return sqlite3_column_type(lease_.get(), column); }
  std::size_t length(int column) const {
    return static_cast<std::size_t>(sqlite3_column_bytes(lease_.get(), column));
  }
  void damaged(int column) override {
    if (!status_) return;
    const char* name = sqlite3_column_name(lease_.get(), column);
    status_ =
        Error{Code::kCorrupt, "the database is damaged",
              "unexpected type or length in column " + std::string(name == nullptr ? "?" : name)};
  }

  Lease lease_;
  Status status_;
  bool finished_ = false;
};

Result<std::unique_ptr<Connection>> Connection::open(const std::string& path,
                                                     const std::string& vfs, Mode mode) {
  count_no_memory();
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &database, open_flags(mode),
                                   vfs.empty() ? nullptr : vfs.c_str());
  std::unique_ptr<Connection> connection(new Connection(database));  // closes also what half opened
  if (code != SQLITE_OK) return sqlite_error(code, database);
  STRONGROOM_CHECK(connection->configure(mode));
  return connection;
}

Connection::~Connection() {
  idle_.clear();
  sqlite3_close_v2(database_);
}

// Whoever can write the file could put triggers, views and defaults into its schema; these settings
// keep such SQL from doing more than reading and writing rows.
Status Connection::configure(Mode mode) {
  sqlite3_busy_timeout(database_, kBusyMilliseconds);
  for (const int off : {SQLITE_DBCONFIG_TRUSTED_SCHEMA, SQLITE_DBCONFIG_DQS_DML,
                        SQLITE_DBCONFIG_DQS_DDL, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION}) {
    sqlite3_db_config(database_, off, 0, nullptr);
  }
  for (const int on : {SQLITE_DBCONFIG_DEFENSIVE, SQLITE_DBCONFIG_ENABLE_FKEY}) {
    sqlite3_db_config(database_, on, 1, nullptr);
  }
  STRONGROOM_CHECK(run_script("PRAGMA cell_size_check=ON; PRAGMA secure_delete=ON;"));
  if (mode == Mode::kReadOnly) return run_script("PRAGMA query_only=ON;");
  return run_script("PRAGMA synchronous=FULL;");
}

Result<Connection::Lease> Connection::take(std::string_view sql) {
  auto found = idle_.find(sql);
  if (found != idle_.end() && !found->second.statements.empty()) {
    StatementPointer statement = std::move(found->second.statements.back());
    found->second.statements.pop_back();
    return Lease(database_, found->second, std::move(statement));
  }
  sqlite3_stmt* prepared = nullptr;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &prepared, &tail);
  StatementPointer statement(prepared);
  if (code != SQLITE_OK) return sqlite_error(code, database_);
  if (prepared == nullptr || !is_blank({tail, sql.data() + sql.size()})) {
    return Error{Code::kInternal, "the database refused a statement", "not exactly one statement"};
  }
  if (found == idle_.end()) {
    make_room();
    found = idle_.emplace(sql, Idle{}).first;
  }
  return Lease(database_, found->second, std::move(statement));
}

void Connection::make_room() {
  if (idle_.size() < kMaxIdleTexts) return;
  std::erase_if(idle_, [](const auto& text) { return text.second.lent == 0; });
}

Result<Connection::Lease> Connection::prepare(std::string_view sql, std::span<const Value> values,
                                              bool copy) {
  STRONGROOM_TRY(Lease lease, take(sql));
  if (static_cast<std::size_t>(sqlite3_bind_parameter_count(lease.get())) != values.size()) {
    return Error{Code::kInternal, "the database refused a statement", "wrong number of values"};
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const int code = bind(lease.get(), static_cast<int>(i) + 1, values[i],
                          copy ? SQLITE_TRANSIENT : SQLITE_STATIC);
    if (code != SQLITE_OK) return sqlite_error(code, database_);
  }
  return lease;
}

Result<std::unique_ptr<Rows>> Connection::query(std::string_view sql,
                                                std::span<const Value> values) {
  // The rows are read after the caller's values may have gone, so they are copied.
  STRONGROOM_TRY(Lease lease, prepare(sql, values, true));
  return std::unique_ptr<Rows>(std::make_unique<StatementRows>(std::move(lease)));
}

Result<std::int64_t> Connection::execute(std::string_view sql, std::span<const Value> values) {
  STRONGROOM_TRY(const Lease lease, prepare(sql, values, false));
  const std::int64_t before = sqlite3_total_changes64(database_);
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(lease.get());
  if (code != SQLITE_DONE) return sqlite_error(code, database_);
  // A statement that changes nothing leaves sqlite3_changes() as the one before it left it.
  return sqlite3_total_changes64(database_) == before ? 0 : sqlite3_changes64(database_);
}

Status Connection::run_script(std::string_view sql) {
  const int code = sqlite3_exec(database_, std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return sqlite_error(code, database_);
  return {};
}

Result<std::int64_t> Connection::integer(std::string_view sql) {
  STRONGROOM_TRY(const std::unique_ptr<Rows> rows, query(sql));
  const std::int64_t number = rows->next() ? rows->integer(0) : 0;
  STRONGROOM_CHECK(rows->status());
  return number;
}

bool Connection::in_transaction() const { return sqlite3_get_autocommit(database_) == 0; }

Result<int> Connection::checkpoint() {
  int moved = 0;
  const int code =
      sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, &moved);
  if (code != SQLITE_OK) return sqlite_error(code, database_);
  return moved;
}

Status Connection::sync_database() {
  sqlite3_file* file = nullptr;
  const int found =
      sqlite3_file_control(database_, "main", SQLITE_FCNTL_FILE_POINTER, static_cast<void*>(&file));
  if (found != SQLITE_OK) return sqlite_error(found, database_);
  if (const int code = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL); code != SQLITE_OK) {
    return sqlite_error(code, database_);
  }
  return {};
}

Status Connection::empty_log() {
  const int code =
      sqlite3_wal_checkpoint_v2(database_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (code != SQLITE_OK) return sqlite_error(code, database_);
  return {};
}

Status Connection::write_nothing_durably() {
  STRONGROOM_TRY(const std::int64_t version, integer("PRAGMA user_version"));
  STRONGROOM_CHECK(run_script("BEGIN IMMEDIATE"));
  Status outcome = run_script("PRAGMA user_version=" + std::to_string(version) + "; COMMIT");
  if (!outcome && in_transaction()) STRONGROOM_CHECK(run_script("ROLLBACK"));
  return outcome;
}

bool vfs_exists(const std::string& name) {
  count_no_memory();
  return sqlite3_vfs_find(name.empty() ? nullptr : name.c_str()) != nullptr;
}

}  // namespace strongroom::storage
