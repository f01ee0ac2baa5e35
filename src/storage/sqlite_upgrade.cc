#include "storage/sqlite_upgrade.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "storage/file_lock.h"

namespace strongroom::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kCheckedBytes = std::int64_t{16} << 20;

Error moved_error(const std::error_code& why) {
  return Error{Code::kUnavailable, "a database file cannot be moved to its place", why.message()};
}

// Renames so that a loss of power leaves either the old state or the new one.
Status move_into_place(const std::string& from, const std::string& to) {
  STRONGROOM_CHECK(sync_file(from));
  std::error_code why;
  fs::rename(from, to, why);
  if (why) return moved_error(why);
  return sync_directory_of(to);
}

void remove_leftovers(const std::string& path) {
  for (const char* suffix : {"", "-journal", "-wal", "-shm"}) {
    std::error_code ignored;  // what could not be removed fails the step that comes next
    fs::remove(path + suffix, ignored);
  }
}

Status migrate_once(Connection& connection, const Migration& migration) {
  STRONGROOM_CHECK(connection.run_script(migration.sql));
  STRONGROOM_TRY(const std::unique_ptr<Rows> broken, connection.query("PRAGMA foreign_key_check"));
  if (broken->next()) {
    return Error{Code::kInternal, "a migration left rows that refer to nothing"};
  }
  STRONGROOM_CHECK(broken->status());
  return connection.run_script("PRAGMA user_version=" + std::to_string(migration.number));
}

// Foreign keys are off while tables are rebuilt, and checked before the commit instead.
Status migrate(Connection& connection, const Schema& schema, std::int64_t from, Log& log) {
  STRONGROOM_CHECK(connection.run_script("PRAGMA foreign_keys=OFF"));
  for (const Migration& migration : schema.migrations) {
    if (migration.number <= from) continue;
    STRONGROOM_CHECK(connection.run_script("BEGIN IMMEDIATE"));
    if (Status done = migrate_once(connection, migration); !done) {
      if (connection.in_transaction()) STRONGROOM_CHECK(connection.run_script("ROLLBACK"));
      return done;
    }
    STRONGROOM_CHECK(connection.run_script("COMMIT"));
    log.info("database migrated", {{"database", schema.name},
                                   {"version", std::int64_t{migration.number}},
                                   {"step", migration.name}});
  }
  return connection.run_script("PRAGMA foreign_keys=ON");
}

Status use_write_ahead_log(Connection& connection) {
  STRONGROOM_TRY(const std::unique_ptr<Rows> mode, connection.query("PRAGMA journal_mode=WAL"));
  if (mode->next() && mode->text(0) == "wal") return mode->status();
  STRONGROOM_CHECK(mode->status());
  return Error{Code::kUnavailable, "the database cannot use a write-ahead log here"};
}

Status create(const std::string& path, const std::string& vfs, const Schema& schema, Log& log) {
  if (fs::exists(path + "-wal")) {
    return Error{Code::kCorrupt, "the database file is missing, but its write-ahead log is there"};
  }
  const std::string building = path + ".new";
  remove_leftovers(building);
  STRONGROOM_CHECK(make_private_file(building));
  {
    STRONGROOM_TRY(const std::unique_ptr<Connection> connection,
                   Connection::open(building, vfs, Connection::Mode::kReadWrite));
    STRONGROOM_CHECK(
        connection->run_script("PRAGMA application_id=" + std::to_string(schema.application_id)));
    STRONGROOM_CHECK(migrate(*connection, schema, 0, log));
    STRONGROOM_CHECK(use_write_ahead_log(*connection));
  }
  return move_into_place(building, path);
}

// Through a temporary name, so that a copy is complete whenever it is there. One of an earlier
// attempt is replaced: the data may have changed since, its version has not.
Status keep_copy(Connection& connection, const std::string& path, std::int64_t version) {
  const std::string copy = path + ".before-" + std::to_string(version);
  const std::string building = copy + ".new";
  remove_leftovers(building);
  STRONGROOM_CHECK(make_private_file(building));
  STRONGROOM_CHECK(connection.execute("VACUUM INTO ?", std::array<Value, 1>{building}));
  return move_into_place(building, copy);
}

Status check_identity(Connection& connection, const Schema& schema) {
  STRONGROOM_TRY(const std::int64_t id, connection.integer("PRAGMA application_id"));
  if (id != static_cast<std::int64_t>(schema.application_id)) {
    return Error{Code::kCorrupt, "this file is not the database that is expected here",
                 "application_id " + std::to_string(id)};
  }
  STRONGROOM_TRY(const std::int64_t version, connection.integer("PRAGMA user_version"));
  const std::int64_t known = schema.migrations.back().number;
  if (version > known) {
    return Error{Code::kConflict,
                 "this data was written by a newer version of strongroom; start that version, or "
                 "a newer one"}
        .with("data_version", version)
        .with("known_version", known);
  }
  return {};
}

Status check_pages(Connection& connection) {
  STRONGROOM_TRY(const std::int64_t pages, connection.integer("PRAGMA page_count"));
  STRONGROOM_TRY(const std::int64_t bytes, connection.integer("PRAGMA page_size"));
  if (pages * bytes > kCheckedBytes) return {};
  STRONGROOM_TRY(const std::unique_ptr<Rows> rows, connection.query("PRAGMA quick_check(1)"));
  const bool sound = rows->next() && rows->text(0) == "ok";
  STRONGROOM_CHECK(rows->status());
  if (!sound) return Error{Code::kCorrupt, "the database is damaged", "quick_check"};
  return {};
}

Status check_file(const std::string& path) {
  std::error_code why;
  const std::uintmax_t size = fs::file_size(path, why);
  if (why) {
    return Error{Code::kUnavailable, "the database file cannot be opened", why.message()};
  }
  if (size == 0) return Error{Code::kCorrupt, "the database file is empty", path};
  return {};
}

Result<std::unique_ptr<Connection>> open_checked(const std::string& path, const std::string& vfs,
                                                 const Schema& schema, Log& log) {
  std::error_code why;
  if (!fs::exists(path, why)) STRONGROOM_CHECK(create(path, vfs, schema, log));
  STRONGROOM_CHECK(check_file(path));
  STRONGROOM_TRY(std::unique_ptr<Connection> connection,
                 Connection::open(path, vfs, Connection::Mode::kReadWrite));
  STRONGROOM_CHECK(check_identity(*connection, schema));
  STRONGROOM_CHECK(check_pages(*connection));
  STRONGROOM_TRY(const std::int64_t version, connection->integer("PRAGMA user_version"));
  if (version < schema.migrations.back().number) {
    STRONGROOM_CHECK(keep_copy(*connection, path, version));
    STRONGROOM_CHECK(migrate(*connection, schema, version, log));
  }
  STRONGROOM_CHECK(use_write_ahead_log(*connection));
  // A process that died right after a failed fsync leaves a log of which the system shows more than
  // the disk has. Moved into the database and synced, what can be read is durable again.
  STRONGROOM_CHECK(connection->empty_log());
  return connection;
}

}  // namespace

Result<std::unique_ptr<Connection>> open_current(const std::string& path, const std::string& vfs,
                                                 const Schema& schema, Log& log) {
  auto opened = open_checked(path, vfs, schema, log);
  if (opened) return opened;
  Error error = std::move(opened).error();  // there are two databases: say which
  if (!error.detail.starts_with(path)) error.detail.insert(0, path + ": ");
  return error;
}

}  // namespace strongroom::storage
