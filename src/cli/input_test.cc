#include "cli/input.h"

#include <cstdio>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace strongroom::cli {
namespace {

class InputTest : public testing::Test {
 protected:
  void SetUp() override { std::remove(path_.c_str()); }
  void TearDown() override { std::remove(path_.c_str()); }
  void write(const std::string& text) const { std::ofstream(path_, std::ios::binary) << text; }

  const std::string path_ = testing::TempDir() + "strongroom_cli_input_test";
};

TEST_F(InputTest, ASecretLosesOneLineEndAndNothingElse) {
  for (const auto& [text, secret] :
       std::initializer_list<std::pair<const char*, const char*>>{{"secret\n", "secret"},
                                                                  {"secret\r\n", "secret"},
                                                                  {"secret", "secret"},
                                                                  {" secret \n\n", " secret \n"},
                                                                  {"\n", ""}}) {
    write(text);
    const auto read = read_secret(path_);
    ASSERT_TRUE(read.has_value());
    EXPECT_EQ(read->reveal(), secret);
  }
}

TEST_F(InputTest, AFileIsTakenAsItIs) {
  write("-----BEGIN\n\n");
  EXPECT_EQ(read_input(path_)->reveal(), "-----BEGIN\n\n");
}

TEST_F(InputTest, SaysWhatIsWrongWithTheFile) {
  EXPECT_EQ(read_input(path_).error().code, Code::kNotFound);
  write(std::string((1 << 20) + 1, 'x'));
  EXPECT_EQ(read_input(path_).error().code, Code::kInvalidArgument);
}

TEST_F(InputTest, ANewKeyGoesToItsOwnerAloneAndNeverOverAFile) {
  ASSERT_TRUE(write_secret_file(path_, InputText{"key"}).has_value());
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(path_).permissions(), perms::owner_read | perms::owner_write);
  EXPECT_EQ(read_secret(path_)->reveal(), "key");
  EXPECT_EQ(write_secret_file(path_, InputText{"other"}).error().code, Code::kConflict);
  EXPECT_EQ(read_secret(path_)->reveal(), "key");
}

}  // namespace
}  // namespace strongroom::cli
