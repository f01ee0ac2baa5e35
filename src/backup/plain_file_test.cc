#include "backup/plain_file.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "storage/testing/temporary_directory.h"

namespace strongroom::backup {
namespace {

constexpr std::size_t kLimit = 100;

class PlainFile : public testing::Test {
 protected:
  void put(std::size_t size) const { std::ofstream(path_) << std::string(size, 'x'); }
  Code code_of_reading() const {
    const auto read = read_small(path_, kLimit);
    EXPECT_FALSE(read.has_value());
    return read ? Code::kInternal : read.error().code;
  }

  storage::TemporaryDirectory directory_;
  const std::string path_ = directory_.file("file");
};

TEST_F(PlainFile, IsReadUpToItsLimit) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kLimit - 1, kLimit}) {
    put(size);
    const auto read = read_small(path_, kLimit);
    ASSERT_TRUE(read.has_value()) << size;
    EXPECT_EQ(*read, std::string(size, 'x'));
  }
}

TEST_F(PlainFile, ThatIsLargerThanItsLimitIsRefused) {
  put(kLimit + 1);
  EXPECT_EQ(code_of_reading(), Code::kInvalidArgument);
}

// A file with a hole takes no room on the disk, and must take none in memory, either.
TEST_F(PlainFile, ThatIsHugeIsRefusedBeforeItIsRead) {
  put(1);
  std::filesystem::resize_file(path_, std::uintmax_t{1} << 40);
  EXPECT_EQ(code_of_reading(), Code::kInvalidArgument);
}

// Files of /proc say that they have no byte, and have some: as a file that grows while it is read.
TEST_F(PlainFile, ThatHasMoreThanItSaysIsRefused) {
  const auto read = read_small("/proc/self/status", std::size_t{1} << 20);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, Code::kInvalidArgument);
}

TEST_F(PlainFile, ThatIsNoFileIsRefusedAndNotWaitedFor) {
  ASSERT_EQ(mkfifo(path_.c_str(), S_IRUSR | S_IWUSR), 0);
  EXPECT_EQ(code_of_reading(), Code::kInvalidArgument);
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  EXPECT_EQ(code_of_reading(), Code::kInvalidArgument);
  std::filesystem::remove(path_);
  EXPECT_EQ(code_of_reading(), Code::kNotFound);
}

TEST_F(PlainFile, ThatWasNotFinishedIsGone) {
  {
    auto file = NewFile::make(path_);
    ASSERT_TRUE(file && file->write("half"));
  }
  EXPECT_FALSE(std::filesystem::exists(path_));
}

}  // namespace
}  // namespace strongroom::backup
