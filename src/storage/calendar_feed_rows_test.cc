#include "storage/calendar_feed_rows.h"

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/log.h"
#include "base/testing/fake_clock.h"
#include "storage/migrations.h"
#include "storage/sqlite_store.h"
#include "storage/testing/temporary_directory.h"
#include "storage/user_rows.h"

namespace strongroom::storage {
namespace {

Uuid user_id(int number) {
  Uuid id;
  id.bytes[15] = static_cast<std::byte>(number);
  return id;
}

// Three users, of whom none has a feed.
class CalendarFeedRowsTest : public testing::Test {
 protected:
  void SetUp() override {
    auto opened = open_sqlite({.path = directory_.file("state.db")}, state_schema(), log_);
    ASSERT_TRUE(opened.has_value());
    store_ = *std::move(opened);
    for (const int number : {1, 2, 3}) {
      UserRow user;
      user.id = user_id(number);
      user.name = user.name_key = "u" + std::to_string(number);
      ASSERT_TRUE(write([&](Transaction& tx) { return insert_user(tx, user); }));
    }
  }
  bool write(UniqueFunction<Status(Transaction&)> how) {
    return store_->write(std::move(how)).has_value();
  }
  bool put(int number, const std::string& hash) {
    return write([&](Transaction& tx) {
      return put_calendar_feed(
          tx, {user_id(number), hash, FakeClock::kStart + Seconds(number), "mac of " + hash});
    });
  }
  std::vector<CalendarFeedRow> all() {
    const auto rows = read<std::vector<CalendarFeedRow>>(*store_, all_calendar_feeds);
    EXPECT_TRUE(rows.has_value());
    return rows.value_or(std::vector<CalendarFeedRow>());
  }
  std::optional<CalendarFeedRow> find(int number) {
    const auto row = read<std::optional<CalendarFeedRow>>(
        *store_, [&](Snapshot& snapshot) { return find_calendar_feed(snapshot, user_id(number)); });
    EXPECT_TRUE(row.has_value());
    return row.value_or(std::nullopt);
  }
  std::string remove(int number) {
    const auto gone = storage::write<bool>(
        *store_, [&](Transaction& tx) { return delete_calendar_feed(tx, user_id(number)); });
    return !gone ? "error" : *gone ? "gone" : "none";
  }

  TemporaryDirectory directory_;
  FakeClock clock_;
  Log log_{clock_, Log::Format::kText, [](std::string_view) {}};
  std::unique_ptr<Store> store_;
};

TEST_F(CalendarFeedRowsTest, EachUserHasOneAtMostAndANewOneTakesItsPlace) {
  ASSERT_TRUE(put(2, "two"));
  ASSERT_TRUE(put(1, "one"));
  ASSERT_TRUE(put(2, "another"));
  const auto rows = all();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].user_id, user_id(1));
  EXPECT_EQ(rows[0].token_hash, "one");
  EXPECT_EQ(rows[1].token_hash, "another");
  EXPECT_EQ(rows[1].mac, "mac of another");
  EXPECT_EQ(rows[1].created_at, FakeClock::kStart + Seconds(2));
  EXPECT_EQ(find(2)->token_hash, "another");
  EXPECT_FALSE(find(3).has_value());
}

TEST_F(CalendarFeedRowsTest, TwoUsersNeverShareAnAddress) {
  ASSERT_TRUE(put(1, "one"));
  EXPECT_FALSE(put(2, "one"));
  EXPECT_EQ(all().size(), 1u);
}

TEST_F(CalendarFeedRowsTest, IsOfAUserWhoIsThereAndGoesWithThem) {
  EXPECT_FALSE(put(4, "four")) << "nobody has this id";
  ASSERT_TRUE(put(1, "one"));
  ASSERT_TRUE(put(2, "two"));
  EXPECT_EQ(remove(1), "gone");
  EXPECT_EQ(remove(1), "none");
  ASSERT_TRUE(write([](Transaction& tx) { return delete_user(tx, user_id(2)); }));
  EXPECT_TRUE(all().empty());
}

}  // namespace
}  // namespace strongroom::storage
