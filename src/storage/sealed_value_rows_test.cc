#include "storage/sealed_value_rows.h"

#include <memory>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "base/log.h"
#include "base/testing/fake_clock.h"
#include "storage/fetch.h"
#include "storage/migrations.h"
#include "storage/sqlite_store.h"
#include "storage/testing/temporary_directory.h"

namespace strongroom::storage {
namespace {

class SealedValueRowsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_sqlite({.path = directory_.file("state.db")}, state_schema(), log_);
    ASSERT_TRUE(opened.has_value());
    store_ = *std::move(opened);
  }

  TemporaryDirectory directory_;
  FakeClock clock_;
  Log log_{clock_, Log::Format::kText, [](std::string_view) {}};
  std::unique_ptr<Store> store_;
};

// A table that comes later and has such a column fails here until the column is sealed anew, too.
TEST_F(SealedValueRowsTest, NoSealedColumnOfTheSchemaIsForgotten) {
  const auto columns = read<std::vector<std::string>>(*store_, [](Snapshot& snapshot) {
    return fetch_all<std::string>(
        snapshot,
        "SELECT t.name || '.' || c.name FROM sqlite_master t, pragma_table_info(t.name) c "
        "WHERE t.type = 'table' AND c.name LIKE 'sealed%'",
        {}, [](Rows& rows) { return std::string(rows.text(0)); });
  });
  ASSERT_TRUE(columns.has_value());
  std::set<std::string> known;
  for (const SealedColumn& column : sealed_columns()) {
    known.insert(std::string(column.table) + "." + std::string(column.column));
  }
  EXPECT_EQ(known, std::set<std::string>(columns->begin(), columns->end()));
}

TEST_F(SealedValueRowsTest, EachColumnCanBeWalkedCountedAndWritten) {
  const Uuid key = *Uuid::parse("00000000-0000-7000-8000-0000000000aa");
  const Status done = store_->write([&](Transaction& tx) -> Status {
    for (const SealedColumn& column : sealed_columns()) {
      STRONGROOM_TRY(const auto values, values_sealed_with(tx, column, key, {}, 10));
      EXPECT_TRUE(values.empty());
      STRONGROOM_TRY(const std::int64_t count, count_sealed_with(tx, column, key));
      EXPECT_EQ(count, 0);
      if (column.select.empty()) continue;
      STRONGROOM_TRY(const bool put, put_resealed(tx, column, {.key = "k", .sealed = "s"}, "r"));
      EXPECT_FALSE(put);
    }
    return {};
  });
  EXPECT_TRUE(done.has_value()) << done.error().detail;
}

}  // namespace
}  // namespace strongroom::storage
