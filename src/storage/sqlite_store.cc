#include "storage/sqlite_store.h"

#include <optional>
#include <utility>

#include "storage/file_lock.h"
#include "storage/sqlite_readers.h"
#include "storage/sqlite_upgrade.h"
#include "storage/sqlite_writer.h"
#include "storage/sync_watch.h"

namespace strongroom::storage {
namespace {

// Pages that a few hundred transactions change again and again are written into the database once,
// after 4,000 pages (16 MB) of the log, and what is above them need not be read anew each time. The
// readers have no use for so large a cache: each commit of another connection empties theirs.
constexpr std::string_view kOfTheWriter =
    "PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-16384;";

class SqliteStore final : public Store {
 public:
  SqliteStore(FileLock lock, std::unique_ptr<SyncWatch> watch, const SqliteOptions& options,
              std::string vfs, SqliteWriter::Parts parts, Log& log)
      : lock_(std::move(lock)),
        watch_(std::move(watch)),
        readers_(options.path, std::move(vfs), options.readers),
        writer_(std::move(parts), log) {}

  Status read(UniqueFunction<Status(Snapshot&)> work) override {
    return readers_.read(std::move(work));
  }
  Status write(UniqueFunction<Status(Transaction&)> work) override {
    return writer_.write(std::move(work));
  }
  bool writable() const override { return writer_.writable(); }
  Status empty_log() { return writer_.empty_log(); }

 private:
  // In the order in which they are needed; connections close before what they stand on goes.
  FileLock lock_;
  std::unique_ptr<SyncWatch> watch_;
  SqliteReaders readers_;
  SqliteWriter writer_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_sqlite(const SqliteOptions& options, const Schema& schema,
                                           Log& log) {
  if (!vfs_exists(options.vfs)) {
    return Error{Code::kUnavailable, "there is no such file layer for the database", options.vfs};
  }
  STRONGROOM_TRY(FileLock lock, FileLock::take(options.path + ".lock"));
  std::unique_ptr<SyncWatch> watch;
  if (options.on_fsync) watch = std::make_unique<SyncWatch>(options.vfs, options.on_fsync);
  std::string vfs = watch ? watch->name() : options.vfs;
  SqliteWriter::Parts parts{.connection = {}, .watch = {}, .observer = options.on_mac_changes};
  STRONGROOM_TRY(parts.connection, open_current(options.path, vfs, schema, log));
  STRONGROOM_CHECK(parts.connection->run_script(kOfTheWriter));
  if (parts.observer) {
    STRONGROOM_TRY(parts.watch, MacWatch::install(*parts.connection));
  }
  return std::unique_ptr<Store>(std::make_unique<SqliteStore>(
      std::move(lock), std::move(watch), options, std::move(vfs), std::move(parts), log));
}

Status empty_log(Store& store) {
  auto* const sqlite = dynamic_cast<SqliteStore*>(&store);
  return sqlite == nullptr ? Status() : sqlite->empty_log();
}

}  // namespace strongroom::storage
