#include "backup/switch_over.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "storage/testing/temporary_directory.h"

namespace strongroom::backup {
namespace {

namespace fs = std::filesystem;

constexpr const char* kKept = "before-restore-20261126T150000Z";

void put(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

std::string get(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

class SwitchOver : public testing::Test {
 protected:
  void SetUp() override { fill(); }

  // A directory that was served, with a restore built in it.
  void fill() {
    fs::remove_all(data_);
    fs::create_directory(data_);
    put(data_ + "/state.db", "old state");
    put(data_ + "/state.db-wal", "old log");
    put(data_ + "/audit.db", "old audit");
    put(data_ + "/journal", "old journal");
    put(data_ + "/root.key", "key");
    fs::create_directory(new_files(data_));
    put(new_files(data_) + "/state.db", "new state");
    put(new_files(data_) + "/audit.db", "new audit");
    put(new_files(data_) + "/journal", "new journal");
  }

  void expect_old() const {
    EXPECT_EQ(get(data_ + "/state.db") + get(data_ + "/state.db-wal") + get(data_ + "/audit.db") +
                  get(data_ + "/journal"),
              "old stateold logold auditold journal");
    expect_tidy();
  }
  void expect_new() const {
    EXPECT_EQ(get(data_ + "/state.db") + get(data_ + "/audit.db") + get(data_ + "/journal"),
              "new statenew auditnew journal");
    EXPECT_FALSE(fs::exists(data_ + "/state.db-wal")) << "it is not the new database's";
    const std::string kept = data_ + "/" + kKept;
    EXPECT_EQ(get(kept + "/state.db") + get(kept + "/state.db-wal") + get(kept + "/audit.db") +
                  get(kept + "/journal"),
              "old stateold logold auditold journal");
    expect_tidy();
  }
  void expect_tidy() const {
    EXPECT_EQ(get(data_ + "/root.key"), "key");
    EXPECT_FALSE(fs::exists(new_files(data_)));
    EXPECT_FALSE(fs::exists(data_ + "/restore.switch"));
  }

  storage::TemporaryDirectory directory_;
  const std::string data_ = directory_.file("data");
};

TEST_F(SwitchOver, PutsAllFilesInPlaceAndKeepsTheOldOnes) {
  ASSERT_TRUE(switch_over(data_, kKept).has_value());
  expect_new();
  ASSERT_TRUE(finish_switch(data_).has_value()) << "nothing is left to be done";
  expect_new();
}

TEST_F(SwitchOver, BeforeItsNoteIsThereLeavesTheOldState) {
  put(data_ + "/restore.switch.partial", kKept);
  ASSERT_TRUE(finish_switch(data_).has_value());
  expect_old();
}

// Every moment at which a process can be killed once the note is there: after each of the moves.
TEST_F(SwitchOver, IsFinishedAfterEachOfItsMoves) {
  const std::string kept = data_ + "/" + kKept;
  const std::pair<std::string, std::string> moves[] = {
      {data_ + "/state.db-wal", kept + "/state.db-wal"},
      {data_ + "/state.db", kept + "/state.db"},
      {new_files(data_) + "/state.db", data_ + "/state.db"},
      {data_ + "/audit.db", kept + "/audit.db"},
      {new_files(data_) + "/audit.db", data_ + "/audit.db"},
      {data_ + "/journal", kept + "/journal"},
      {new_files(data_) + "/journal", data_ + "/journal"}};
  for (std::size_t done = 0; done <= std::size(moves); ++done) {
    SCOPED_TRACE(done);
    fill();
    put(data_ + "/restore.switch", kKept);
    if (done > 0) fs::create_directory(kept);
    for (std::size_t i = 0; i < done; ++i) fs::rename(moves[i].first, moves[i].second);
    ASSERT_TRUE(finish_switch(data_).has_value());
    expect_new();
  }
}

TEST_F(SwitchOver, DoesNotFollowANoteThatLeadsElsewhere) {
  put(data_ + "/restore.switch", "before-restore-/../../elsewhere");
  const Status finished = finish_switch(data_);
  ASSERT_FALSE(finished.has_value());
  EXPECT_EQ(finished.error().code, Code::kCorrupt);
  EXPECT_EQ(get(data_ + "/state.db"), "old state");
}

}  // namespace
}  // namespace strongroom::backup
