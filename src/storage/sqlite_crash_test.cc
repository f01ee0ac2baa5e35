// What is left after the power goes, at every moment at which it can go.

#include <atomic>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "storage/fetch.h"
#include "storage/sqlite_store.h"
#include "storage/testing/contract_schema.h"
#include "storage/testing/lossy_vfs.h"
#include "storage/testing/temporary_directory.h"

namespace strongroom::storage {
namespace {

class SqliteCrash : public testing::TestWithParam<bool> {
 protected:
  Result<std::unique_ptr<Store>> open() {
    return open_sqlite({.path = path_, .vfs = vfs_.name()}, contract_schema(), log_);
  }
  // A thing with two parts, so that half a transaction would show, and some bulk, so that a commit
  // is many pages.
  static Status add(Store& store, std::int64_t id) {
    return store.write([id](Transaction& tx) -> Status {
      const std::string bulk(static_cast<std::size_t>(id % 7) * 2000, 'b');
      STRONGROOM_CHECK(tx.execute("INSERT INTO things (id, name, data) VALUES (?, ?, ?)",
                                  {id, std::to_string(id), Blob{bulk}}));
      STRONGROOM_CHECK(tx.execute("INSERT INTO parts (id, thing) VALUES (?, ?)", {2 * id, id}));
      STRONGROOM_CHECK(tx.execute("INSERT INTO parts (id, thing) VALUES (?, ?)", {2 * id + 1, id}));
      return {};
    });
  }
  // Everything acknowledged is there; nothing is there by half; the file is sound.
  void check(Store& store, const std::set<std::int64_t>& acknowledged) {
    const Status sound = store.read([&](Snapshot& snapshot) -> Status {
      STRONGROOM_TRY(const auto ids,
                     fetch_all<std::int64_t>(snapshot, "SELECT id FROM things", {},
                                             [](Rows& rows) { return rows.integer(0); }));
      const std::set<std::int64_t> found(ids.begin(), ids.end());
      for (const std::int64_t id : acknowledged) EXPECT_TRUE(found.contains(id)) << id;
      STRONGROOM_TRY(const auto parts, fetch_integer(snapshot, "SELECT COUNT(*) FROM parts"));
      EXPECT_EQ(parts, 2 * static_cast<std::int64_t>(found.size()));
      STRONGROOM_TRY(const auto rows, snapshot.query("PRAGMA integrity_check"));
      EXPECT_TRUE(rows->next());
      EXPECT_EQ(rows->text(0), "ok");
      return {};
    });
    EXPECT_TRUE(sound.has_value()) << sound.error().detail;
  }
  // Opens and writes until the crash, or to the end; answers whether there was one.
  bool work(std::int64_t& id, int writes) {
    auto store = open();
    if (!store) return true;
    for (int i = 0; i < writes; ++i) {
      const std::int64_t now = ++id;
      if (!add(**store, now)) return true;
      acknowledged_.insert(now);
    }
    return false;
  }

  // A round for each sync that there is, until one ends without a crash.
  void crash_at_each_sync() {
    std::int64_t id = 0;
    int rounds = 0;
    for (int at_sync = 1;; ++at_sync, ++rounds) {
      vfs_.seed(static_cast<std::uint32_t>(at_sync));
      vfs_.crash_at_sync(at_sync, GetParam());
      const bool crashed = work(id, 20) || vfs_.has_crashed();
      vfs_.revive();
      auto store = open();
      ASSERT_TRUE(store.has_value()) << "sync " << at_sync << store.error().detail;
      check(**store, acknowledged_);
      if (!crashed) break;
    }
    EXPECT_GT(rounds, 20);
  }

  TemporaryDirectory directory_;
  std::string path_ = directory_.file("crash.db");
  LossyVfs vfs_;
  SystemClock clock_;
  Log log_{clock_, Log::Format::kText, [](std::string_view) {}};
  std::set<std::int64_t> acknowledged_;
};

// The first round crashes while the database is being made.
TEST_P(SqliteCrash, KeepsEveryAcknowledgedWriteWhicheverSyncItHits) { crash_at_each_sync(); }

// What the system writes before it must lies on the disk in any order, and by sectors.
TEST_P(SqliteCrash, KeepsEveryAcknowledgedWriteWhereSomeSectorsAreOnTheDiskBeforeTheyMust) {
  for (const int chance : {1, 128, 254}) {
    SCOPED_TRACE(chance);
    acknowledged_.clear();
    path_ = directory_.file("leaking-" + std::to_string(chance) + ".db");
    vfs_.leak(static_cast<std::uint8_t>(chance));
    crash_at_each_sync();
  }
}

// So the tests of that are about something: a leak of everything is a disk that syncs each write.
TEST(LossyVfs, LeaksSectorsThatWereNotSynced) {
  const TemporaryDirectory directory;
  LossyVfs vfs;
  vfs.leak(255);
  SystemClock clock;
  Log log{clock, Log::Format::kText, [](std::string_view) {}};
  const auto open = [&] {
    return open_sqlite({.path = directory.file("leak.db"), .vfs = vfs.name()}, contract_schema(),
                       log);
  };
  {
    auto store = open();
    ASSERT_TRUE(store.has_value()) << store.error().detail;
    vfs.crash_at_sync(2);  // the first is of the log's head
    const Status refused = (*store)->write([](Transaction& tx) -> Status {
      STRONGROOM_CHECK(tx.execute("INSERT INTO things (id, name, data) VALUES (?, ?, ?)",
                                  {std::int64_t{1}, "leaked", Blob{"x"}}));
      return {};
    });
    EXPECT_FALSE(refused.has_value());
  }
  vfs.revive();
  auto store = open();
  ASSERT_TRUE(store.has_value()) << store.error().detail;
  const Status found = (*store)->read([](Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(const auto count, fetch_integer(snapshot, "SELECT COUNT(*) FROM things"));
    EXPECT_EQ(count, 1);
    return {};
  });
  EXPECT_TRUE(found.has_value());
}

// The disk itself does not notice: the power goes between any two writes.
TEST_P(SqliteCrash, KeepsEveryAcknowledgedWriteUnderConcurrentWriters) {
  std::atomic<std::int64_t> id = 0;
  std::mutex mutex;
  for (int round = 1; round <= 12; ++round) {
    {
      auto store = open();
      ASSERT_TRUE(store.has_value()) << store.error().detail;
      vfs_.seed(static_cast<std::uint32_t>(round));
      vfs_.crash_at_sync(3 + round, GetParam());
      std::vector<std::thread> threads;
      threads.reserve(4);
      for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([&] {
          while (true) {
            const std::int64_t now = ++id;
            if (!add(**store, now)) return;
            const std::lock_guard lock(mutex);
            acknowledged_.insert(now);
          }
        });
      }
      for (std::thread& thread : threads) thread.join();
    }
    ASSERT_TRUE(vfs_.has_crashed());
    vfs_.revive();
    auto store = open();
    ASSERT_TRUE(store.has_value()) << store.error().detail;
    check(**store, acknowledged_);
  }
  EXPECT_GT(acknowledged_.size(), 20U);
}

// Linux forgets what a failed fsync was about: the next one succeeds without having written it.
TEST_P(SqliteCrash, DoesNotTrustAFileAfterAFailedSync) {
  for (int nth = 1; nth <= 6; ++nth) {
    auto store = open();
    ASSERT_TRUE(store.has_value()) << store.error().detail;
    vfs_.fail_sync(nth);
    for (int i = 0; i < 12; ++i) {
      const std::int64_t now = nth * 100 + i;
      if (add(**store, now)) acknowledged_.insert(now);
    }
    vfs_.crash(GetParam());
    store->reset();
    vfs_.revive();
    auto again = open();
    ASSERT_TRUE(again.has_value()) << again.error().detail;
    check(**again, acknowledged_);
  }
  EXPECT_GE(acknowledged_.size(), 6U * 11U);
}

// The process ends right after a sync that failed, and its successor reads from the system's cache
// what never reached the disk. What it commits on top of that must not go with it.
TEST_P(SqliteCrash, StandsOnNothingThatAKilledProcessCouldNotSync) {
  for (int nth = 1; nth <= 6; ++nth) {
    auto store = open();
    ASSERT_TRUE(store.has_value()) << store.error().detail;
    vfs_.fail_sync(nth);
    for (int i = 0; i < 12; ++i) {
      const std::int64_t now = nth * 100 + i;
      if (!add(**store, now)) break;
      acknowledged_.insert(now);
    }
    vfs_.kill();
    store->reset();
    vfs_.revive();
    auto successor = open();
    ASSERT_TRUE(successor.has_value()) << successor.error().detail;
    ASSERT_TRUE(add(**successor, nth * 100 + 50));
    acknowledged_.insert(nth * 100 + 50);
    vfs_.crash(GetParam());
    successor->reset();
    vfs_.revive();
    auto again = open();
    ASSERT_TRUE(again.has_value()) << again.error().detail;
    check(**again, acknowledged_);
  }
}

INSTANTIATE_TEST_SUITE_P(Disk, SqliteCrash, testing::Bool(),
                         [](const auto& disk) { return disk.param ? "Torn" : "Whole"; });

}  // namespace
}  // namespace strongroom::storage
