#include "storage/sqlite_store.h"

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "storage/testing/lossy_vfs.h"
#include "storage/testing/raw_sql.h"
#include "storage/testing/store_contract.h"
#include "storage/testing/temporary_directory.h"

namespace strongroom::storage {

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract,
                         testing::Values(StoreMaker{[](const std::string& directory, Log& log) {
                           return open_sqlite({.path = directory + "contract.db"},
                                              contract_schema(), log);
                         }}));

namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFirst = "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT) STRICT";
constexpr std::array kOneStep{Migration{1, "notes", kFirst}};
constexpr std::array kTwoSteps{
    Migration{1, "notes", kFirst},
    Migration{2, "authors", "ALTER TABLE notes ADD COLUMN author TEXT NOT NULL DEFAULT 'unknown'"}};
constexpr std::array kBrokenSteps{
    Migration{1, "notes", kFirst},
    Migration{2, "broken", "ALTER TABLE notes ADD COLUMN author TEXT; SELECT no_such_function()"}};
constexpr Schema kOld{"notes", 0x4e6f7465, kOneStep};
constexpr Schema kNew{"notes", 0x4e6f7465, kTwoSteps};
constexpr Schema kBroken{"notes", 0x4e6f7465, kBrokenSteps};
constexpr Schema kForeign{"other", 0x4f746872, kOneStep};

class SqliteStoreTest : public testing::Test {
 protected:
  Result<std::unique_ptr<Store>> open(const Schema& schema = kOld, const std::string& vfs = {}) {
    return open_sqlite({.path = path_, .vfs = vfs, .on_fsync = [this](auto) { ++fsyncs_; }}, schema,
                       log_);
  }
  Status add(Store& store, std::string_view text) {
    return store.write([&](Transaction& tx) -> Status {
      STRONGROOM_CHECK(tx.execute("INSERT INTO notes (text) VALUES (?)", {text}));
      return {};
    });
  }
  std::int64_t count(Store& store) {
    return *read<std::int64_t>(store, [](Snapshot& snapshot) {
      return fetch_integer(snapshot, "SELECT COUNT(*) FROM notes");
    });
  }
  Code code_of_open(const Schema& schema = kOld) {
    auto opened = open(schema);
    EXPECT_FALSE(opened.has_value());
    return opened ? Code::kInternal : opened.error().code;
  }

  TemporaryDirectory directory_;
  std::string path_ = directory_.file("notes.db");
  SystemClock clock_;
  Log log_{clock_, Log::Format::kText, [](std::string_view) {}};
  std::atomic<int> fsyncs_ = 0;
};

TEST_F(SqliteStoreTest, KeepsWhatWasWrittenWhenItIsOpenedAgain) {
  { ASSERT_TRUE(add(**open(), "kept").has_value()); }
  EXPECT_EQ(count(**open()), 1);
}

TEST_F(SqliteStoreTest, LetsNobodyElseReadItsFiles) {
  const auto store = *open();
  ASSERT_TRUE(add(*store, "private").has_value());
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    const fs::perms perms = fs::status(path_ + suffix).permissions();
    EXPECT_EQ(perms & (fs::perms::group_all | fs::perms::others_all), fs::perms::none) << suffix;
  }
}

TEST_F(SqliteStoreTest, RefusesASecondOpenerWhileTheFirstLives) {
  auto first = open();
  ASSERT_TRUE(first.has_value());
  auto second = open();
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Code::kUnavailable);
  EXPECT_EQ(second.error().message.view(), "another process is using this database");
  first->reset();
  EXPECT_TRUE(open().has_value());
}

TEST_F(SqliteStoreTest, SharesOneFsyncAmongWritersThatWait) {
  const auto store = *open();
  ASSERT_TRUE(add(*store, "the log's first frame syncs its header too").has_value());
  fsyncs_ = 0;
  std::promise<void> go;
  std::latch blocked(1);
  std::thread first([&] {
    EXPECT_TRUE(store->write([&](Transaction&) -> Status {
      blocked.count_down();
      go.get_future().wait();
      return {};
    }));
  });
  blocked.wait();  // the writer's thread is busy now, so what comes next gathers
  std::vector<std::thread> others;
  std::atomic<int> asked = 0;
  for (int i = 0; i < 32; ++i) {
    others.emplace_back([&] {
      ++asked;
      EXPECT_TRUE(add(*store, "together").has_value());
    });
  }
  while (asked < 32) std::this_thread::yield();
  go.set_value();
  first.join();
  for (std::thread& thread : others) thread.join();
  EXPECT_EQ(count(*store), 33);
  EXPECT_LE(fsyncs_, 16);  // usually one; whoever had not queued yet when the group was taken adds
}

TEST_F(SqliteStoreTest, WritersOfOneGroupKeepTheirOwnOutcomeWhateverBecomesOfTheOthers) {
  const auto store = *open();
  constexpr int kThreads = 16;
  constexpr int kTimes = 40;
  std::vector<std::int64_t> committed;  // the tasks run one after another
  std::vector<std::thread> threads;
  threads.reserve(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kTimes; ++i) {
        const std::int64_t id = t * kTimes + i + 1;
        const bool fails = id % 3 == 0;
        const Status done = store->write([&](Transaction& tx) -> Status {
          STRONGROOM_CHECK(tx.execute("INSERT INTO notes (id, text) VALUES (?, 'x')", {id}));
          tx.on_commit([&committed, id] { committed.push_back(id); });
          if (fails) return Error{Code::kConflict, "no", std::to_string(id)};
          return {};
        });
        ASSERT_EQ(done.has_value(), !fails);
        ASSERT_TRUE(done || done.error().detail == std::to_string(id)) << "another's";
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(committed.size(), static_cast<std::size_t>(count(*store)));
  EXPECT_EQ(committed.size(), std::size_t{kThreads * kTimes - kThreads * kTimes / 3});
  for (const std::int64_t id : committed) EXPECT_NE(id % 3, 0);
}

TEST_F(SqliteStoreTest, ForgetsNoStatementThatSomebodyReadsFrom) {
  const auto store = *open();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(add(*store, "row").has_value());
  const Status read = store->read([](Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(const auto rows, snapshot.query("SELECT id FROM notes ORDER BY id"));
    EXPECT_TRUE(rows->next());
    for (int i = 0; i < 400; ++i) {  // more texts than are kept, and its own as well
      const std::string other = "SELECT id + " + std::to_string(i) + " FROM notes ORDER BY id";
      for (const std::string& sql : {other, std::string("SELECT id FROM notes ORDER BY id")}) {
        STRONGROOM_TRY(const auto beside, snapshot.query(sql));
        EXPECT_TRUE(beside->next());
      }
    }
    EXPECT_TRUE(rows->next());
    EXPECT_EQ(rows->integer(0), 2);
    EXPECT_TRUE(rows->next());
    EXPECT_FALSE(rows->next());
    return rows->status();
  });
  EXPECT_TRUE(read.has_value());
}

TEST_F(SqliteStoreTest, MigratesOlderDataAndKeepsACopyOfIt) {
  { ASSERT_TRUE(add(**open(kOld), "old").has_value()); }
  {
    const auto store = *open(kNew);
    EXPECT_EQ(count(*store), 1);
    EXPECT_TRUE(store->write([](Transaction& tx) -> Status {
      STRONGROOM_CHECK(tx.execute("UPDATE notes SET author = 'somebody'"));
      return {};
    }));
  }
  const std::string copy = path_ + ".before-1";
  EXPECT_EQ(raw_rows(copy, "PRAGMA user_version"), std::vector<std::string>{"1"});
  EXPECT_EQ(raw_rows(copy, "PRAGMA application_id"), std::vector<std::string>{"1315927141"});
  EXPECT_EQ(raw_rows(copy, "SELECT text FROM notes"), std::vector<std::string>{"old"});
  EXPECT_EQ(fs::status(copy).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(raw_rows(path_, "PRAGMA user_version"), std::vector<std::string>{"2"});
}

TEST_F(SqliteStoreTest, LeavesTheDataAsItWasWhenAMigrationFails) {
  { ASSERT_TRUE(add(**open(kOld), "old").has_value()); }
  EXPECT_EQ(code_of_open(kBroken), Code::kInternal);
  EXPECT_EQ(count(**open(kOld)), 1);
  EXPECT_EQ(raw_rows(path_, "PRAGMA user_version"), std::vector<std::string>{"1"});
}

TEST_F(SqliteStoreTest, LeavesNothingBehindWhenTheFirstMigrationFails) {
  constexpr std::array kBad{Migration{1, "bad", "CREATE TABLE notes (id NONSENSE) STRICT"}};
  EXPECT_EQ(code_of_open(Schema{"notes", 1, kBad}), Code::kInternal);
  EXPECT_FALSE(fs::exists(path_));
  EXPECT_TRUE(open().has_value());
}

TEST_F(SqliteStoreTest, RefusesDataOfANewerVersionAndSaysWhichItKnows) {
  { ASSERT_TRUE(open(kNew).has_value()); }
  auto opened = open(kOld);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, Code::kConflict);
  EXPECT_EQ(std::get<std::int64_t>(*opened.error().find("data_version")), 2);
  EXPECT_EQ(std::get<std::int64_t>(*opened.error().find("known_version")), 1);
}

TEST_F(SqliteStoreTest, RefusesADatabaseOfAnotherProgramUntouched) {
  { ASSERT_TRUE(open(kForeign).has_value()); }
  EXPECT_EQ(code_of_open(kOld), Code::kCorrupt);
  fs::remove(path_);
  run_raw_sql(path_, "CREATE TABLE t (x)");
  EXPECT_EQ(code_of_open(kOld), Code::kCorrupt);
  EXPECT_EQ(raw_rows(path_, "SELECT name FROM sqlite_schema"), std::vector<std::string>{"t"});
}

TEST_F(SqliteStoreTest, RefusesAFileThatWasCutAtAnyLength) {
  {
    const auto store = *open();
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(add(*store, std::string(1000, 'x')).has_value());
  }
  const std::uintmax_t size = fs::file_size(path_);
  ASSERT_GT(size, 12 * 4096U);
  for (std::uintmax_t left = 0; left < size; left += 1024) {
    const std::string whole = directory_.file("whole.db");
    fs::copy_file(path_, whole, fs::copy_options::overwrite_existing);
    fs::resize_file(path_, left);
    EXPECT_EQ(code_of_open(), Code::kCorrupt) << "cut to " << left;
    fs::rename(whole, path_);
  }
}

TEST_F(SqliteStoreTest, RefusesGarbage) {
  std::ofstream(path_) << std::string(8192, 'g');
  EXPECT_EQ(code_of_open(), Code::kCorrupt);
}

TEST_F(SqliteStoreTest, FindsADamagedPageWhenItOpens) {
  {
    const auto store = *open();
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(add(*store, std::string(1000, 'x')).has_value());
  }
  std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp(3 * 4096);
  file << std::string(64, '\xff');
  file.close();
  EXPECT_EQ(code_of_open(), Code::kCorrupt);
}

TEST_F(SqliteStoreTest, DoesNotStartAnewBesideTheLogOfALostDatabase) {
  std::ofstream(path_ + "-wal") << "something";
  EXPECT_EQ(code_of_open(), Code::kCorrupt);
}

TEST_F(SqliteStoreTest, SaysUnavailableForADirectoryThatIsNotThere) {
  path_ = directory_.file("missing/notes.db");
  EXPECT_EQ(code_of_open(), Code::kUnavailable);
}

TEST_F(SqliteStoreTest, RefusesAnUnknownFileLayer) {
  EXPECT_EQ(open(kOld, "no-such-vfs").error().code, Code::kUnavailable);
}

TEST_F(SqliteStoreTest, SaysUnavailableOnAFullDiskAndRecoversByItself) {
  LossyVfs vfs;
  const auto store = *open(kOld, vfs.name());
  ASSERT_TRUE(add(*store, "before").has_value());
  vfs.set_full(true);
  const Status refused = add(*store, std::string(100'000, 'x'));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, Code::kUnavailable);
  EXPECT_FALSE(store->writable());
  EXPECT_EQ(count(*store), 1);  // reading goes on
  vfs.set_full(false);
  // Only the question itself makes it try again.
  while (!store->writable()) std::this_thread::yield();
  EXPECT_TRUE(add(*store, "after").has_value());
  EXPECT_EQ(count(*store), 2);
}

TEST_F(SqliteStoreTest, TellsEveryWriterOfAGroupWhoseFsyncFailed) {
  LossyVfs vfs;
  const auto store = *open(kOld, vfs.name());
  ASSERT_TRUE(add(*store, "before").has_value());
  vfs.fail_all_syncs(true);
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(add(*store, "lost").error().code, Code::kUnavailable); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(store->writable());
  EXPECT_EQ(count(*store), 1);
  vfs.fail_all_syncs(false);
  EXPECT_TRUE(add(*store, "after").has_value());
  EXPECT_TRUE(store->writable());
  EXPECT_EQ(count(*store), 2);
}

}  // namespace
}  // namespace strongroom::storage
