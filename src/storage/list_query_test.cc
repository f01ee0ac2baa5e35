#include "storage/list_query.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "storage/sqlite_store.h"
#include "storage/testing/contract_schema.h"
#include "storage/testing/temporary_directory.h"

namespace strongroom::storage {
namespace {

constexpr SortKey kKeys[] = {{"name", "t.name"}, {"at", "t.at"}};

class ListQueryTest : public testing::Test {
 protected:
  void SetUp() override {
    store_ = *open_sqlite({.path = directory_.file("list.db")}, contract_schema(), log_);
    const Status filled = store_->write([&](Transaction& tx) -> Status {
      std::int64_t id = 0;
      for (const std::string_view name : {"mail", "mailbox", "e-mail", "50%", "50 x", "a_b", "axb",
                                          "back\\slash", "' OR 1=1 --"}) {
        STRONGROOM_CHECK(tx.execute("INSERT INTO things (id, name, at) VALUES (?, ?, ?)",
                                    {++id, name, std::int64_t{id % 2}}));
      }
      return {};
    });
    ASSERT_TRUE(filled.has_value());
  }
  std::vector<std::string> names(const ListQuery& list) {
    auto names = read<std::vector<std::string>>(*store_, [&](Snapshot& snapshot) {
      return list.fetch<std::string>(snapshot,
                                     [](Rows& rows) { return std::string(rows.text(1)); });
    });
    EXPECT_TRUE(names.has_value()) << names.error().detail;
    return names.value_or(std::vector<std::string>{"error"});
  }
  std::int64_t total(const ListQuery& list) {
    return *read<std::int64_t>(*store_, [&](Snapshot& snapshot) { return list.count(snapshot); });
  }
  std::vector<std::string> matching(std::string_view filter) {
    ListQuery list("t.id, t.name", "things t", "t.id");
    return names(list.where_name_matches("t.name", filter));
  }

  using Names = std::vector<std::string>;
  TemporaryDirectory directory_;
  SystemClock clock_;
  Log log_{clock_, Log::Format::kText, [](std::string_view) {}};
  std::unique_ptr<Store> store_;
};

TEST_F(ListQueryTest, MatchesAPartOfTheValueUnlessThereIsAWildcard) {
  EXPECT_EQ(matching("mail"), (Names{"mail", "mailbox", "e-mail"}));
  EXPECT_EQ(matching("mail*"), (Names{"mail", "mailbox"}));
  EXPECT_EQ(matching("*mail"), (Names{"mail", "e-mail"}));
  EXPECT_EQ(matching("ma?l"), (Names{"mail"}));
  EXPECT_EQ(matching("m**l"), (Names{"mail"}));
  EXPECT_EQ(matching("").size(), 9U);
}

TEST_F(ListQueryTest, TakesTheDatabasesOwnWildcardsLiterally) {
  EXPECT_EQ(matching("50%"), (Names{"50%"}));
  EXPECT_EQ(matching("a_b"), (Names{"a_b"}));
  EXPECT_EQ(matching("a?b"), (Names{"a_b", "axb"}));
  EXPECT_EQ(matching("\\"), (Names{"back\\slash"}));
  EXPECT_EQ(matching("50%*"), (Names{"50%"}));
}

TEST_F(ListQueryTest, BindsWhatLooksLikeSql) {
  EXPECT_EQ(matching("' OR 1=1 --"), (Names{"' OR 1=1 --"}));
  ListQuery list("t.id, t.name", "things t", "t.id");
  list.where("t.name = ?", to_value(std::string_view("x' OR '1'='1")));
  EXPECT_EQ(names(list), Names{});
}

TEST_F(ListQueryTest, SortsByNamedKeysOnly) {
  for (const char* hostile :
       {"id; DROP TABLE things", "t.name", "NAME", "-", "--name", "(SELECT 1)"}) {
    ListQuery list("t.id, t.name", "things t", "t.id");
    const Status sorted = list.sort_by(kKeys, hostile, "name");
    ASSERT_FALSE(sorted.has_value()) << hostile;
    EXPECT_EQ(sorted.error().code, Code::kInvalidArgument);
    EXPECT_EQ(std::get<FieldPointer>(*sorted.error().find("field")).text, "sort");
  }
}

TEST_F(ListQueryTest, SortsEitherWayAndTiesWithIt) {
  ListQuery list("t.id, t.name", "things t", "t.id");
  ASSERT_TRUE(list.where_name_matches("t.name", "mail").sort_by(kKeys, "", "-name").has_value());
  EXPECT_EQ(names(list), (Names{"mailbox", "mail", "e-mail"}));
  ASSERT_TRUE(list.sort_by(kKeys, "-at", "name").has_value());
  EXPECT_EQ(names(list), (Names{"e-mail", "mail", "mailbox"}));
}

TEST_F(ListQueryTest, PicksThePageInOneTableAndJoinsOnlyThat) {
  ListQuery list("t.id, u.name", "things t JOIN things u ON u.id = t.id + 1", "t.id");
  list.pick_from("things t").where_name_matches("t.name", "mail").page(1, 1);
  ASSERT_TRUE(list.sort_by(kKeys, "", "-name").has_value());
  EXPECT_EQ(names(list), Names{"mailbox"});  // what comes after "mail", the second of three
  EXPECT_EQ(total(list), 3);
}

TEST_F(ListQueryTest, WalksToALaterPageFromTheEndAndFindsTheSame) {
  for (const char* sort : {"at", "-at", "name"}) {
    for (std::int64_t offset = 0; offset <= 10; ++offset) {
      ListQuery list("t.id, t.name", "things t JOIN things u ON u.id = t.id", "t.id");
      ASSERT_TRUE(list.pick_from("things t").sort_by(kKeys, sort, "name").has_value());
      const Names forward = names(list.page(offset, 2));
      EXPECT_EQ(names(list.of(9)), forward) << sort << offset;
    }
  }
}

TEST_F(ListQueryTest, ComparesWholeColumns) {
  ListQuery list("t.id, t.name", "things t", "t.id");
  list.where_equal("t.name", to_value(std::string_view("mail")));
  EXPECT_EQ(names(list), Names{"mail"});
  EXPECT_EQ(total(list), 1);
  EXPECT_EQ(matching("[a-z]"), Names{});
}

TEST_F(ListQueryTest, LeavesOutWhatIsNoneOfTheNumbers) {
  const auto named = [&](const std::vector<std::int64_t>& ids) {
    ListQuery list("t.id, t.name", "things t", "t.id");
    list.where_one_of("t.id", ids);
    EXPECT_EQ(total(list), std::ssize(names(list)));
    return names(list);
  };
  ListQuery everything("t.id, t.name", "things t", "t.id");
  const Names all = names(everything);
  EXPECT_EQ(named({}), Names{});
  EXPECT_EQ(named({1}), Names{all[0]});
  EXPECT_EQ(named({3, 1, 2}), (Names{all[0], all[1], all[2]}));
}

TEST_F(ListQueryTest, CountsTheWholeFilteredSetWhateverThePage) {
  ListQuery list("t.id, t.name", "things t", "t.id");
  list.where("t.at = ? OR t.at = ?", std::array{to_value(true), to_value(std::int64_t{7})})
      .where_name_matches("t.name", "a")
      .page(1, 2);
  EXPECT_EQ(total(list), 3);
  EXPECT_EQ(names(list), (Names{"e-mail", "axb"}));
  EXPECT_EQ(names(list.page(-5, 1)), (Names{"mail"}));
  EXPECT_EQ(names(list.page(99, 10)), Names{});
  EXPECT_EQ(names(list.page(0, -1)), Names{});
}

}  // namespace
}  // namespace strongroom::storage
