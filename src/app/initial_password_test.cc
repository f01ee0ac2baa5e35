#include "app/initial_password.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "storage/testing/temporary_directory.h"

namespace strongroom::app {
namespace {

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(InitialPassword, IsInAFileForItsOwnerAloneThatSaysHowToUseIt) {
  const storage::TemporaryDirectory directory;
  const InitialPassword file(directory.file("initial-admin-password"));
  EXPECT_FALSE(file.is_there());
  ASSERT_TRUE(file.write(crypto::Password("x7k2m-9qdav")).has_value());
  EXPECT_TRUE(file.is_there());
  struct stat status {};
  ASSERT_EQ(stat(file.path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  const std::string text = text_of(file.path());
  EXPECT_TRUE(text.starts_with("user      admin\npassword  x7k2m-9qdav\n\n")) << text;
  EXPECT_NE(text.find("first sign-in"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(file.path() + ".new"));
}

TEST(InitialPassword, ReplacesWhatAnInterruptedStartLeft) {
  const storage::TemporaryDirectory directory;
  const InitialPassword file(directory.file("initial-admin-password"));
  std::ofstream(file.path() + ".new") << "half";
  ASSERT_TRUE(file.write(crypto::Password("first")).has_value());
  ASSERT_TRUE(file.write(crypto::Password("second")).has_value());
  EXPECT_EQ(text_of(file.path()).find("first\n"), std::string::npos);
  EXPECT_NE(text_of(file.path()).find("second\n"), std::string::npos);
}

TEST(InitialPassword, FollowsNoLinkThatSomebodyPutThere) {
  const storage::TemporaryDirectory directory;
  const InitialPassword file(directory.file("initial-admin-password"));
  std::filesystem::create_symlink(directory.file("elsewhere"), file.path() + ".new");
  std::filesystem::create_symlink(directory.file("elsewhere"), file.path());
  ASSERT_TRUE(file.write(crypto::Password("secret")).has_value());
  EXPECT_FALSE(std::filesystem::exists(directory.file("elsewhere")));
}

TEST(InitialPassword, IsGoneOnceItIsRemoved) {
  const storage::TemporaryDirectory directory;
  const InitialPassword file(directory.file("initial-admin-password"));
  EXPECT_TRUE(file.remove().has_value());
  ASSERT_TRUE(file.write(crypto::Password("secret")).has_value());
  EXPECT_TRUE(file.remove().has_value());
  EXPECT_FALSE(file.is_there());
}

TEST(InitialPassword, SaysWhereItCannotBeWritten) {
  const InitialPassword file("/nowhere/at/all/initial-admin-password");
  const Status written = file.write(crypto::Password("secret"));
  ASSERT_FALSE(written.has_value());
  EXPECT_NE(written.error().detail.find("/nowhere/at/all"), std::string::npos);
}

}  // namespace
}  // namespace strongroom::app
