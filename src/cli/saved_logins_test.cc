#include "cli/saved_logins.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace strongroom::cli {
namespace {

namespace fs = std::filesystem;

class SavedLoginsTest : public testing::Test {
 public:
  SavedLoginsTest() {
    std::string pattern = (fs::temp_directory_path() / "saved-logins-XXXXXX").string();
    home_ = mkdtemp(pattern.data());
  }
  ~SavedLoginsTest() override { fs::remove_all(home_); }

  SavedLogins logins() const { return SavedLogins((home_ / "config" / "strongroom").string()); }
  static SavedLogin login(const std::string& url, const std::string& key) {
    SavedLogin made;
    made.url = url;
    made.key = Key{key};
    made.user = "ada";
    made.ca_pem = "-----BEGIN\n\"";
    return made;
  }
  static std::string key_of(const Result<std::optional<SavedLogin>>& found) {
    if (!found || !*found) return "";
    return std::string((*found)->key.reveal());
  }
  static mode_t mode_of(const std::string& path) {
    struct stat facts {};
    return stat(path.c_str(), &facts) == 0 ? facts.st_mode & 0777U : 0;
  }

  fs::path home_;
};

TEST_F(SavedLoginsTest, KeepsOneForEachServerAndTheLastComesFirst) {
  ASSERT_TRUE(logins().put(login("https://one/", "first")));
  ASSERT_TRUE(logins().put(login("https://two", "second")));
  ASSERT_TRUE(logins().put(login("https://one", "third")));
  EXPECT_EQ(key_of(logins().find("https://one//")), "third");
  EXPECT_EQ(key_of(logins().find("https://two")), "second");
  EXPECT_EQ(key_of(logins().find("")), "third");
  const auto found = logins().find("https://one");
  EXPECT_EQ((*found)->ca_pem, "-----BEGIN\n\"");
  EXPECT_EQ((*found)->user, "ada");
  EXPECT_EQ(key_of(logins().find("https://three")), "");
}

TEST_F(SavedLoginsTest, IsThePersonsAlone) {
  ASSERT_TRUE(logins().put(login("https://one", "first")));
  EXPECT_EQ(mode_of(logins().file()), 0600U);
  EXPECT_EQ(mode_of(fs::path(logins().file()).parent_path().string()), 0700U);
  EXPECT_EQ(mode_of((home_ / "config").string()), 0700U);
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& one : fs::directory_iterator(home_ / "config/strongroom")) {
    ++files;
  }
  EXPECT_EQ(files, 1U);  // nothing half-written stays
}

TEST_F(SavedLoginsTest, IsRefusedWhereOthersGetAtIt) {
  ASSERT_TRUE(logins().put(login("https://one", "first")));
  for (const mode_t mode : {0640U, 0604U, 0620U}) {
    ASSERT_EQ(chmod(logins().file().c_str(), mode), 0);
    const auto found = logins().find("https://one");
    ASSERT_FALSE(found.has_value()) << mode;
    EXPECT_EQ(found.error().code, Code::kPermissionDenied);
    EXPECT_FALSE(logins().put(login("https://two", "second")).has_value());
  }
  ASSERT_EQ(chmod(logins().file().c_str(), 0600), 0);
  ASSERT_EQ(chmod((home_ / "config/strongroom").c_str(), 0770), 0);
  EXPECT_FALSE(logins().find("https://one").has_value());
}

TEST_F(SavedLoginsTest, IsRefusedWhereItIsSomethingElse) {
  ASSERT_TRUE(logins().put(login("https://one", "first")));
  for (const char* const text : {"", "[]", "{}", R"({"logins":{}})", R"({"logins":[{}]})",
                                 R"({"logins":[{"url":1,"api_key":"x"}]})"}) {
    std::ofstream(logins().file()) << text;
    const auto found = logins().find("https://one");
    ASSERT_FALSE(found.has_value()) << text;
    EXPECT_EQ(found.error().code, Code::kCorrupt) << text;
  }
}

TEST_F(SavedLoginsTest, RemovesTheFileWithTheLastOne) {
  ASSERT_TRUE(logins().remove("https://one"));
  ASSERT_TRUE(logins().put(login("https://one", "first")));
  ASSERT_TRUE(logins().put(login("https://two", "second")));
  ASSERT_TRUE(logins().remove("https://one/"));
  EXPECT_EQ(key_of(logins().find("https://two")), "second");
  ASSERT_TRUE(logins().remove("https://two"));
  EXPECT_FALSE(fs::exists(logins().file()));
}

TEST_F(SavedLoginsTest, HasNothingWhereThereIsNoPlace) {
  const SavedLogins nowhere("");
  EXPECT_EQ(key_of(nowhere.find("")), "");
  EXPECT_EQ(nowhere.put(login("https://one", "first")).error().code, Code::kInvalidArgument);
}

}  // namespace
}  // namespace strongroom::cli
