#include "storage/event_log.h"

#include <optional>
#include <utility>

#include <sqlite3.h>

#include "storage/checkpointer.h"
#include "storage/file_lock.h"
#include "storage/migrations.h"
#include "storage/sqlite_connection.h"
#include "storage/sqlite_error.h"
#include "storage/sqlite_readers.h"
#include "storage/sqlite_upgrade.h"
#include "storage/sync_watch.h"

namespace strongroom::storage {
namespace {

constexpr std::size_t kReaders = 2;

// What is removed here is no secret, and the log is moved by tidy() only.
constexpr std::string_view kSettings = R"sql(
PRAGMA secure_delete=OFF;
PRAGMA wal_autocheckpoint=0;
)sql";

int bind_bytes(sqlite3_stmt* statement, int place, std::string_view bytes) {
  return sqlite3_bind_blob64(statement, place, bytes.data(), bytes.size(), SQLITE_STATIC);
}

Error closed() {
  return Error{Code::kUnavailable, "the audit database cannot be written at the moment",
               "it is closed since an attempt to reopen it failed"};
}

// One statement that is run again and again.
class Prepared {
 public:
  static Result<Prepared> make(sqlite3* database, std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) return sqlite_error(code, database);
    return Prepared(statement);
  }
  sqlite3_stmt* get() const { return statement_.get(); }
  // Answers whether there was a row. What was bound stays bound.
  Result<bool> run() {
    const int code = sqlite3_step(get());
    sqlite3_reset(get());
    if (code == SQLITE_ROW || code == SQLITE_DONE) return code == SQLITE_ROW;
    return sqlite_error(code, sqlite3_db_handle(get()));
  }

 private:
  explicit Prepared(sqlite3_stmt* statement) : statement_(statement) {}
  StatementPointer statement_;
};

struct Statements {
  Prepared begin;
  Prepared insert;
  Prepared find;
  Prepared count_use;
  Prepared checkpoint;
  Prepared start;
  Prepared remove;
  Prepared remove_checkpoints;
  Prepared commit;
};

Result<Statements> prepare_all(sqlite3* database) {
  STRONGROOM_TRY(Prepared begin, Prepared::make(database, "BEGIN IMMEDIATE"));
  STRONGROOM_TRY(
      Prepared insert,
      Prepared::make(database, "INSERT INTO events (sequence, id, body, hash) VALUES (?,?,?,?)"));
  STRONGROOM_TRY(Prepared find, Prepared::make(database, "SELECT 1 FROM events WHERE id = ?"));
  STRONGROOM_TRY(Prepared count_use,
                 Prepared::make(database,
                                "INSERT INTO key_uses (key_id, uses) VALUES (?, 1) "
                                "ON CONFLICT (key_id) DO UPDATE SET uses = uses + 1"));
  STRONGROOM_TRY(
      Prepared checkpoint,
      Prepared::make(database,
                     "INSERT OR REPLACE INTO checkpoints (sequence, text) VALUES (?, ?)"));
  STRONGROOM_TRY(
      Prepared start,
      Prepared::make(database,
                     "INSERT OR REPLACE INTO trail_start (only, sequence, hash) VALUES (1, ?, ?)"));
  STRONGROOM_TRY(Prepared remove,
                 Prepared::make(database,
                                "DELETE FROM events WHERE sequence IN (SELECT sequence FROM events "
                                "WHERE sequence <= (SELECT sequence FROM trail_start) "
                                "ORDER BY sequence LIMIT ?)"));
  STRONGROOM_TRY(Prepared remove_checkpoints,
                 Prepared::make(database,
                                "DELETE FROM checkpoints WHERE sequence < "
                                "(SELECT sequence FROM trail_start)"));
  STRONGROOM_TRY(Prepared commit, Prepared::make(database, "COMMIT"));
  return Statements{
      std::move(begin),      std::move(insert), std::move(find),   std::move(count_use),
      std::move(checkpoint), std::move(start),  std::move(remove), std::move(remove_checkpoints),
      std::move(commit)};
}

Status without_answer(const Result<bool>& ran) {
  if (!ran) return ran.error();
  return {};
}

}  // namespace

class EventLog::Impl {
 public:
  Impl(FileLock file_lock, const EventLogOptions& options, Log& event_log)
      : lock(std::move(file_lock)),
        watch(options.on_fsync ? std::make_unique<SyncWatch>(options.vfs, options.on_fsync)
                               : nullptr),
        path(options.path),
        vfs(watch ? watch->name() : options.vfs),
        log(event_log),
        pages_to_move(options.pages_to_move),
        readers(path, vfs, kReaders),
        checkpointer(path, vfs, event_log) {}

  Status connect() {
    statements.reset();
    connection.reset();
    STRONGROOM_TRY(std::unique_ptr<Connection> opened,
                   open_current(path, vfs, audit_schema(), log));
    STRONGROOM_CHECK(opened->run_script(kSettings));
    STRONGROOM_TRY(Statements prepared, prepare_all(opened->handle()));
    sqlite3_wal_hook(
        opened->handle(),
        [](void* self, sqlite3*, const char*, int pages) {
          static_cast<Impl*>(self)->note_pages(pages);
          return SQLITE_OK;
        },
        this);
    connection = std::move(opened);
    statements.emplace(std::move(prepared));
    return {};
  }

  // After each commit: how long the log is. It starts again when all of it was moved.
  void note_pages(int pages) {
    if (pages < log_pages) move_at = pages_to_move;
    log_pages = pages;
  }

  // In the order in which they are needed; statements end before their connection does.
  FileLock lock;
  std::unique_ptr<SyncWatch> watch;
  const std::string path;
  const std::string vfs;
  Log& log;
  const int pages_to_move;
  SqliteReaders readers;
  Checkpointer checkpointer;
  int log_pages = 0;
  int move_at = pages_to_move;
  std::unique_ptr<Connection> connection;
  std::optional<Statements> statements;
};

EventLog::EventLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EventLog::~EventLog() {
  if (impl_ == nullptr || !impl_->connection) return;
  rollback();
  impl_->checkpointer.close();
  // As SqliteWriter does at its end.
  if (const Status emptied = impl_->connection->empty_log(); !emptied) {
    impl_->log.failed("The audit trail's log was left beside it.", emptied.error());
  }
}

Result<std::unique_ptr<EventLog>> EventLog::open(const EventLogOptions& options, Log& log) {
  if (!vfs_exists(options.vfs)) {
    return Error{Code::kUnavailable, "there is no such file layer for the database", options.vfs};
  }
  STRONGROOM_TRY(FileLock lock, FileLock::take(options.path + ".lock"));
  auto impl = std::make_unique<Impl>(std::move(lock), options, log);
  STRONGROOM_CHECK(impl->connect());
  return std::unique_ptr<EventLog>(new EventLog(std::move(impl)));
}

Status EventLog::begin() {
  if (!impl_->statements) return closed();
  return without_answer(impl_->statements->begin.run());
}

Status EventLog::append(std::int64_t sequence, const Uuid& id, std::string_view body,
                        std::string_view hash) {
  if (!impl_->statements) return closed();
  Prepared& insert = impl_->statements->insert;
  sqlite3_bind_int64(insert.get(), 1, sequence);
  bind_bytes(insert.get(), 2, id.raw());
  sqlite3_bind_text64(insert.get(), 3, body.data(), body.size(), SQLITE_STATIC, SQLITE_UTF8);
  bind_bytes(insert.get(), 4, hash);
  return without_answer(insert.run());
}

Status EventLog::count_use(const Uuid& key) {
  if (!impl_->statements) return closed();
  bind_bytes(impl_->statements->count_use.get(), 1, key.raw());
  return without_answer(impl_->statements->count_use.run());
}

Status EventLog::append_checkpoint(std::int64_t sequence, std::string_view text) {
  if (!impl_->statements) return closed();
  Prepared& insert = impl_->statements->checkpoint;
  sqlite3_bind_int64(insert.get(), 1, sequence);
  sqlite3_bind_text64(insert.get(), 2, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return without_answer(insert.run());
}

Status EventLog::set_start(std::int64_t sequence, std::string_view hash) {
  if (!impl_->statements) return closed();
  Prepared& start = impl_->statements->start;
  sqlite3_bind_int64(start.get(), 1, sequence);
  bind_bytes(start.get(), 2, hash);
  return without_answer(start.run());
}

Result<std::int64_t> EventLog::remove_before_start(std::int64_t most) {
  if (!impl_->statements) return closed();
  STRONGROOM_CHECK(without_answer(impl_->statements->remove_checkpoints.run()));
  sqlite3_bind_int64(impl_->statements->remove.get(), 1, most);
  STRONGROOM_CHECK(without_answer(impl_->statements->remove.run()));
  return sqlite3_changes64(impl_->connection->handle());
}

Result<bool> EventLog::contains(const Uuid& id) {
  if (!impl_->statements) return closed();
  bind_bytes(impl_->statements->find.get(), 1, id.raw());
  return impl_->statements->find.run();
}

Status EventLog::commit() {
  if (!impl_->statements) return closed();
  return without_answer(impl_->statements->commit.run());
}

void EventLog::rollback() {
  if (!impl_->connection || !impl_->connection->in_transaction()) return;
  if (const Status undone = impl_->connection->run_script("ROLLBACK"); !undone) {
    impl_->log.failed("a failed group of audit events could not be rolled back", undone.error());
  }
}

Status EventLog::reopen() {
  rollback();
  impl_->checkpointer.close();
  // Closing with a log that is not emptied would let the next connection read back from it what
  // could not be made durable.
  if (impl_->connection) STRONGROOM_CHECK(impl_->connection->empty_log());
  STRONGROOM_CHECK(impl_->connect());
  return impl_->connection->write_nothing_durably();
}

Status EventLog::tidy() {
  if (!impl_->connection) return {};
  switch (impl_->checkpointer.state()) {
    case Checkpointer::State::kRunning:
      return {};
    case Checkpointer::State::kDone:
      impl_->checkpointer.acknowledge();
      STRONGROOM_CHECK(impl_->connection->checkpoint());  // the little that came meanwhile
      return {};
    case Checkpointer::State::kIdle:
      break;
  }
  if (impl_->log_pages < impl_->move_at) return {};
  impl_->move_at =
      impl_->log_pages + impl_->pages_to_move;  // if a reader keeps the log from starting again
  impl_->checkpointer.start();
  return {};
}

Status EventLog::read(UniqueFunction<Status(Snapshot&)> work) {
  return impl_->readers.read(std::move(work));
}

}  // namespace strongroom::storage
