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
};

TEST_F(DataDirectoryTest, IsMadeForItsOwnerAlone) {
  ASSERT_TRUE(DataDirectory::open(path_).has_value());
  EXPECT_EQ(std::filesystem::status(path_).permissions(), std::filesystem::perms::owner_all);
}

TEST_F(DataDirectoryTest, IsRefusedWhereOthersMayWriteIntoIt) {
  using std::filesystem::perms;
  ASSERT_TRUE(DataDirectory::open(path_).has_value());
  for (const perms others : {perms::group_write, perms::others_write}) {
    std::filesystem::permissions(path_, perms::owner_all | others);
    const auto opened = DataDirectory::open(path_);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, Code::kInvalidArgument);
    EXPECT_NE(opened.error().message.view().find("chmod 700"), std::string_view::npos);
  }
  std::filesystem::permissions(path_, perms::owner_all | perms::group_read | perms::group_exec);
  EXPECT_TRUE(DataDirectory::open(path_).has_value());
}

TEST_F(DataDirectoryTest, IsRefusedWhereItBelongsToAnotherUser) {
  ASSERT_TRUE(DataDirectory::open(path_).has_value());
  const std::string foreign = geteuid() == 0 ? path_ : "/";  // who is not root has one already
  if (geteuid() == 0) {
    ASSERT_EQ(chown(path_.c_str(), 65534, 65534), 0);
  }
  const auto opened = DataDirectory::open_existing(foreign);
  ASSERT_FALSE(opened.has_value());
  EXPECT_NE(opened.error().message.view().find("another user"), std::string_view::npos);
}

TEST_F(DataDirectoryTest, IsHeldByOneAtATime) {
  auto first = DataDirectory::open(path_);
  ASSERT_TRUE(first.has_value());
  const auto second = DataDirectory::open(path_);
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, Code::kConflict);
  EXPECT_NE(second.error().detail.find(std::to_string(getpid())), std::string::npos);
  { const DataDirectory given_up = std::move(*first); }
  EXPECT_TRUE(DataDirectory::open(path_).has_value());
}

TEST_F(DataDirectoryTest, HasBothDatabasesOrNeither) {
  const auto directory = DataDirectory::open(path_);
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
  const auto directory = DataDirectory::open(path_);
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
  const auto directory = DataDirectory::open(path_);
  ASSERT_TRUE(directory.has_value());
  EXPECT_TRUE(directory->contains(path_ + "/root.key"));
  EXPECT_TRUE(directory->contains(path_ + "/x/../root.key"));
  EXPECT_FALSE(directory->contains(path_ + "/../root.key"));
  std::filesystem::create_symlink(path_, path_ + "_link");
  EXPECT_TRUE(directory->contains(path_ + "_link/root.key"));
  std::filesystem::remove(path_ + "_link");
}

TEST_F(DataDirectoryTest, IsNotMadeByAnOfflineCommand) {
  EXPECT_EQ(DataDirectory::open_existing(path_).error().code, Code::kNotFound);
}

}  // namespace
}  // namespace strongroom::app
