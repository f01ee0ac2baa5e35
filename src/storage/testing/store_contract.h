#pragma once
// What every Store must keep, whichever database is behind it. A test file of a database includes
// this once and says how one is opened:
//
//   INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract, testing::Values(StoreMaker{...}));

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "base/clock.h"
#include "base/log.h"
#include "storage/fetch.h"
#include "storage/store.h"
#include "storage/testing/contract_schema.h"
#include "storage/testing/temporary_directory.h"

namespace strongroom::storage {

struct StoreMaker {
  // Opens a store with contract_schema() whose files, if it has any, are in `directory`.
  std::function<Result<std::unique_ptr<Store>>(const std::string& directory, Log& log)> open;
};

class StoreContract : public testing::TestWithParam<StoreMaker> {
 protected:
  void SetUp() override {
    auto opened = GetParam().open(directory_.file(""), log_);
    ASSERT_TRUE(opened.has_value()) << opened.error().message.view() << opened.error().detail;
    store_ = *std::move(opened);
  }
  Status add(std::int64_t id, std::string_view name) {
    return store_->write([&](Transaction& tx) -> Status {
      STRONGROOM_CHECK(tx.execute("INSERT INTO things (id, name) VALUES (?, ?)", {id, name}));
      return {};
    });
  }
  std::int64_t count(std::string_view sql = "SELECT COUNT(*) FROM things") {
    return *storage::read<std::int64_t>(
        *store_, [&](Snapshot& snapshot) { return fetch_integer(snapshot, sql); });
  }
  // Runs one statement in a transaction of its own.
  Status run(std::string_view sql) {
    return store_->write([&](Transaction& tx) -> Status {
      STRONGROOM_CHECK(tx.execute(sql));
      return {};
    });
  }

  TemporaryDirectory directory_;
  SystemClock clock_;
  Log log_{clock_, Log::Format::kText, [](std::string_view) {}};
  std::unique_ptr<Store> store_;
};

TEST_P(StoreContract, AnswersEveryKindOfValueAsItWasWritten) {
  const Uuid id = *Uuid::parse("0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
  const WallTime at{Milliseconds{4'102'444'800'123}};
  const std::string text("a\0b", 3);
  const auto write = [&](Transaction& tx) -> Status {
    constexpr auto kInsert = "INSERT INTO things (id, name, data, at) VALUES (?, ?, ?, ?)";
    STRONGROOM_CHECK(tx.execute(kInsert, {1, text, to_value(id), to_value(at)}));
    STRONGROOM_CHECK(tx.execute(kInsert, {2, std::string_view(), Blob{}, std::monostate{}}));
    return {};
  };
  ASSERT_TRUE(store_->write(write).has_value());
  const Status read = store_->read([&](Snapshot& snapshot) -> Status {
    STRONGROOM_TRY(const auto rows,
                   snapshot.query("SELECT id, name, data, at FROM things ORDER BY id"));
    EXPECT_TRUE(rows->next());
    EXPECT_EQ(rows->integer(0), 1);
    EXPECT_EQ(rows->text(1), text);
    EXPECT_EQ(rows->uuid(2), id);
    EXPECT_EQ(rows->maybe_time(3), at);
    EXPECT_TRUE(rows->next());
    EXPECT_EQ(rows->text(1), "");
    EXPECT_FALSE(rows->is_null(2));
    EXPECT_EQ(rows->bytes(2), "");
    EXPECT_EQ(rows->maybe_time(3), std::nullopt);
    EXPECT_FALSE(rows->next());
    return rows->status();
  });
  EXPECT_TRUE(read.has_value());
}

TEST_P(StoreContract, CallsAColumnOfAnotherTypeDamage) {
  ASSERT_TRUE(add(1, "a").has_value());
  for (const auto wrong : {+[](Rows& rows) { rows.integer(1); }, +[](Rows& rows) { rows.text(0); },
                           +[](Rows& rows) { rows.bytes(1); }, +[](Rows& rows) { rows.uuid(2); },
                           +[](Rows& rows) { rows.time(3); }}) {
    const Status read = store_->read([&](Snapshot& snapshot) -> Status {
      STRONGROOM_TRY(const auto rows, snapshot.query("SELECT id, name, data, at FROM things"));
      EXPECT_TRUE(rows->next());
      wrong(*rows);
      EXPECT_FALSE(rows->next());
      return rows->status();
    });
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error().code, Code::kCorrupt);
  }
}

TEST_P(StoreContract, RollsBackEverythingOfAWriteThatFails) {
  const Status outcome = store_->write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(tx.execute("INSERT INTO things (id, name) VALUES (1, 'a')"));
    return Error{Code::kPreconditionFailed, "somebody else was first"};
  });
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, Code::kPreconditionFailed);
  EXPECT_EQ(count(), 0);
}

TEST_P(StoreContract, RollsBackWhenTheWorkThrows) {
  const Status outcome = store_->write([&](Transaction& tx) -> Status {
    STRONGROOM_CHECK(tx.execute("INSERT INTO things (id, name) VALUES (1, 'a')"));
    throw std::runtime_error("a bug");
  });
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, Code::kInternal);
  EXPECT_EQ(count(), 0);
  EXPECT_TRUE(add(1, "a").has_value());
}

TEST_P(StoreContract, SaysConflictForUniquenessAndReferencesOnly) {
  ASSERT_TRUE(add(1, "a").has_value());
  EXPECT_EQ(add(2, "a").error().code, Code::kConflict);
  EXPECT_EQ(add(1, "b").error().code, Code::kConflict);
  EXPECT_EQ(run("INSERT INTO parts (id, thing) VALUES (1, 99)").error().code, Code::kConflict);
  EXPECT_EQ(run("INSERT INTO things (id, name) VALUES (3, NULL)").error().code, Code::kInternal);
  EXPECT_EQ(run("INSERT INTO nothing (id) VALUES (3)").error().code, Code::kInternal);
  EXPECT_EQ(count(), 1);
}

TEST_P(StoreContract, NeverPutsAValueIntoAnErrorsDetail) {
  ASSERT_TRUE(add(1, "very-private").has_value());
  const Status outcome = add(2, "very-private");
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().detail.find("very-private"), std::string::npos);
}

TEST_P(StoreContract, RefusesASecondStatementBehindTheFirst) {
  ASSERT_TRUE(add(1, "a").has_value());
  const Status outcome = run("DELETE FROM parts; DELETE FROM things");
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, Code::kInternal);
  EXPECT_EQ(count(), 1);
}

TEST_P(StoreContract, CountsTheRowsThatAStatementChanged) {
  ASSERT_TRUE(add(1, "a").has_value());
  ASSERT_TRUE(add(2, "b").has_value());
  const Status outcome = store_->write([&](Transaction& tx) -> Status {
    STRONGROOM_TRY(const auto both, tx.execute("UPDATE things SET at = 5"));
    EXPECT_EQ(both, 2);
    STRONGROOM_TRY(const auto none, tx.execute("DELETE FROM things WHERE id = ?", {9}));
    EXPECT_EQ(none, 0);
    return {};
  });
  EXPECT_TRUE(outcome.has_value());
}

TEST_P(StoreContract, ReadsOneMomentHoweverLongItTakes) {
  ASSERT_TRUE(add(1, "a").has_value());
  const Status read = store_->read([&](Snapshot& snapshot) -> Status {
    constexpr auto kCount = "SELECT COUNT(*) FROM things";
    STRONGROOM_TRY(const auto before, fetch_integer(snapshot, kCount));
    std::thread other([&] { EXPECT_TRUE(add(2, "b").has_value()); });
    other.join();
    STRONGROOM_TRY(const auto after, fetch_integer(snapshot, kCount));
    EXPECT_EQ(before, after);
    return {};
  });
  EXPECT_TRUE(read.has_value());
  EXPECT_EQ(count(), 2);
}

TEST_P(StoreContract, RunsTasksAfterTheCommitAndBeforeTheCallerGoesOn) {
  std::vector<std::int64_t> order;  // touched by tasks only, which run one after another
  std::vector<std::thread> threads;
  for (std::int64_t id = 1; id <= 16; ++id) {
    threads.emplace_back([&, id] {
      bool ran = false;
      const Status outcome = store_->write([&](Transaction& tx) -> Status {
        STRONGROOM_CHECK(
            tx.execute("INSERT INTO things (id, name, at) VALUES (?, ?, "
                       "(SELECT COUNT(*) FROM things))",
                       {id, std::to_string(id)}));
        tx.on_commit([&, id] {
          order.push_back(id);
          ran = true;
        });
        return {};
      });
      EXPECT_TRUE(outcome.has_value());
      EXPECT_TRUE(ran);
    });
  }
  for (std::thread& thread : threads) thread.join();
  const auto committed = storage::read<std::vector<std::int64_t>>(*store_, [](Snapshot& snapshot) {
    return fetch_all<std::int64_t>(snapshot, "SELECT id FROM things ORDER BY at", {},
                                   [](Rows& rows) { return rows.integer(0); });
  });
  EXPECT_EQ(order, *committed);
}

TEST_P(StoreContract, RunsNoTaskOfAWriteThatFailed) {
  bool ran = false;
  const Status outcome = store_->write([&](Transaction& tx) -> Status {
    tx.on_commit([&] { ran = true; });
    return Error{Code::kNotFound, "no such thing"};
  });
  EXPECT_FALSE(outcome.has_value());
  EXPECT_FALSE(ran);
}

TEST_P(StoreContract, RefusesAWriteInsideAWriteInsteadOfWaitingForEver) {
  const Status outcome = store_->write([&](Transaction&) { return add(1, "a"); });
  ASSERT_FALSE(outcome.has_value());
  EXPECT_EQ(outcome.error().code, Code::kInternal);
}

// A third of the writes fails; they share groups with others, which must not notice.
TEST_P(StoreContract, KeepsWritersThatFailAndReadersOutOfEachOthersWay) {
  constexpr int kThreads = 6;
  constexpr int kWrites = 30;
  std::atomic<int> succeeded = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kWrites; ++i) {
        const std::int64_t id = thread * 1000 + i;
        const bool fails = i % 3 == 0;
        const Status outcome = store_->write([&](Transaction& tx) -> Status {
          STRONGROOM_CHECK(
              tx.execute("INSERT INTO things (id, name) VALUES (?, ?)", {id, std::to_string(id)}));
          STRONGROOM_CHECK(tx.execute("INSERT INTO parts (id, thing) VALUES (?, ?)", {id, id}));
          if (fails) return Error{Code::kNotFound, "no such thing"};
          return {};
        });
        EXPECT_EQ(outcome.has_value(), !fails);
        if (outcome) ++succeeded;
        EXPECT_EQ(count("SELECT (SELECT COUNT(*) FROM things) - (SELECT COUNT(*) FROM parts)"), 0);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(succeeded, kThreads * kWrites * 2 / 3);
  EXPECT_EQ(count(), succeeded);
  EXPECT_TRUE(store_->writable());
}

}  // namespace strongroom::storage
