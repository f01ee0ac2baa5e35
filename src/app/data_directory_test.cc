#include "app/data_directory.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace strongroom::app {
namespace {

class DataDirectoryTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove_all(path_); }
  void TearDown() override { std::filesystem::remove_all(path_); }

  const std::string path_ = testing::TempDir() + "strongroom_data_directory_test";
  const SystemClock clock_;
  std::string lines_;
  Log log_{clock_, Log::Format::kText, [this](std::string_view line) { lines_ += line; }};
};

TEST_F(DataDirectoryTest, IsMadeForItsOwnerAlone) {
  ASSERT_TRUE(DataDirectory::open(path_, log_).has_value());
  EXPECT_EQ(std::filesystem::status(path_).permissions(), std::filesystem::perms::owner_all);
}

TEST_F(DataDirectoryTest, IsRefusedWhereOthersMayWriteIntoIt) {
  using std::filesystem::perms;
  ASSERT_TRUE(DataDirectory::open(path_, log_).has_value());
  for (const perms others : {perms::group_write, perms::others_write}) {
    std::filesystem::permissions(path_, perms::owner_all | others);
    const auto opened = DataDirectory::open(path_, log_);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, Code::kInvalidArgument);
    EXPECT_NE(opened.error().message.view().find("chmod 700"), std::string_view::npos);
  }
  std::filesystem::permissions(path_, perms::owner_all | perms::group_read | perms::group_exec);
  EXPECT_TRUE(DataDirectory::open(path_, log_).has_value());
}

TEST_F(DataDirectoryTest, IsRefusedWhereItBelongsToAnotherUser) {
  ASSERT_TRUE(DataDirectory::open(path_, log_).has_value());
  const std::string foreign = geteuid() == 0 ? path_ : "/";  // who is not root has one already
  if (geteuid() == 0) {
    ASSERT_EQ(chown(path_.c_str(), 65534, 65534), 0);
  }
  const auto opened = DataDirectory::open_existing(foreign, log_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_NE(opened.error().message.view().find("another user"), std::string_view::npos);
}

TEST_F(DataDirectoryTest, IsHeldByOneAtATime) {
  auto first = DataDirectory::open(path_, log_);
  ASSERT_TRUE(first.has_value());
  const auto second = DataDirectory::open(path_, log_);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Code::kConflict);
  EXPECT_NE(second.error().detail.find(std::to_string(getpid())), std::string::npos);
  { const DataDirectory given_up = std::move(*first); }
  EXPECT_TRUE(DataDirectory::open(path_, log_).has_value());
}

TEST_F(DataDirectoryTest, HasBothDatabasesOrNeither) {
  const auto directory = DataDirectory::open(path_, log_);
  ASSERT_TRUE(directory.has_value());
  const std::string files[] = {directory->state_database(), directory->audit_database()};
  EXPECT_TRUE(directory->check_databases().has_value());
  for (const std::string& missing : files) {
    for (const std::string& file : files) std::ofstream(file) << "x";
    EXPECT_TRUE(directory->check_databases().has_value());
    ASSERT_TRUE(directory->databases_begun().has_value());  // which only new ones need
    std::filesystem::remove(missing);
    const Status checked = directory->check_databases();
    ASSERT_FALSE(checked.has_value());
    EXPECT_EQ(checked.error().code, Code::kCorrupt);
    EXPECT_TRUE(checked.error().detail.starts_with(missing)) << checked.error().detail;
  }
}

TEST_F(DataDirectoryTest, GoesOnWithAFirstStartThatWasInterrupted) {
  const auto directory = DataDirectory::open(path_, log_);
  ASSERT_TRUE(directory.has_value());
  ASSERT_TRUE(directory->databases_begun().has_value());
  std::ofstream(directory->state_database()) << "x";
  EXPECT_TRUE(directory->check_databases().has_value());
  std::ofstream(directory->audit_database()) << "x";
  ASSERT_TRUE(directory->databases_made().has_value());
  ASSERT_TRUE(directory->databases_made().has_value());  // as every later start says
  std::filesystem::remove(directory->audit_database());
  EXPECT_FALSE(directory->check_databases().has_value());
}

TEST_F(DataDirectoryTest, KnowsWhatLiesInsideIt) {
  const auto directory = DataDirectory::open(path_, log_);
  ASSERT_TRUE(directory.has_value());
  EXPECT_TRUE(directory->contains(path_ + "/root.key"));
  EXPECT_TRUE(directory->contains(path_ + "/x/../root.key"));
  EXPECT_FALSE(directory->contains(path_ + "/../root.key"));
  std::filesystem::create_symlink(path_, path_ + "_link");
  EXPECT_TRUE(directory->contains(path_ + "_link/root.key"));
  std::filesystem::remove(path_ + "_link");
}

TEST_F(DataDirectoryTest, IsNotMadeByAnOfflineCommand) {
  EXPECT_EQ(DataDirectory::open_existing(path_, log_).error().code, Code::kNotFound);
}

TEST_F(DataDirectoryTest, SaysThatItFinishedARestoreThatWasCutOff) {
  constexpr const char* kSaid = "A restore that was cut off was finished.";
  ASSERT_TRUE(DataDirectory::open(path_, log_).has_value());
  std::filesystem::create_directory(path_ + "/restore.new");
  std::ofstream(path_ + "/restore.new/journal") << "built only";
  ASSERT_TRUE(DataDirectory::open(path_, log_).has_value());
  EXPECT_EQ(lines_, "") << "nothing had happened yet, and nothing has";
  EXPECT_FALSE(std::filesystem::exists(path_ + "/restore.new"));

  std::filesystem::create_directory(path_ + "/restore.new");
  std::ofstream(path_ + "/restore.new/journal") << "restored";
  std::ofstream(path_ + "/restore.switch") << "before-restore-20261126T150000Z";
  ASSERT_TRUE(DataDirectory::open_existing(path_, log_).has_value());
  EXPECT_NE(lines_.find(kSaid), std::string::npos) << lines_;
  EXPECT_FALSE(std::filesystem::exists(path_ + "/restore.switch"));
  EXPECT_TRUE(std::filesystem::exists(path_ + "/journal"));

  lines_.clear();
  ASSERT_TRUE(DataDirectory::open(path_, log_).has_value());
  EXPECT_EQ(lines_, "") << "once is enough";
}

TEST_F(DataDirectoryTest, DoesNotSayThatARestoreWasFinishedThatWasNot) {
  ASSERT_TRUE(DataDirectory::open(path_, log_).has_value());
  std::ofstream(path_ + "/restore.switch") << "../elsewhere";
  const auto opened = DataDirectory::open(path_, log_);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, Code::kCorrupt);
  EXPECT_EQ(lines_, "");
  EXPECT_TRUE(std::filesystem::exists(path_ + "/restore.switch"));
}

}  // namespace
}  // namespace strongroom::app
