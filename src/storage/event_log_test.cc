#include "storage/event_log.h"

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "storage/event_rows.h"
#include "storage/testing/lossy_vfs.h"
#include "storage/testing/temporary_directory.h"

namespace strongroom::storage {
namespace {

Uuid numbered(std::int64_t number) {
  Uuid id;
  for (std::size_t i = 0; i < 8; ++i) {
    id.bytes[15 - i] = static_cast<std::byte>((number >> (8 * i)) & 0xff);
  }
  return id;
}

class EventLogTest : public testing::Test {
 protected:
  std::unique_ptr<EventLog> open(int pages_to_move = 4000) {
    auto opened = EventLog::open({.path = path_,
                                  .vfs = vfs_.name(),
                                  .on_fsync = [this](auto) { ++fsyncs_; },
                                  .pages_to_move = pages_to_move},
                                 log_);
    EXPECT_TRUE(opened.has_value());
    return opened ? *std::move(opened) : nullptr;
  }
  static Status append(EventLog& log, std::int64_t sequence) {
    STRONGROOM_CHECK(log.begin());
    STRONGROOM_CHECK(log.append(sequence, numbered(sequence), "{}", "hash"));
    return log.commit();
  }
  static std::int64_t count(EventLog& log) {
    std::int64_t total = -1;
    const Status read = log.read([&](Snapshot& snapshot) -> Status {
      STRONGROOM_TRY(total, count_events(snapshot, {}));
      return {};
    });
    EXPECT_TRUE(read.has_value());
    return total;
  }

  TemporaryDirectory directory_;
  std::string path_ = directory_.file("events.db");
  LossyVfs vfs_;
  SystemClock clock_;
  Log log_{clock_, Log::Format::kText, [](std::string_view) {}};
  std::atomic<int> fsyncs_ = 0;
};

TEST_F(EventLogTest, ShowsAGroupOnlyWhenItIsCommitted) {
  const auto log = open();
  ASSERT_TRUE(log->begin().has_value());
  ASSERT_TRUE(log->append(1, numbered(1), "{}", "hash").has_value());
  EXPECT_TRUE(*log->contains(numbered(1)));
  EXPECT_EQ(count(*log), 0);
  log->rollback();
  EXPECT_FALSE(*log->contains(numbered(1)));
  ASSERT_TRUE(append(*log, 1).has_value());
  EXPECT_EQ(count(*log), 1);
}

TEST_F(EventLogTest, GoesOnWithoutARowWhoseIdIsThere) {
  const auto log = open();
  ASSERT_TRUE(append(*log, 1).has_value());
  ASSERT_TRUE(log->begin().has_value());
  EXPECT_EQ(log->append(2, numbered(1), "{}", "hash").error().code, Code::kConflict);
  EXPECT_TRUE(log->append(2, numbered(2), "{}", "hash").has_value());
  ASSERT_TRUE(log->commit().has_value());
  EXPECT_EQ(count(*log), 2);
}

TEST_F(EventLogTest, ShowsNothingOfAFailedCommitAndWorksAfterItWasReopened) {
  const auto log = open();
  ASSERT_TRUE(append(*log, 1).has_value());
  vfs_.fail_all_syncs(true);
  EXPECT_EQ(append(*log, 2).error().code, Code::kUnavailable);
  EXPECT_EQ(count(*log), 1);
  EXPECT_FALSE(log->reopen().has_value());
  vfs_.fail_all_syncs(false);
  ASSERT_TRUE(log->reopen().has_value());
  EXPECT_EQ(count(*log), 1);
  ASSERT_TRUE(append(*log, 2).has_value());
  EXPECT_EQ(count(*log), 2);
}

// Nobody reads meanwhile, so the last connection closes while syncs fail: the log that it leaves
// must not bring the failed commit back.
TEST_F(EventLogTest, DoesNotFindAFailedCommitAgainWhenItIsReopened) {
  const auto log = open();
  ASSERT_TRUE(append(*log, 1).has_value());
  vfs_.fail_all_syncs(true);
  EXPECT_FALSE(append(*log, 2).has_value());
  EXPECT_FALSE(log->reopen().has_value());
  EXPECT_FALSE(log->reopen().has_value());
  vfs_.fail_all_syncs(false);
  ASSERT_TRUE(log->reopen().has_value());
  EXPECT_EQ(count(*log), 1);
}

TEST_F(EventLogTest, CommitsWithOneFsync) {
  const auto log = open();
  ASSERT_TRUE(append(*log, 1).has_value());
  fsyncs_ = 0;
  for (std::int64_t i = 2; i < 12; ++i) ASSERT_TRUE(append(*log, i).has_value());
  EXPECT_EQ(fsyncs_, 10);
}

TEST_F(EventLogTest, StartsItsWriteAheadLogAgainWhileItIsAppendedTo) {
  const auto log = open(20);
  const std::string wal = path_ + "-wal";
  std::int64_t sequence = 0;
  const auto append_large = [&] {
    const std::string body(20'000, 'x');
    EXPECT_TRUE(log->begin().has_value());
    ++sequence;
    EXPECT_TRUE(log->append(sequence, numbered(sequence), body, "hash").has_value());
    EXPECT_TRUE(log->commit().has_value());
    EXPECT_TRUE(log->tidy().has_value());
  };
  append_large();
  // Each commit makes the file longer, until one is written over its beginning.
  for (std::uintmax_t before = 0; before < std::filesystem::file_size(wal);) {
    ASSERT_LT(sequence, 5000);
    before = std::filesystem::file_size(wal);
    std::this_thread::yield();  // to the thread that moves the log into the database
    append_large();
  }
  EXPECT_EQ(count(*log), sequence);
}

}  // namespace
}  // namespace strongroom::storage
