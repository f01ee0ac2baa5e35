#include "storage/database_copy.h"

#include <array>
#include <filesystem>
#include <memory>
#include <system_error>

#include <sqlite3.h>

#include "storage/fetch.h"
#include "storage/file_lock.h"
#include "storage/sqlite_connection.h"
#include "storage/sqlite_error.h"
#include "storage/sqlite_snapshot.h"

namespace strongroom::storage {
namespace {

constexpr int kPagesAtOnce = 256;  // of 4 KiB

struct BackupDeleter {
  void operator()(sqlite3_backup* backup) const { sqlite3_backup_finish(backup); }
};

// The source is read inside one transaction: without it, each commit of somebody else's would let
// the copy begin again from the first page.
Status copy_pages(Connection& source, Connection& target) {
  STRONGROOM_CHECK(source.run_script("BEGIN"));
  STRONGROOM_CHECK(source.integer("SELECT count(*) FROM sqlite_schema"));
  const std::unique_ptr<sqlite3_backup, BackupDeleter> backup(
      sqlite3_backup_init(target.handle(), "main", source.handle(), "main"));
  if (!backup) return sqlite_error(sqlite3_errcode(target.handle()), target.handle());
  int code = SQLITE_OK;
  while (code == SQLITE_OK) code = sqlite3_backup_step(backup.get(), kPagesAtOnce);
  if (code != SQLITE_DONE) return sqlite_error(code, target.handle());
  return {};
}

// The pages of a database with a write-ahead log say that there is one: a copy has none, and can be
// read where nothing may be written.
Status without_log(Connection& target) {
  STRONGROOM_TRY(const std::unique_ptr<Rows> mode, target.query("PRAGMA journal_mode=DELETE"));
  while (mode->next()) {
  }
  return mode->status();
}

Status copy(const std::string& from, const std::string& to) {
  STRONGROOM_TRY(const std::unique_ptr<Connection> source,
                 Connection::open(from, "", Connection::Mode::kReadOnly));
  {
    STRONGROOM_TRY(const std::unique_ptr<Connection> target,
                   Connection::open(to, "", Connection::Mode::kReadWrite));
    STRONGROOM_CHECK(copy_pages(*source, *target));
    STRONGROOM_CHECK(without_log(*target));
  }
  STRONGROOM_CHECK(source->run_script("ROLLBACK"));
  STRONGROOM_CHECK(sync_file(to));
  return sync_directory_of(to);
}

}  // namespace

Status copy_database(const std::string& from, const std::string& to) {
  std::error_code why;
  if (std::filesystem::exists(to, why)) {
    return Error{Code::kConflict, "there is a file already where a database is to be copied", to};
  }
  STRONGROOM_CHECK(make_private_file(to));
  Status copied = copy(from, to);
  if (copied) return copied;
  for (const char* const suffix : {"", "-journal", "-wal", "-shm"}) {
    std::filesystem::remove(to + suffix, why);
  }
  return copied;
}

Result<std::int64_t> schema_version(const std::string& path, const Schema& schema) {
  STRONGROOM_TRY(const std::unique_ptr<Connection> connection,
                 Connection::open(path, "", Connection::Mode::kReadOnly));
  STRONGROOM_TRY(const std::int64_t id, connection->integer("PRAGMA application_id"));
  if (id != static_cast<std::int64_t>(schema.application_id)) {
    return Error{Code::kCorrupt, "this file is not the database that is expected here", path};
  }
  return connection->integer("PRAGMA user_version");
}

Status read_copy(const std::string& path, UniqueFunction<Status(Snapshot&)> work) {
  STRONGROOM_TRY(const std::unique_ptr<Connection> connection,
                 Connection::open(path, "", Connection::Mode::kReadOnly));
  SqliteSnapshot snapshot(*connection);
  return work(snapshot);
}

// The names are those of the schema's own tables, so they are no text of anybody else's.
Result<std::vector<RowCount>> count_rows(Snapshot& snapshot) {
  STRONGROOM_TRY(auto counts,
                 fetch_all<RowCount>(snapshot,
                                     "SELECT name FROM sqlite_schema WHERE type = 'table' "
                                     "AND name NOT LIKE 'sqlite_%' ORDER BY name",
                                     {}, [](Rows& rows) {
                                       return RowCount{std::string(rows.text(0)), 0};
                                     }));
  for (RowCount& count : counts) {
    if (count.table.find('"') != std::string::npos) {
      return Error{Code::kCorrupt, "the database is damaged", "a table's name"};
    }
    const std::string sql = R"(SELECT COUNT(*) FROM ")" + count.table + '"';
    STRONGROOM_TRY(count.rows, fetch_integer(snapshot, sql));
  }
  return counts;
}

Status raise_key_uses(const std::string& path, const std::vector<KeyUseRow>& uses) {
  if (uses.empty()) return {};
  STRONGROOM_TRY(const std::unique_ptr<Connection> connection,
                 Connection::open(path, "", Connection::Mode::kReadWrite));
  STRONGROOM_CHECK(connection->run_script("BEGIN IMMEDIATE"));
  for (const KeyUseRow& use : uses) {
    STRONGROOM_CHECK(
        connection->execute("INSERT INTO key_uses (key_id, uses) VALUES (?, ?) "
                            "ON CONFLICT (key_id) DO UPDATE SET uses = MAX(uses, excluded.uses)",
                            std::array<Value, 2>{to_value(use.key_id), use.uses}));
  }
  return connection->run_script("COMMIT");
}

}  // namespace strongroom::storage
