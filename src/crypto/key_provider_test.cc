#include "crypto/key_provider.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/encoding.h"
#include "crypto/testing/counting_random.h"

namespace strongroom::crypto {
namespace {

namespace fs = std::filesystem;

class KeyProviderTest : public testing::Test {
 protected:
  KeyProviderTest() : directory_(testing::TempDir() + "strongroom_root_key_XXXXXX") {
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    path_ = directory_ + "/root.key";
  }
  ~KeyProviderTest() override { fs::remove_all(directory_); }

  void write(std::string_view text, mode_t mode = 0600) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << text;
    ASSERT_EQ(chmod(path_.c_str(), mode), 0);
  }
  std::string written() {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  Code code() {
    const auto key = read_root_key(path_);
    return key.has_value() ? Code{} : key.error().code;
  }

  const std::string digits_ = "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F";
  std::string directory_;
  std::string path_;
  CountingRandom random_;
};

TEST_F(KeyProviderTest, ReadsTheKeyThatItMade) {
  ASSERT_TRUE(make_root_key(path_, random_).has_value());
  const auto key = read_root_key(path_);
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(key->reveal().size(), 32U);
  EXPECT_EQ(written(), hex(std::as_bytes(std::span(key->reveal()))) + "\n");
}

TEST_F(KeyProviderTest, KeepsTheFileForItsOwnerWhateverTheUmask) {
  const mode_t before = umask(0);
  EXPECT_TRUE(make_root_key(path_, random_).has_value());
  umask(before);
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(KeyProviderTest, LeavesNothingElseInTheDirectory) {
  ASSERT_TRUE(make_root_key(path_, random_).has_value());
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_), {}), 1);
}

TEST_F(KeyProviderTest, NeverReplacesWhatIsThere) {
  ASSERT_TRUE(make_root_key(path_, random_).has_value());
  const std::string first = written();
  EXPECT_EQ(make_root_key(path_, random_).error().code, Code::kConflict);
  EXPECT_EQ(written(), first);
  fs::remove(path_);
  fs::create_symlink(directory_ + "/elsewhere", path_);  // not even a link that leads nowhere
  EXPECT_EQ(make_root_key(path_, random_).error().code, Code::kConflict);
  EXPECT_FALSE(fs::exists(directory_ + "/elsewhere"));
  EXPECT_EQ(std::distance(fs::directory_iterator(directory_), {}), 1);
}

TEST_F(KeyProviderTest, SaysWhenItCannotWrite) {
  path_ = directory_ + "/missing/root.key";
  EXPECT_EQ(make_root_key(path_, random_).error().code, Code::kUnavailable);
}

TEST_F(KeyProviderTest, ReadsEitherCaseAndAMissingNewline) {
  for (const std::string& text : {digits_, digits_ + "\n"}) {
    write(text);
    const auto key = read_root_key(path_);
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(key->reveal(), hex_decode(digits_));
  }
  write(digits_, 0400);
  EXPECT_TRUE(read_root_key(path_).has_value());
}

TEST_F(KeyProviderTest, RefusesWhatIsNoKey) {
  for (const std::string& bad :
       {std::string(), std::string("\n"), digits_.substr(1), digits_ + "0", digits_ + "\n\n",
        digits_ + "\r\n", " " + digits_, digits_.substr(0, 63) + "g", digits_.substr(0, 63) + "\n",
        std::string(32, '\x01'), digits_ + digits_, std::string(1 << 20, '0')}) {
    write(bad);
    EXPECT_EQ(code(), Code::kInvalidArgument) << bad.substr(0, 80);
  }
}

TEST_F(KeyProviderTest, RefusesAFileThatOthersMayUse) {
  for (const mode_t mode : {0640U, 0604U, 0620U, 0602U, 0610U, 0644U, 0666U, 0777U}) {
    write(digits_, mode);
    EXPECT_EQ(code(), Code::kInvalidArgument) << std::oct << mode;
  }
}

TEST_F(KeyProviderTest, TellsAMissingFileFromOneThatCannotBeRead) {
  EXPECT_EQ(code(), Code::kNotFound);
  path_ = directory_ + "/root.key/below";
  std::ofstream(directory_ + "/root.key") << "a file, not a directory";
  EXPECT_EQ(code(), Code::kUnavailable);
}

TEST_F(KeyProviderTest, RefusesWhatIsNoFileWithoutWaitingForIt) {
  fs::create_directory(path_);
  EXPECT_EQ(code(), Code::kInvalidArgument);
  fs::remove(path_);
  ASSERT_EQ(mkfifo(path_.c_str(), 0600), 0);
  EXPECT_EQ(code(), Code::kInvalidArgument);
}

TEST_F(KeyProviderTest, PutsNothingOfTheKeyIntoItsErrors) {
  write(digits_ + "0");
  const Error error = read_root_key(path_).error();
  EXPECT_EQ(error.detail.find("0001020304"), std::string::npos);
  EXPECT_NE(error.detail.find(path_), std::string::npos);
}

}  // namespace
}  // namespace strongroom::crypto
